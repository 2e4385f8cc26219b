"""Taking back a post or a leave that never was."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.audit import AuditEntry
from feedback.models.people import Person
from feedback.services.fact_files import history_files, history_takebacks, spans
from feedback.services.ground.errors import InvalidFile, NotFound, NotPossible
from feedback.services.tables.import_plan import Author
from tests.factories import Office

AUTHOR = Author("cli:hr", datetime(2026, 11, 30, 9, tzinfo=UTC), date(2026, 11, 30))
HEADING = "subject,from,until,kind,post,level,manager,department\n"
STORY = """\
A1,2026-01-01,2026-06-30,work,,junior,M1,east
A1,2026-07-01,2026-09-30,probation,,senior,M2,east
A1,2026-10-01,,work,,lead,M2,east
A1,2026-08-01,2026-08-31,leave,,,,
"""


@pytest.fixture(autouse=True)
def company(office: Office, session: Session) -> None:
    for code in ("M1", "M2"):
        office.person(code)
    office.person("A1", level="junior")
    session.commit()
    history_files.import_file(session, (HEADING + STORY).encode(), AUTHOR)
    session.commit()


def take_back(session: Session, starts: str, *, leave: bool = False, reason: str = "not so") -> None:
    number = spans.number_of(session, "A1", date.fromisoformat(starts), leave=leave)
    assert number is not None
    history_takebacks.take_back(session, number, reason, AUTHOR)
    session.commit()
    session.expire_all()


def stored(session: Session) -> list[str]:
    return [
        f"{span.starts} {span.ends} {span.kind} {span.level}"
        for span in spans.stored(session, ["A1"]).values()
    ]


def person(session: Session) -> Person:
    return session.scalars(select(Person).where(Person.code == "A1")).one()


def test_a_leave_is_gone_and_the_work_beneath_it_stays(session: Session):
    take_back(session, "2026-08-01", leave=True)
    assert stored(session) == [
        "2026-01-01 2026-06-30 work junior",
        "2026-07-01 2026-09-30 probation senior",
        "2026-10-01 None work lead",
    ]


def test_in_place_of_a_post_the_one_before_goes_on_so_that_there_is_no_gap(session: Session):
    take_back(session, "2026-07-01")
    assert stored(session)[:2] == ["2026-01-01 2026-09-30 work junior", "2026-08-01 2026-08-31 leave None"]
    assert person(session).level == "lead"


def test_the_post_of_today_gives_way_to_the_one_before_also_in_today_s_record(session: Session):
    assert person(session).level == "lead"
    take_back(session, "2026-10-01")
    assert stored(session)[1] == "2026-07-01 None probation senior"
    assert (person(session).level, person(session).manager.code) == ("senior", "M2")


def test_of_the_first_post_nothing_goes_on(session: Session):
    take_back(session, "2026-01-01")
    assert stored(session)[0] == "2026-07-01 2026-09-30 probation senior"


def test_who_took_back_what_and_why_is_in_the_audit_log(session: Session):
    take_back(session, "2026-08-01", leave=True, reason="another person")
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.act == "history taken back"))
    assert (entry.actor, entry.target) == ("cli:hr", "A1 2026-08-01 leave")
    assert entry.detail["before"] == {"until": "2026-08-31", "kind": "leave"}
    assert entry.detail["after"] == {"reason": "another person"}


def test_it_takes_a_reason_and_something_that_is_there(session: Session):
    with pytest.raises(NotPossible, match="say why"):
        take_back(session, "2026-08-01", leave=True, reason=" ")
    session.rollback()
    with pytest.raises(NotFound):
        history_takebacks.take_back(session, 99999, "why", AUTHOR)


def test_a_reporting_line_is_not_turned_into_a_circle(session: Session):
    rows = "M1,2026-01-01,2026-06-30,work,,,A1,east\nM1,2026-07-01,,work,,,,east\n"
    history_files.import_file(
        session, (HEADING + "A1,2026-10-01,,work,,lead,M1,east\n" + rows).encode(), AUTHOR
    )
    number = spans.number_of(session, "M1", date(2026, 7, 1), leave=False)
    assert number is not None
    with pytest.raises(InvalidFile) as refused:
        history_takebacks.take_back(session, number, "not so", AUTHOR)
    assert "runs in a circle" in refused.value.faults[0].message
