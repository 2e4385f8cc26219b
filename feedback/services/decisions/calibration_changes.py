"""The changes of a calibration: from one band to another, with a reason that the person may read."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.accounts import RoleName
from feedback.models.calibrations import CalibrationChange, CalibrationPlace, CalibrationSession
from feedback.models.rounds import Appraisal, AppraisalState
from feedback.services.appraisals import moves, versions
from feedback.services.assessment.appraisal_document import AppraisalDocument, AppraisalStatus
from feedback.services.decisions import calibration_table
from feedback.services.decisions.deputies import Decider
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import ABOUT_YOURSELF, NotFound, NotPossible
from forms.text_lengths import LONGEST_LINE
from forms.words import N_

NEEDS_REASON = N_("a change needs a reason that the person may read")
CLOSED = N_("the session is closed")
NO_LIFTING = N_("calibration cannot lift a veto: withdraw the incident")
OPEN_TO_CHANGE = (AppraisalState.RUNNING, AppraisalState.COMPUTED, AppraisalState.REVIEWED)


def change(
    session: Session,
    sitting: CalibrationSession,
    appraisal: Appraisal,
    band: str,
    reason: str,
    fact: str,
    by: Decider,
) -> CalibrationChange:
    """One band to another, by HR or the chair. Where figures cannot tell two people apart, a fact has to."""
    hold_open(session, sitting)
    check_in_pool(session, sitting, appraisal)
    if by.person_id == appraisal.person_id:
        raise NotPossible(ABOUT_YOURSELF)
    check_leads(sitting, by)
    document = versions.document(session, appraisal)
    before = _band_now(session, sitting, appraisal, document)
    check_change(document, before, band, reason)
    if not fact.strip():
        calibration_table.check_swap(session, sitting, appraisal, band, by)
    return _add(session, appraisal, before, band, reason, fact, by, session_id=sitting.id)


def change_by_answer(
    session: Session, appraisal: Appraisal, band: str, reason: str, by: Decider, *, reply_id: int
) -> CalibrationChange:
    """An objection was upheld: the band is another one from now on."""
    document = versions.document(session, appraisal)
    before = appraisal.calibrated_band or (band_of(document) or "")
    check_change(document, before, band, reason)
    appraisal.calibrated_band, appraisal.fallen_band = band, None
    return _add(session, appraisal, before, band, reason, "", by, reply_id=reply_id)


def _add(
    session: Session,
    appraisal: Appraisal,
    before: str,
    after: str,
    reason: str,
    fact: str,
    by: Decider,
    **source: int,
) -> CalibrationChange:
    row = CalibrationChange(
        appraisal_id=appraisal.id,
        before=before,
        after=after,
        reason=reason.strip(),
        fact=fact.strip(),
        at=by.now,
        actor=by.name,
        **source,
    )
    session.add(row)
    session.flush()
    target = f"{appraisal.round.period} {appraisal.person.code}"
    audit.record(
        session,
        "band calibrated",
        target,
        actor=by.name,
        now=by.now,
        before={"band": before},
        after={"band": after, "reason": row.reason},
    )
    return row


def band_of(document: AppraisalDocument) -> str | None:
    return document.official.band.id if document.official and document.official.band else None


def check_change(document: AppraisalDocument, before: str, band: str, reason: str) -> None:
    """Raises NotPossible for a change without reason, of a veto, past an incident's cap, or to no other band."""
    if document.status is AppraisalStatus.NOT_QUALIFIED:
        raise NotPossible(NO_LIFTING)
    if document.official is None:
        raise NotPossible(N_("there is no band to change yet"))
    if not reason.strip():
        raise NotPossible(NEEDS_REASON)
    if len(reason) > LONGEST_LINE:
        raise NotPossible(N_("this is too long"))
    places = [label.id for label in document.bands]
    if band not in places:
        raise NotPossible(N_("%(band)s is no band of this scheme"), band=band)
    if band == before:
        raise NotPossible(N_("the band is %(band)s already"), band=band)
    if lifts_veto(document, band):
        raise NotPossible(NO_LIFTING)


def lifts_veto(document: AppraisalDocument, band: str) -> bool:
    """Whether a band is better than incidents leave it."""
    places = [label.id for label in document.bands]
    caps = [places.index(incident.cap) for incident in document.incidents if incident.cap in places]
    unqualified = document.status is AppraisalStatus.NOT_QUALIFIED
    return unqualified or any(band in places and places.index(band) < cap for cap in caps)


def newest(session: Session, sitting: CalibrationSession) -> Mapping[int, CalibrationChange]:
    """The newest of each appraisal in this session."""
    query = select(CalibrationChange).where(CalibrationChange.session_id == sitting.id)
    return {row.appraisal_id: row for row in session.scalars(query.order_by(CalibrationChange.id))}


def log(session: Session, sitting: CalibrationSession) -> list[CalibrationChange]:
    """Every change of the session, in order: from, to, reason, by whom and when."""
    query = select(CalibrationChange).where(CalibrationChange.session_id == sitting.id)
    return list(session.scalars(query.order_by(CalibrationChange.id)))


def hold_open(session: Session, sitting: CalibrationSession) -> None:
    row_locks.hold_row(session, sitting)
    if sitting.closed_at is not None:
        raise NotPossible(CLOSED)


def check_in_pool(session: Session, sitting: CalibrationSession, appraisal: Appraisal) -> None:
    if session.get(CalibrationPlace, (sitting.id, appraisal.id)) is None:
        raise NotFound(N_("%(code)s is not in this pool"), code=appraisal.person.code)
    if appraisal.state not in OPEN_TO_CHANGE:
        raise NotPossible(CLOSED)


def leads(sitting: CalibrationSession, by: Decider) -> bool:
    """HR and the chairs, also where a session has none, or nobody is left in its pool."""
    chairs = {member.person_id for member in sitting.members if member.chairs}
    return by.person_id in chairs or RoleName.HR in by.reader.roles


def check_leads(sitting: CalibrationSession, by: Decider) -> None:
    if not leads(sitting, by):
        raise NotPossible(moves.NOT_YOURS)


def _band_now(
    session: Session, sitting: CalibrationSession, appraisal: Appraisal, document: AppraisalDocument
) -> str:
    change = newest(session, sitting).get(appraisal.id)
    return change.after if change else (band_of(document) or "")
