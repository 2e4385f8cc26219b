"""What lies sealed in a campaign's box at its close: ballots cast by link, and answers that interviewers were given.

Only what this server cast itself, into that very place, is an answer; anything else was written into the database.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, Cell, Subject
from feedback.models.interviews import Interview
from feedback.services.ballot_box import ballots, interviews
from feedback.services.ballot_box.ballots import Place
from feedback.services.ballot_box.box_keys import BoxKeys
from feedback.services.ground import protection

# Engines limit the number of parameters in one statement; envelopes are several kilobytes each.
AT_ONCE = 1000

Key = TypeVar("Key", bytes, int)


@dataclass(frozen=True)
class Sealed:
    place: Place
    envelope: bytes

    def is_ours(self, keys: BoxKeys) -> bool:
        return ballots.is_ours(self.envelope, keys, self.place)


@dataclass(frozen=True)
class SealedInterview:
    """slot: the client's own, whose ballot goes first."""

    sealed: Sealed
    slot: bytes
    contact_id: int


@dataclass(frozen=True)
class Found:
    """What is an answer: the slots of our ballots, their number per cell, the interviews. Foreign: other slots."""

    ours: frozenset[bytes]
    by_cell: Counter[int]
    interviews: Sequence[SealedInterview]
    foreign: Sequence[bytes]

    @property
    def answered(self) -> Counter[int]:
        """By cell, whoever answered at all."""
        return self.by_cell + Counter(sealed.place.cell_id for sealed in self.counted)

    @property
    def interviewed(self) -> Counter[int]:
        return Counter(interview.sealed.place.cell_id for interview in self.interviews)

    @property
    def counted(self) -> list[Sealed]:
        """The interviews of clients who have not answered by link."""
        return [interview.sealed for interview in self.interviews if interview.slot not in self.ours]


def by_link(session: Session, campaign: Campaign) -> Iterator[Sealed]:
    rows = session.execute(
        select(Ballot.slot, Ballot.envelope, Cell.id, Cell.group, Subject.person_id)
        .join(Cell, Cell.id == Ballot.cell_id)
        .join(Subject, Subject.id == Cell.subject_id)
        .where(Subject.campaign_id == campaign.id, Ballot.envelope.is_not(None)),
        execution_options={"yield_per": AT_ONCE},
    )
    for slot, envelope, cell_id, group, person_id in rows:
        yield Sealed(Place(campaign.code, cell_id, group, person_id, slot), envelope or b"")


def by_phone(session: Session, campaign: Campaign, keys: BoxKeys) -> list[SealedInterview]:
    """Those of whom enough were asked by phone among those who are counted with them: see INTERVIEWS_FROM."""
    rows = session.execute(
        select(
            Interview.contact_id,
            Interview.seat,
            Interview.envelope,
            Cell.id,
            Cell.group,
            Subject.person_id,
            func.coalesce(Cell.crowd_id, Cell.id),
        )
        .join(Cell, Cell.id == Interview.cell_id)
        .join(Subject, Subject.id == Cell.subject_id)
        .where(Subject.campaign_id == campaign.id, Interview.finished.is_(True))
    )
    found: dict[int, list[SealedInterview]] = defaultdict(list)
    for contact_id, seat, envelope, cell_id, group, person_id, crowd in rows:
        spot = interviews.spot(contact_id, seat or 0)
        sealed = Sealed(Place(campaign.code, cell_id, group, person_id, spot), envelope or b"")
        if sealed.is_ours(keys):
            found[crowd].append(SealedInterview(sealed, keys.slot(cell_id, seat or 0), contact_id))
    return [interview for crowd in found.values() if _is_enough(crowd) for interview in crowd]


def _is_enough(crowd: Sequence[SealedInterview]) -> bool:
    return len({interview.contact_id for interview in crowd}) >= protection.INTERVIEWS_FROM


def look(session: Session, campaign: Campaign, keys: BoxKeys) -> Found:
    """One ballot after the other: all of them at once may be more than there is memory for."""
    ours: list[Place] = []
    foreign = []
    for sealed in by_link(session, campaign):
        if sealed.is_ours(keys):
            ours.append(sealed.place)
        else:
            foreign.append(sealed.place.spot)
    return _found(ours, by_phone(session, campaign, keys), foreign)


def gather(session: Session, campaign: Campaign, keys: BoxKeys) -> tuple[list[Sealed], Found]:
    """What is to be opened, when what was foreign and what is withheld is gone."""
    sealed = list(by_link(session, campaign))
    found = _found([one.place for one in sealed], by_phone(session, campaign, keys))
    return [*sealed, *found.counted], found


def _found(
    places: Sequence[Place], interviews: Sequence[SealedInterview], foreign: Sequence[bytes] = ()
) -> Found:
    by_cell = Counter(place.cell_id for place in places)
    return Found(frozenset(place.spot for place in places), by_cell, interviews, foreign)


def note(session: Session, campaign: Campaign, answered: Counter[int], interviewed: Counter[int]) -> None:
    """By cell, how many answered, by link or by phone, and how many had an interview, whoever answered by link too."""
    cells = session.scalars(select(Cell.id).join(Subject).where(Subject.campaign_id == campaign.id)).all()
    numbers = [{"id": id, "answered": answered[id], "interviewed": interviewed[id]} for id in cells]
    session.execute(update(Cell), numbers)


def drop(session: Session, slots: Sequence[bytes]) -> None:
    for some in batches(slots):
        session.execute(delete(Ballot).where(Ballot.slot.in_(some)))


def batches(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]
