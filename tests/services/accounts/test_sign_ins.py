"""What failed sign-ins lead to, however many there are and whoever makes them."""

from datetime import timedelta

import time_machine
from sqlalchemy.orm import Session

from feedback.models.accounts import RoleName, User
from feedback.services.accounts import accounts, sign_ins
from feedback.services.ground.lock_outs import LOCKED_FOR, MOST_FAILURES
from tests.factories import ACTOR, NOW


def account(session: Session) -> User:
    user = accounts.create(session, "hr@example.com", None, RoleName.HR, actor=ACTOR, now=NOW)
    session.commit()
    return user


def fail(session: Session, user: User, times: int, after: timedelta = timedelta()) -> None:
    with time_machine.travel(NOW + after, tick=False):
        for _ in range(times):
            sign_ins.failed(session, user, now=NOW + after)
            session.commit()


def test_an_account_is_locked_by_the_fifth_failure_and_not_by_the_fourth(session: Session):
    user = account(session)
    fail(session, user, MOST_FAILURES - 1)
    assert user.locked_until is None
    fail(session, user, 1)
    assert user.locked_until == NOW + LOCKED_FOR


def test_whoever_goes_on_guessing_does_not_keep_the_owner_out_for_longer(session: Session):
    user = account(session)
    fail(session, user, MOST_FAILURES)
    fail(session, user, 3 * MOST_FAILURES, after=LOCKED_FOR - timedelta(minutes=1))
    assert (user.locked_until, user.failed_sign_ins) == (NOW + LOCKED_FOR, 0)


def test_once_the_lock_is_over_it_takes_as_many_failures_as_at_first(session: Session):
    user = account(session)
    fail(session, user, 2 * MOST_FAILURES)
    fail(session, user, MOST_FAILURES - 1, after=LOCKED_FOR)
    assert not user.is_locked_at(NOW + LOCKED_FOR)
    fail(session, user, 1, after=LOCKED_FOR)
    assert user.locked_until == NOW + 2 * LOCKED_FOR


def test_an_address_of_a_disabled_account_is_connected_with_no_provider(session: Session):
    user = account(session)
    assert sign_ins.to_bind(session, "HR@example.com") is user
    user.active = False
    assert sign_ins.to_bind(session, "hr@example.com") is None


def test_the_same_name_at_another_provider_is_somebody_else():
    ours, other = (sign_ins.subject_key(f"https://{name}.example", "4711") for name in ("ours", "other"))
    assert ours != other
    assert sign_ins.subject_key("https://a", "b\0c") != sign_ins.subject_key("https://ab", "\0c")
