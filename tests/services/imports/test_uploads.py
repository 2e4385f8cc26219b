"""From a file to what is stored: the preview is what happens, and what is exported comes back unchanged."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.models.accounts import RoleName, User
from feedback.models.clients import Client
from feedback.models.figures import Figure
from feedback.models.goals import Goal
from feedback.models.people import Person
from feedback.models.uploads import Upload
from feedback.services.accounts import accounts
from feedback.services.ground.errors import InvalidFile, NotPossible
from feedback.services.imports import people_exports, uploads
from feedback.services.imports.people_exports import Format
from feedback.services.imports.uploads import ImportKind, ImportScope, OutcomeChanged
from feedback.services.people import client_files, people_files
from feedback.services.tables import columns
from feedback.services.tables.cells import WrongCell
from feedback.services.tables.import_plan import Author, Imported, Noun
from tests.factories import ACTOR, NOW, Office

AUTHOR = Author(ACTOR, NOW, NOW.date())
PEOPLE = "code,name,department,manager\nA1,张伟,east,\nA2,李娜,east,A1\n"


@pytest.fixture
def clerk(session: Session) -> User:
    return accounts.create(session, "clerk@example.com", None, RoleName.HR, actor=ACTOR, now=NOW)


def receive(
    session: Session,
    clerk: User,
    data: bytes | str,
    kind: ImportKind = ImportKind.PEOPLE,
    scope: ImportScope | None = None,
) -> Upload:
    content = data.encode() if isinstance(data, str) else data
    return uploads.receive(session, kind, "a.csv", content, scope or ImportScope(), user_id=clerk.id, now=NOW)


def confirm(session: Session, upload: Upload, digest: str | None = None) -> dict[Noun, Imported]:
    shown = uploads.plan(session, upload, AUTHOR).digest if digest is None else digest
    return uploads.confirm(session, upload, shown, AUTHOR)


def test_a_preview_says_what_changes_and_stores_nothing(session: Session, clerk: User) -> None:
    confirm(session, receive(session, clerk, PEOPLE))
    upload = receive(session, clerk, PEOPLE.replace("李娜", "李娜娜") + "A3,赵敏,west,A2\n")
    plan = uploads.plan(session, upload, AUTHOR)
    assert plan.counts == {Noun.PERSON: Imported(1, 1, 1)}
    changed, added = plan.changes
    assert (changed.target, changed.before, changed.after) == ("A2", {"name": "李娜"}, {"name": "李娜娜"})
    assert (added.target, added.before, added.after["manager"]) == ("A3", None, "A2")
    assert session.scalar(select(func.count(Person.id))) == 2


def test_confirming_does_what_was_shown_and_forgets_the_file(session: Session, clerk: User) -> None:
    assert confirm(session, receive(session, clerk, PEOPLE)) == {Noun.PERSON: Imported(2, 0, 0)}
    assert session.scalars(select(Upload.token)).all() == []


def test_the_same_file_again_changes_nothing(session: Session, clerk: User) -> None:
    confirm(session, receive(session, clerk, PEOPLE))
    assert uploads.plan(session, receive(session, clerk, PEOPLE), AUTHOR).changes == []


def test_nothing_is_stored_if_the_outcome_is_no_longer_what_was_shown(session: Session, clerk: User) -> None:
    upload = receive(session, clerk, PEOPLE)
    shown = uploads.plan(session, upload, AUTHOR).digest
    confirm(session, receive(session, clerk, "code,name,department\nA2,李丽,west\n"))
    with pytest.raises(OutcomeChanged):
        confirm(session, upload, shown)
    assert session.scalars(select(Person.name)).all() == ["李丽"]
    assert confirm(session, upload) == {Noun.PERSON: Imported(1, 1, 0)}


def test_a_change_that_does_not_matter_to_the_file_does_not_stop_it(session: Session, clerk: User) -> None:
    upload = receive(session, clerk, PEOPLE)
    shown = uploads.plan(session, upload, AUTHOR).digest
    confirm(session, receive(session, clerk, "code,name,department\nB1,王芳,west\n"))
    assert confirm(session, upload, shown) == {Noun.PERSON: Imported(2, 0, 0)}


def test_a_file_that_is_no_table_is_not_kept(session: Session, clerk: User) -> None:
    with pytest.raises(InvalidFile):
        receive(session, clerk, b"%PDF-1.7")
    assert session.scalars(select(Upload.token)).all() == []


def test_scores_of_goals_and_kpis_belong_to_a_period(session: Session, clerk: User, office: Office) -> None:
    office.person("A1", level="junior")
    scope = ImportScope("2026Q4", "account-manager", 1)
    confirm(session, receive(session, clerk, "subject,score\nA1,80\n", ImportKind.SCORES, scope))
    confirm(
        session,
        receive(session, clerk, "subject,kpi,actual,target\nA1,new-clients,7,8\n", ImportKind.KPI, scope),
    )
    assert session.scalars(select(Goal)).one().period == "2026Q4"
    kept = session.execute(select(Figure.kind, Figure.period, Figure.value)).all()
    assert sorted(kept) == [("actual", "2026Q4", 7.0), ("target", "2026Q4", 8.0)]
    with pytest.raises(NotPossible):
        receive(session, clerk, "subject,score\nA1,80\n", ImportKind.SCORES, ImportScope("soon"))


def test_files_that_nobody_confirms_are_forgotten_after_a_day(session: Session, clerk: User) -> None:
    receive(session, clerk, PEOPLE)
    uploads.sweep(session, NOW + timedelta(hours=23))
    assert session.scalar(select(func.count(Upload.token))) == 1
    uploads.sweep(session, NOW + timedelta(hours=25))
    assert session.scalar(select(func.count(Upload.token))) == 0


words = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cn"), include_characters="'=+-@,;\""),
    min_size=1,
    max_size=12,
).filter(lambda text: text == text.strip())
texts = st.one_of(
    words, st.sampled_from(["=1+1", "'=x", "''-y", "-2", "+3", "007", "_x0041_", "1e5", "TRUE"])
)


def can_end_a_code(text: str) -> bool:
    try:
        return bool(columns.canonical_code(f"0{text}"))
    except WrongCell:
        return False


codes = texts.filter(can_end_a_code)
formats = st.sampled_from([(format, language) for format in Format for language in (None, "zh", "en")])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(codes, texts, st.none() | texts), min_size=1, max_size=5), formats)
@example([("a/b", "a", None)], (Format.CSV, None))
def test_people_exported_and_imported_again_are_unchanged(
    session: Session, rows: list[tuple[str, str, str | None]], how: tuple[Format, str | None]
) -> None:
    session.rollback()  # of an example that failed
    office = Office(session, None, None)  # type: ignore[arg-type]  (neither keys nor links are needed)
    for number, (code, name, level) in enumerate(rows):
        office.person(f"{number}{code}", name=name, level=level, active=bool(number % 2), language="en")
    session.flush()
    data = people_exports.people(session, *how)
    assert people_files.import_file(session, data, actor=ACTOR, now=NOW) == Imported(0, 0, len(rows))
    session.rollback()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(texts, texts, st.booleans()), min_size=1, max_size=5), formats)
def test_clients_exported_and_imported_again_are_unchanged(
    session: Session, rows: list[tuple[str, str, bool]], how: tuple[Format, str | None]
) -> None:
    office = Office(session, None, None)  # type: ignore[arg-type]
    manager = office.person("A1")
    for number, (name, phone, alone) in enumerate(rows):
        client = Client(code=f"K{number}", name=name, account_manager=manager)
        session.add(client)
        if not alone:
            office.contact(client, phone=phone, active=bool(number % 2))
    session.flush()
    counts = client_files.import_file(session, people_exports.clients(session, *how), actor=ACTOR, now=NOW)
    assert counts[Noun.CLIENT] == Imported(0, 0, len(rows))
    assert counts[Noun.CONTACT] == Imported(0, 0, sum(not alone for *_, alone in rows))
    session.rollback()
