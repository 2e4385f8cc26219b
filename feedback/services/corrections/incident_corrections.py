"""What the steps of an incident do to appraisals: held until it is decided, computed anew, and told anew if need be."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.incidents import Incident, IncidentState, Severity
from feedback.models.people import Person
from feedback.models.rounds import BEFORE_CONFIRMATION, TOLD, Appraisal, AppraisalState, VersionCause
from feedback.services.appraisals import computing, versions
from feedback.services.appraisals import moves as steps
from feedback.services.assessment.appraisal_document import Held
from feedback.services.decisions import calibration_changes, reopening, results
from feedback.services.decisions.deputies import Decider
from feedback.services.ground import audit
from feedback.services.incidents import moves, scheme_rules
from feedback.services.incidents.incidents import bearing_on
from feedback.services.incidents.moves import IncidentReport
from feedback.services.incidents.rights import Acting

S = AppraisalState
NOT_TOLD = (*BEFORE_CONFIRMATION, S.CONFIRMED)


def report(session: Session, person: Person, said: IncidentReport, by: Acting, *, today: date) -> Incident:
    """A critical one holds what the person was not told yet; no version is made, which might tell of it."""
    incident = moves.report(session, person, said, by, today=today)
    if incident.severity == Severity.CRITICAL:
        for appraisal in moves.touched(session, incident):
            if appraisal.state in NOT_TOLD:
                appraisal.held = appraisal.held or Held.INCIDENT
    return incident


def confirm(
    session: Session,
    incident: Incident,
    reason: str,
    by: Acting,
    decider: Decider,
    *,
    period: str | None = None,
) -> list[str]:
    """By the rules of the period's scheme. Gives the periods whose appraisals have a new version."""
    held = [each for each in moves.touched(session, incident) if each.state in NOT_TOLD]
    rules = scheme_rules.of_period(session, incident.period)
    hit = moves.confirm(session, incident, rules, reason, by, today=decider.today, period=period)
    return _follow(session, {*held, *hit}, incident, decider)


def reject(session: Session, incident: Incident, reason: str, by: Acting, decider: Decider) -> list[str]:
    return _follow(session, moves.reject(session, incident, reason, by), incident, decider)


def withdraw(session: Session, incident: Incident, reason: str, by: Acting, decider: Decider) -> list[str]:
    return _follow(session, moves.withdraw(session, incident, reason, by), incident, decider)


def _follow(session: Session, touched: Iterable[Appraisal], incident: Incident, by: Decider) -> list[str]:
    """What was told waits until the last report is decided: a version that is held would tell of it."""
    reason = f"incident {incident.id}"
    found = []
    for appraisal in sorted(touched, key=lambda each: each.id):
        if appraisal.state not in (*NOT_TOLD, *TOLD):
            continue
        if appraisal.state in TOLD and _waits(session, appraisal):
            continue
        if _computed_anew(session, appraisal, reason, by):
            found.append(appraisal.round.period)
            _correct(session, appraisal, reason, by)
    return found


def _computed_anew(session: Session, appraisal: Appraisal, reason: str, by: Decider) -> bool:
    """Whether there is a new version. Without one the appraisal is held for as long as another report waits."""
    known = appraisal.version
    computing.compute(
        session,
        appraisal.round,
        [appraisal.person],
        cause=VersionCause.INCIDENT,
        reason=reason,
        actor=by.name,
        now=by.now,
    )
    session.refresh(appraisal)
    if appraisal.version == known and appraisal.held == Held.INCIDENT and not _waits(session, appraisal):
        appraisal.held = None
    return appraisal.version != known


def _waits(session: Session, appraisal: Appraisal) -> bool:
    waiting = select(Incident.id).where(
        Incident.person_id == appraisal.person_id,
        Incident.severity == Severity.CRITICAL,
        Incident.state == IncidentState.REPORTED,
        bearing_on(appraisal.round.period),
    )
    return session.scalar(waiting.limit(1)) is not None


def _correct(session: Session, appraisal: Appraisal, reason: str, by: Decider) -> None:
    """What was confirmed is confirmed anew, and what was told is told anew, with time to object; both stay readable."""
    _calibrate(session, appraisal, reason, by)
    if appraisal.state in BEFORE_CONFIRMATION or appraisal.held:
        return
    if appraisal.state in (S.CONFIRMED, S.OBJECTED):
        results.let_fall(session, appraisal, by)
        results.confirm(session, appraisal, by)
        return
    steps.note(session, appraisal, S.NOTIFIED, by=by.mover, now=by.now, reason=reason)
    reopening.tell_anew(session, appraisal, by)


def _calibrate(session: Session, appraisal: Appraisal, reason: str, by: Decider) -> None:
    """A calibrated band that is better than incidents leave it falls, and is back when they leave it again."""
    before, band = appraisal.calibrated_band, appraisal.calibrated_band or appraisal.fallen_band
    if band is None:
        return
    falls = calibration_changes.lifts_veto(versions.document(session, appraisal), band)
    appraisal.calibrated_band, appraisal.fallen_band = (None, band) if falls else (band, None)
    if appraisal.calibrated_band == before:
        return
    target = f"{appraisal.round.period} {appraisal.person.code}"
    audit.record(
        session,
        "calibrated band fell" if falls else "calibrated band restored",
        target,
        actor=by.name,
        now=by.now,
        after={"band": band, "reason": reason},
    )
