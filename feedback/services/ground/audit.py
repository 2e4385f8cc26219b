"""The audit log: one entry per administrative act. Respondents are never in it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from feedback.models.audit import AuditEntry

Facts = Mapping[str, Any]


def record(
    session: Session,
    act: str,
    target: str,
    *,
    actor: str,
    now: datetime,
    before: Facts | None = None,
    after: Facts | None = None,
    **detail: str | int | bool,
) -> None:
    """`before` and `after` hold what was changed, as JSON values by name."""
    changed = {"before": before, "after": after}
    facts = {name: dict(value) for name, value in changed.items() if value is not None}
    session.add(AuditEntry(at=now, actor=actor, act=act, target=target, detail=detail | facts))
