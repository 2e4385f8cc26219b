"""Opening many envelopes in memory, over all processors when there are enough of them."""

import multiprocessing
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from feedback.services.ballot_box.ballots import Answers, UnreadableBallot, unseal
from feedback.services.ballot_box.box_keys import BoxKeys
from feedback.services.closing.sealed_answers import Sealed
from feedback.services.ground.work_progress import Progress

CHUNK = 500
WORTH_A_POOL = 10 * CHUNK  # below this, starting processes costs more than opening


@dataclass(frozen=True)
class Opened:
    cell_id: int
    answers: Answers


@dataclass(frozen=True)
class Opener:
    """All that a process needs to open ballots of one campaign."""

    private_key: bytes
    keys: BoxKeys
    scale_sizes: bytes
    is_rating: tuple[bool, ...]
    comments: int

    def __call__(self, chunk: Sequence[Sealed]) -> list[Opened]:
        key = X25519PrivateKey.from_private_bytes(self.private_key)
        opened = (self._open(sealed, key) for sealed in chunk)
        return [ballot for ballot in opened if ballot is not None]

    def _open(self, sealed: Sealed, key: X25519PrivateKey) -> Opened | None:
        rated = len(self.scale_sizes)
        try:
            answers = unseal(sealed.envelope, key, self.keys, sealed.place, rated, self.comments)
        except UnreadableBallot:
            return None
        return Opened(sealed.place.cell_id, answers) if self._counts(answers.ratings) else None

    def _counts(self, ratings: bytes) -> bool:
        """What the form would have refused is unreadable too."""
        on_scale = all(rating <= size for rating, size in zip(ratings, self.scale_sizes, strict=True))
        return on_scale and any(
            rating for rating, counts in zip(ratings, self.is_rating, strict=True) if counts
        )


def open_all(sealed: Sequence[Sealed], opener: Opener, progress: Progress) -> list[Opened]:
    """Every readable ballot, shuffled by the system's random numbers; the order of the rows is forgotten here."""
    opened: list[Opened] = []
    for done, ballots in enumerate(_chunks_opened(sealed, opener), start=1):
        opened.extend(ballots)
        progress(min(done * CHUNK, len(sealed)), len(sealed))
    secrets.SystemRandom().shuffle(opened)
    return opened


def _chunks_opened(sealed: Sequence[Sealed], opener: Opener) -> Iterator[list[Opened]]:
    chunks = [sealed[start : start + CHUNK] for start in range(0, len(sealed), CHUNK)]
    if len(sealed) < WORTH_A_POOL:
        yield from map(opener, chunks)
        return
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(opener, chunks)
