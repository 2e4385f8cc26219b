"""Who meets which goals: oneself, one's manager, HR, and auditors reading."""

import pytest
from sqlalchemy.orm import Session

from feedback.models.accounts import RoleName
from feedback.models.goals import GoalMeasure
from feedback.models.people import Person
from feedback.services.accounts.reading_rights import Reader
from feedback.services.goals import agreements, sides
from feedback.services.goals.agreements import GoalTerms
from feedback.services.goals.sides import Actor, Side
from feedback.services.ground.errors import NotFound, NotPossible
from tests.factories import NOW, Office


@pytest.fixture
def team(office: Office, session: Session) -> dict[str, Person]:
    """Top leads Boss, who leads Anna."""
    top = office.person("TOP")
    boss = office.person("BOSS", manager=top)
    people = {
        "TOP": top,
        "BOSS": boss,
        "ANNA": office.person("ANNA", manager=boss),
        "BEN": office.person("BEN"),
    }
    session.flush()
    return people


def reader(person: Person | None, *roles: RoleName) -> Reader:
    return Reader(person.id if person else None, frozenset(roles))


def test_the_side_follows_from_who_somebody_is_to_the_person(
    session: Session, team: dict[str, Person]
) -> None:
    anna = team["ANNA"]
    seen = {
        "herself": reader(anna, RoleName.EMPLOYEE),
        "her manager": reader(team["BOSS"], RoleName.MANAGER),
        "his manager": reader(team["TOP"], RoleName.MANAGER),
        "a colleague": reader(team["BEN"], RoleName.EMPLOYEE),
        "her manager without the role": reader(team["BOSS"], RoleName.EMPLOYEE),
        "HR": reader(None, RoleName.HR),
        "HR about herself": reader(anna, RoleName.HR),
        "auditor": reader(None, RoleName.AUDITOR),
        "administrator": reader(None, RoleName.ADMIN),
        "compliance": reader(None, RoleName.COMPLIANCE),
    }
    assert {who: sides.side_of(session, one, anna) for who, one in seen.items()} == {
        "herself": Side.PERSON,
        "her manager": Side.COMPANY,
        "his manager": None,
        "a colleague": None,
        "her manager without the role": None,
        "HR": Side.COMPANY,
        "HR about herself": Side.PERSON,
        "auditor": Side.READING,
        "administrator": None,
        "compliance": None,
    }


def test_a_draft_is_for_the_side_that_writes_it(session: Session, team: dict[str, Person]) -> None:
    terms = GoalTerms("Learn", 50, GoalMeasure.RATING)
    goal = agreements.draft(session, team["ANNA"], "2026Q4", terms, Actor(Side.COMPANY, "m@example.com", NOW))
    boss, anna = reader(team["BOSS"], RoleName.MANAGER), reader(team["ANNA"], RoleName.EMPLOYEE)
    assert sides.find_goal(session, boss, goal.id) == (goal, Side.COMPANY)
    with pytest.raises(NotFound):
        sides.find_goal(session, anna, goal.id)
    assert sides.goals_of(session, team["ANNA"], Side.PERSON) == []
    assert sides.goals_of(session, team["ANNA"], Side.READING) == []


def test_an_auditor_reads_and_changes_nothing(session: Session, team: dict[str, Person]) -> None:
    him = Actor(Side.PERSON, "a@example.com", NOW)
    goal = agreements.draft(session, team["ANNA"], "2026Q4", GoalTerms("Learn", 50, GoalMeasure.RATING), him)
    agreements.propose(session, goal, him)
    auditor = reader(None, RoleName.AUDITOR)
    assert sides.find_goal(session, auditor, goal.id)[1] is Side.READING
    with pytest.raises(NotPossible):
        sides.find_goal(session, auditor, goal.id, to_change=True)
