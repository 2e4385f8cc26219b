"""Files of figures that were carried out, and taking one back: what counted before comes again as a new version."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from feedback.models.figures import Figure, FigureImport, FigureKind, FigureSource, TargetState
from feedback.services.facts import figures
from feedback.services.facts.computed import computed, computed_period
from feedback.services.facts.figures import FigureKey
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import ABOUT_YOURSELF, NotFound, NotPossible
from feedback.services.tables.import_plan import Author
from forms.words import N_

SHOWN = 10
LONGEST_REASON = 500


@dataclass(frozen=True)
class ImportEntry:
    """A file that was carried out, and how many versions came of it."""

    record: FigureImport
    figures: int


@dataclass(frozen=True)
class Undone:
    """left: figures that somebody has changed since; they stay as they are."""

    restored: int
    left: int


def latest(session: Session, kind: FigureKind | None = None, most: int = SHOWN) -> list[ImportEntry]:
    """The newest first."""
    query = select(FigureImport, func.count(Figure.id)).outerjoin(Figure, Figure.import_id == FigureImport.id)
    query = query.group_by(FigureImport.id).order_by(FigureImport.id.desc()).limit(most)
    if kind:
        query = query.where(FigureImport.kind == kind)
    return [ImportEntry(record, count) for record, count in session.execute(query)]


def undo(
    session: Session, number: int, author: Author, *, reason: str | None = None, own: int | None = None
) -> Undone:
    """own: the person who asks for it, whose figures are not his to change.

    Raises NotFound, or NotPossible if it was undone already, or concerns a computed period and has no reason.
    """
    row_locks.hold(session, Figure, FigureImport)
    record = session.get(FigureImport, number)
    if record is None:
        raise NotFound(N_("there is no import %(number)s"), number=number)
    if record.undone_at:
        raise NotPossible(N_("import %(number)s was undone already"), number=number)
    changed = _of_import(session, record)
    if own in {key.person_id for key in changed}:
        raise NotPossible(ABOUT_YOURSELF)
    if reason is None:
        _require_not_computed(session, list(changed))
    rows = list(_restored(session, record, changed, author, reason))
    if rows:
        session.execute(insert(Figure), rows, execution_options={"render_nulls": True})
    record.undone_at = author.now
    done = Undone(len(rows), len(changed) - len(rows))
    target, act = f"{record.file_name} {number}", "figures undone"
    audit.record(session, act, target, actor=author.actor, now=author.now, **vars(done))
    return done


def _of_import(session: Session, record: FigureImport) -> dict[FigureKey, int]:
    """The versions that it made."""
    columns = (Figure.person_id, Figure.period, Figure.kpi, Figure.kind, Figure.version)
    query = select(*columns).where(Figure.import_id == record.id)
    return {FigureKey(*row[:3], FigureKind(row[3])): row[4] for row in session.execute(query)}


def _require_not_computed(session: Session, keys: Sequence[FigureKey]) -> None:
    versions = computed(session, {key.person_id for key in keys})
    if period := next((p for key in keys if (p := computed_period(key, versions))), None):
        sentence = N_("%(period)s is computed: say why the figure changes (--reason)")
        raise NotPossible(sentence, period=period)


def _restored(
    session: Session,
    record: FigureImport,
    changed: Mapping[FigureKey, int],
    author: Author,
    reason: str | None,
) -> Iterator[dict[str, object]]:
    """Versions that say what counted before the import; nothing, where there was nothing."""
    last = figures.last_versions(session, {key.person_id for key in changed}, {key.period for key in changed})
    former = figures.before(session, changed)
    why = f"import {record.id} undone" + (f": {reason}" if reason else "")
    for key, version in changed.items():
        if last[key] != version:
            continue
        before = former.get(key)
        said = {name: getattr(before, name, None) for name in ("value", "part", "whole", "base", "state")}
        if key.kind is FigureKind.TARGET and before is None:
            said["state"] = TargetState.PROPOSED
        yield {
            **key._asdict(),
            **said,
            "version": version + 1,
            "source": before.source if before else FigureSource.IMPORT,
            "reason": why[:LONGEST_REASON],
            "at": author.now,
            "actor": author.actor,
        }
