"""What lies sealed in a campaign's box at its close: ballots cast by link, and answers that interviewers were given.

Only what this server cast itself, into that very place, is an answer; anything else was written into the database.
"""

import multiprocessing
import os
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, compress
from typing import Any, TypeVar

from sqlalchemy import Engine, Select, delete, func, select, update
from sqlalchemy.orm import Session

from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, Cell, Subject
from feedback.models.interviews import Interview
from feedback.services.ballot_box import ballots, interviews
from feedback.services.ballot_box.ballots import Place
from feedback.services.ballot_box.box_keys import BoxKeys
from feedback.services.ground import protection

# Engines limit the number of parameters in one statement.
AT_ONCE = 1000

Key = TypeVar("Key")
Result = TypeVar("Result")
BATCH = 1000
WORTH_PROCESSES = 20 * BATCH  # below this, starting them costs more than they save
AHEAD = 2  # batches for each process that are in memory at once, with the one that it works on

# As a process gets it, which is a quarter of the bytes and the time: spot, envelope, cell, group, person rated.
Row = tuple[bytes, bytes, int, str, int]
Batch = Sequence[Row]
# Work, batches: each batch with what came of it, in the same order.
Spread = Callable[[Callable[[Batch], Any], Iterable[Batch]], Iterator[tuple[Batch, Any]]]


@dataclass(frozen=True)
class Sealed:
    place: Place
    envelope: bytes

    @classmethod
    def of(cls, campaign: str, row: Row) -> "Sealed":
        spot, envelope, cell_id, group, person_id = row
        return cls(Place(campaign, cell_id, group, person_id, spot), envelope)

    @property
    def row(self) -> Row:
        place = self.place
        return place.spot, self.envelope, place.cell_id, place.group, place.subject_id

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
    """What is an answer: the number of our ballots per cell, the interviews. Foreign: the slots of what is none.

    answered_too: the slots of clients who had an interview and answered by link as well.
    """

    by_cell: Counter[int]
    interviews: Sequence[SealedInterview]
    answered_too: frozenset[bytes]
    foreign: Sequence[bytes]

    @property
    def answered(self) -> Counter[int]:
        """By cell, whoever answered at all."""
        return self.by_cell + Counter(sealed.place.cell_id for sealed in self.counted)

    @property
    def interviewed(self) -> Counter[int]:
        return Counter(interview.sealed.place.cell_id for interview in self.interviews)

    @property
    def number(self) -> int:
        """How many are to be opened."""
        return self.by_cell.total() + len(self.counted)

    @property
    def counted(self) -> list[Sealed]:
        """The interviews of clients who have not answered by link."""
        return [interview.sealed for interview in self.interviews if interview.slot not in self.answered_too]


@dataclass(frozen=True)
class Checker:
    """Tells what this server cast; all that a process needs for it."""

    campaign: str
    keys: BoxKeys

    def __call__(self, batch: Sequence[Row]) -> list[bool]:
        return [Sealed.of(self.campaign, row).is_ours(self.keys) for row in batch]


def number_by_link(session: Session, campaign: Campaign) -> Counter[int]:
    """By cell, whoever cast them."""
    filled = select(Ballot.cell_id, func.count()).join(Cell, Cell.id == Ballot.cell_id).join(Subject)
    of_campaign = filled.where(Subject.campaign_id == campaign.id, Ballot.envelope.is_not(None))
    rows = session.execute(of_campaign.group_by(Ballot.cell_id))
    return Counter({cell_id: number for cell_id, number in rows})


def batches_by_link(session: Session, campaign: Campaign) -> Iterator[Sequence[Row]]:
    """All of them at once may be more than there is memory for.

    Read outside of the session, whose transaction may end before that: nobody who writes is kept waiting meanwhile.
    """
    rows = (
        select(Ballot.slot, Ballot.envelope, Cell.id, Cell.group, Subject.person_id)
        .join(Cell, Cell.id == Ballot.cell_id)
        .join(Subject, Subject.id == Cell.subject_id)
        .where(Subject.campaign_id == campaign.id, Ballot.envelope.is_not(None))
    )
    return _batches_of(session.get_bind().engine.execution_options(read_only=True), rows)


def _batches_of(engine: Engine, rows: Select[bytes, bytes | None, int, str, int]) -> Iterator[Sequence[Row]]:
    with engine.connect().execution_options(yield_per=BATCH) as connection:
        for some in connection.execute(rows).partitions():
            yield [
                (slot, envelope or b"", cell_id, group, person_id)
                for slot, envelope, cell_id, group, person_id in some
            ]


def by_link(session: Session, campaign: Campaign) -> Iterator[Sealed]:
    for batch in batches_by_link(session, campaign):
        yield from (Sealed.of(campaign.code, row) for row in batch)


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
    return looking(session, campaign, keys)(alone)


def looking(session: Session, campaign: Campaign, keys: BoxKeys) -> Callable[[Spread], Found]:
    """What is left to do after all that needs the session."""
    interviews = by_phone(session, campaign, keys)
    checker, unchecked = Checker(campaign.code, keys), batches_by_link(session, campaign)
    return lambda spread: _found(interviews, spread(checker, unchecked))


def _found(
    interviews: Sequence[SealedInterview], checked: Iterable[tuple[Sequence[Row], Sequence[bool]]]
) -> Found:
    sought = {interview.slot for interview in interviews}
    by_cell: Counter[int] = Counter()
    answered_too: set[bytes] = set()
    foreign: list[bytes] = []
    for batch, verdicts in checked:
        ours = list(compress(batch, verdicts))
        by_cell.update(row[2] for row in ours)
        answered_too |= sought.intersection(row[0] for row in ours)
        foreign += [row[0] for row, is_ours in zip(batch, verdicts, strict=True) if not is_ours]
    return Found(by_cell, interviews, frozenset(answered_too), foreign)


def to_be_opened(session: Session, campaign: Campaign, keys: BoxKeys) -> Found:
    """When what was foreign and what is withheld is gone."""
    interviews = by_phone(session, campaign, keys)
    by_cell = number_by_link(session, campaign)
    return Found(by_cell, interviews, _filled(session, [interview.slot for interview in interviews]), ())


def _filled(session: Session, slots: Sequence[bytes]) -> frozenset[bytes]:
    filled = select(Ballot.slot).where(Ballot.envelope.is_not(None))
    found = (session.scalars(filled.where(Ballot.slot.in_(some))) for some in batches(slots))
    return frozenset(chain.from_iterable(found))


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


def alone(work: Callable[[Batch], Result], batches: Iterable[Batch]) -> Iterator[tuple[Batch, Result]]:
    for batch in batches:
        yield batch, work(batch)


@contextmanager
def spread_for(number: int) -> Iterator[Spread]:
    """How so many pieces are worked on best. Processes start when they get something to do."""
    if number < WORTH_PROCESSES:
        yield alone
        return
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as executor:
        yield partial(_spread, executor)


def _spread(
    executor: ProcessPoolExecutor, work: Callable[[Batch], Result], batches: Iterable[Batch]
) -> Iterator[tuple[Batch, Result]]:
    """No more batches are read than are about to be worked on."""
    begun: deque[tuple[Batch, Future[Result]]] = deque()
    for batch in batches:
        begun.append((batch, executor.submit(work, batch)))
        if len(begun) > AHEAD * (os.cpu_count() or 1):
            yield _finished(*begun.popleft())
    while begun:
        yield _finished(*begun.popleft())


def _finished(batch: Batch, future: Future[Result]) -> tuple[Batch, Result]:
    return batch, future.result()
