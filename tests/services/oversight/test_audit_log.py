import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

import feedback
from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.models.audit import AppendOnly, AuditEntry
from feedback.services.ballot_box import shared_links
from feedback.services.ground import audit, schema
from feedback.services.oversight import audit_log, audit_wording
from feedback.services.oversight.audit_log import AuditLine, ChangedFact, Filters
from feedback.services.tables.import_plan import Noun
from feedback.settings import Settings
from tests.factories import ACTOR, NOW, Office

OTHER = "auditor@example.com"


@pytest.fixture
def log(either_engine: Settings) -> Iterator[Session]:
    """A log with one entry, on each engine."""
    with opened(create_app(either_engine)):
        schema.upgrade()
        session = db.session()
        audit.record(session, "campaign opened", "2026Q4", actor=ACTOR, now=NOW, tasks=3)
        session.commit()
        yield session


def unchanged(session: Session) -> bool:
    session.rollback()
    rows = session.execute(select(AuditEntry.actor, AuditEntry.act, AuditEntry.target)).all()
    return rows == [(ACTOR, "campaign opened", "2026Q4")]


def test_an_entry_is_neither_changed_nor_deleted_as_an_object(log: Session):
    entry = log.scalars(select(AuditEntry)).one()
    entry.actor = OTHER
    with pytest.raises(AppendOnly):
        log.flush()
    log.rollback()
    log.delete(log.scalars(select(AuditEntry)).one())
    with pytest.raises(AppendOnly):
        log.flush()
    assert unchanged(log)


@pytest.mark.parametrize(
    "statement",
    [
        update(AuditEntry).values(actor=OTHER),
        delete(AuditEntry),
        update(AuditEntry.__table__).values(actor=OTHER),
        delete(AuditEntry.__table__).where(AuditEntry.__table__.c.id == 1),
    ],
    ids=["update", "delete", "update of the table", "delete from the table"],
)
def test_an_entry_is_neither_changed_nor_deleted_by_a_statement(log: Session, statement):
    with pytest.raises(AppendOnly):
        log.execute(statement)
    assert unchanged(log)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_entry SET actor = 'nobody'",
        "UPDATE audit_entry SET detail = '{}' WHERE id = 1",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_entry WHERE id = 1",
    ],
)
def test_an_entry_is_neither_changed_nor_deleted_by_sql_as_text(log: Session, sql: str):
    with pytest.raises(DBAPIError, match="the audit log is append-only"):
        log.execute(text(sql))
    assert unchanged(log)


def test_an_entry_is_not_changed_past_the_session_either(log: Session):
    log.commit()
    with db.engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(update(AuditEntry.__table__).values(actor=OTHER))
    assert unchanged(log)


def test_an_entry_is_not_replaced_or_truncated(log: Session):
    replacing = {
        "sqlite": "INSERT OR REPLACE INTO audit_entry SELECT id, at, 'nobody', act, target, detail FROM audit_entry",
        "postgresql": "TRUNCATE audit_entry",
    }
    with pytest.raises(DBAPIError, match="the audit log is append-only"):
        log.execute(text(replacing[db.engine.dialect.name]))
    assert unchanged(log)


def test_entries_can_still_be_added(log: Session):
    log.execute(insert(AuditEntry).values(at=NOW, actor=ACTOR, act="a", target="b", detail={}))
    audit.record(log, "campaign closed", "2026Q4", actor=ACTOR, now=NOW)
    log.commit()
    assert len(log.scalars(select(AuditEntry)).all()) == 3


def trees() -> dict[str, ast.Module]:
    root = Path(feedback.__path__[0])
    return {str(path.relative_to(root)): ast.parse(path.read_text()) for path in root.rglob("services/*.py")}


def places_of_acts(modules: dict[str, ast.Module]) -> dict[str, int]:
    """Functions that take an act to record it, and at which place."""
    found = {"audit.record": 1}
    for node in (node for tree in modules.values() for node in ast.walk(tree)):
        names = [argument.arg for argument in node.args.args] if isinstance(node, ast.FunctionDef) else []
        if (
            "act" in names
            and node.name != "record"
            and "actor" in {argument.arg for argument in node.args.kwonlyargs} | set(names)
        ):
            found[node.name] = names.index("act")
    return found


def recorded_acts() -> Iterator[tuple[str, ast.Constant | ast.JoinedStr | ast.IfExp]]:
    """Where an act is recorded, and how it is named there; names that are handed on are found where they come from."""
    modules = trees()
    places = places_of_acts(modules)
    for name, tree in modules.items():
        for node in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name_called = ast.unparse(node.func)
            called = name_called if name_called == "audit.record" else name_called.rpartition(".")[2]
            if called in places and len(node.args) > places[called] and "actor" in ast.unparse(node):
                act = node.args[places[called]]
                if isinstance(act, ast.Constant | ast.JoinedStr | ast.IfExp):
                    yield f"{name}:{node.lineno}", act


def possible_acts(node: ast.Constant | ast.JoinedStr | ast.IfExp) -> list[str]:
    """The acts that a name may stand for: itself, or every known one that fits a text with gaps."""
    if isinstance(node, ast.Constant):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        parts = (re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in node.values)
        pattern = re.compile("".join(parts))
        return [act for act in audit_wording.ACTS if pattern.fullmatch(act)]
    return [side.value for side in (node.body, node.orelse) if isinstance(side, ast.Constant)]


def test_every_act_has_a_title():
    untitled = [
        f"{place}: {ast.unparse(node)}"
        for place, node in recorded_acts()
        if not possible_acts(node) or not set(possible_acts(node)) <= audit_wording.ACTS.keys()
    ]
    assert untitled == []


@pytest.mark.parametrize("noun", Noun)
def test_what_an_import_does_to_each_kind_of_record_has_a_title(noun: Noun):
    assert {f"{noun} added", f"{noun} changed"} <= audit_wording.ACTS.keys()


def test_an_entry_says_what_was_before_and_after():
    stored = AuditEntry(
        at=NOW,
        actor=ACTOR,
        act="account changed",
        target="x@example.com",
        detail={
            "before": {"roles": ["hr"], "active": True, "email": "same"},
            "after": {"roles": ["hr", "admin"], "active": False, "email": "same", "person": None},
            "number": 3,
        },
    )
    entry = AuditLine.of(stored)
    assert entry.title == "Account changed"
    assert entry.facts == (("Number", "3"),)
    assert entry.changes == (
        ChangedFact("Roles", "hr", "hr, admin"),
        ChangedFact("Active", "✓", "✗"),
        ChangedFact("Person", None, "–"),
    )


def test_an_act_of_a_newer_version_is_shown_as_it_was_recorded():
    assert audit_wording.title("moon landed") == "moon landed"


def found(session: Session, **filters: object) -> list[str]:
    _, entries = audit_log.search(session, Filters(**filters), 1)
    return [entry.target for entry in entries]


def test_the_log_is_searched_by_who_what_on_what_and_when_newest_first(session: Session):
    for day, (actor, act, target) in enumerate(
        [
            ("a@x", "campaign opened", "Q1"),
            ("b@x", "campaign closed", "Q1"),
            ("a@x", "campaign closed", "100%"),
        ]
    ):
        audit.record(session, act, target, actor=actor, now=NOW + timedelta(days=day))
    session.flush()
    assert found(session) == ["100%", "Q1", "Q1"]
    assert found(session, actor="A@") == ["100%", "Q1"]
    assert found(session, act="campaign opened") == ["Q1"]
    assert found(session, target="0%") == ["100%"]
    assert found(session, since=NOW + timedelta(days=1), before=NOW + timedelta(days=2)) == ["Q1"]


def test_answering_leaves_no_entry_and_no_entry_names_a_rater(office: Office):
    campaign = office.open({"client": 4, "peer": 3, "supervisor": 1})
    before = len(office.session.scalars(select(AuditEntry)).all())
    raters = [link.email for link in shared_links.share(office.session, office.tokens, "http://x", campaign)]
    names = [link.rater for link in shared_links.share(office.session, office.tokens, "http://x", campaign)]
    for group in ("client", "peer", "supervisor"):
        for nonce in office.nonces(campaign, group):
            office.answer(nonce)
            office.answer(nonce)
    assert len(office.session.scalars(select(AuditEntry)).all()) == before
    office.close(campaign)
    log = repr([(e.target, e.actor, e.detail) for e in office.session.scalars(select(AuditEntry))])
    assert len(raters) == 8
    assert not any(rater in log for rater in [*raters, *names])
