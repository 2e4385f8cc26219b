"""What follows from published figures: every split of the answers in a cell that they allow, and no other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from itertools import chain

TOLERANCE = 1e-6

Split = tuple[int, ...]  # how many gave each answer of a scale, the lowest first


@cache
def splits(n: int, places: int) -> tuple[Split, ...]:
    """All ways in which n people can answer."""
    if places == 1:
        return ((n,),)
    return tuple(
        chain.from_iterable(
            ((first, *rest) for rest in splits(n - first, places - 1)) for first in range(n + 1)
        )
    )


def total(split: Split, worth: Sequence[float]) -> float:
    return sum(count * points for count, points in zip(split, worth, strict=True))


@dataclass(frozen=True)
class Question:
    """What is possible for one question in one cell."""

    n: int
    possible: frozenset[Split]

    @classmethod
    def of(cls, n: int, places: int) -> "Question":
        return cls(n, frozenset(splits(n, places)))

    def with_sum(self, worth: Sequence[float], low: float, high: float) -> "Question":
        """Answers that come to something between these, ends included."""
        fits = (low - TOLERANCE <= total(split, worth) <= high + TOLERANCE for split in self.possible)
        kept = (split for split, fit in zip(self.possible, fits, strict=True) if fit)
        return Question(self.n, frozenset(kept))

    def with_sums(self, worth: Sequence[float], sums: Iterable[int]) -> "Question":
        allowed = set(sums)
        return Question(self.n, frozenset(s for s in self.possible if round(total(s, worth)) in allowed))

    @property
    def split_follows(self) -> bool:
        """How many gave which answer is known; who gave it is not."""
        return len(self.possible) == 1

    @property
    def answer_follows(self) -> bool:
        """What every single one answered is known, since all answered alike."""
        return self.split_follows and max(next(iter(self.possible))) == self.n


def together(questions: Sequence[Question], worth: Sequence[float], whole: int) -> list[Question]:
    """What is left of each if all of them together come to this: the rest has to come to what is missing."""
    sums = [{round(total(split, worth)) for split in question.possible} for question in questions]
    found = []
    for place, question in enumerate(questions):
        others = reduce(_added, (sums[:place] + sums[place + 1 :]), {0})
        found.append(question.with_sums(worth, (whole - other for other in others)))
    return found


def _added(some: set[int], more: set[int]) -> set[int]:
    return {one + other for one in some for other in more}
