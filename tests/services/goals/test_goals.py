from datetime import date

from sqlalchemy.orm import Session

from feedback.models.goals import Goal, GoalMeasure, GoalRating, GoalState, GoalVersion, Milestone
from feedback.models.people import Person
from feedback.services.goals.goals import of_people
from tests.factories import NOW, Office
from tests.statements import counted


def agreed(session: Session, person: Person, title: str, weight: float = 100, **fields: object) -> Goal:
    """A goal of 2026Q4 that both sides agreed to."""
    of_version = {key: fields.pop(key) for key in ("measure", "target") if key in fields}
    goal = Goal(
        person=person,
        by_subject=True,
        **{"period": "2026Q4", "state": GoalState.AGREED, "last_period": None} | fields,
    )
    version = GoalVersion(
        number=1, title=title, weight=weight, at=NOW, actor="a@example.com", agreed_at=NOW, agreed_by="m@example.com",
        **{"measure": GoalMeasure.RATING} | of_version,
    )  # fmt: skip
    goal.versions.append(version)
    session.add(goal)
    session.flush()
    return goal


def test_a_goal_that_nobody_rated_is_there_without_a_rating(office: Office, session: Session) -> None:
    person = office.person()
    agreed(session, person, "learn", 60)
    rated = agreed(session, person, "teach", 40, state=GoalState.RATED)
    rated.ratings.append(GoalRating(period="2026Q4", own=90.0, rating=85.0, reason="two courses"))
    session.commit()
    lines = of_people(session, [person.id], "2026Q4")[person.id]
    assert [(line.title, line.weight, line.state, line.rating, line.reason) for line in lines] == [
        ("learn", 60, GoalState.AGREED, None, ""),
        ("teach", 40, GoalState.RATED, 85.0, "two courses"),
    ]


def test_what_is_only_proposed_counts_neither_as_a_goal_nor_as_its_change(
    office: Office, session: Session
) -> None:
    person = office.person()
    agreed(session, person, "draft", state=GoalState.DRAFT)
    agreed(session, person, "proposal", state=GoalState.PROPOSED)
    goal = agreed(session, person, "learn", 60)
    goal.versions.append(
        GoalVersion(
            number=2,
            title="learn more",
            weight=80,
            measure=GoalMeasure.RATING,
            at=NOW,
            actor="a@example.com",
            reason="new post",
        )
    )
    session.commit()
    assert [(line.title, line.version) for line in of_people(session, [person.id], "2026Q4")[person.id]] == [
        ("learn", 1)
    ]


def test_a_cancelled_goal_is_shown_and_does_not_count(office: Office, session: Session) -> None:
    person = office.person()
    agreed(session, person, "gone", state=GoalState.CANCELLED)
    session.commit()
    assert [line.counts for line in of_people(session, [person.id], "2026Q4")[person.id]] == [False]


def test_a_goal_for_several_years_is_rated_in_each(office: Office, session: Session) -> None:
    person = office.person()
    goal = agreed(session, person, "lead", period="2026", last_period="2028")
    goal.ratings.append(GoalRating(period="2026", rating=70.0, reason="begun"))
    session.commit()
    found = {
        year: of_people(session, [person.id], year) for year in ("2025", "2026", "2027", "2029", "2026Q4")
    }
    assert {
        year: (lines[person.id][0].state, lines[person.id][0].rating)
        for year, lines in found.items()
        if lines
    } == {
        "2026": (GoalState.RATED, 70.0),
        "2027": (GoalState.AGREED, None),
    }


def test_milestones_count_in_the_period_by_whose_end_they_are_due(office: Office, session: Session) -> None:
    person = office.person()
    goal = agreed(session, person, "study", measure=GoalMeasure.MILESTONES, period="2026", last_period="2028")
    goal.milestones += [
        Milestone(
            version=1, position=1, title="exam", weight=2, due=date(2027, 6, 1), done_on=date(2027, 5, 1)
        ),
        Milestone(version=1, position=2, title="thesis", weight=1, due=date(2028, 6, 1)),
    ]
    session.commit()
    found = {year: of_people(session, [person.id], year) for year in ("2026", "2027", "2028")}
    assert {year: lines[person.id][0].milestones for year, lines in found.items() if lines} == {
        "2027": ((2.0, True),),
        "2028": ((2.0, True), (1.0, False)),
    }


def test_many_people_cost_as_many_statements_as_one(office: Office, session: Session) -> None:
    people = [office.person() for _ in range(5)]
    for person in people:
        agreed(session, person, "learn")
    session.commit()
    ids = [person.id for person in people]
    with counted(session.get_bind()) as statements:
        assert len(of_people(session, ids, "2026Q4")) == 5
    assert len(statements) == 4
