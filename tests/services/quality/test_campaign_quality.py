"""Whether a campaign measured well enough, figure by figure, with a reason for each that is not there."""

import json

import numpy as np
import pytest
from sqlalchemy.orm import Session

from feedback.extensions import db
from feedback.models.campaigns import Campaign
from feedback.services.campaigns import campaigns
from feedback.services.ground.errors import NotPossible
from feedback.services.quality import campaign_quality
from feedback.services.quality.quality_document import (
    CampaignQuality,
    Coefficient,
    Lack,
    Median,
    Missing,
    Share,
    SubjectQuality,
)
from feedback.services.releases import releases
from feedback.services.reports import reports
from feedback.services.scores.scorecards import Estimate
from scoring.reliability import between_variance
from tests.factories import ACTOR, AFTER, Office
from tests.statements import counted

TEN = 10


def closed(office: Office, *sizes: dict[str, int], spread: int = 1, code: str = "2026Q4") -> Campaign:
    """Subjects answered 2, 3, 4, 5, 2, ... by their raters, every other rater of a group lower by the spread."""
    campaign = office.open(*sizes, code=code)
    for place, size in enumerate(sizes):
        for group in size:
            for number, nonce in enumerate(office.nonces(campaign, group, place)):
                office.answer(nonce, max(2 + place % 4 - spread * (number % 2), 1))
    office.close(campaign)
    return campaign


def quality(office: Office, campaign: Campaign) -> CampaignQuality:
    return campaign_quality.of_campaign(office.session, campaign)


def ten_closed(office: Office) -> Campaign:
    return closed(office, *[{"peer": 3, "supervisor": 1}] * TEN)


@pytest.fixture
def ten_subjects(office: Office) -> CampaignQuality:
    return quality(office, ten_closed(office))


@pytest.fixture
def one_subject(office: Office) -> CampaignQuality:
    return quality(office, closed(office, {"client": 3, "supervisor": 1}, spread=0))


def test_a_campaign_of_ten_subjects_has_every_coefficient(ten_subjects: CampaignQuality):
    alphas = [dimension.alpha for dimension in ten_subjects.dimensions]
    assert all(isinstance(alpha, Coefficient) and alpha.n == 4 * TEN for alpha in alphas)
    for item in ten_subjects.items:
        assert isinstance(item.single, Coefficient) and isinstance(item.average, Coefficient)
        assert item.single.low < item.single.value < item.single.high
        assert item.single.value < item.average.value < 1
        assert item.single.n == TEN
        assert isinstance(item.raters_needed, float)


def test_a_campaign_of_one_subject_says_why_there_is_no_coefficient(one_subject: CampaignQuality):
    few = Missing(Lack.TOO_FEW_SUBJECTS)
    assert {item.single for item in one_subject.items} == {few}
    assert {item.raters_needed for item in one_subject.items} == {few}
    assert {dimension.alpha for dimension in one_subject.dimensions} == {Missing(Lack.TOO_FEW_BALLOTS)}
    assert one_subject.straightlined == Missing(Lack.TOO_FEW_BALLOTS)
    assert one_subject.separation.variance == Missing(Lack.ONE_SCORE)


def test_equal_answers_everywhere_have_no_variance(office: Office):
    campaign = office.open(*[{"peer": 3}] * TEN)
    for place in range(TEN):
        for nonce in office.nonces(campaign, "peer", place):
            office.answer(nonce, 4)
    office.close(campaign)
    found = quality(office, campaign)
    assert {item.average for item in found.items} == {Missing(Lack.NO_VARIANCE)}
    assert {dimension.alpha for dimension in found.dimensions} == {Missing(Lack.NO_VARIANCE)}
    assert found.straightlined == Share(1.0, 3 * TEN)


def test_response_rates_leave_out_groups_of_which_too_few_are_asked(office: Office):
    campaign = office.open({"client": 4, "supervisor": 1, "peer": 2})
    for nonce in office.nonces(campaign, "client")[:3]:
        office.answer(nonce)
    office.close(campaign)
    rates = {rate.title.en: rate.answered for rate in quality(office, campaign).responses}
    assert rates == {
        "Clients": Share(0.75, 4),
        "Supervisor": Missing(Lack.TOO_FEW_INVITED),
        "Peers": Missing(Lack.TOO_FEW_INVITED),
    }


@pytest.mark.parametrize(("spread", "share"), [(0, 0.0), (4, 1.0)])
def test_opinion_is_divided_where_ten_raters_say_the_best_and_the_worst(
    office: Office, spread: int, share: float
):
    campaign = closed(office, *[{"supervisor": 1}] * 3, {"client": 10}, spread=spread)
    for dimension in quality(office, campaign).dimensions:
        assert isinstance(dimension.divided, Share) and dimension.divided.share == share


def test_nothing_is_said_of_divided_opinion_in_groups_of_nine(office: Office):
    campaign = closed(office, {"client": 9, "supervisor": 1}, spread=1)
    divided = {dimension.divided for dimension in quality(office, campaign).dimensions}
    assert divided == {Missing(Lack.NO_LARGE_CELL)}


def test_interval_widths_are_medians_over_the_subjects_with_a_score(office: Office):
    sizes = {"client": 3, "supervisor": 1}, {"client": 9, "supervisor": 1}, {"client": 1}
    found = quality(office, closed(office, *sizes))
    widths = [
        subject.score.high - subject.score.low
        for subject in found.separation.subjects
        if isinstance(subject.score, Estimate)
    ]
    assert found.width == Median(pytest.approx(sum(widths) / 2), 2)


def test_scores_shrink_to_their_mean_by_their_reliability(ten_subjects: CampaignQuality):
    separation = ten_subjects.separation
    assert isinstance(separation.variance, float) and separation.variance > 0
    drawn_to = {
        round(
            (subject.shrunken.value - subject.reliability * subject.score.value) / (1 - subject.reliability),
            6,
        )
        for subject in separation.subjects
    }
    assert len(drawn_to) == 1
    for subject in separation.subjects:
        assert 0 < subject.reliability < 1
        assert 20 <= subject.shrunken.low < subject.shrunken.value < subject.shrunken.high <= 100


def test_the_variance_between_subjects_is_that_of_their_scores(ten_subjects: CampaignQuality):
    separation = ten_subjects.separation
    scores = np.array([subject.score.value for subject in separation.subjects])
    reliability = np.array([subject.reliability for subject in separation.subjects])
    error = np.sqrt(separation.variance * (1 - reliability) / reliability)
    assert between_variance(scores, error) == pytest.approx(separation.variance)


def test_a_subject_without_a_score_is_not_compared(office: Office):
    found = quality(office, closed(office, {"client": 3, "supervisor": 1}, {"client": 1, "peer": 3}))
    nothing = Missing(Lack.NO_SCORE)
    subject = found.separation.subjects[1]
    assert subject == SubjectQuality("P002", subject.name, nothing, nothing, nothing)


@pytest.mark.parametrize("campaign", ["ten_subjects", "one_subject"])
def test_the_document_is_json_without_nan(request: pytest.FixtureRequest, campaign: str):
    json.dumps(request.getfixturevalue(campaign).to_document(), allow_nan=False)


def test_withheld_answers_change_no_byte_of_it(office: Office):
    sizes = {"client": 2, "supervisor": 1, "peer": 4}, {"client": 3, "supervisor": 1, "subordinate": 2}
    documents = []
    for code, hidden in (("2026Q3", 1), ("2026Q4", 5)):
        campaign = office.open(*sizes, code=code)
        for place, group, rating in (
            *((0, group, 4) for group in ("supervisor", "peer")),
            *((1, group, 3) for group in ("client", "supervisor")),
            (0, "client", hidden),
            (1, "subordinate", hidden),
        ):
            for nonce in office.nonces(campaign, group, place):
                office.answer(nonce, rating)
        office.close(campaign)
        documents.append(without_names(quality(office, campaign)))
    assert documents[0] == documents[1]


def without_names(found: CampaignQuality) -> str:
    document = dict(found.to_document())
    del document["campaign"], document["counts"]  # with the names of the subjects
    for subject in document["separation"]["subjects"]:
        del subject["subject"], subject["name"]
    return json.dumps(document)


def test_it_names_what_it_was_computed_from(office: Office):
    campaign = closed(office, {"client": 3, "supervisor": 1})
    (report,) = reports.build_all(office.session, campaign).values()
    found, basis = quality(office, campaign), report.basis
    assert (found.formula, found.questionnaire, found.scheme, found.counts) == (
        basis.formula,
        basis.questionnaire,
        basis.scheme,
        basis.counts,
    )


def test_there_is_no_quality_while_answers_are_sealed(office: Office):
    with pytest.raises(NotPossible, match="is open"):
        quality(office, office.open({"client": 3}))


def statements_of(session: Session, code: str) -> int:
    session.commit()
    session.expunge_all()
    with counted(db.engine) as statements:
        campaign_quality.of_campaign(session, campaigns.find(session, code))
    return len(statements)


def test_it_takes_as_many_statements_for_one_subject_as_for_five(office: Office):
    small = {"client": 3, "supervisor": 1}
    closed(office, small, code="2026Q3")
    closed(office, *[small] * 5, code="2026Q4")
    assert statements_of(office.session, "2026Q3") == statements_of(office.session, "2026Q4")


@pytest.fixture
def released(office: Office) -> Campaign:
    campaign = ten_closed(office)
    releases.release(office.session, campaign, actor=ACTOR, now=AFTER)
    office.session.commit()
    return campaign


def test_it_is_released_with_the_reports_and_changes_only_with_them(office: Office, released: Campaign):
    before = quality(office, released)
    assert before == campaign_quality.compute(office.session, released)
    released.subjects[0].person.name_en = "Another Name"
    assert quality(office, released) == before
    releases.correct(office.session, released, "The name was spelt wrongly", actor=ACTOR, now=AFTER)
    assert quality(office, released) == campaign_quality.compute(office.session, released) != before


def test_what_is_released_of_it_is_read_in_one_statement(office: Office, released: Campaign):
    assert statements_of(office.session, released.code) == 2  # the other one finds the campaign


def test_it_is_as_it_stands_until_the_last_report_is_released(office: Office):
    campaign = ten_closed(office)
    people = [subject.person.code for subject in campaign.subjects]
    releases.release_some(office.session, campaign, people[1:], actor=ACTOR, now=AFTER)
    assert campaign.quality is None
    releases.release_some(office.session, campaign, people[:1], actor=ACTOR, now=AFTER)
    assert campaign.quality is not None
