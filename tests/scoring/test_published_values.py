"""Figures from the literature and from public data; of the data only summaries are carried here."""

import numpy as np
import pytest

from scoring.agreement import (
    average_deviation,
    divided_opinion,
    multi_item_agreement,
    uniform_variance,
    variance,
    within_group_agreement,
)
from scoring.intervals import wilson
from scoring.kpi import composite
from scoring.reliability import between_variance, cronbach_alpha, feldt_interval
from tests.scoring.published import DYESTUFF, FIFTEEN_PERSONS

# psych::bfi: covariances of five scales of five items (lower triangle, by rows), of the complete answers of
# some 2,700 persons, reverse-keyed items turned; alpha of the same answers, and as the manual of psych has it
# (scores with medians filled in: hence .72 for conscientiousness).
BFI = {
    "agreeableness": (
        "1.9728 .5645 1.384 .4916 .747 1.7019 .3098 .5862 .7023 2.2095 .3237 .5755 .8314 .5752 1.5916",
        0.7037558944,
        0.70,
    ),
    "conscientiousness": (
        "1.5338 .7011 1.746 .5014 .6056 1.6612 .5867 .7007 .6066 1.8887 .5097 .6455 .7145 1.0658 2.6495",
        0.7292772032,
        0.72,
    ),
    "extraversion": (
        "2.6648 1.2276 2.5831 .7054 .8204 1.8289 .9998 1.2072 .8256 2.1354 .6511 .8101 .6925 .617 1.7869",
        0.7609326395,
        0.76,
    ),
    "neuroticism": (
        "2.4747 1.6944 2.3295 1.3996 1.3323 2.5612 .9863 .9369 1.3042 2.4746 .9614 .8721 1.1109 1.0144 2.6306",
        0.8133031432,
        0.81,
    ),
    "openness": (
        "1.2721 .3865 2.4391 .539 .5098 1.4896 .2377 .151 .2837 1.4802 .3556 .6674 .507 .2883 1.7559",
        0.6025464286,
        0.60,
    ),
}
# multilevel::lq2002, the first ten companies: ratings 1 to 5 on each of eleven leadership items, and r_wg(j) as the
# manual of multilevel computes it (expected variance 2).
COMPANIES = """
3.6.4.11.0 4.3.5.10.2 6.9.3.6.0 7.2.3.10.2 4.8.8.4.0 2.6.3.12.1 5.3.9.5.2 4.4.3.11.2 5.6.4.8.1 3.4.3.12.2 4.6.7.7.0
5.10.9.8.5 1.8.8.16.4 8.13.11.3.2 7.6.10.10.4 12.11.10.3.1 1.3.8.19.6 7.12.14.3.1 1.7.9.17.3 6.10.14.7.0 2.5.11.18.1
    1.9.13.11.3
7.6.19.12.1 4.6.11.22.2 19.10.11.5.0 18.10.9.6.2 15.7.16.7.0 6.3.18.14.4 12.11.9.12.1 2.6.15.21.1 14.12.7.11.1
    7.6.9.22.1 10.8.10.15.2
5.7.28.14.4 2.10.16.22.8 18.16.11.12.1 12.14.12.18.2 14.15.20.7.2 8.8.20.20.2 10.11.23.12.2 6.8.13.27.4 13.14.17.12.2
    7.9.12.26.4 12.17.12.13.4
0.1.2.7.2 0.1.6.3.2 2.2.3.4.1 3.1.4.4.0 0.2.3.6.1 1.2.3.5.1 1.1.3.6.1 0.2.1.9.0 4.2.2.4.0 2.4.3.3.0 1.2.1.7.1
1.2.2.9.1 0.0.5.9.1 0.5.5.2.3 1.1.5.6.2 0.5.4.5.1 0.1.3.10.1 1.4.5.4.1 0.0.6.7.2 0.5.6.1.3 0.0.7.4.4 0.1.5.7.2
0.5.1.5.2 0.0.2.9.2 0.4.5.3.1 4.1.2.5.1 1.0.7.4.1 0.1.3.8.1 4.0.4.4.1 0.0.4.5.4 4.3.4.1.1 1.0.3.7.2 1.1.4.6.1
2.1.6.13.7 1.2.4.15.7 2.2.7.16.2 6.3.3.13.4 4.2.7.16.0 2.4.4.19.0 4.4.7.11.3 3.3.2.18.3 4.6.8.9.2 5.4.4.14.2
    4.6.6.11.2
6.10.35.39.9 7.26.17.43.6 21.27.24.25.2 21.24.20.26.8 9.8.45.29.8 9.16.40.26.8 11.14.31.34.9 4.16.28.40.11
    18.17.35.23.6 10.19.27.39.4 8.15.37.36.3
2.2.4.2.0 2.1.4.2.1 3.2.5.0.0 4.2.2.2.0 1.1.4.4.0 1.0.5.4.0 4.1.3.1.1 1.1.4.3.1 3.2.3.1.1 3.1.4.1.1 3.2.3.2.0
"""
AGREEMENT_OF_COMPANIES = [
    0.8075272584,
    0.8959383151,
    0.8600120204,
    0.8635584505,
    0.8876628556,
    0.9330486202,
    0.8908708176,
    0.8494977309,
    0.8825880340,
    0.8260377358,
]
LINDELL_OF_COMPANIES = [
    0.2761034256,
    0.4390526891,
    0.3583562902,
    0.36523126,
    0.4180440771,
    0.5588744589,
    0.425990676,
    0.3391177788,
    0.4059519124,
    0.3015151515,
]
DYESTUFF_BETWEEN, DYESTUFF_WITHIN = 1764.05, 2451.25


def answers_with(covariances: str) -> np.ndarray:
    """Twenty answers on five items whose covariances are exactly these."""
    lower = np.zeros((5, 5))
    lower[np.tril_indices(5)] = [float(value) for value in covariances.split()]
    wanted = lower + np.tril(lower, -1).T
    draws = np.random.default_rng(1).normal(size=(20, 5))
    independent, _ = np.linalg.qr(draws - draws.mean(axis=0))
    return np.sqrt(19) * independent @ np.linalg.cholesky(wanted).T + 3.5


@pytest.mark.parametrize("scale", BFI)
def test_the_five_scales_of_bfi_have_their_published_alpha(scale: str) -> None:
    covariances, alpha, published = BFI[scale]
    computed = cronbach_alpha(answers_with(covariances))
    assert computed == pytest.approx(alpha, abs=5e-5)  # covariances are carried to four decimals
    assert computed == pytest.approx(published, abs=0.01)


def test_alpha_and_its_interval_are_those_of_pingouin_and_psych() -> None:
    alpha = cronbach_alpha(FIFTEEN_PERSONS)
    assert alpha == pytest.approx(0.5917188486, abs=1e-9)
    assert feldt_interval(alpha, 15, 10) == pytest.approx((0.195, 0.840), abs=5e-4)


def test_ten_companies_agree_as_the_manual_of_multilevel_says() -> None:
    counts = np.array([item.split(".") for item in COMPANIES.split()], dtype=int).reshape(10, 11, 5)
    assert counts.sum(axis=2)[:, 0].tolist() == [24, 37, 45, 58, 12, 15, 13, 29, 99, 10]
    assert multi_item_agreement(counts, 5) == pytest.approx(AGREEMENT_OF_COMPANIES, abs=1e-9)
    # Lindell and Brandt's r*_wg(j) is 1 - q, from the same q.
    lindell = 1 - variance(counts).mean(axis=1) / uniform_variance(np.array(5))
    assert lindell == pytest.approx(LINDELL_OF_COMPANIES, abs=1e-9)


@pytest.mark.parametrize(
    ("ratings", "agreement", "deviation"),
    [
        ([4, 4, 4], 1.0, 0.0),
        ([1, 5, 1, 5], 0.0, 2.0),
        ([3, 4], 0.75, 0.5),
        ([4], np.nan, np.nan),
        ([5, 5, 5, 5], 1.0, 0.0),
        ([5, 5, 5, 1], 0.0, 1.5),
    ],
)
def test_agreement_at_its_edges(ratings: list[int], agreement: float, deviation: float) -> None:
    counts, size = np.bincount(ratings, minlength=6)[1:], np.array(5)
    assert within_group_agreement(counts, size) == pytest.approx(agreement, nan_ok=True)
    assert multi_item_agreement(counts[None], 5) == pytest.approx(agreement, nan_ok=True)
    assert average_deviation(counts) == pytest.approx(deviation, nan_ok=True)
    assert divided_opinion(counts, size) == (deviation > 5 / 6)


def test_the_variance_between_dyestuff_batches_is_that_of_davies_and_goldsmith() -> None:
    error = np.full(6, np.sqrt(DYESTUFF_WITHIN / 5))
    # With equal errors DerSimonian and Laird's estimate is that of the one-way analysis of variance.
    assert between_variance(DYESTUFF.mean(axis=1), error) == pytest.approx(DYESTUFF_BETWEEN, abs=1e-9)


@pytest.mark.parametrize(
    ("share", "n", "low", "high"), [(1.0, 5, 0.5655175352, 1.0), (1.0, 35, 0.9010990077, 1.0)]
)
def test_wilsons_interval_of_perfect_satisfaction(share: float, n: int, low: float, high: float) -> None:
    assert wilson(np.array(share), np.array(n)) == pytest.approx([low, high], abs=1e-9)


def test_the_kpi_composite_of_the_first_sales_scheme() -> None:
    scores, weight = np.array([[105.0, 92, 88, 100, 70, 95]]), np.array([30.0, 20, 15, 10, 10, 15])
    assert composite(scores, weight)[0] == pytest.approx([94.35])
