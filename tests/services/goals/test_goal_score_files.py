import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.goals import Goal, GoalState
from feedback.models.people import Person
from feedback.services.goals import goal_files, goal_score_files
from feedback.services.goals.goals import of_people
from feedback.services.ground.errors import InvalidFile
from feedback.services.tables.import_plan import Author, Imported
from tests.factories import NOW, Office

BY = Author("cli:hr", NOW, NOW.date())


@pytest.fixture(autouse=True)
def subjects(office: Office, session: Session) -> None:
    office.person("A1")
    office.person("A2")
    session.commit()


def load(session: Session, rows: str, period: str = "2026Q4") -> Imported:
    data = ("subject,score\n" + rows).encode()
    done = goal_score_files.import_file(session, data, period, BY)
    session.commit()
    return done


def stored(session: Session) -> dict[tuple[str, str], float | None]:
    session.expire_all()
    return {(goal.person.code, goal.period): goal.ratings[0].rating for goal in session.scalars(select(Goal))}


def test_a_score_is_one_agreed_and_rated_goal_of_weight_100(session: Session) -> None:
    assert load(session, "A1,82.5\nA2,0\n") == Imported(2, 0, 0)
    load(session, "A1,100\n", "2026Q3")
    assert stored(session) == {("A1", "2026Q4"): 82.5, ("A2", "2026Q4"): 0.0, ("A1", "2026Q3"): 100.0}
    person = session.scalars(select(Person).where(Person.code == "A1")).one()
    (line,) = of_people(session, [person.id], "2026Q4")[person.id]
    assert (line.weight, line.rating, line.state) == (100, 82.5, GoalState.RATED)


def test_importing_again_changes_only_what_differs(session: Session) -> None:
    load(session, "A1,82.5\nA2,70\n")
    assert load(session, "A1,82.50\nA2,71\n") == Imported(0, 1, 1)
    assert stored(session)[("A2", "2026Q4")] == 71.0


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        ("A1,101\nA2,-1\n", [(2, "score"), (3, "score")]),
        ("A1,80%\nA2,\n", [(2, "score"), (3, "score")]),
        ("A9,80\nA1,80\nA1,81\n", [(2, "subject"), (4, "subject")]),
    ],
)
def test_every_fault_is_named_and_nothing_is_stored(
    session: Session, rows: str, where: list[tuple[int, str]]
) -> None:
    with pytest.raises(InvalidFile) as caught:
        load(session, rows)
    assert [(fault.row, fault.column) for fault in caught.value.faults] == where
    assert stored(session) == {}


def test_whoever_has_agreed_goals_gets_no_score_beside_them(session: Session) -> None:
    heading = "subject,period,title,weight,measure,target,due,agreed\n"
    rows = heading + "A1,2026Q4,Learn,40,rating,,,2026-10-08\n"
    goal_files.import_file(session, rows.encode(), BY)
    with pytest.raises(InvalidFile, match="rate them instead"):
        load(session, "A1,80\n")
    load(session, "A1,80\n", "2026Q3")
