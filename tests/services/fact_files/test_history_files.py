"""Histories in files: who was what from which day to which."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.assignments import Assignment
from feedback.models.audit import AuditEntry
from feedback.models.people import Department, Person
from feedback.services.fact_files import history_files, spans
from feedback.services.facts import todays_records
from feedback.services.ground.errors import InvalidFile
from feedback.services.people import people_edits
from feedback.services.tables import table_files
from feedback.services.tables.import_plan import Author, Imported
from tests.factories import Office
from tests.statements import counted

HEADING = "subject,from,until,kind,post,level,manager,department\n"
TODAY = date(2026, 11, 30)
AUTHOR = Author("cli:hr", datetime(2026, 11, 30, 9, tzinfo=UTC), TODAY)
BY = {"actor": AUTHOR.actor, "now": AUTHOR.now}


@pytest.fixture(autouse=True)
def company(office: Office, session: Session) -> None:
    session.add(Department(code="west", name="西区"))
    office.person("M1")
    office.person("M2")
    office.person("A1", level="junior")
    office.person("A2", level="junior")
    session.commit()


def load(session: Session, rows: str, heading: str = HEADING) -> Imported:
    return history_files.import_file(session, (heading + rows).encode(), AUTHOR)


def faults(session: Session, rows: str, heading: str = HEADING) -> list[tuple[int, str, str]]:
    with pytest.raises(InvalidFile) as caught:
        load(session, rows, heading)
    session.rollback()
    return [(fault.row, fault.column, fault.message) for fault in caught.value.faults]


def warnings(session: Session, rows: str, heading: str = HEADING) -> list[str]:
    plan = history_files.plan(
        session, table_files.read((heading + rows).encode(), history_files.COLUMNS), today=TODAY
    )
    return [warning.message for warning in plan.warnings]


def stored(session: Session) -> list[str]:
    return [
        f"{span.name} {' '.join(str(c) for c in span.cells.values())}"
        for span in spans.stored(session).values()
    ]


def person(session: Session, code: str) -> Person:
    return session.scalars(select(Person).where(Person.code == code)).one()


def test_a_history_is_kept_and_what_holds_today_is_today_s_record(session: Session) -> None:
    counts = load(
        session,
        "A1,2026-01-01,2026-03-31,probation,account-manager,junior,M1,east\n"
        "A1,2026-04-01,2026-08-31,work,account-manager,junior,M1,east\n"
        "A1,2026/9/1,,,key-account-manager,key-account,M2,west\n"
        "A1,2026年5月4日,2026-05-31,leave,,,,\n",
    )
    assert counts == Imported(4, 0, 0)
    assert stored(session) == [
        "A1 2026-01-01 2026-03-31 probation account-manager junior M1 east",
        "A1 2026-04-01 2026-08-31 work account-manager junior M1 east",
        "A1 2026-05-04 leave 2026-05-31 leave None None None None",
        "A1 2026-09-01 None work key-account-manager key-account M2 west",
    ]
    mine = person(session, "A1")
    assert (mine.post, mine.level, mine.manager.code) == ("key-account-manager", "key-account", "M2")
    assert mine.department.code == "west"
    acts = session.scalars(select(AuditEntry.act).where(AuditEntry.target.startswith("A1"))).all()
    assert sorted(acts) == ["assignment added"] * 4 + ["person changed"]


def test_chinese_headings_and_words_are_read(session: Session) -> None:
    heading = "工号,开始日期,结束日期,类型,岗位,职级,上级工号,部门\n"
    load(session, "A1,2026-01-01,,在岗,客户经理,junior,M1,east\nA1,20260501,20260601,休假,,,,\n", heading)
    assert stored(session) == [
        "A1 2026-01-01 None work 客户经理 junior M1 east",
        "A1 2026-05-01 leave 2026-06-01 leave None None None None",
    ]


def test_the_same_file_again_changes_nothing_and_so_does_what_was_exported(session: Session) -> None:
    rows = "A1,2026-01-01,2026-08-31,work,,junior,M1,east\nA1,2026-09-01,,work,,senior,M1,east\n"
    assert load(session, rows) == Imported(2, 0, 0)
    assert load(session, rows) == Imported(0, 0, 2)
    exported = "\n".join(",".join(cell or "" for cell in row) for row in history_files.export(session))
    assert load(session, exported) == Imported(0, 0, 2)


def test_gaps_and_two_posts_on_a_day_are_refused_in_so_many_words(session: Session) -> None:
    first = "A1,2026-01-01,2026-06-30,work,,junior,M1,east\n"
    assert faults(session, first + "A1,2026-08-01,,work,,senior,M1,east\n") == [
        (3, "from", "A1 has no post from 2026-07-01 to 2026-07-31")
    ]
    assert faults(session, first + "A1,2026-06-30,,work,,senior,M1,east\n") == [
        (3, "from", "two posts on 2026-06-30")
    ]
    assert faults(session, first + "A1,2026-01-01,2026-06-30,work,,senior,M1,east\n") == [
        (3, "from", "two posts on 2026-01-01")
    ]
    load(session, "A1,2026-01-01,,work,,junior,M1,east\n")
    session.commit()
    assert faults(session, "A1,2026-09-01,,work,,senior,M1,east\n") == [
        (2, "from", "two posts on 2026-09-01")
    ]


def test_what_a_file_covers_it_replaces_and_all_else_stays(session: Session) -> None:
    load(
        session,
        "A1,2026-01-01,2026-05-31,work,,junior,M1,east\nA1,2026-06-01,2026-07-31,work,,senior,M1,east\n"
        "A1,2026-08-01,,work,,senior,M2,east\nA1,2026-02-01,2026-02-20,leave,,,,\n"
        "A1,2026-07-01,2026-07-20,leave,,,,\n",
    )
    counts = load(session, "A1,2026-06-01,,work,,senior,M2,west\nA1,2026-06-25,2026-07-25,leave,,,,\n")
    assert counts == Imported(1, 1, 0, 2)
    assert stored(session) == [
        "A1 2026-01-01 2026-05-31 work None junior M1 east",
        "A1 2026-02-01 leave 2026-02-20 leave None None None None",
        "A1 2026-06-01 None work None senior M2 west",
        "A1 2026-06-25 leave 2026-07-25 leave None None None None",
    ]
    removed = session.scalars(select(AuditEntry.target).where(AuditEntry.act == "assignment removed"))
    assert sorted(removed) == ["A1 2026-07-01 leave", "A1 2026-08-01"]


def test_columns_that_are_left_out_leave_what_is_stored_or_take_today_s_record(session: Session) -> None:
    load(session, "A1,2026-04-01,\n", "subject,from,until\n")
    assert stored(session) == ["A1 2026-04-01 None work None junior None east"]
    load(session, "A1,2026-04-01,senior\n", "subject,from,level\n")
    load(session, "A1,2026-04-01,M1\n", "subject,from,manager\n")
    assert stored(session) == ["A1 2026-04-01 None work None senior M1 east"]


def test_wrong_rows_are_told_all_at_once(session: Session) -> None:
    assert faults(
        session,
        "A9,2026-01-01,,work,,,,\nA1,2026-01-01,,work,,,M9,\nA2,2026-02-01,2026-01-01,work,,,A2,north\n",
    ) == [
        (2, "subject", "there is no person A9"),
        (3, "manager", "there is no person M9"),
        (4, "manager", "A2 cannot be their own manager"),
        (4, "department", "there is no department north"),
        (4, "until", "lies before the first day"),
    ]
    assert [fault[:2] for fault in faults(session, "A1,31.1.2026,2026-02-30,resting,,,,\n")] == [
        (2, "from"),
        (2, "until"),
        (2, "kind"),
    ]
    person(session, "M1").manager = person(session, "A1")
    session.commit()
    assert faults(session, "A1,2026-01-01,,work,,,M1,\n") == [
        (2, "manager", "the reporting line runs in a circle: M1 → A1 → M1")
    ]


def test_a_level_that_no_scheme_knows_and_a_leaver_are_warned_of_by_name(session: Session) -> None:
    assert warnings(session, "A1,2026-01-01,,work,,wizard,M1,\nA2,2026-01-01,,work,,senior,M1,\n") == [
        "no scheme knows the level wizard: A1"
    ]
    assert warnings(session, "A1,2026-01-01,2026-08-31,work,,junior,,\n") == [
        "no post any more, and still active in the list of people: A1"
    ]


def change(session: Session, code: str, **cells: str) -> None:
    people_edits.change(session, person(session, code), cells, **BY, today=TODAY)
    session.expire_all()


def test_a_change_of_today_s_record_ends_the_post_yesterday_and_begins_a_new_one(session: Session) -> None:
    load(session, "A1,2026-01-01,,work,account-manager,junior,M1,east\n")
    change(session, "A1", level="senior")
    change(session, "A1", manager="M2")
    assert stored(session) == [
        "A1 2026-01-01 2026-11-29 work account-manager junior M1 east",
        "A1 2026-11-30 None work account-manager senior M2 east",
    ]
    change(session, "A1", name="另一个名字")
    assert len(stored(session)) == 2


def test_who_has_no_history_has_none_after_a_change_either(session: Session) -> None:
    change(session, "A2", level="senior")
    assert session.scalars(select(Assignment)).all() == []


def test_leaving_ends_the_post_and_coming_back_leaves_no_gap(session: Session) -> None:
    load(session, "A1,2026-01-01,2026-08-31,work,,junior,M1,east\nA2,2026-01-01,,work,,junior,M1,east\n")
    change(session, "A2", active="no")
    assert stored(session)[-1] == "A2 2026-01-01 2026-11-29 work None junior M1 east"
    change(session, "A1", level="senior")
    assert len(stored(session)) == 2
    change(session, "A1", active="no")
    change(session, "A1", active="yes")
    assert stored(session)[1:3] == [
        "A1 2026-09-01 None work None senior None east",
        "A1 2026-09-01 leave 2026-11-29 leave None None None None",
    ]


def test_more_rows_take_no_more_statements(office: Office, session: Session) -> None:
    def statements(count: int, prefix: str) -> int:
        for number in range(count):
            office.person(f"{prefix}{number}", level="junior")
        session.commit()
        rows = "".join(
            f"{prefix}{n},2026-01-01,2026-06-30,work,,junior,M1,east\n{prefix}{n},2026-07-01,,work,,senior,M2,east\n"
            for n in range(count)
        )
        with counted(session.get_bind()) as sent:
            load(session, rows)
        return len(sent)

    assert statements(3, "X") == statements(60, "Y")


def test_a_post_that_begins_later_becomes_today_s_record_on_its_day(session: Session) -> None:
    load(
        session,
        "A1,2026-01-01,2026-12-31,work,,junior,M1,east\nA1,2027-01-01,,work,key-account-manager,senior,M2,\n",
    )
    todays_records.bring_up_to_date(session, AUTHOR)
    assert person(session, "A1").level == "junior"
    then = Author("calendar", AUTHOR.now, date(2027, 1, 1))
    todays_records.bring_up_to_date(session, then)
    mine = person(session, "A1")
    assert (mine.post, mine.level, mine.manager.code) == ("key-account-manager", "senior", "M2")
    assert mine.department.code == "east"
    session.commit()
    with counted(session.get_bind()) as sent:
        todays_records.bring_up_to_date(session, then)
    assert len(sent) == 1
