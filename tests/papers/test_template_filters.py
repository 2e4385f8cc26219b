"""Where marks stand on an axis."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.presentation.template_filters import band_scale, bar, rate, stack
from feedback.services.assessment.appraisal_document import BandLabel, Component, ComponentId, Outcome
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


def test_components_are_stacked_one_after_the_other_and_leave_out_what_is_missing():
    parts = [
        Component(ComponentId.KPI, 60, 100, 60),
        Component(ComponentId.FEEDBACK, 30, None, None),
        Component(ComponentId.GOALS, 10, 50, 5),
    ]
    assert [(piece.start, piece.width) for piece in stack(parts)] == [
        ("0.00%", "60.00%"),
        ("60.00%", "0.00%"),
        ("60.00%", "5.00%"),
    ]


def test_a_total_above_one_hundred_still_fits_its_axis():
    parts = [Component(ComponentId.KPI, 100, 120, 120)]
    assert stack(parts)[0].width == "100.00%"


def test_bands_share_the_axis_from_the_lowest_to_the_best():
    bands = [
        BandLabel(name, Bilingual(name, name), start) for name, start in (("A", 90), ("B", 75), ("C", 0))
    ]
    scale = band_scale(bands, Outcome(80, 70, 91, bands[1], 1.0, tuple(bands)))
    assert [(part.label, part.start, part.width) for part in scale.parts] == [
        ("C", "0.00%", "75.00%"),
        ("B", "75.00%", "15.00%"),
        ("A", "90.00%", "10.00%"),
    ]
    assert (scale.at, scale.low, scale.spread) == ("80.00%", "70.00%", "21.00%")


@pytest.mark.parametrize(
    ("answered", "invited", "width"), [(0, 0, "0.00%"), (1, 4, "25.00%"), (4, 4, "100.00%")]
)
def test_a_response_rate_is_drawn_even_where_nobody_was_invited(answered: int, invited: int, width: str):
    assert rate(Response(Bilingual("", ""), invited, answered)) == width
