import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.appraisals import GoalScore
from feedback.services.appraisals import goals
from feedback.services.ground.errors import InvalidFile
from feedback.services.tables.import_plan import Imported
from tests.factories import NOW, Office


@pytest.fixture(autouse=True)
def subjects(office: Office, session: Session) -> None:
    office.person("A1")
    office.person("A2")
    session.commit()


def load(session: Session, rows: str, period: str = "2026Q4") -> Imported:
    return goals.import_file(session, ("subject,score\n" + rows).encode(), period, actor="cli:hr", now=NOW)


def stored(session: Session) -> dict[tuple[str, str], float]:
    return {(goal.person.code, goal.period): goal.score for goal in session.scalars(select(GoalScore))}


def test_scores_are_kept_by_subject_and_period(session: Session) -> None:
    assert load(session, "A1,82.5\nA2,0\n") == Imported(2, 0, 0)
    load(session, "A1,100\n", "2026Q3")
    assert stored(session) == {("A1", "2026Q4"): 82.5, ("A2", "2026Q4"): 0.0, ("A1", "2026Q3"): 100.0}


def test_importing_again_changes_only_what_differs(session: Session) -> None:
    load(session, "A1,82.5\nA2,70\n")
    session.commit()
    assert load(session, "A1,82.50\nA2,71\n") == Imported(0, 1, 1)
    session.commit()
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
