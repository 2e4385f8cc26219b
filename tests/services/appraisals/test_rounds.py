"""A round: created once, started with a frozen scheme and everybody whom a profile fits, looked at from above."""

from datetime import date

import pytest

from feedback.models.people import Person
from feedback.models.rounds import AppraisalLine, AppraisalReviewer, AppraisalState, RoundState
from feedback.services.appraisals import computing, rounds
from feedback.services.appraisals.rounds import Calendar
from feedback.services.assessment.appraisal_document import AppraisalStatus
from feedback.services.ground.errors import NotPossible
from forms import scheme as schemes
from tests.factories import ACTOR, AFTER, SHIPPED, shipped_scheme
from tests.services.appraisals.company import LATER, PERIOD, Company
from tests.statements import counted


@pytest.fixture
def people(company: Company) -> dict[str, Person]:
    """A director over two managers, who lead three account managers; and somebody whom no profile fits."""
    office = company.office
    made = {"D": office.person("D")}
    for code, manager in (("M1", "D"), ("M2", "D"), ("A1", "M1"), ("A2", "M1"), ("A3", "M2")):
        level = "senior" if code.startswith("A") else None
        made[code] = office.person(code, manager=made[manager], level=level)
    company.session.flush()
    return made


def only_levels() -> schemes.Scheme:
    """Without the profile for everybody else."""
    text = (SHIPPED / "schemes/account-manager.toml").read_text()
    start = text.index("# Everybody else")
    end = text.index("[[kpi]]")
    return schemes.load(text[:start] + text[end:])


def test_there_is_one_round_of_a_period_and_it_needs_profiles(company: Company):
    company.round()
    with pytest.raises(NotPossible, match="there is a round of 2026Q4 already"):
        company.round()
    scores_feedback_alone = schemes.load(
        'id = "f"\nversion = 1\n[[group]]\nid = "c"\nfamily = "clients"\nweight = 100\n'
    )
    with pytest.raises(NotPossible, match="nobody is appraised by the scheme f: it has no profile"):
        rounds.create(company.session, "2027Q1", scores_feedback_alone, actor=ACTOR, now=AFTER)


def test_starting_makes_an_appraisal_for_whom_a_profile_fits_reviewed_by_the_manager_of_the_period_s_end(
    company: Company, people: dict[str, Person]
):
    moved, new = people["A1"], people["M2"]
    company.assignment(moved, date(2026, 1, 1), date(2026, 11, 30))
    company.assignment(moved, date(2026, 12, 1), manager_id=new.id)
    made = company.round()
    assert made.state == RoundState.RUNNING
    reviewers = {code: company.appraisal(people[code]).reviewer for code in ("A1", "A2", "A3")}
    assert reviewers == {"A1": new, "A2": people["M1"], "A3": new}
    above = company.session.query(AppraisalLine).filter_by(appraisal_id=company.appraisal(moved).id)
    assert [row.person_id for row in above] == [people["D"].id]
    (former,) = company.session.query(AppraisalReviewer).filter_by(appraisal_id=company.appraisal(moved).id)
    assert (former.reviewer_id, former.contributes) == (people["M1"].id, True)


def test_a_promotion_or_a_move_of_today_changes_no_weight_of_a_past_period(company: Company):
    (person,) = company.subjects(company.campaign({"client": 5, "supervisor": 1, "peer": 3}))
    company.figures([person])
    company.goal(person)
    company.assignment(person, date(2025, 1, 1), date(2026, 12, 31))
    company.assignment(person, date(2027, 1, 1), level="junior")
    company.compute()
    before = company.document(person)
    person.level = "junior"
    company.session.flush()
    assert company.compute(reason="again").changes == ()
    assert [segment.profile for segment in before.segments] == ["senior"]


def test_the_scheme_of_a_started_round_is_frozen_and_no_draft_any_more(company: Company):
    made = company.round()
    assert made.scheme_digest == shipped_scheme().digest
    with pytest.raises(NotPossible, match="has started already"):
        rounds.start(company.session, made, actor=ACTOR, now=AFTER)


def test_what_is_missing_is_warned_of_by_name(company: Company, people: dict[str, Person]):
    people["A3"].level = "wizard"
    company.figures([people["A1"]])
    company.goal(people["A1"])
    made = rounds.create(company.session, PERIOD, only_levels(), actor=ACTOR, now=AFTER)
    warnings = rounds.start(company.session, made, actor=ACTOR, now=AFTER)
    assert (warnings.no_profile, warnings.no_targets, warnings.no_goals) == (("A3",), ("A2",), ("A2",))
    assert warnings.no_reviewer == ()


def test_too_few_days_are_not_appraised_and_come_back_when_the_history_is_corrected(company: Company):
    person = company.office.person("A1", level="senior")
    company.session.flush()
    company.assignment(person, date(2026, 12, 20))
    company.compute()
    appraisal = company.appraisal(person)
    assert appraisal.state == AppraisalState.NOT_APPRAISED
    assert appraisal.not_appraised == "fewer days present than the scheme asks for"
    assert company.compute().left_out == ()
    company.assignment(person, date(2026, 10, 15), date(2026, 12, 19))
    company.compute()
    assert (appraisal.state, appraisal.not_appraised) == (AppraisalState.COMPUTED, None)
    assert company.document(person).status is AppraisalStatus.HELD


def test_a_decided_appraisal_gets_no_version_unless_it_is_named(company: Company, people: dict[str, Person]):
    person = people["A1"]
    company.compute()
    company.appraisal(person).state = AppraisalState.CONFIRMED
    company.figure(person, "sales-revenue", "2026-10", value=1.0)
    waiting = company.compute()
    assert [(change.appraisal.person.code, change.waits) for change in waiting.changes] == [("A1", True)]
    assert company.appraisal(person).version == 1
    company.compute(people=[person], reason="objection")
    assert (company.appraisal(person).version, company.appraisal(person).state) == (
        2,
        AppraisalState.CONFIRMED,
    )


def test_status_counts_states_and_names_what_is_overdue_by_team(company: Company, people: dict[str, Person]):
    calendar = Calendar(figures_by=date(2027, 1, 5))
    made = rounds.create(company.session, PERIOD, shipped_scheme(), calendar, actor=ACTOR, now=AFTER)
    rounds.start(company.session, made, actor=ACTOR, now=AFTER)
    found = rounds.status(company.session, made, LATER.date())
    assert found.states == {"running": 3} and found.overdue == ("A1", "A2", "A3")
    assert [(team.reviewer, dict(team.states)) for team in found.teams] == [
        ("M1", {"running": 2}),
        ("M2", {"running": 1}),
    ]
    people["M1"].active = False
    company.session.flush()
    assert rounds.status(company.session, made, LATER.date()).teams[0].left


def test_the_number_of_statements_does_not_depend_on_how_many_people_there_are(company: Company):
    engine = company.session.get_bind()
    numbers = []
    made = company.round()
    for more in (3, 30):
        for _ in range(more):
            person = company.office.person(level="senior")
            company.session.flush()
            company.figures([person])
            company.goal(person)
            company.incident(person, "minor")
        company.session.commit()
        with counted(engine) as statements:  # type: ignore[arg-type]
            computing.compute(company.session, made, actor=ACTOR, now=LATER)
            rounds.status(company.session, made, LATER.date())
            company.session.flush()
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]
