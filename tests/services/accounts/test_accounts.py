import argon2
import pytest
from flask_security import hash_password, verify_password
from passlib.context import CryptContext
from sqlalchemy.orm import Session

from feedback.models.accounts import RoleName
from feedback.services.accounts import accounts
from feedback.services.ground.errors import DomainError
from tests.factories import ACTOR, NOW, Office

PASSWORD = "correct horse 正确"


def test_the_password_is_kept_as_an_argon2id_hash(session: Session) -> None:
    user = accounts.create(session, "HR@Example.com", PASSWORD, RoleName.HR, actor=ACTOR, now=NOW)
    assert user.email == "hr@example.com"
    assert user.password.startswith("$argon2id$")
    assert verify_password(PASSWORD, user.password)


def test_signing_in_takes_our_hash_as_its_own_and_makes_no_other_of_it(session: Session) -> None:
    user = accounts.create(session, "hr@example.com", PASSWORD, RoleName.HR, actor=ACTOR, now=NOW)
    ours = user.password
    assert not user.verify_and_update_password("another password")
    assert user.verify_and_update_password(PASSWORD)
    assert user.password == ours


def test_what_signing_in_hashes_is_of_our_form(session: Session) -> None:
    theirs = hash_password(PASSWORD)
    assert accounts.HASHER.verify(theirs, PASSWORD)
    assert not accounts.HASHER.check_needs_rehash(theirs)


def test_at_the_cost_that_is_shipped_neither_side_hashes_the_other_s_anew() -> None:
    ours, theirs = argon2.PasswordHasher(), CryptContext(["argon2"])
    assert not theirs.needs_update(ours.hash(PASSWORD))
    assert not ours.check_needs_rehash(theirs.hash(PASSWORD))


def test_a_password_may_be_typed_in_either_unicode_form(session: Session) -> None:
    user = accounts.create(
        session, "hr@example.com", "Caf\u00e9-caf\u00e9", RoleName.HR, actor=ACTOR, now=NOW
    )
    assert user.verify_and_update_password("Cafe\u0301-cafe\u0301")


def test_an_account_can_belong_to_a_person(session: Session, office: Office) -> None:
    office.person("A1")
    session.flush()
    user = accounts.create(
        session, "somebody@example.com", PASSWORD, RoleName.EMPLOYEE, person="A1", actor=ACTOR, now=NOW
    )
    assert user.person and user.person.code == "A1"
    assert user.has_role("employee")


def test_the_person_with_the_same_address_is_found_without_being_named(
    session: Session, office: Office
) -> None:
    office.person("A1", email="wei@example.com")
    session.flush()
    user = accounts.create(session, "Wei@example.com", PASSWORD, RoleName.EMPLOYEE, actor=ACTOR, now=NOW)
    assert user.person and user.person.code == "A1"


def test_roles_are_shared_between_accounts(session: Session) -> None:
    first = accounts.create(session, "a@example.com", PASSWORD, RoleName.HR, actor=ACTOR, now=NOW)
    second = accounts.create(session, "b@example.com", PASSWORD, RoleName.HR, actor=ACTOR, now=NOW)
    assert first.roles == second.roles


@pytest.mark.parametrize(
    ("email", "password", "person"),
    [
        ("hr@example.com", PASSWORD, None),
        ("nobody", PASSWORD, None),
        ("new@example.com", "short", None),
        ("new@example.com", PASSWORD, "Z9"),
        ("new@example.com", PASSWORD, "A1"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    session: Session, office: Office, email: str, password: str, person: str | None
) -> None:
    office.person("A1")
    session.flush()
    accounts.create(session, "hr@example.com", PASSWORD, RoleName.HR, person="A1", actor=ACTOR, now=NOW)
    with pytest.raises(DomainError):
        accounts.create(session, email, password, RoleName.HR, person=person, actor=ACTOR, now=NOW)
