"""Reading the audit log: found by who, what, on what and when; as entries in words, or as a file."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from feedback.models.audit import AuditEntry
from feedback.services.ground.pagination import Page, mentions, page
from feedback.services.oversight import audit_wording
from forms import periods

HEADINGS = ("at", "actor", "act", "target", "before", "after", "facts")
AT_ONCE = 1000


@dataclass(frozen=True)
class Filters:
    actor: str = ""
    act: str = ""
    target: str = ""
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True)
class ChangedFact:
    """A fact that was changed: its name, to be translated, and its values as text; None where there was none."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class AuditLine:
    at: datetime
    actor: str
    act: str
    target: str
    changes: tuple[ChangedFact, ...]
    facts: tuple[tuple[str, str], ...]

    @property
    def title(self) -> str:
        return audit_wording.title(self.act)

    @classmethod
    def of(cls, stored: AuditEntry) -> "AuditLine":
        before, after = (stored.detail.get(side) or {} for side in ("before", "after"))
        facts = {name: value for name, value in stored.detail.items() if name not in ("before", "after")}
        return cls(
            at=stored.at,
            actor=stored.actor,
            act=stored.act,
            target=stored.target,
            changes=tuple(_changes(before, after)),
            facts=tuple((audit_wording.fact(name), in_words(value)) for name, value in facts.items()),
        )


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[ChangedFact]:
    """What differs; where only one side was recorded, all of it."""
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name) or (name in before) != (name in after):
            yield ChangedFact(
                audit_wording.fact(name),
                in_words(before[name]) if name in before else None,
                in_words(after[name]) if name in after else None,
            )


def in_words(value: Any) -> str:
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, list):
        return ", ".join(map(in_words, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def search(session: Session, filters: Filters, number: int) -> tuple[Page[AuditEntry], list[AuditLine]]:
    """A page of the log, newest first."""
    found = page(session, _query(filters), number)
    return found, [AuditLine.of(stored) for stored in found.rows]


def rows(session: Session, filters: Filters) -> Iterator[tuple[str, ...]]:
    """Every entry that was asked for, as a row under HEADINGS, newest first."""
    stored = session.scalars(_query(filters).execution_options(yield_per=AT_ONCE))
    for entry in stored:
        facts = dict(entry.detail)
        sides = [_json(facts.pop(side, None)) for side in ("before", "after")]
        yield (entry.at.isoformat(), entry.actor, entry.act, entry.target, *sides, _json(facts))


def acts_seen(session: Session) -> list[str]:
    """The acts in the log, for a choice, by their titles."""
    return sorted(session.scalars(select(AuditEntry.act).distinct()), key=audit_wording.title)


def _query(filters: Filters) -> Select[AuditEntry]:
    query = select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    if filters.actor:
        query = query.where(mentions(filters.actor, AuditEntry.actor))
    if filters.act:
        query = query.where(AuditEntry.act == filters.act)
    if filters.target:
        query = query.where(or_(*_contain(filters.target)))
    if filters.since:
        query = query.where(AuditEntry.at >= filters.since)
    if filters.before:
        query = query.where(AuditEntry.at < filters.before)
    return query


def _contain(words: str) -> Iterator[ColumnElement[bool]]:
    """What is said, as it is typed or with its periods as they are stored."""
    spelled = " ".join(map(periods.canonical, words.split()))
    return (mentions(each, AuditEntry.target) for each in {words, spelled})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""
