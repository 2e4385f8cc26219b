"""What administrators change about accounts. There is always one of them who can sign in."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.accounts import Role, RoleName, User, user_role
from feedback.models.people import Person
from feedback.services.accounts import accounts, sign_ins
from feedback.services.ground import audit
from feedback.services.ground.errors import NotFound, NotPossible
from forms.words import N_


def change_roles(
    session: Session, user: User, roles: Collection[RoleName], *, actor: str, now: datetime
) -> None:
    before, names = _held(session, user), frozenset(roles)
    lost = user.role_names - names
    if actor == user.email and lost:
        raise NotPossible(N_("nobody takes a role from his own account: ask another administrator"))
    if RoleName.ADMIN in lost:
        _keep_an_administrator(session, user)
    if names != user.role_names and actor != user.email:
        sign_ins.sign_out_everywhere(session, user)
    user.roles = accounts.roles_named(session, names)
    _record(session, "roles changed", user, before, actor=actor, now=now)


def link(session: Session, user: User, code: str | None, *, actor: str, now: datetime) -> Person:
    """To the person with this code, or without one to whoever has the address of the account."""
    before = _held(session, user)
    if user.person and code in (None, user.person.code):
        return user.person
    if actor == user.email:
        raise NotPossible(N_("nobody links his own account: ask another administrator"))
    person = accounts.free_person(session, user.email, code)
    if person is None:
        raise NotFound(N_("there is no person with the address %(address)s"), address=user.email)
    user.person = person
    _record(session, "account linked", user, before, actor=actor, now=now)
    return person


def unlink(session: Session, user: User, *, actor: str, now: datetime) -> None:
    before = _held(session, user)
    user.person = None
    _record(session, "account unlinked", user, before, actor=actor, now=now)


def disable(session: Session, user: User, *, actor: str, now: datetime) -> None:
    """The account signs in no more, and is signed out where it is."""
    if actor == user.email:
        raise NotPossible(N_("nobody disables his own account: ask another administrator"))
    before = _held(session, user)
    if RoleName.ADMIN in user.role_names:
        _keep_an_administrator(session, user)
    user.active = False
    sign_ins.sign_out_everywhere(session, user)
    _record(session, "account disabled", user, before, actor=actor, now=now)


def enable(session: Session, user: User, *, actor: str, now: datetime) -> None:
    before = _held(session, user)
    user.active = True
    _record(session, "account enabled", user, before, actor=actor, now=now)


def unlock(session: Session, user: User, *, actor: str, now: datetime) -> None:
    before = {"locked": user.is_locked_at(now)}
    user.failed_sign_ins, user.locked_until = 0, None
    audit.record(
        session, "account unlocked", user.email, actor=actor, now=now, before=before, after={"locked": False}
    )


def reset_factor(session: Session, user: User, *, actor: str, now: datetime) -> None:
    """For whoever lost phone and recovery codes: the password alone signs in again."""
    before = {"second_factor": user.has_second_factor}
    user.tf_primary_method = user.tf_totp_secret = user.tf_last_counter = user.mf_recovery_codes = None
    sign_ins.sign_out_everywhere(session, user)
    audit.record(
        session,
        "second factor reset",
        user.email,
        actor=actor,
        now=now,
        before=before,
        after={"second_factor": False},
    )


def _held(session: Session, user: User) -> dict[str, object]:
    """What the account is now that nobody else changes accounts."""
    accounts.hold(session)
    session.refresh(user)
    return accounts.facts(user)


def _keep_an_administrator(session: Session, user: User) -> None:
    administrators = (
        select(User.id)
        .join(user_role, user_role.c.user_id == User.id)
        .join(Role, Role.id == user_role.c.role_id)
        .where(Role.name == RoleName.ADMIN, User.active)
    )
    if set(session.scalars(administrators)) <= {user.id}:
        raise NotPossible(N_("this is the last administrator who can sign in"))


def _record(
    session: Session, act: str, user: User, before: dict[str, object], *, actor: str, now: datetime
) -> None:
    after = accounts.facts(user)
    if after != before:
        audit.record(session, act, user.email, actor=actor, now=now, before=before, after=after)
