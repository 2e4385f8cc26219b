"""What the same person reached in other periods, as far as a reader may know it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from feedback.models.confirmed_results import ConfirmedResult
from feedback.models.rounds import TOLD, Appraisal, AppraisalState, AppraisalVersion, Round
from feedback.services.appraisals import rights
from feedback.services.appraisals.summaries import AppraisalSummary
from feedback.services.assessment.appraisal_document import BandLabel
from feedback.services.decisions.deputies import Decider
from feedback.services.ground.bilingual import Bilingual
from feedback.services.tables import periods


@dataclass(frozen=True)
class EarlierResult:
    """A confirmed result of another period. band: the calibrated one where there is one; None: not qualified, or a
    scheme without bands."""

    period: str
    state: AppraisalState
    qualified: bool
    band: BandLabel | None
    summary: AppraisalSummary

    @property
    def shown(self) -> str | None:
        return self.summary.shown


@dataclass(frozen=True)
class OwnPeriod:
    """A period in which one is appraised: its state, and whether there is something that one was told."""

    period: str
    state: AppraisalState
    result: EarlierResult | None


def of_person(session: Session, appraisal: Appraisal, by: Decider) -> list[OwnPeriod]:
    """Other periods of the same person, newest first; one statement.

    The person sees all of them, but no result before he is told; others those whom they reviewed or led then.
    """
    own = by.person_id == appraisal.person_id
    newest = (ConfirmedResult.appraisal_id == Appraisal.id) & ConfirmedResult.fell_at.is_(None)
    version = (AppraisalVersion.appraisal_id == Appraisal.id) & (
        AppraisalVersion.number == ConfirmedResult.version
    )
    rows = session.execute(
        select(Round.period, Appraisal.state, ConfirmedResult, AppraisalVersion.summary)
        .join(Appraisal.round)
        .outerjoin(ConfirmedResult, newest)
        .outerjoin(AppraisalVersion, version)
        .where(Appraisal.person_id == appraisal.person_id, Appraisal.id != appraisal.id, _read_by(by, own))
        .order_by(Round.period.desc(), ConfirmedResult.number.desc())
    )
    found: dict[str, OwnPeriod] = {}
    for period, state, confirmed, summary in rows:
        told = confirmed is not None and (not own or state in TOLD)
        result = _result(period, AppraisalState(state), confirmed, summary) if told else None
        found.setdefault(period, OwnPeriod(period, AppraisalState(state), result))
    return list(found.values())


def _read_by(by: Decider, own: bool) -> ColumnElement[bool]:
    return true() if own or by.reader.reads_everything else rights.led_by(by.reader)


def _result(
    period: str, state: AppraisalState, confirmed: ConfirmedResult, summary: dict[str, object]
) -> EarlierResult:
    read = AppraisalSummary.from_document(summary)
    labels = {label.id: label for label in (*read.reached_bands, *([read.band] if read.band else []))}
    band = labels.get(confirmed.band, _by_id(confirmed.band)) if confirmed.band else None
    return EarlierResult(period, state, confirmed.qualified, band, read)


def _by_id(band: str) -> BandLabel:
    """Of a calibrated band far from the computed one the summary has no title."""
    return BandLabel(band, Bilingual(band, band), 0.0)


def before(found: Sequence[OwnPeriod], period: str) -> EarlierResult | None:
    """That of the period that this one follows."""
    wanted = periods.before(period)
    return next((each.result for each in found if each.period == wanted), None)
