"""Clients who ask to be called. Who they are is known; what they answered, and whether, is not: docs/decisions/0011."""

import secrets
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, true, update
from sqlalchemy.orm import Session, contains_eager

from feedback.models.call_backs import CallBack
from feedback.models.campaigns import Campaign, Cell, Subject
from feedback.models.people import Person
from feedback.services.accounts.reading_rights import Reader, led_by
from feedback.services.ground import audit
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.ground.pagination import Page, page
from forms.words import N_

KEPT_AFTER_CALL = timedelta(days=30)
MOST_WAITING = 50  # about one person in one campaign, so that whoever holds a link cannot flood the readers


@dataclass(frozen=True)
class CallBackCard:
    """What a client writes; `reach` is a phone number or an address."""

    name: str
    reach: str
    hours: str
    message: str


def leave(session: Session, cell_id: int, card: CallBackCard, *, today: date) -> None:
    """Store a card. The same words once more, as from a double click, are the same card."""
    subject_id = session.scalars(select(Cell.subject_id).where(Cell.id == cell_id)).one()
    waiting = session.scalars(
        select(CallBack).where(CallBack.subject_id == subject_id, CallBack.called.is_(None))
    ).all()
    if card in [CallBackCard(one.name, one.reach, one.hours, one.message) for one in waiting]:
        return
    if len(waiting) >= MOST_WAITING:
        raise NotPossible(N_("Too many ask for a call already. Please call the company directly."))
    tomorrow = today + timedelta(days=1)
    session.add(
        CallBack(id=secrets.token_bytes(16), subject_id=subject_id, shown_from=tomorrow, **asdict(card))
    )


def shown_to(session: Session, reader: Reader, number: int, *, today: date) -> Page[CallBack]:
    """A page of them, those still to be called first; in no order of arrival."""
    query = _shown(reader, today).order_by(
        CallBack.called.is_not(None), Campaign.closes_at.desc(), Person.code, CallBack.id
    )
    return page(session, query, number)


def still_to_call(session: Session, reader: Reader, *, today: date) -> int:
    open_ones = _shown(reader, today).where(CallBack.called.is_(None)).subquery()
    return session.scalar(select(func.count()).select_from(open_ones)) or 0


def note_call(
    session: Session, reader: Reader, number: str, *, actor: str, now: datetime, today: date
) -> None:
    """The client was called; the card is deleted some time later. The log names neither client nor words."""
    query = _shown(reader, today).where(CallBack.id == _id(number))
    card = session.scalars(query.with_for_update(of=CallBack)).one_or_none()
    if card is None:
        raise NotFound(N_("there is no such request for a call"))
    if card.called is not None:
        raise NotPossible(N_("This call was noted already."))
    card.called_by, card.called = actor, today
    subject = card.subject
    audit.record(
        session, "call noted", subject.campaign.code, actor=actor, now=now, subject=subject.person.code
    )


def tidy(session: Session, today: date) -> None:
    """Forget on which day a card came as soon as that is over, and cards some time after the call."""
    session.execute(update(CallBack).where(CallBack.shown_from <= today).values(shown_from=None))
    session.execute(delete(CallBack).where(CallBack.called <= today - KEPT_AFTER_CALL))


def _shown(reader: Reader, today: date) -> Select[CallBack]:
    """Never on the day on which they came: it would tell whoever watches the response rate who has just answered."""
    return (
        select(CallBack)
        .join(CallBack.subject)
        .join(Subject.person)
        .join(Subject.campaign)
        .options(
            contains_eager(CallBack.subject).contains_eager(Subject.person),
            contains_eager(CallBack.subject).contains_eager(Subject.campaign),
        )
        .where(_may_read(reader), or_(CallBack.shown_from.is_(None), CallBack.shown_from <= today))
    )


def _may_read(reader: Reader) -> ColumnElement[bool]:
    """HR, and those who lead the person it is about; never that person, whatever his roles."""
    others = Subject.person_id != reader.person_id if reader.person_id is not None else true()
    return and_(others, true() if reader.reads_everything else led_by(reader))


def _id(number: str) -> bytes:
    try:
        return bytes.fromhex(number)
    except ValueError:
        return b""
