"""How the satisfaction rate (top-2-box) and the net promoter score of one subject came about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from feedback.services.scores.scorecards import Estimate
from forms.questionnaire import Questionnaire
from scoring.instrument import Booleans, Counts, GroupFamily, Instrument
from scoring.scores import LEAST_PROMOTER, MOST_DETRACTOR, TOP_VALUES


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
    counts: Counts,
    numbers: Instrument,
    questionnaire: Questionnaire,
    cells: Sequence[str],
    estimate: Estimate | None,
) -> SatisfactionSteps | None:
    """From one subject's counts [h, j, v]; bad ratings are all the others."""
    headline = numbers.items.headline & numbers.items.rating
    chosen = headline if headline.any() else numbers.items.rating

    def split(values: list[int]) -> tuple[int, int]:
        return sum(values[-TOP_VALUES:]), sum(values[:-TOP_VALUES])

    lines = _lines(counts, numbers, questionnaire, cells, chosen, split)
    return SatisfactionSteps(lines, estimate) if estimate else None


def recommendation(
    counts: Counts,
    numbers: Instrument,
    questionnaire: Questionnaire,
    cells: Sequence[str],
    estimate: Estimate | None,
) -> SatisfactionSteps | None:
    """Promoters are good, detractors bad."""

    def split(values: list[int]) -> tuple[int, int]:
        return sum(values[LEAST_PROMOTER:]), sum(values[: MOST_DETRACTOR + 1])

    chosen = ~numbers.items.rating
    lines = _lines(counts, numbers, questionnaire, cells, chosen, split)
    return SatisfactionSteps(lines, estimate) if estimate else None


def _lines(
    counts: Counts,
    numbers: Instrument,
    questionnaire: Questionnaire,
    cells: Sequence[str],
    chosen: Booleans,
    split: Callable[[list[int]], tuple[int, int]],
) -> tuple[SatisfactionLine, ...]:
    clients = numbers.groups.cell_family == GroupFamily.CLIENTS
    if not np.any(numbers.groups.family == GroupFamily.CLIENTS):
        clients = numbers.groups.cell_family != GroupFamily.SELF
    used = clients[:, None] & chosen & (counts.sum(axis=2) > 0)
    lines = []
    for h, j in np.argwhere(used).tolist():
        values = counts[h, j, : numbers.items.values[j]].tolist()
        good, bad = split(values)
        item = questionnaire.counted_items[j].id
        lines.append(SatisfactionLine(cells[h], item, good, bad, sum(values)))
    return tuple(lines)
