from datetime import datetime

from sqlalchemy.orm import Session

from feedback.models.audit import AuditEntry


def record(
    session: Session, act: str, target: str, *, actor: str, now: datetime, **detail: str | int | bool
) -> None:
    session.add(AuditEntry(at=now, actor=actor, act=act, target=target, detail=detail))
