"""Sign-in accounts for those who run campaigns and read reports: making and finding them."""

import secrets
import unicodedata
from collections.abc import Collection
from datetime import datetime

from argon2 import PasswordHasher
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from feedback.models.accounts import Role, RoleName, User
from feedback.models.people import Person
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.ground.pagination import Page, mentions, page
from feedback.services.people import addresses
from forms.words import N_

PASSWORD_MIN_LENGTH = 8
PASSWORD_MAX_LENGTH = 128
# At the cost that Flask-Security takes as well (its passlib asks this library): signing in hashes none of them anew.
HASHER = PasswordHasher()


def create(
    session: Session,
    email: str,
    password: str | None,
    *roles: RoleName,
    person: str | None = None,
    actor: str,
    now: datetime,
) -> User:
    """Make an account and link it to a person: the one with this code, else the one with this address.

    Without a password nobody signs in until its owner has set one through a link.
    """
    hold(session)
    address = _address(email)
    if session.scalar(select(User.id).where(User.email == address)):
        raise NotPossible(N_("there is already an account %(address)s"), address=address)
    user = User(
        email=address,
        password=_hash(secrets.token_urlsafe() if password is None else password),
        active=True,
        fs_uniquifier=new_uniquifier(),
        person=free_person(session, address, person),
        roles=roles_named(session, roles),
    )
    session.add(user)
    session.flush()
    audit.record(session, "account created", address, actor=actor, now=now, after=facts(user))
    return user


def hold(session: Session) -> None:
    """One administrator at a time, so that what was checked stays true. Whoever signs in does not wait for it."""
    row_locks.hold(session, Role)


def new_uniquifier() -> str:
    """What a session refers to: whoever gets a new one is signed out everywhere."""
    return secrets.token_hex(16)


def facts(user: User) -> dict[str, object]:
    """What the audit log keeps of an account."""
    return {
        "roles": sorted(user.role_names),
        "active": user.active,
        "person": user.person.code if user.person else None,
    }


def roles_named(session: Session, names: Collection[RoleName]) -> list[Role]:
    if not names:
        raise NotPossible(N_("an account needs at least one role"))
    return [_role(session, name) for name in sorted(set(names))]


def by_id(session: Session, number: int) -> User:
    user = session.scalars(_accounts().where(User.id == number)).unique().one_or_none()
    if user is None:
        raise NotFound(N_("there is no such account"))
    return user


def by_address(session: Session, email: str) -> User:
    query = _accounts().where(User.email == addresses.to_look_for(email))
    user = session.scalars(query).unique().one_or_none()
    if user is None:
        raise NotFound(N_("there is no account %(address)s"), address=email)
    return user


def listed(session: Session, *, search: str = "", role: str = "", number: int = 1) -> Page[User]:
    query = _accounts().order_by(User.email)
    if search:
        query = query.where(_matches(search))
    if role:
        query = query.where(User.roles.any(Role.name == role))
    return page(session, query, number)


def everybody(session: Session) -> list[User]:
    return list(session.scalars(_accounts().order_by(User.email)).unique())


def enabled(session: Session) -> list[User]:
    """Those whose owners can sign in, by address."""
    return list(session.scalars(_accounts().where(User.active).order_by(User.email)).unique())


def _accounts() -> Select[User]:
    return select(User).options(joinedload(User.person))


def _matches(search: str) -> ColumnElement[bool]:
    wanted = search.strip()
    of_person = mentions(wanted, Person.code, Person.name, Person.name_en)
    return or_(mentions(wanted, User.email), User.person.has(of_person))


def _address(email: str) -> str:
    try:
        return addresses.canonical(email)
    except ValueError as error:
        raise NotPossible("%(error)s", error=error) from None


def _hash(password: str) -> str:
    if not PASSWORD_MIN_LENGTH <= len(password) <= PASSWORD_MAX_LENGTH:
        raise NotPossible(
            N_("a password has %(least)s to %(most)s characters"),
            least=PASSWORD_MIN_LENGTH,
            most=PASSWORD_MAX_LENGTH,
        )
    # The same form in which signing in compares it, whatever keyboard wrote it.
    return HASHER.hash(unicodedata.normalize("NFKD", password))


def free_person(session: Session, address: str, code: str | None) -> Person | None:
    """The person with this code, or with this address if there is one, who has no account yet."""
    query = select(Person).where(Person.email == address if code is None else Person.code == code)
    person: Person | None = session.scalar(query)
    if person is None and code is not None:
        raise NotFound(N_("there is no person %(code)s"), code=code)
    if person and session.scalar(select(User.id).where(User.person_id == person.id)):
        raise NotPossible(N_("%(code)s has an account already"), code=person.code)
    return person


def _role(session: Session, name: RoleName) -> Role:
    return session.scalar(select(Role).where(Role.name == name)) or Role(name=name)
