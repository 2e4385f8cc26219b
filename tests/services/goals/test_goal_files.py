import csv
import io

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.audit import AuditEntry
from feedback.models.goals import Goal, GoalState
from feedback.services.goals import agreements, goal_files, progress
from feedback.services.goals.progress import Rated
from feedback.services.goals.sides import Actor, Side
from feedback.services.ground.errors import InvalidFile
from feedback.services.imports import goal_exports
from feedback.services.imports.people_exports import Format
from feedback.services.tables.import_plan import Author, Imported
from tests.factories import NOW, Office

HEADING = "subject,period,title,weight,measure,target,due,parent,last_period,agreed\n"
BY = Author("cli:hr", NOW, NOW.date())
BOSS = Actor(Side.COMPANY, "m@example.com", NOW)
HIM = Actor(Side.PERSON, "a@example.com", NOW)


@pytest.fixture(autouse=True)
def subjects(office: Office, session: Session) -> None:
    office.person("A1")
    office.person("A2")
    session.commit()


def load(session: Session, rows: str, heading: str = HEADING) -> Imported:
    done = goal_files.import_file(session, (heading + rows).encode(), BY)
    session.commit()
    return done


def stored(session: Session) -> dict[str, tuple[str, str, float, int]]:
    session.expire_all()
    return {
        f"{goal.person.code} {goal.versions[-1].title}": (
            goal.period, goal.state, goal.versions[-1].weight, len(goal.versions)
        )
        for goal in session.scalars(select(Goal))
    }  # fmt: skip


def test_goals_of_a_file_are_proposed_and_those_agreed_on_paper_are_agreed(session: Session) -> None:
    assert load(
        session,
        "A1,2026q4,Learn,40,rating,,2026/12/15,Growth,,\n"
        "A1,2026Q4,Sell,60,数值,200000,,,,2026-10-08\nA2,2026,Lead,100,rating,,,,2028,\n",
    ) == Imported(3, 0, 0)
    assert stored(session) == {
        "A1 Learn": ("2026Q4", GoalState.PROPOSED, 40, 1),
        "A1 Sell": ("2026Q4", GoalState.AGREED, 60, 1),
        "A2 Lead": ("2026", GoalState.PROPOSED, 100, 1),
    }
    assert "goals imported" in session.scalars(select(AuditEntry.act)).all()


def test_what_is_exported_is_imported_again_without_a_change(session: Session) -> None:
    load(
        session,
        "A1,2026Q4,Learn,40,rating,,2026-12-15,Growth,,\n"
        "A1,2026Q4,Sell,60,figure,200000,,,,2026-10-08\nA2,2026,Lead,100,rating,,,,2028,\n",
    )
    sell = session.scalars(select(Goal).where(Goal.state == GoalState.AGREED)).one()
    progress.rate(session, sell, "2026Q4", Rated(actual=1.0), "little", BOSS)
    session.commit()
    data = goal_exports.goals(session, Format.CSV)
    assert len(list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))) == 3
    assert goal_files.import_file(session, data, BY) == Imported(0, 0, 3)


def test_other_words_for_an_agreed_goal_wait_for_the_person(session: Session) -> None:
    load(session, "A1,2026Q4,Learn,40,rating,,,,,2026-10-08\n")
    assert load(session, "A1,2026Q4,Learn,50,rating,,,,,\n") == Imported(0, 1, 0)
    goal = session.scalars(select(Goal)).one()
    assert (goal.state, agreements.awaits(goal), goal.by_subject) == (GoalState.AGREED, True, False)
    agreements.agree(session, goal, HIM)
    assert stored(session) == {"A1 Learn": ("2026Q4", GoalState.AGREED, 50, 2)}


def test_columns_that_a_file_does_not_have_leave_what_is_stored(session: Session) -> None:
    load(session, "A1,2026,Learn,40,rating,,,Growth,2027,2026-10-08\n")
    short = "subject,period,title,weight,measure,target,due\n"
    assert load(session, "A1,2026,Learn,40,rating,,\n", short) == Imported(0, 0, 1)


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        ("A9,2026Q4,Learn,40,rating,,,,,\n", [(2, "subject")]),
        ("A1,soon,Learn,40,rating,,,,,\n", [(2, "period")]),
        ("A1,2026Q4,Learn,101,guess,,tomorrow,,,\n", [(2, "weight"), (2, "measure"), (2, "due")]),
        ("A1,2026Q4,Learn,40,figure,,,,,\n", [(2, "measure")]),
        ("A1,2026Q4,Learn,40,rating,,,,2027,\n", [(2, "measure")]),
        ("A1,2026Q4,Learn,40,milestones,,,,,2026-10-08\n", [(2, "agreed")]),
        (
            "A1,2026Q4,A,60,rating,,,,,\nA1,2026Q4,B,60,rating,,,,,\nA2,2026Q4,B,60,rating,,,,,\n",
            [(3, "weight")],
        ),
        ("A1,2026Q4,A,60,rating,,,,,\nA1,2026Q4,A,30,rating,,,,,\n", [(3, "title")]),
    ],
)
def test_every_fault_is_named_and_nothing_is_stored(
    session: Session, rows: str, where: list[tuple[int, str]]
) -> None:
    with pytest.raises(InvalidFile) as caught:
        load(session, rows)
    assert [(fault.row, fault.column) for fault in caught.value.faults] == where
    assert stored(session) == {}


def test_a_rated_goal_takes_no_change_from_a_file(session: Session) -> None:
    load(session, "A1,2026Q4,Learn,40,rating,,,,,2026-10-08\n")
    progress.rate(session, session.scalars(select(Goal)).one(), "2026Q4", Rated(80), "done", BOSS)
    session.commit()
    with pytest.raises(InvalidFile):
        load(session, "A1,2026Q4,Learn,50,rating,,,,,\n")


def test_room_is_left_for_what_is_agreed_and_not_in_the_file(session: Session) -> None:
    load(session, "A1,2026Q4,Learn,60,rating,,,,,2026-10-08\n")
    with pytest.raises(InvalidFile, match="the weights total 110"):
        load(session, "A1,2026Q4,Sell,50,rating,,,,,\n")
