"""Taking back a span of somebody's history that should not be there: a post or a leave that never was.

In place of a post the one before it goes on, so that no gap is left; what holds today becomes today's record. Checked,
warned of and logged as a file of histories is.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback.services.fact_files import history_files, spans
from feedback.services.fact_files.spans import Span
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.tables import columns, import_plan
from feedback.services.tables.columns import TableRow
from feedback.services.tables.import_plan import Author, ImportPlan
from forms.text_lengths import LONGEST_LINE
from forms.words import N_


@dataclass(frozen=True)
class TakeBack:
    """before: the post that goes on in its place, if there is one."""

    span: Span
    before: Span | None
    plan: ImportPlan


def preview(session: Session, number: int, author: Author) -> TakeBack:
    """What would change. Raises NotFound, or InvalidFile where what is left does not fit together."""
    span = spans.find(session, number)
    if span is None:
        raise NotFound(N_("there is no such post or leave"))
    before = None if span.is_leave else _before(session, span)
    rows = _continued(before, span) if before else []
    plan = history_files.plan(session, rows, today=author.today, without=span)
    return TakeBack(span, before, plan)


def _before(session: Session, span: Span) -> Span | None:
    work = [one for one in spans.stored(session, [span.subject]).values() if not one.is_leave]
    return max((one for one in work if one.starts < span.starts), key=lambda one: one.starts, default=None)


def _continued(before: Span, span: Span) -> list[TableRow]:
    """As a file would say it."""
    cells = before.cells | {"until": span.ends.isoformat() if span.ends else None}
    said = [cells[column.name] or "" for column in history_files.COLUMNS[2:]]
    heading = [column.name for column in history_files.COLUMNS]
    return columns.rows([heading, [before.subject, before.starts.isoformat(), *said]], history_files.COLUMNS)


def take_back(session: Session, number: int, reason: str, author: Author) -> Span:
    """Returns what was taken back."""
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_LINE:
        raise NotPossible(N_("say why, in at most %(limit)s characters"), limit=LONGEST_LINE)
    row_locks.hold(session, *history_files.TABLES)
    found = preview(session, number, author)
    import_plan.store(session, found.plan, actor=author.actor, now=author.now)
    audit.record(
        session,
        "history taken back",
        found.span.name,
        actor=author.actor,
        now=author.now,
        before={name: cell for name, cell in found.span.cells.items() if cell},
        after={"reason": reason},
    )
    return found.span
