"""How the satisfaction rate (top-2-box) and the net promoter score of one subject came about."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from feedback.services.scores.scorecards import Estimate
from scoring.counts import DisclosedCounts
from scoring.instrument import Instrument
from scoring.scores import LEAST_PROMOTER, MOST_DETRACTOR
from scoring.sums import NOT_COUNTED


@dataclass(frozen=True)
class SatisfactionLine:
    """Of an item's ratings in a cell, how many speak for and how many against the subject."""

    cell: str
    item: str
    good: int
    bad: int
    ratings: int


@dataclass(frozen=True)
class SatisfactionSteps:
    lines: tuple[SatisfactionLine, ...]
    estimate: Estimate

    @property
    def items(self) -> int:
        return len({line.item for line in self.lines})


def satisfaction(
    disclosed: DisclosedCounts, subject: int, cells: Sequence[str], items: Sequence[str], estimate: Estimate
) -> SatisfactionSteps:
    """From what is known of one subject; bad ratings are all the others."""
    top, ratings = disclosed.sums.top[subject], disclosed.ratings[subject]
    return SatisfactionSteps(
        tuple(
            SatisfactionLine(cells[h], items[j], *_split(int(top[h, j]), int(ratings[h, j])))
            for h, j in np.argwhere(top != NOT_COUNTED).tolist()
        ),
        estimate,
    )


def recommendation(
    disclosed: DisclosedCounts,
    subject: int,
    cells: Sequence[str],
    items: Sequence[str],
    estimate: Estimate,
    numbers: Instrument,
) -> SatisfactionSteps:
    """Promoters are good, detractors bad."""
    used = disclosed.spread[subject] & numbers.groups.satisfaction_cells[:, None] & ~numbers.items.rating
    lines = []
    for h, j in np.argwhere(used).tolist():
        values = disclosed.counts[subject, h, j].tolist()
        good, bad = sum(values[LEAST_PROMOTER:]), sum(values[: MOST_DETRACTOR + 1])
        lines.append(SatisfactionLine(cells[h], items[j], good, bad, sum(values)))
    return SatisfactionSteps(tuple(lines), estimate)


def _split(good: int, ratings: int) -> tuple[int, int, int]:
    return good, ratings - good, ratings
