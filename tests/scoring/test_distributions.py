import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from scoring.distributions import f_quantile, incomplete_beta, two_sided_p


@given(st.floats(0.5, 500), st.floats(0.5, 500), st.floats(0, 1))
def test_the_incomplete_beta_function_is_scipys(a: float, b: float, x: float) -> None:
    assert incomplete_beta(a, b, x) == pytest.approx(special.betainc(a, b, x), abs=1e-11)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5000), st.integers(1, 50_000), st.sampled_from([0.025, 0.5, 0.975]))
def test_f_quantiles_are_scipys(df1: int, df2: int, probability: float) -> None:
    assert f_quantile(probability, df1, df2) == pytest.approx(stats.f.ppf(probability, df1, df2), rel=1e-9)


def test_the_tails_of_a_normal_variable() -> None:
    assert two_sided_p(-1.959963984540054) == pytest.approx(0.05)
    assert two_sided_p(0.0) == 1.0


@pytest.mark.parametrize("x", [-0.1, 1.1, float("nan")])
def test_the_incomplete_beta_function_needs_a_share(x: float) -> None:
    with pytest.raises(ValueError, match="incomplete beta"):
        incomplete_beta(1.0, 1.0, x)


@pytest.mark.parametrize("probability", [0.0, 1.0, -1.0])
def test_no_quantile_is_given_at_the_ends(probability: float) -> None:
    with pytest.raises(ValueError, match="probability"):
        f_quantile(probability, 3, 4)
