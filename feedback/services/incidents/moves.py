"""The way of an incident: reported by one, confirmed or rejected by another, withdrawn by two, or over by its date."""

from calendar import monthrange
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from feedback.models.incidents import Incident, IncidentState, IncidentStep, Severity
from feedback.models.people import Person
from feedback.models.rounds import Appraisal, AppraisalState, Round
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import NotPossible
from feedback.services.incidents import rights
from feedback.services.incidents.incidents import Effect
from feedback.services.incidents.rights import Acting
from feedback.services.tables import periods
from forms.appraisals.rules import IncidentRule, IncidentRules
from forms.text_lengths import LONGEST_EVIDENCE, LONGEST_INCIDENT_REASON, LONGEST_SUMMARY
from forms.words import N_

WITHDRAWAL_ASKED = "withdrawal asked"


@dataclass(frozen=True)
class IncidentReport:
    """summary: for HR and compliance alone. period: the one that it hits, or else the quarter in which it occurred."""

    severity: Severity
    category: str
    occurred: date
    evidence: str
    summary: str = ""
    period: str | None = None


def report(session: Session, person: Person, said: IncidentReport, by: Acting, *, today: date) -> Incident:
    if said.occurred > today:
        raise NotPossible(N_("the day on which it occurred lies in the future"))
    if not 0 < len(said.evidence) <= LONGEST_EVIDENCE:
        raise NotPossible(
            N_("an incident needs a reference to its evidence, at most %(limit)s characters"), limit=LONGEST_EVIDENCE
        )  # fmt: skip
    if not said.category or len(said.summary) > LONGEST_SUMMARY:
        raise NotPossible(N_("an incident needs a category, and at most %(limit)s characters of summary"),
                          limit=LONGEST_SUMMARY)  # fmt: skip
    fields = {name: value for name, value in vars(said).items() if name != "period"}
    period = periods.require(said.period) if said.period else periods.quarter_of(said.occurred)
    incident = Incident(person=person, period=period, state=IncidentState.REPORTED, **fields)
    incident.reported_at, incident.reported_by = by.now, by.email
    session.add(incident)
    session.flush()
    _step(session, incident, IncidentState.REPORTED, by)
    return incident


def confirm(
    session: Session, incident: Incident, rules: IncidentRules, reason: str, by: Acting, *, today: date,
    period: str | None = None,
) -> list[Appraisal]:  # fmt: skip
    """What it does is copied from the scheme's rules now. Gives the appraisals that were computed without it.

    period: where it counts, its own or the next, to be named if the appraisal of its own is final.
    """
    _open(session, incident, by, N_("whoever reported it cannot confirm it"))
    _require_reason(reason)
    incident.period = _chosen(session, incident, period)
    would = would_do(incident, rules, today)
    incident.effect, incident.valid_until = asdict(would.effect), would.valid_until
    incident.state = IncidentState.CONFIRMED
    _step(session, incident, IncidentState.CONFIRMED, by, reason)
    return touched(session, incident)


@dataclass(frozen=True)
class WouldDo:
    effect: Effect
    valid_until: date | None


def would_do(incident: Incident, rules: IncidentRules, today: date) -> WouldDo:
    """What a confirmation today makes of it. valid_until: None for without end."""
    rule = _rule(rules, Severity(incident.severity))
    months = rule.valid_months
    effect = Effect(points=rule.points, cap=rule.cap, score=rule.score, most_points=rules.most_points)
    return WouldDo(effect, months_after(today, months) if months is not None else None)


def reject(session: Session, incident: Incident, reason: str, by: Acting) -> list[Appraisal]:
    """As if it had never been. Gives the appraisals that it may have held."""
    _open(session, incident, by, N_("whoever reported it cannot reject it"))
    _require_reason(reason)
    incident.state = IncidentState.REJECTED
    _step(session, incident, IncidentState.REJECTED, by, reason)
    return touched(session, incident)


def withdraw(session: Session, incident: Incident, reason: str, by: Acting) -> list[Appraisal]:
    """First it is asked for, then, by another, done. Gives the appraisals that it no longer hits."""
    row_locks.hold_row(session, incident)
    rights.require_deciding(incident, by)
    if incident.state != IncidentState.CONFIRMED:
        raise NotPossible(N_("only a confirmed incident is withdrawn"))
    _require_reason(reason)
    asked = asked_to_withdraw(incident)
    if asked is None:
        _step(session, incident, WITHDRAWAL_ASKED, by, reason)
        return []
    rights.require_another(asked, by, N_("you have asked for it: another one agrees"))
    incident.state = IncidentState.WITHDRAWN
    _step(session, incident, IncidentState.WITHDRAWN, by, reason)
    return touched(session, incident)


def asked_to_withdraw(incident: Incident) -> IncidentStep | None:
    return next((step for step in incident.steps if step.act == WITHDRAWAL_ASKED), None)


def expire(session: Session, *, today: date, actor: str, now: datetime) -> None:
    """What is over by its date says so from the next day on; appraisals leave it out from that day in any case."""
    over = select(Incident).where(Incident.state == IncidentState.CONFIRMED, Incident.valid_until < today)
    for incident in session.scalars(over.with_for_update()):
        incident.state = IncidentState.EXPIRED
        session.add(IncidentStep(incident_id=incident.id, act=IncidentState.EXPIRED, at=now, actor=actor))
        audit.record(session, "incident expired", f"incident {incident.id}", actor=actor, now=now)


def touched(session: Session, incident: Incident) -> list[Appraisal]:
    """The appraisals on which it bears that are computed already: their periods need new versions."""
    query = select(Appraisal).join(Appraisal.round).options(joinedload(Appraisal.round))
    query = query.where(Appraisal.person_id == incident.person_id, Appraisal.version.is_not(None))
    return [appraisal for appraisal in session.scalars(query) if _bears_on(incident, appraisal.round.period)]


def choices_of_period(incident: Incident) -> tuple[str, str]:
    """Where it may count: where it happened, or in the next period if that one is decided."""
    return incident.period, periods.following(incident.period)


def final_appraisal(session: Session, incident: Incident) -> Appraisal | None:
    query = select(Appraisal).join(Appraisal.round)
    query = query.where(Round.period == incident.period, Appraisal.person_id == incident.person_id)
    return session.scalar(query.where(Appraisal.state == AppraisalState.FINAL))


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _bears_on(incident: Incident, period: str) -> bool:
    if incident.severity == Severity.CRITICAL:
        return incident.period in periods.within(period)
    return incident.period == period


def _chosen(session: Session, incident: Incident, period: str | None) -> str:
    own, following = choices_of_period(incident)
    if period is None:
        if final_appraisal(session, incident):
            raise NotPossible(
                N_("the appraisal of %(period)s is final: say whether it is reopened, or name %(next)s"),
                period=own, next=following,
            )  # fmt: skip
        return own
    if periods.require(period) not in (own, following):
        raise NotPossible(N_("it counts in %(period)s or in %(next)s"), period=own, next=following)
    return periods.require(period)


def _rule(rules: IncidentRules, severity: Severity) -> IncidentRule:
    by_severity = {
        Severity.MINOR: rules.minor,
        Severity.MAJOR: rules.major,
        Severity.CRITICAL: rules.critical,
    }
    return by_severity[severity]


def _open(session: Session, incident: Incident, by: Acting, sentence: str) -> None:
    row_locks.hold_row(session, incident)
    rights.require_deciding(incident, by)
    if incident.state != IncidentState.REPORTED:
        raise NotPossible(N_("this incident is decided already"))
    rights.require_another(incident.steps[0], by, sentence)


def _require_reason(reason: str) -> None:
    if not 0 < len(reason) <= LONGEST_INCIDENT_REASON:
        raise NotPossible(N_("give a reason of at most %(limit)s characters"), limit=LONGEST_INCIDENT_REASON)


def _step(session: Session, incident: Incident, act: str, by: Acting, reason: str = "") -> None:
    """The audit log names the incident by its number and nobody's name: its readers may be the accused."""
    step = IncidentStep(act=act, at=by.now, actor=by.email, shell=by.shell, reason=reason)
    incident.steps.append(step)
    session.flush()
    audit.record(session, f"incident {act}", f"incident {incident.id}", actor=by.actor, now=by.now)
