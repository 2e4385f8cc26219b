"""The items of one subject's report: means from five ballots in a cell on, distributions from ten on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedback.services.closing.kept_rows import CellMatrix
from feedback.services.closing.results import CampaignResult
from feedback.services.ground import protection
from feedback.services.ground.bilingual import Bilingual
from feedback.services.reports.rater_groups import RaterGroups
from feedback.services.reports.report_document import (
    Distribution,
    ItemFigure,
    ItemScore,
    Reason,
    Withheld,
)
from feedback.services.scores.scorecards import ItemMean, Shown
from forms.questionnaire import Item, ItemKind
from scoring.agreement import divided_opinion
from scoring.counts import turn_reversed

Counts = NDArray[np.integer[Any]]

MOST_AT_AN_END = 5


@dataclass(frozen=True)
class ItemScores:
    """Every subject's items, from the counts of shown cells alone."""

    matrix: CellMatrix
    answered: Counts
    spread: NDArray[np.bool_]
    divided: NDArray[np.bool_]

    @classmethod
    def of(cls, matrix: CellMatrix, result: CampaignResult) -> "ItemScores":
        """Counts in the order in which the scale is answered, whatever way the item is keyed."""
        items = matrix.instrument.items
        answered = turn_reversed(result.disclosed.counts.copy(), items)
        return cls(matrix, answered, result.disclosed.spread, divided_opinion(answered, items.values))

    def scores(self, row: int, groups: RaterGroups, name: Bilingual) -> tuple[ItemScore, ...]:
        return tuple(
            self._score(row, place, item, groups, name)
            for place, item in enumerate(self.matrix.questionnaire.counted_items)
            if item.kind is ItemKind.RATING
        )

    def _score(self, row: int, place: int, item: Item, groups: RaterGroups, name: Bilingual) -> ItemScore:
        means = {
            column: mean
            for column, group in enumerate(self.matrix.columns)
            if (mean := _mean(groups, group, item.id)) is not None
        }
        return ItemScore(
            id=item.id,
            text=groups.question(item, self._asked_first(item), name),
            dimension=item.dimension or "",
            scale=self.matrix.questionnaire.scales.index(item.scale) if item.scale else 0,
            total=self._over_groups(means, groups),
            groups=tuple(
                self._figure(row, column, place, group, means.get(column), groups)
                for column, group in enumerate(self.matrix.columns)
                if group in groups.cells and groups.was_asked(group) and groups.asks_item(group, item)
            ),
        )

    def _asked_first(self, item: Item) -> str:
        return next(group.id for group in self.matrix.scheme.groups if item.asked_of(group.id))

    def _over_groups(self, means: Mapping[int, ItemMean], groups: RaterGroups) -> float | Withheld:
        weights = {column: groups.weight(self.matrix.columns[column]) for column in means}
        whole = sum(weights.values())
        if not whole:
            return Withheld(Reason.TOO_FEW)
        return sum(means[column].mean * weight for column, weight in weights.items()) / whole

    def _figure(
        self,
        row: int,
        column: int,
        place: int,
        group: str,
        mean: ItemMean | None,
        groups: RaterGroups,
    ) -> ItemFigure:
        if mean is None:
            return ItemFigure(groups.title(group), groups.is_self(group), groups.why_no_item(group), None)
        distribution = self._distribution(row, column, place) if self.spread[row, column, place] else None
        return ItemFigure(groups.title(group), groups.is_self(group), mean, distribution)

    def _distribution(self, row: int, column: int, place: int) -> Distribution:
        values = int(self.matrix.instrument.items.values[place])
        counts = self.answered[row, column, place, :values]
        return Distribution(
            shares=tuple((counts / counts.sum()).tolist()), divided=bool(self.divided[row, column, place])
        )


def _mean(groups: RaterGroups, group: str, item: str) -> ItemMean | None:
    shown = groups.card.cells.get(group)
    if not isinstance(shown, Shown) or not shown.items:
        return None
    unheard = shown.n - groups.cells[group].heard
    return shown.items.get(item) if unheard >= protection.ITEMS_FROM else None


def extremes(items: Sequence[ItemScore]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of the highest and of the lowest items, best and worst first; never one among both."""
    scored = [(item.total, item.id) for item in items if not isinstance(item.total, Withheld)]
    size = min(MOST_AT_AN_END, len(scored) // 2)
    ascending = [id for _, id in sorted(scored, key=lambda entry: entry[0])]
    return tuple(reversed(ascending[len(ascending) - size :])), tuple(ascending[:size])
