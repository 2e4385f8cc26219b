"""Where marks stand on an axis."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.presentation.template_filters import bar, rate
from feedback.services.ground.bilingual import Bilingual
from feedback.services.reports.report_document import Response
from feedback.services.scores.scorecards import Estimate

NUMBERS = st.floats(-1e6, 1e6)


def percents(*places: str) -> list[float]:
    return [float(place.removesuffix("%")) for place in places]


def test_a_bar_grows_from_zero_to_its_value_with_the_interval_across():
    drawn = bar(Estimate(80, 70, 90, 5))
    assert percents(drawn.start, drawn.width, drawn.low, drawn.high, drawn.spread) == [0, 80, 70, 90, 20]


def test_a_bar_on_an_axis_around_zero_grows_to_its_side():
    drawn = bar(Estimate(-50, -80, 10, 5), -100, 100)
    assert percents(drawn.start, drawn.width) == [25, 25]


@given(NUMBERS, NUMBERS, NUMBERS)
def test_no_bar_leaves_its_axis(value: float, low: float, high: float):
    drawn = bar(Estimate(value, min(low, high), max(low, high), 1))
    start, width, spread = percents(drawn.start, drawn.width, drawn.spread)
    assert 0 <= start <= start + width <= 100.01
    assert 0 <= spread <= 100


@pytest.mark.parametrize(
    ("answered", "invited", "width"), [(0, 0, "0.00%"), (1, 4, "25.00%"), (4, 4, "100.00%")]
)
def test_a_response_rate_is_drawn_even_where_nobody_was_invited(answered: int, invited: int, width: str):
    assert rate(Response(Bilingual("", ""), invited, answered)) == width
