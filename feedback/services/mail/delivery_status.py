"""What became of the invitations of a campaign, for those who look after them. Who has answered is not among it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload

from feedback.models.campaigns import Campaign
from feedback.models.clients import Client, Contact
from feedback.models.invitations import Invitation
from feedback.models.mail import Mail, MailKind, MailState
from feedback.models.people import Person
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.ground.pagination import Page, mentions, page
from feedback.services.mail import outbox
from feedback.services.people import addresses
from forms.words import N_

UNDER_WAY = (MailState.PENDING, MailState.SENDING)
NOT_ACCEPTED = (MailState.REFUSED, MailState.FAILED)
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Delivery:
    """The newest invitation mail to one rater."""

    mail_id: int
    nonce: bytes
    name_zh: str
    name_en: str
    place_zh: str
    place_en: str
    address: str
    state: MailState
    attempts: int
    error: str | None
    next_attempt: datetime | None
    is_revoked: bool

    def name_in(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_zh

    def place_in(self, language: str) -> str:
        return self.place_en if language == "en" else self.place_zh


def listed(
    session: Session, campaign: Campaign, *, state: str = "", search: str = "", number: int = 1
) -> Page[Delivery]:
    """Sorted by name: the order in which mails were written or sent means nothing."""
    query = _with_raters(outbox.newest_invitations(campaign))
    if state == "revoked":
        query = query.where(Invitation.revoked)
    elif state:
        query = query.where(Mail.state == state, Invitation.revoked.is_(False))
    for word in search[:LONGEST_SEARCH].split():
        query = query.where(_mentions(word))
    found = page(session, query.order_by(func.coalesce(Person.name, Contact.name), Mail.id), number)
    return Page(tuple(map(_delivery, found.rows)), found.number, found.last, found.total)


def find(session: Session, campaign: Campaign, mail_id: int) -> Delivery:
    """The newest mail to the rater of this one."""
    nonce = session.scalar(
        select(Mail.nonce).where(
            Mail.id == mail_id, Mail.campaign_id == campaign.id, Mail.kind == MailKind.INVITATION
        )
    )
    delivery = newest(session, campaign, nonce) if nonce else None
    if delivery is None:
        raise NotFound(N_("there is no such mail in this campaign"))
    return delivery


def newest(session: Session, campaign: Campaign, nonce: bytes) -> Delivery | None:
    """The newest mail with this link; none if it goes to a rater without an address."""
    mail = session.scalar(_with_raters(outbox.newest_invitations(campaign)).where(Mail.nonce == nonce))
    return _delivery(mail) if mail else None


def _with_raters(query: Select[Mail]) -> Select[Mail]:
    invitation = joinedload(Mail.invitation)
    return (
        query.outerjoin(Person, Person.id == Invitation.person_id)
        .outerjoin(Contact, Contact.id == Invitation.contact_id)
        .outerjoin(Client, Client.id == Contact.client_id)
        .options(
            invitation.joinedload(Invitation.person).joinedload(Person.department),
            invitation.joinedload(Invitation.contact).joinedload(Contact.client),
        )
    )


def _mentions(word: str) -> ColumnElement[bool]:
    columns = (Person.name, Person.name_en, Person.email, Contact.name, Contact.name_en, Contact.email)
    return mentions(word, *columns, Client.name)


def _delivery(mail: Mail) -> Delivery:
    invitation = mail.invitation
    if invitation is None:
        raise LookupError("a mail to a rater always has an invitation")
    rater = invitation.rater
    place = rater.client if isinstance(rater, Contact) else rater.department
    is_waiting = mail.state in (MailState.PENDING, MailState.UNKNOWN)
    return Delivery(
        mail_id=mail.id,
        nonce=invitation.nonce,
        name_zh=rater.name,
        name_en=rater.name_in("en"),
        place_zh=place.name,
        place_en=place.name_in("en"),
        address=rater.email or "",
        state=mail.state,
        attempts=mail.attempts,
        error=mail.error,
        next_attempt=mail.due_at if is_waiting else None,
        is_revoked=invitation.revoked,
    )


def send_again(
    session: Session, campaign: Campaign, delivery: Delivery, *, actor: str, now: datetime
) -> None:
    """One more mail with the same link."""
    invitation = _hold(session, campaign, delivery, now)
    outbox.owe_invitation_again(session, invitation, now=now)
    audit.record(
        session, "invitation sent again", campaign.code, actor=actor, now=now, rater=invitation.rater.known_as
    )


def send_refused_again(session: Session, campaign: Campaign, *, actor: str, now: datetime) -> int:
    """After the mail server was mended: everything that it did not accept, once more."""
    row_locks.hold_row(session, campaign)
    _require_open(campaign, now)
    not_accepted = outbox.newest_invitations(campaign).where(
        Mail.state.in_(NOT_ACCEPTED), Invitation.revoked.is_(False)
    )
    mails = session.scalars(not_accepted).all()
    outbox.owe_invitations_again(session, mails, now=now)
    audit.record(
        session, "refused invitations sent again", campaign.code, actor=actor, now=now, mails=len(mails)
    )
    return len(mails)


def correct_address(
    session: Session, campaign: Campaign, delivery: Delivery, address: str, *, actor: str, now: datetime
) -> None:
    """Change the rater's address where people and clients are kept, and send the invitation there."""
    invitation = _hold(session, campaign, delivery, now)
    rater, wanted = invitation.rater, _canonical(address)
    row_locks.hold(session, type(rater))
    before = rater.email
    _require_free(session, rater, wanted)
    rater.email = wanted
    session.flush()
    outbox.owe_invitation_again(session, invitation, now=now)
    audit.record(
        session,
        "address corrected",
        rater.known_as,
        actor=actor,
        now=now,
        before={"email": before},
        after={"email": wanted},
        campaign=campaign.code,
    )


def _canonical(address: str) -> str:
    try:
        return addresses.canonical(address)
    except ValueError:
        raise NotPossible(N_("“%(address)s” is not a mail address"), address=address) from None


def _require_free(session: Session, rater: Person | Contact, address: str) -> None:
    kind = Person if isinstance(rater, Person) else Contact
    if session.scalar(select(kind.id).where(kind.email == address, kind.id != rater.id)):
        raise NotPossible(N_("somebody else has the address %(address)s"), address=address)


def _hold(session: Session, campaign: Campaign, delivery: Delivery, now: datetime) -> Invitation:
    """Keep others from doing the same at the same time."""
    row_locks.hold_row(session, campaign)
    _require_open(campaign, now)
    newest = find(session, campaign, delivery.mail_id)
    if newest.state in UNDER_WAY:
        raise NotPossible(N_("a mail to %(name)s is on its way already"), name=newest.name_zh)
    if newest.is_revoked:
        raise NotPossible(N_("the link of %(name)s is revoked: issue a new one"), name=newest.name_zh)
    return session.get_one(Invitation, newest.nonce)


def _require_open(campaign: Campaign, now: datetime) -> None:
    if not campaign.accepts_answers(now):
        raise NotPossible(N_("campaign %(code)s is not open: nobody can be invited"), code=campaign.code)
