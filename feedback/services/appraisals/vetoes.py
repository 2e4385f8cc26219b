"""The veto (一票否决): a compliance breach that outweighs every score of a period."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.appraisals import Veto, VetoState
from feedback.models.people import Person
from feedback.services.ground import audit
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.tables import periods

EVIDENCE_MAX_LENGTH = 500


def put(
    session: Session, subject: str, period: str, evidence: str, *, confirmed: bool, actor: str, now: datetime
) -> Veto:
    """Enter a veto or change the one there is. Pending holds the appraisal, confirmed decides it."""
    evidence = evidence.strip()
    if not 0 < len(evidence) <= EVIDENCE_MAX_LENGTH:
        raise NotPossible(
            f"a veto needs a reference to its evidence, at most {EVIDENCE_MAX_LENGTH} characters"
        )
    period = periods.require(period)
    person_id = _hold(session, subject)
    stored = session.get(Veto, (person_id, period))
    before = _facts(stored) if stored else None
    veto = stored or Veto(person_id=person_id, period=period)
    veto.state = VetoState.CONFIRMED if confirmed else VetoState.PENDING
    veto.evidence = evidence
    session.add(veto)
    act, target = f"veto {veto.state}", f"{subject} {period}"
    audit.record(session, act, target, actor=actor, now=now, before=before, after=_facts(veto))
    return veto


def clear(session: Session, subject: str, period: str, *, actor: str, now: datetime) -> None:
    period = periods.require(period)
    veto = session.get(Veto, (_hold(session, subject), period))
    if veto is None:
        raise NotFound(f"there is no veto on {subject} in {period}")
    session.delete(veto)
    target = f"{subject} {period}"
    audit.record(session, "veto cleared", target, actor=actor, now=now, before=_facts(veto), after={})


def _facts(veto: Veto) -> dict[str, str]:
    return {"state": str(veto.state), "evidence": veto.evidence}


def _hold(session: Session, code: str) -> int:
    """Of two who decide about one person the second sees what the first has done."""
    person_id = session.scalar(select(Person.id).where(Person.code == code).with_for_update())
    if person_id is None:
        raise NotFound(f"there is no person {code}")
    return person_id
