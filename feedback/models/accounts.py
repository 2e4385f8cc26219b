from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, String, Table
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base, UtcDateTime
from feedback.models.people import Person


class RoleName(StrEnum):
    ADMIN = "admin"
    HR = "hr"
    MANAGER = "manager"
    EMPLOYEE = "employee"
    COMPLIANCE = "compliance"
    AUDITOR = "auditor"


user_role = Table(
    "user_role",
    Base.metadata,
    Column("user_id", ForeignKey("user.id"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
)


class Role(Base):
    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)


class User(Base):
    """A sign-in account. Raters have none: they come by link."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password: Mapped[str] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), unique=True)
    language: Mapped[str | None] = mapped_column(String(2))

    # The second factor: an authenticator app, and recovery codes for when the phone is lost.
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_last_counter: Mapped[int | None]  # the last code's place in time, so that none is taken twice
    mf_recovery_codes: Mapped[list[Any] | None] = mapped_column(MutableList.as_mutable(JSON))

    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    oidc_subject: Mapped[str | None] = mapped_column(String(255), unique=True)

    person: Mapped[Person | None] = relationship()
    roles: Mapped[list[Role]] = relationship(secondary=user_role, lazy="joined")

    def is_locked_at(self, now: datetime) -> bool:
        """Whether too many sign-ins have failed of late."""
        return self.locked_until is not None and self.locked_until > now

    @property
    def role_names(self) -> frozenset[str]:
        return frozenset(role.name for role in self.roles)

    @property
    def has_second_factor(self) -> bool:
        return bool(self.tf_primary_method and self.tf_totp_secret)


class SignedInBrowser(Base):
    """A sign-in that lasts: the cookie that was given for it is worth something while this row is there.

    Of what is in the cookie only a digest: who reads a backup signs in with none.
    """

    __tablename__ = "signed_in_browser"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
