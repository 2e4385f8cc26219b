"""The compliance incidents that bear on one period's appraisals, of many people at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, subqueryload

from feedback.models.incidents import Incident, IncidentState, Severity
from feedback.services.tables import periods

BEARING = (IncidentState.REPORTED, IncidentState.CONFIRMED)


@dataclass(frozen=True)
class Effect:
    """What a confirmed incident does, as the scheme said when it was confirmed: points off (all together at most
    most_points), the best band that is left, the score that outweighs all others."""

    points: float
    cap: str | None
    score: float | None
    most_points: float


@dataclass(frozen=True)
class IncidentLine:
    """effect: None as long as it is not confirmed. by: the account that decided; nothing of that before."""

    id: int
    severity: Severity
    state: IncidentState
    period: str
    occurred: date
    evidence: str
    effect: Effect | None
    valid_until: date | None
    reported_at: datetime
    reported_by: str
    decided_at: datetime | None
    decided_by: str | None

    @property
    def is_pending(self) -> bool:
        return self.state is IncidentState.REPORTED


def on_people(
    session: Session, person_ids: Collection[int], period: str, today: date
) -> Mapping[int, tuple[IncidentLine, ...]]:
    """By person, in the order of their reports; whoever has none is not in it. Two statements.

    What was rejected or withdrawn, and what is over by its date, is as if it had never been. Of the parts of a longer
    period the critical ones carry over; the others count where they happened.
    """
    query = select(Incident).where(
        Incident.person_id.in_(person_ids),
        Incident.state.in_(BEARING),
        bearing_on(period),
        still_valid(today),
    )
    found: dict[int, list[IncidentLine]] = {}
    for incident in session.scalars(query.options(subqueryload(Incident.steps)).order_by(Incident.id)):
        found.setdefault(incident.person_id, []).append(line(incident))
    return {person_id: tuple(lines) for person_id, lines in found.items()}


def bearing_on(period: str) -> ColumnElement[bool]:
    within = Incident.period.in_(periods.within(period))
    return or_(Incident.period == period, and_(Incident.severity == Severity.CRITICAL, within))


def still_valid(today: date) -> ColumnElement[bool]:
    return or_(Incident.valid_until.is_(None), Incident.valid_until >= today)


def line(incident: Incident) -> IncidentLine:
    decision = next((step for step in incident.steps if step.act == IncidentState.CONFIRMED), None)
    return IncidentLine(
        id=incident.id,
        severity=Severity(incident.severity),
        state=IncidentState(incident.state),
        period=incident.period,
        occurred=incident.occurred,
        evidence=incident.evidence,
        effect=Effect(**incident.effect) if incident.effect else None,
        valid_until=incident.valid_until,
        reported_at=incident.reported_at,
        reported_by=incident.reported_by,
        decided_at=decision.at if decision else None,
        decided_by=decision.actor if decision else None,
    )
