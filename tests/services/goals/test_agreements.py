"""A goal from its proposal to its rating."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.audit import AuditEntry
from feedback.models.goals import Goal, GoalMeasure, GoalState
from feedback.models.people import Person
from feedback.services.goals import agreements, progress
from feedback.services.goals.agreements import GoalTerms, MilestoneTerms
from feedback.services.goals.goals import of_people
from feedback.services.goals.progress import Rated
from feedback.services.goals.sides import Actor, Side
from feedback.services.ground.errors import NotPossible
from tests.factories import NOW, Office

HIM, BOSS = Actor(Side.PERSON, "a@example.com", NOW), Actor(Side.COMPANY, "m@example.com", NOW)
COURSE = GoalTerms("Pass the course", 60, GoalMeasure.RATING)


@pytest.fixture
def person(office: Office, session: Session) -> Person:
    person = office.person("A1")
    session.flush()
    return person


def proposed(
    session: Session, person: Person, terms: GoalTerms = COURSE, by: Actor = HIM, **term: str
) -> Goal:
    goal = agreements.draft(session, person, term.pop("period", "2026Q4"), terms, by, **term)
    agreements.propose(session, goal, by)
    return goal


def agreed(session: Session, person: Person, terms: GoalTerms = COURSE, **term: str) -> Goal:
    goal = proposed(session, person, terms, **term)
    agreements.agree(session, goal, BOSS)
    return goal


def counts(session: Session, person: Person, period: str = "2026Q4") -> list[tuple[str, float]]:
    return [(line.title, line.weight) for line in of_people(session, [person.id], period).get(person.id, ())]


@pytest.mark.parametrize(("first", "second"), [(HIM, BOSS), (BOSS, HIM)])
def test_either_side_proposes_and_only_the_other_agrees(
    session: Session, person: Person, first: Actor, second: Actor
) -> None:
    goal = proposed(session, person, by=first)
    with pytest.raises(NotPossible, match="the other side"):
        agreements.agree(session, goal, first)
    assert counts(session, person) == []
    agreements.agree(session, goal, second)
    assert (goal.state, goal.versions[-1].agreed_by) == (GoalState.AGREED, second.actor)
    assert counts(session, person) == [("Pass the course", 60)]


def test_a_proposal_is_answered_by_another_and_then_the_first_side_agrees(
    session: Session, person: Person
) -> None:
    goal = proposed(session, person)
    agreements.word(session, goal, GoalTerms("Pass both courses", 40, GoalMeasure.RATING), BOSS)
    with pytest.raises(NotPossible):
        agreements.agree(session, goal, BOSS)
    agreements.agree(session, goal, HIM)
    assert counts(session, person) == [("Pass both courses", 40)]


def test_weights_of_a_period_leave_each_other_room(session: Session, person: Person) -> None:
    agreed(session, person, GoalTerms("One", 60, GoalMeasure.RATING))
    two = proposed(session, person, GoalTerms("Two", 60, GoalMeasure.RATING))
    with pytest.raises(NotPossible, match="the weights total 120"):
        agreements.agree(session, two, BOSS)
    agreed(session, person, GoalTerms("Other quarter", 60, GoalMeasure.RATING), period="2027Q1")
    agreements.word(session, two, GoalTerms("Two", 40, GoalMeasure.RATING), HIM)
    agreements.agree(session, two, BOSS)
    assert sum(weight for _, weight in counts(session, person)) == 100


def test_a_goal_for_several_years_needs_room_in_each(session: Session, person: Person) -> None:
    agreed(session, person, GoalTerms("2028", 60, GoalMeasure.RATING), period="2028")
    long = proposed(
        session, person, GoalTerms("Long", 50, GoalMeasure.RATING), period="2026", last_period="2028"
    )
    with pytest.raises(NotPossible, match="the weights total 110"):
        agreements.agree(session, long, BOSS)


def test_a_change_counts_when_both_want_it_and_needs_a_reason(session: Session, person: Person) -> None:
    goal = agreed(session, person)
    other = GoalTerms("Pass the other course", 70, GoalMeasure.RATING)
    with pytest.raises(NotPossible, match="say which"):
        agreements.word(session, goal, other, BOSS)
    agreements.word(session, goal, other, BOSS, "the course is not held")
    assert counts(session, person) == [("Pass the course", 60)]
    agreements.agree(session, goal, HIM)
    assert counts(session, person) == [("Pass the other course", 70)]
    assert [version.agreed_at is not None for version in goal.versions] == [True, True]


def test_a_dropped_change_leaves_the_goal_as_it_was_agreed(session: Session, person: Person) -> None:
    terms = GoalTerms("Study", 50, GoalMeasure.MILESTONES, milestones=(MilestoneTerms("exam"),))
    goal = agreed(session, person, terms)
    agreements.word(session, goal, GoalTerms("Rest", 50, GoalMeasure.RATING), HIM, "tired")
    agreements.drop(session, goal, BOSS)
    session.expire_all()
    assert (len(goal.versions), len(goal.milestones), goal.state) == (1, 1, GoalState.AGREED)


def test_a_goal_ends_without_a_rating_only_if_both_want_it(session: Session, person: Person) -> None:
    goal = agreed(session, person)
    agreements.cancel(session, goal, "other tasks", HIM)
    assert goal.state == GoalState.AGREED
    with pytest.raises(NotPossible):
        agreements.agree(session, goal, HIM)
    agreements.agree(session, goal, BOSS)
    assert goal.state == GoalState.CANCELLED
    agreed(session, person, GoalTerms("All", 100, GoalMeasure.RATING))  # its weight is free again


def test_what_is_done_stays_done_when_the_goal_changes(session: Session, person: Person) -> None:
    milestones = (MilestoneTerms("exam", 2), MilestoneTerms("talk"))
    goal = agreed(session, person, GoalTerms("Study", 50, GoalMeasure.MILESTONES, milestones=milestones))
    progress.mark(session, goal, 1, date(2026, 11, 1), BOSS)
    changed = GoalTerms(
        "Study", 40, GoalMeasure.MILESTONES, milestones=(MilestoneTerms("paper"), *milestones)
    )
    agreements.word(session, goal, changed, HIM, "a paper as well")
    agreements.agree(session, goal, BOSS)
    (line,) = of_people(session, [person.id], "2026Q4")[person.id]
    assert line.milestones == ((1.0, False), (2.0, True), (1.0, False))


def test_milestones_are_named_before_anybody_agrees(session: Session, person: Person) -> None:
    goal = proposed(session, person, GoalTerms("Study", 50, GoalMeasure.MILESTONES))
    with pytest.raises(NotPossible, match="name the milestones first"):
        agreements.agree(session, goal, BOSS)


def test_nothing_is_rated_before_it_is_agreed(session: Session, person: Person) -> None:
    goal = proposed(session, person)
    for act in (
        lambda: progress.rate(session, goal, "2026Q4", Rated(80), "good", BOSS),
        lambda: progress.rate_oneself(session, goal, "2026Q4", 80, HIM),
        lambda: progress.note(session, goal, "begun", None, HIM),
    ):
        with pytest.raises(NotPossible, match="the goal is not agreed"):
            act()


def test_a_rating_counts_and_needs_a_reason_and_the_own_one_stands_beside_it(
    session: Session, person: Person
) -> None:
    goal = agreed(session, person)
    progress.rate_oneself(session, goal, "2026Q4", 95, HIM)
    with pytest.raises(NotPossible, match="reason"):
        progress.rate(session, goal, "2026Q4", Rated(80), "", BOSS)
    progress.rate(session, goal, "2026Q4", Rated(80), "passed late", BOSS)
    (line,) = of_people(session, [person.id], "2026Q4")[person.id]
    assert (line.rating, line.reason, line.state, goal.ratings[0].own) == (
        80,
        "passed late",
        GoalState.RATED,
        95,
    )
    with pytest.raises(NotPossible, match="rated for this period"):
        progress.rate_oneself(session, goal, "2026Q4", 100, HIM)


def test_nobody_rates_himself_nor_marks_his_milestones(session: Session, person: Person) -> None:
    terms = GoalTerms("Study", 50, GoalMeasure.MILESTONES, milestones=(MilestoneTerms("exam"),))
    goal = agreed(session, person, terms)
    for act in (
        lambda: progress.rate(session, goal, "2026Q4", Rated(), "done", HIM),
        lambda: progress.mark(session, goal, 1, date(2026, 11, 1), HIM),
        lambda: progress.close(session, goal, HIM),
    ):
        with pytest.raises(NotPossible, match="this is about yourself"):
            act()


def test_milestones_and_figures_rate_themselves(session: Session, person: Person) -> None:
    milestones = (MilestoneTerms("exam", 3), MilestoneTerms("talk", 1))
    study = agreed(session, person, GoalTerms("Study", 50, GoalMeasure.MILESTONES, milestones=milestones))
    progress.mark(session, study, 1, date(2026, 11, 1), BOSS)
    progress.rate(session, study, "2026Q4", Rated(), "the exam", BOSS)
    sell = agreed(session, person, GoalTerms("Sell", 50, GoalMeasure.FIGURE, target=200))
    progress.rate(session, sell, "2026Q4", Rated(actual=150), "from the CRM", BOSS)
    assert [line.rating for line in of_people(session, [person.id], "2026Q4")[person.id]] == [75, 75]
    progress.rate(session, sell, "2026Q4", Rated(actual=500), "a correction", BOSS)
    assert of_people(session, [person.id], "2026Q4")[person.id][1].rating == 100


def test_a_goal_for_several_years_stays_agreed_until_the_last_is_rated(
    session: Session, person: Person
) -> None:
    goal = agreed(session, person, period="2026", last_period="2027")
    progress.rate(session, goal, "2026", Rated(50), "half way", BOSS)
    assert goal.state == GoalState.AGREED
    with pytest.raises(NotPossible, match="2028 is not a period"):
        progress.rate(session, goal, "2028", Rated(50), "too early", BOSS)
    progress.rate(session, goal, "2027", Rated(90), "done", BOSS)
    assert goal.state == GoalState.RATED


def test_a_closed_goal_does_not_change(session: Session, person: Person) -> None:
    goal = agreed(session, person)
    progress.rate(session, goal, "2026Q4", Rated(50), "half", BOSS)
    progress.close(session, goal, BOSS)
    for act in (
        lambda: progress.rate(session, goal, "2026Q4", Rated(90), "more", BOSS),
        lambda: agreements.word(session, goal, COURSE, BOSS, "other words"),
        lambda: agreements.cancel(session, goal, "no use", BOSS),
    ):
        with pytest.raises(NotPossible):
            act()


@pytest.mark.parametrize(
    "terms",
    [
        GoalTerms("None", 0, GoalMeasure.RATING),
        GoalTerms("Too much", 101, GoalMeasure.RATING),
        GoalTerms("No target", 50, GoalMeasure.FIGURE),
        GoalTerms("Twice", 50, GoalMeasure.MILESTONES, milestones=(MilestoneTerms("a"), MilestoneTerms("a"))),
        GoalTerms("NaN", float("nan"), GoalMeasure.RATING),
    ],
    ids=lambda terms: terms.title,
)
def test_what_no_goal_can_be_is_refused(session: Session, person: Person, terms: GoalTerms) -> None:
    with pytest.raises(NotPossible):
        agreements.draft(session, person, "2026Q4", terms, HIM)


@pytest.mark.parametrize("last_period", ["2026Q3", "2027", "2031Q1"])
def test_a_term_runs_forward_in_periods_of_one_kind(
    session: Session, person: Person, last_period: str
) -> None:
    with pytest.raises(NotPossible):
        agreements.draft(session, person, "2026Q4", COURSE, HIM, last_period=last_period)


def test_the_audit_log_names_the_goal_and_none_of_its_words(session: Session, person: Person) -> None:
    goal = agreed(session, person)
    progress.note(session, goal, "a secret note", "DRIVE-7", HIM)
    progress.rate(session, goal, "2026Q4", Rated(80), "a secret reason", BOSS)
    session.flush()
    entries = session.scalars(select(AuditEntry).where(AuditEntry.act.like("goal%"))).all()
    assert [entry.act for entry in entries] == [
        "goal drafted",
        "goal proposed",
        "goal agreed",
        "goal note added",
        "goal rated",
    ]
    said = " ".join(str((entry.target, entry.detail)) for entry in entries)
    assert not [word for word in ("course", "secret", "DRIVE") if word in said]
