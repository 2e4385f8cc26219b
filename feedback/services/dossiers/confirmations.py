"""What waits for somebody's confirmation, computed and calibrated side by side, by rounds.

It is read as a pool is: what he then does with it, confirmed or sent back, is in the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy.orm import Session, joinedload

from feedback.models.calibrations import CalibrationChange
from feedback.models.people import Person
from feedback.models.rounds import Appraisal, Round
from feedback.services.appraisals import moves, rights, versions
from feedback.services.appraisals.summaries import AppraisalSummary
from feedback.services.assessment.appraisal_document import AppraisalStatus, Held
from feedback.services.decisions import confirming, deputies, results
from feedback.services.decisions.deputies import Decider
from feedback.services.ground.errors import NotFound, NotPossible
from forms.words import N_
from scoring.appraisal import displayed


@dataclass(frozen=True)
class ToConfirm:
    """One person. change: by which the calibration gave another band. reviewed_by: as people call him.

    refusal: why it is not this reader who confirms it.
    """

    appraisal: Appraisal
    figures: AppraisalSummary
    change: CalibrationChange | None
    reviewed_by: str | None
    refusal: NotPossible | None

    @property
    def qualified(self) -> bool:
        return self.figures.status is not AppraisalStatus.NOT_QUALIFIED

    @property
    def computed(self) -> str | None:
        """Before the reviewer or an incident made it another."""
        return None if self.figures.computed is None else str(displayed(self.figures.computed))

    @property
    def seen(self) -> str:
        return confirming.seen_as(self.appraisal)


@dataclass(frozen=True)
class PoolToConfirm:
    round: Round
    rows: tuple[ToConfirm, ...]

    @property
    def open_rows(self) -> tuple[ToConfirm, ...]:
        """Those that this reader may confirm."""
        return tuple(row for row in self.rows if row.refusal is None)


def waiting(session: Session, by: Decider, *, period: str | None = None) -> list[PoolToConfirm]:
    """By period and code, without himself; a constant number of statements."""
    query = rights.with_person().where(confirming.ready(session), rights.decided_by(by.reader))
    if period is not None:
        query = query.where(Round.period == period)
    query = query.options(joinedload(Appraisal.reviewer)).order_by(Round.period, Person.code)
    rows = _rows(session, session.scalars(query).all(), by)
    return [
        PoolToConfirm(of_round, tuple(found))
        for of_round, found in groupby(rows, key=lambda row: row.appraisal.round)
    ]


def pool(session: Session, period: str, by: Decider) -> PoolToConfirm:
    """Raises NotFound where nothing of the period waits for him."""
    found = waiting(session, by, period=period)
    if not found:
        raise NotFound(N_("there is nothing to confirm in %(period)s"), period=period)
    return found[0]


def _rows(session: Session, found: Sequence[Appraisal], by: Decider) -> list[ToConfirm]:
    figures, changes = versions.summaries(session, found), results.counting_changes(session, found)
    reviewed = results.who_reviewed(session, found)
    names = deputies.called(session, [*reviewed.values()])
    return [
        ToConfirm(
            appraisal=one,
            figures=figures[one.id],
            change=changes.get(one.id),
            reviewed_by=names.get(reviewed.get(one.id, "")),
            refusal=_refusal(one, reviewed.get(one.id), by),
        )
        for one in found
    ]


def _refusal(appraisal: Appraisal, reviewed: str | None, by: Decider) -> NotPossible | None:
    if reviewed is not None and deputies.is_same(reviewed, by.name):
        return NotPossible(moves.WHO_REVIEWED)
    if appraisal.held:
        return NotPossible(moves.HELD, reason=moves.WAITS_FOR[Held(appraisal.held)])
    return None
