from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column

from feedback.extensions import Base, UtcDateTime


class AuditEntry(Base):
    """One administrative act. Respondents are never in it."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    act: Mapped[str] = mapped_column(String(64))
    target: Mapped[str] = mapped_column(String(254))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)


class AppendOnly(Exception):
    """Somebody tried to change the audit log. Migration 0002 has the database refuse what gets past this guard."""


@event.listens_for(AuditEntry, "before_update")
@event.listens_for(AuditEntry, "before_delete")
def refuse_objects(mapper: Any, connection: Any, entry: AuditEntry) -> None:
    raise AppendOnly("entries of the audit log are never changed or deleted")


@event.listens_for(Session, "do_orm_execute")
def refuse_statements(state: ORMExecuteState) -> None:
    changes = state.is_update or state.is_delete
    # By name: a statement on the class has a table that is annotated, and not the same object.
    table = getattr(state.statement, "table", None)
    if changes and getattr(table, "name", "") == AuditEntry.__tablename__:
        raise AppendOnly("entries of the audit log are never changed or deleted")
