"""Which released campaigns an appraisal uses, and how several become one score."""

import pytest

from feedback.models.campaigns import CampaignKind
from feedback.models.people import Person
from feedback.models.rounds import AppraisalState
from feedback.services.assessment.appraisal_document import AppraisalDocument
from feedback.services.ground.errors import NotPossible
from feedback.services.reports import reports
from forms import questionnaire as questionnaires
from forms import scheme as schemes
from tests.factories import SHIPPED, shipped_questionnaire
from tests.services.appraisals.company import Company

CLIENTS = {"client": 5}
COLLEAGUES = {"supervisor": 1, "peer": 4}
CLIENT, OTHERS, BOTH = CampaignKind.CLIENT, CampaignKind.COLLEAGUES, CampaignKind.BOTH


@pytest.fixture
def person(company: Company) -> Person:
    person = company.office.person("A01", level="senior")
    company.session.flush()
    return person


def feedback(company: Company, person: Person, period: str = "2026Q4") -> AppraisalDocument:
    company.compute(period)
    return company.document(person, period)


def with_feed(text: str) -> schemes.Scheme:
    shipped = (SHIPPED / "schemes/account-manager.toml").read_text()
    return schemes.load(shipped.replace('quarter = ["client", "both"]', text))


def test_the_score_is_that_of_the_released_report(company: Company, person: Person):
    campaign = company.campaign(CLIENTS | COLLEAGUES, people=[person])
    document = feedback(company, person)
    (report,) = reports.of_subjects(company.session, campaign, campaign.subjects)
    assert document.feedback.score == report.feedback.score
    assert document.feedback.satisfied == report.satisfied
    cells = {cell.id for cell in document.inputs.campaigns[0].cells}
    assert cells == {"client", "supervisor", "peer"}


def test_two_campaigns_of_one_kind_are_refused_and_never_make_two_totals(company: Company, person: Person):
    company.campaign(CLIENTS, people=[person], kind=CLIENT, code="2026Q4-a")
    company.campaign(CLIENTS, people=[person], kind=CLIENT, code="2026Q4-b", rating=2)
    with pytest.raises(NotPossible) as refused:
        company.compute()
    assert str(refused.value) == (
        "2026Q4-a and 2026Q4-b are both released for 2026Q4: the scheme must say which counts ([feedback])"
    )


def test_what_mystery_shoppers_saw_in_the_same_quarter_is_no_feedback(company: Company, person: Person):
    company.campaign(CLIENTS, people=[person], kind=CLIENT, code="2026Q4-a")
    company.campaign(
        {"mystery-shopper": 1},
        people=[person],
        kind=CLIENT,
        code="2026Q4-m",
        rating=0,
        questionnaire=questionnaires.load((SHIPPED / "questionnaires/mystery-shopper.toml").read_bytes()),
        scheme=schemes.load((SHIPPED / "schemes/mystery-shopper.toml").read_bytes()),
    )
    assert feedback(company, person).feedback.campaigns == ("2026Q4-a",)


def test_of_two_kinds_the_first_of_the_list_counts(company: Company, person: Person):
    company.campaign(CLIENTS, people=[person], kind=CLIENT, code="2026Q4-c")
    company.campaign(CLIENTS | COLLEAGUES, people=[person], kind=BOTH, code="2026Q4-b", rating=2)
    document = feedback(company, person)
    assert document.feedback.campaigns == ("2026Q4-c",)


def test_a_scheme_that_says_nothing_takes_the_one_that_is_released_and_refuses_two(
    company: Company, person: Person
):
    company.campaign(CLIENTS, people=[person], kind=CLIENT, code="2026Q4-c")
    company.round(with_feed(""))
    company.compute()
    assert company.document(person).feedback.campaigns == ("2026Q4-c",)
    company.campaign(COLLEAGUES, people=[person], kind=OTHERS, code="2026Q4-d")
    with pytest.raises(NotPossible, match="both released"):
        company.compute()


def test_clients_and_colleagues_of_two_campaigns_are_joined_by_rater_group(company: Company, person: Person):
    company.campaign(CLIENTS, people=[person], kind=CLIENT, code="2026Q4-c", rating=5)
    company.campaign(COLLEAGUES, people=[person], kind=OTHERS, code="2026Q4-d", rating=3)
    company.round(with_feed('quarter = ["client", "360"]'))
    company.compute()
    document = company.document(person)
    joined = document.inputs.joined
    assert joined and {(cell.id, cell.campaigns, cell.weight) for cell in joined.cells} == {
        ("client", ("2026Q4-c",), 40.0),
        ("supervisor", ("2026Q4-d",), 30.0),
        ("peer", ("2026Q4-d",), 20.0),
    }
    points = {cell.id: cell.dimensions[0].points for cell in joined.cells}
    expected = (40 * points["client"] + 30 * points["supervisor"] + 20 * points["peer"]) / 90
    assert document.feedback.score and document.feedback.score.value == pytest.approx(expected)


def test_a_year_pools_the_clients_of_its_quarters_and_takes_the_others_from_one_360(
    company: Company, person: Person
):
    for quarter, rating, clients in (("2026Q1", 5, 4), ("2026Q2", 1, 2), ("2026Q3", 3, 6)):
        company.campaign({"client": clients}, people=[person], kind=CLIENT, code=quarter, rating=rating)
    company.campaign(COLLEAGUES, people=[person], kind=OTHERS, code="2026", rating=4)
    document = feedback(company, person, "2026")
    joined = document.inputs.joined
    assert joined and joined.not_pooled is None
    client = next(cell for cell in joined.cells if cell.id == "client")
    assert client.campaigns == ("2026Q1", "2026Q2", "2026Q3")
    high, low = (self_points(company, rating) for rating in (5, 3))
    assert client.dimensions[0].n == 10  # the two clients of the second quarter were too few
    assert client.dimensions[0].points == pytest.approx((4 * high + 6 * low) / 10)
    assert {cell.id for cell in joined.cells} == {"client", "supervisor", "peer"}
    assert set(document.feedback.campaigns) == {"2026Q1", "2026Q2", "2026Q3", "2026"}


def self_points(company: Company, rating: int) -> float:
    scale = shipped_questionnaire().counted_items[0].scale
    assert scale is not None
    return scale.points[rating - 1]


def other_questionnaire(old: str, new: str) -> questionnaires.Questionnaire:
    text = (SHIPPED / "questionnaires/account-manager.toml").read_text()
    assert old in text
    return questionnaires.load(text.replace(old, new))


def test_quarters_that_asked_otherwise_are_averaged_and_said_to_be_not_pooled(
    company: Company, person: Person
):
    first = company.campaign(CLIENTS | COLLEAGUES, people=[person], code="2026Q1", rating=5)
    changed = other_questionnaire("version = 1", "version = 2")
    second = company.campaign(
        CLIENTS | COLLEAGUES, people=[person], code="2026Q2", rating=3, questionnaire=changed
    )
    document = feedback(company, person, "2026")
    scores = [
        reports.of_subjects(company.session, campaign, campaign.subjects)[0].feedback.score
        for campaign in (first, second)
    ]
    assert document.feedback.not_pooled == "the questionnaires differ"
    assert document.feedback.score and all(scores)
    assert document.feedback.score.value == pytest.approx(sum(each.value for each in scores if each) / 2)


def test_campaigns_without_common_dimensions_are_not_joined(company: Company, person: Person):
    id = shipped_questionnaire().dimensions[0].id
    other = other_questionnaire(f'"{id}"', '"another"')
    company.campaign(CLIENTS, people=[person], kind=CLIENT, code="2026Q4-c")
    company.campaign(COLLEAGUES, people=[person], kind=OTHERS, code="2026Q4-d", questionnaire=other)
    company.round(with_feed('quarter = ["client", "360"]'))
    with pytest.raises(
        NotPossible, match="the questionnaires of 2026Q4-c and 2026Q4-d do not share their dimensions"
    ):
        company.compute()


def test_a_year_counts_the_mean_of_its_final_quarters_for_its_share(company: Company, person: Person):
    text = (
        (SHIPPED / "schemes/account-manager.toml")
        .read_text()
        .replace("from_quarters = 0.0", "from_quarters = 0.4")
    )
    scheme = schemes.load(text.replace('component = "hold"', 'component = "level"'))
    for quarter, rating in (("2026Q1", 5), ("2026Q2", 4)):
        company.campaign(CLIENTS | COLLEAGUES, people=[person], code=quarter, rating=rating)
        company.goal(person, period=quarter)
        company.figures([person], quarter)
        company.round(scheme, quarter)
        company.compute(quarter)
    for quarter in ("2026Q3", "2026Q4"):
        company.figures([person], quarter)
    company.goal(person, period="2026")
    company.round(scheme, "2026")
    company.compute("2026")
    assert [str(each) for each in company.document(person, "2026").held] == ["quarters"]
    totals = []
    for quarter in ("2026Q1", "2026Q2"):
        company.appraisal(person, quarter).state = AppraisalState.FINAL
        official = company.document(person, quarter).official
        assert official
        totals.append(float(official.shown))
    company.session.flush()
    company.compute("2026")
    year = company.document(person, "2026")
    values = {line.id: line.value for line in year.derivation}
    assert values["quarters"] == pytest.approx(sum(totals) / 2)
    assert year.computed and year.computed.score == pytest.approx(
        0.6 * values["own"] + 0.4 * values["quarters"]
    )
