"""How a period is going while it runs: figures of its months against their targets. No score and no total."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from feedback.models.rounds import Appraisal
from feedback.services.appraisals import computing
from feedback.services.assessment.appraisal_document import AppraisalDocument, KpiLine
from feedback.services.decisions.deputies import Decider
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.errors import NotPossible
from feedback.services.tables import periods

MOST_MONTHS = 3


@dataclass(frozen=True)
class KpiProgress:
    """months: one line for each month of the table, None where the person had no such KPI or was not there."""

    title: Bilingual
    unit: Bilingual
    months: tuple[KpiLine | None, ...]


@dataclass(frozen=True)
class MonthTable:
    """The months of a period that have begun, the last three of a longer one."""

    months: tuple[str, ...]
    kpis: tuple[KpiProgress, ...]

    @property
    def has_figures(self) -> bool:
        return any(
            line is not None and (line.actual is not None or line.target is not None)
            for kpi in self.kpis
            for line in kpi.months
        )


def of(session: Session, appraisal: Appraisal, by: Decider) -> MonthTable:
    """A number of statements that depends on the months alone."""
    begun = [
        month for month in periods.months_of(appraisal.round.period) if periods.first_day(month) <= by.today
    ]
    months = tuple(begun[-MOST_MONTHS:])
    documents = [_document(session, appraisal, month, by.now) for month in months]
    titles = {line.id: line for document in documents if document for line in _lines(document)}
    kpis = [
        KpiProgress(line.title, line.unit, tuple(_line(document, id) for document in documents))
        for id, line in titles.items()
    ]
    return MonthTable(months, tuple(kpis))


def _document(session: Session, appraisal: Appraisal, month: str, now: datetime) -> AppraisalDocument | None:
    """None where the month cannot be computed, as with a campaign of its own that is not released."""
    try:
        made = computing.documents_of(session, appraisal.round, [appraisal.person], month, now=now)
    except NotPossible:
        return None
    return made.get(appraisal.person_id)


def _lines(document: AppraisalDocument) -> Sequence[KpiLine]:
    """Those of the last segment, whose post the person had at the end of the month."""
    return document.segments[-1].kpis if document.segments else ()


def _line(document: AppraisalDocument | None, kpi: str) -> KpiLine | None:
    return next((line for line in _lines(document) if line.id == kpi), None) if document else None
