"""Failed sign-ins and the lock they lead to, browsers that are signed in, and the company's own provider.

While an account is locked further failures do not count: whoever knows an address can keep its owner out for as long as
he keeps trying, but not for longer.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from feedback.models.accounts import SignedInBrowser, User
from feedback.services.accounts import accounts
from feedback.services.ground import lock_outs
from feedback.services.people import addresses

SIGNED_IN_FOR = timedelta(hours=12)
PROOF_SIZE = 32


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


def begin(session: Session, user: User, *, now: datetime) -> str:
    """Sign a browser in: what its cookie has to hold from now on."""
    proof = secrets.token_urlsafe(PROOF_SIZE)
    session.add(SignedInBrowser(digest=digest_of(proof), user_id=user.id, since=now))
    return proof


def signed_in(session: Session, uniquifier: str, proof: str, *, now: datetime) -> User | None:
    """Whose browser it is that shows this, unless its sign-in has been ended here or is too old."""
    query = (
        select(User)
        .join(SignedInBrowser, SignedInBrowser.user_id == User.id)
        .where(User.fs_uniquifier == uniquifier, User.active)
        .where(SignedInBrowser.digest == digest_of(proof), SignedInBrowser.since > now - SIGNED_IN_FOR)
    )
    return session.scalars(query).unique().one_or_none()


def browsers(session: Session, user: User, *, now: datetime) -> list[SignedInBrowser]:
    """Where an account is signed in, the newest first."""
    lasting = (SignedInBrowser.user_id == user.id, SignedInBrowser.since > now - SIGNED_IN_FOR)
    query = select(SignedInBrowser).where(*lasting)
    return list(session.scalars(query.order_by(SignedInBrowser.since.desc(), SignedInBrowser.digest)))


def end(session: Session, user: User, digest: str) -> None:
    """Sign one browser of an account out. It may be already."""
    mine = (SignedInBrowser.user_id == user.id, SignedInBrowser.digest == digest)
    session.execute(delete(SignedInBrowser).where(*mine))


def end_others(session: Session, user: User, proof: str) -> None:
    others = (SignedInBrowser.user_id == user.id, SignedInBrowser.digest != digest_of(proof))
    session.execute(delete(SignedInBrowser).where(*others))


def sign_out_everywhere(session: Session, user: User) -> None:
    user.fs_uniquifier = accounts.new_uniquifier()
    session.execute(delete(SignedInBrowser).where(SignedInBrowser.user_id == user.id))


def sweep(session: Session, now: datetime) -> None:
    session.execute(delete(SignedInBrowser).where(SignedInBrowser.since <= now - SIGNED_IN_FOR))


def digest_of(proof: str) -> str:
    return sha256(proof.encode()).hexdigest()


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
