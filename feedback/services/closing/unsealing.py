"""Opening envelopes in memory, batch by batch; of each ballot only what is counted is kept: its marks and its texts."""

import secrets
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from feedback.services.ballot_box.ballots import Answers, UnreadableBallot, unseal
from feedback.services.ballot_box.box_keys import BoxKeys
from feedback.services.closing.sealed_answers import Row, Sealed, Spread
from feedback.services.ground.work_progress import Progress
from scoring.instrument import Answers as Marks
from scoring.instrument import Integers

Text = tuple[int, int, str]  # cell, place among the items that are comments, what was written


class PackedTexts:
    """Comments in the order in which they were added, packed: as strings they take three times the memory."""

    def __init__(self) -> None:
        self._cells, self._items, self._ends = array("q"), array("B"), array("q", [0])
        self._bytes = bytearray()

    def __len__(self) -> int:
        return len(self._cells)

    def __getitem__(self, place: int) -> Text:
        some = slice(self._ends[place], self._ends[place + 1])
        return self._cells[place], self._items[place], self._bytes[some].decode()

    def extend(self, texts: Iterable[Text]) -> None:
        for cell_id, item, text in texts:
            self._cells.append(cell_id)
            self._items.append(item)
            self._bytes += text.encode()
            self._ends.append(len(self._bytes))


@dataclass(frozen=True)
class Opened:
    """Readable ballots: the id of each one's cell [b], its marks [b, j]; and texts in the order in which they are kept.

    order: places among the texts.
    """

    cells: Integers
    marks: Marks
    texts: PackedTexts
    order: Integers

    @classmethod
    def none(cls, rated: int) -> "Opened":
        return cls(
            np.empty(0, dtype=np.int64), np.empty((0, rated), dtype=np.uint8), PackedTexts(), shuffled(0)
        )

    def in_order(self) -> Iterator[Text]:
        return (self.texts[place] for place in self.order.tolist())


@dataclass(frozen=True)
class UnsealedBatch:
    """What a process makes of a batch, in the order of its rows."""

    cells: list[int]
    marks: bytes
    texts: list[Text]


@dataclass(frozen=True)
class Opener:
    """All that a process needs to open ballots of one campaign."""

    campaign: str
    private_key: bytes
    keys: BoxKeys
    scale_sizes: bytes
    is_rating: tuple[bool, ...]
    comments: int

    def __call__(self, batch: Sequence[Row]) -> UnsealedBatch:
        key = X25519PrivateKey.from_private_bytes(self.private_key)
        opened = [(row[2], answers) for row in batch if (answers := self._open(row, key)) is not None]
        return UnsealedBatch(
            [cell_id for cell_id, _answers in opened],
            b"".join(answers.ratings for _cell_id, answers in opened),
            [
                (cell_id, item, text)
                for cell_id, answers in opened
                for item, text in enumerate(answers.comments)
                if text
            ],
        )

    def _open(self, row: Row, key: X25519PrivateKey) -> Answers | None:
        sealed = Sealed.of(self.campaign, row)
        rated = len(self.scale_sizes)
        try:
            answers = unseal(sealed.envelope, key, self.keys, sealed.place, rated, self.comments)
        except UnreadableBallot:
            return None
        return answers if self._counts(answers.ratings) else None

    def _counts(self, ratings: bytes) -> bool:
        """What the form would have refused is unreadable too."""
        if len(ratings) != len(self.scale_sizes):
            return False
        on_scale = all(map(int.__le__, ratings, self.scale_sizes))
        return on_scale and any(map(int.__mul__, ratings, self.is_rating))


def open_all(
    batches: Iterable[Sequence[Row]], number: int, opener: Opener, spread: Spread, progress: Progress
) -> Opened:
    """Every readable ballot and, apart from it, its texts, both shuffled by the system's random numbers."""
    cells, marks, texts = array("q"), bytearray(), PackedTexts()
    done = 0
    for batch, part in spread(opener, batches):
        cells.extend(part.cells)
        marks += part.marks
        texts.extend(part.texts)
        done += len(batch)
        progress(done, number)
    turns = shuffled(len(cells))
    return Opened(
        np.frombuffer(cells, dtype=np.int64)[turns],
        np.frombuffer(marks, dtype=np.uint8).reshape(len(cells), len(opener.scale_sizes))[turns],
        texts,
        shuffled(len(texts)),
    )


def shuffled(number: int) -> Integers:
    """The numbers below it, each order as likely as any other: sorted by random numbers that do not meet twice."""
    return np.frombuffer(secrets.token_bytes(8 * number), dtype=np.uint64).argsort()
