import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.appraisals import Veto, VetoState
from feedback.models.audit import AuditEntry
from feedback.services.appraisals import vetoes
from feedback.services.ground.errors import DomainError, NotFound
from tests.factories import NOW, Office


@pytest.fixture(autouse=True)
def subject(office: Office, session: Session) -> None:
    office.person("A1")
    session.commit()


def put(
    session: Session, *, confirmed: bool = False, evidence: str = "case 7", period: str = "2026Q4"
) -> Veto:
    veto = vetoes.put(session, "A1", period, evidence, confirmed=confirmed, actor="cli:hr", now=NOW)
    session.commit()
    return veto


def test_a_veto_is_pending_until_it_is_confirmed(session: Session) -> None:
    assert put(session).state == VetoState.PENDING
    assert put(session, confirmed=True).state == VetoState.CONFIRMED
    assert len(session.scalars(select(Veto)).all()) == 1


def test_a_cleared_veto_is_gone_but_stays_in_the_audit_log(session: Session) -> None:
    put(session)
    vetoes.clear(session, "A1", "2026Q4", actor="cli:hr", now=NOW)
    session.commit()
    assert session.scalars(select(Veto)).all() == []
    assert session.scalars(select(AuditEntry.act)).all() == ["veto pending", "veto cleared"]


def test_there_must_be_a_veto_to_clear(session: Session) -> None:
    with pytest.raises(NotFound):
        vetoes.clear(session, "A1", "2026Q4", actor="cli:hr", now=NOW)


@pytest.mark.parametrize("wrong", [{"evidence": " "}, {"evidence": "e" * 501}, {"period": "soon"}])
def test_a_veto_needs_evidence_and_a_period(session: Session, wrong: dict[str, str]) -> None:
    with pytest.raises(DomainError):
        put(session, **wrong)
