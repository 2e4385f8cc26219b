"""Sign-in accounts for those who run campaigns and read reports."""

import secrets
import unicodedata

from flask_security import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.accounts import Role, RoleName, User
from feedback.models.people import Person
from feedback.services import addresses
from feedback.services.errors import NotFound, NotPossible

PASSWORD_MIN_LENGTH = 8


def create(session: Session, email: str, password: str, role: RoleName, *, person: str | None = None) -> User:
    """Make an account and link it to a person: the one with this code, else the one with this address."""
    address = _address(email)
    if session.scalar(select(User.id).where(User.email == address)):
        raise NotPossible(f"there is already an account {address}")
    user = User(
        email=address,
        password=_hash(password),
        active=True,
        fs_uniquifier=secrets.token_hex(16),
        person=_person(session, address, person),
        roles=[_role(session, role)],
    )
    session.add(user)
    session.flush()
    return user


def _address(email: str) -> str:
    try:
        return addresses.canonical(email)
    except ValueError as error:
        raise NotPossible(str(error)) from None


def _hash(password: str) -> str:
    if len(password) < PASSWORD_MIN_LENGTH:
        raise NotPossible(f"a password needs at least {PASSWORD_MIN_LENGTH} characters")
    # The same form in which signing in compares it, whatever keyboard wrote it.
    hashed: str = hash_password(unicodedata.normalize("NFKD", password))
    return hashed


def _person(session: Session, address: str, code: str | None) -> Person | None:
    query = select(Person).where(Person.email == address if code is None else Person.code == code)
    person: Person | None = session.scalar(query)
    if person is None and code is not None:
        raise NotFound(f"there is no person {code}")
    if person and session.scalar(select(User.id).where(User.person_id == person.id)):
        raise NotPossible(f"{person.code} has an account already")
    return person


def _role(session: Session, name: RoleName) -> Role:
    return session.scalar(select(Role).where(Role.name == name)) or Role(name=name)
