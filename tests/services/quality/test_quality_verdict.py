"""Whether a measurement is good enough for its uses, by rules on figures that are shown."""

from dataclasses import replace

import pytest

from feedback.services.quality import campaign_quality, quality_verdict
from feedback.services.quality.quality_document import CampaignQuality, Coefficient, Median, Share
from feedback.services.quality.quality_verdict import Grade, Rule, Use, judge
from tests.factories import Office


@pytest.fixture
def poor(office: Office) -> CampaignQuality:
    """One subject rated by three clients: next to nothing can be said."""
    campaign = office.open({"client": 3})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce, 3)
    office.close(campaign)
    return campaign_quality.of_campaign(office.session, campaign)


def grades(quality: CampaignQuality) -> dict[Use, Grade]:
    return {judgement.use: judgement.grade for judgement in judge(quality)}


def test_what_is_not_known_is_called_unknown_never_good(poor: CampaignQuality):
    found = grades(poor)
    assert set(found) == set(Use)
    assert {use for use, grade in found.items() if grade == Grade.UNKNOWN} == {
        Use.DIMENSIONS,
        Use.DIFFERENCES,
        Use.CARE,
    }
    assert quality_verdict.reliability_by_raters(poor) == ()


@pytest.mark.parametrize(
    ("figure", "grade"), [(0.8, Grade.GOOD), (0.79, Grade.LIMITED), (0.7, Grade.LIMITED), (0.69, Grade.POOR)]
)
def test_a_figure_on_the_edge_of_a_grade_has_it(figure: float, grade: Grade):
    assert Rule(Use.DIFFERENCES, 0.8, 0.7).judge(figure).grade == grade


@pytest.mark.parametrize(
    ("figure", "grade"), [(20, Grade.GOOD), (20.1, Grade.LIMITED), (30, Grade.LIMITED), (31, Grade.POOR)]
)
def test_of_a_width_less_is_better(figure: float, grade: Grade):
    assert Rule(Use.FEEDBACK, 20, 30, less_is_better=True).judge(figure).grade == grade


def test_the_weakest_dimension_decides(poor: CampaignQuality):
    first, *others = poor.dimensions
    good = Coefficient(0.9, 0.85, 0.94, 40)
    dimensions = (
        replace(first, alpha=Coefficient(0.5, 0.3, 0.7, 40)),
        *(replace(each, alpha=good) for each in others),
    )
    assert grades(replace(poor, dimensions=dimensions))[Use.DIMENSIONS] == Grade.POOR


def test_widths_and_care_are_graded_where_they_are_known(poor: CampaignQuality):
    quality = replace(
        poor,
        width=Median(12.0, 9),
        straightlined=Share(0.3, 40),
    )
    found = grades(quality)
    assert (found[Use.FEEDBACK], found[Use.CARE]) == (Grade.GOOD, Grade.POOR)


def test_the_mean_of_more_raters_is_more_reliable(poor: CampaignQuality):
    item = replace(poor.items[0], single=Coefficient(0.25, 0.1, 0.4, 30))
    found = quality_verdict.reliability_by_raters(replace(poor, items=(item,)))
    assert [each.raters for each in found] == list(quality_verdict.RATER_NUMBERS)
    values = [each.reliability for each in found]
    assert values == sorted(values)
    assert values[0] == pytest.approx(3 * 0.25 / 1.5)
