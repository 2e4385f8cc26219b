"""Failed sign-ins and the lock they lead to, and accounts that sign in through the company's own provider.

While an account is locked further failures do not count: whoever knows an address can keep its owner out for as long as
he keeps trying, but not for longer.
"""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.models.accounts import User
from feedback.services.accounts import accounts
from feedback.services.ground import lock_outs
from feedback.services.people import addresses


def failed(session: Session, user: User, *, now: datetime) -> None:
    """Count in the database, where sign-ins that run beside this one count as well."""
    if user.is_locked_at(now):
        return
    count = update(User).where(User.id == user.id).values(failed_sign_ins=User.failed_sign_ins + 1)
    session.execute(count.execution_options(synchronize_session=False))
    session.refresh(user, ["failed_sign_ins"])
    user.failed_sign_ins, user.locked_until = lock_outs.after(user.failed_sign_ins, now)


def succeeded(user: User) -> None:
    """Whoever has proved who he is, by all that is asked of him or by his mail, starts anew."""
    if user.failed_sign_ins or user.locked_until:
        user.failed_sign_ins, user.locked_until = 0, None


def sign_out_everywhere(user: User) -> None:
    user.fs_uniquifier = accounts.new_uniquifier()


def subject_key(issuer: str, subject: str) -> str:
    """One provider's name for a person means nothing to another provider."""
    return sha256(f"{issuer}\0{subject}".encode()).hexdigest()


def bound_to(session: Session, key: str) -> User | None:
    query = select(User).where(User.oidc_subject == key, User.active)
    return session.scalars(query).unique().one_or_none()


def to_bind(session: Session, address: str) -> User | None:
    """The account of a verified address that no provider has signed in yet."""
    of_address = User.email == addresses.to_look_for(address)
    query = select(User).where(of_address, User.active, User.oidc_subject.is_(None))
    return session.scalars(query).unique().one_or_none()
