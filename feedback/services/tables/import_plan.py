"""What an import would do: looked at in a preview, then carried out as it was seen."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from feedback.models.audit import AuditEntry
from feedback.services.ground import audit
from feedback.services.ground.errors import RowFault

TABLE = AuditEntry.metadata.tables[AuditEntry.__tablename__]  # its rows are many
Cells = Mapping[str, str | float | None]


class Noun(StrEnum):
    PERSON = "person"
    CLIENT = "client"
    CONTACT = "contact"
    ASSIGNMENT = "assignment"
    TARGET = "target"
    ACTUAL = "actual"
    VISIT = "visit"
    COMPLAINT = "complaint"
    GOAL = "goal"
    GOAL_SCORE = "goal score"


@dataclass(frozen=True)
class Author:
    """Who imports, when, and which day it is where the server's people live."""

    actor: str
    now: datetime
    today: date


@dataclass(frozen=True)
class Imported:
    """What an import did to the records that its file names."""

    added: int
    changed: int
    unchanged: int
    removed: int = 0

    def __str__(self) -> str:
        removed = f", {self.removed} removed" if self.removed else ""
        return f"{self.added} added, {self.changed} changed, {self.unchanged} unchanged{removed}"

    def __add__(self, other: "Imported") -> "Imported":
        return Imported(
            self.added + other.added,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.removed + other.removed,
        )

    @property
    def facts(self) -> dict[str, Any]:
        """For the audit log; most kinds of file remove nothing."""
        return {name: count for name, count in vars(self).items() if count or name != "removed"}


@dataclass(frozen=True)
class RecordChange:
    """One record: `before` and `after` hold what differs, by column; None: it was not there, or is no more."""

    noun: Noun
    target: str
    before: Cells | None
    after: Cells | None

    @property
    def act(self) -> str:
        done = "added" if self.before is None else "removed" if self.after is None else "changed"
        return f"{self.noun} {done}"


@dataclass(frozen=True)
class Comparison:
    """What a file says about the records of one kind, beside what is stored; the cells of each by its name.

    removed: those stored that the file replaces without naming them again.
    """

    noun: Noun
    wanted: Mapping[str, Cells]
    stored: Mapping[str, Cells]
    removed: tuple[str, ...] = ()

    @cached_property
    def changes(self) -> list[RecordChange]:
        changed = [
            _change(self.noun, name, self.stored.get(name), cells)
            for name, cells in self.wanted.items()
            if self.stored.get(name) != cells
        ]
        return changed + [RecordChange(self.noun, name, self.stored[name], None) for name in self.removed]

    @property
    def differing(self) -> list[str]:
        """Those added or changed."""
        return [change.target for change in self.changes if change.after is not None]

    @property
    def counts(self) -> Imported:
        differing = len(self.changes) - len(self.removed)
        added = sum(change.before is None for change in self.changes)
        return Imported(added, differing - added, len(self.wanted) - differing, len(self.removed))


def _change(noun: Noun, name: str, stored: Cells | None, wanted: Cells) -> RecordChange:
    if stored is None:
        return RecordChange(
            noun, name, None, {column: cell for column, cell in wanted.items() if cell is not None}
        )
    differing = [column for column, cell in wanted.items() if stored[column] != cell]
    return RecordChange(
        noun, name, {name: stored[name] for name in differing}, {name: wanted[name] for name in differing}
    )


@dataclass(frozen=True)
class ImportPlan:
    """`act` and `target` are what the audit log says about the whole of it.

    warnings: what is possible and may be a mistake; row 0 is the file as a whole.
    """

    act: str
    target: str
    comparisons: tuple[Comparison, ...]
    store: Callable[[], None]
    warnings: tuple[RowFault, ...] = ()

    @property
    def changes(self) -> list[RecordChange]:
        return [change for comparison in self.comparisons for change in comparison.changes]

    @property
    def counts(self) -> dict[Noun, Imported]:
        return {comparison.noun: comparison.counts for comparison in self.comparisons}

    @property
    def digest(self) -> str:
        """The same for the same outcome, wherever it is planned."""
        seen = [[change.noun, change.target, change.before, change.after] for change in self.changes]
        return sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def carry_out(session: Session, plan: ImportPlan, *, actor: str, now: datetime) -> dict[Noun, Imported]:
    """Store a file's changes, each with its entry in the audit log, and one entry for the file."""
    counts = plan.counts
    store(session, plan, actor=actor, now=now)
    total = sum(counts.values(), Imported(0, 0, 0))
    audit.record(session, plan.act, plan.target, actor=actor, now=now, **total.facts)
    return counts


def store(session: Session, plan: ImportPlan, *, actor: str, now: datetime) -> None:
    """Store the changes, each with its entry in the audit log."""
    entries = [_entry(change, actor, now) for change in plan.changes]
    plan.store()
    if entries:
        session.execute(insert(TABLE), entries)


def _entry(change: RecordChange, actor: str, now: datetime) -> dict[str, Any]:
    detail = {"before": change.before, "after": change.after}
    return {
        "at": now,
        "actor": actor,
        "act": change.act,
        "target": change.target,
        "detail": {name: cells for name, cells in detail.items() if cells is not None},
    }
