"""How one subject's scores came about: every step of the engine with its numbers, from what is shown alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from feedback.services.closing import counts_export
from feedback.services.closing.results import CampaignResult, cell_names, instrument
from feedback.services.ground.errors import NotFound
from feedback.services.scores.item_steps import ItemStep, item_step
from feedback.services.scores.satisfaction_steps import SatisfactionSteps, recommendation, satisfaction
from feedback.services.scores.score_steps import IntervalSteps, Term, WeightedMean, combined_interval
from feedback.services.scores.scorecards import Estimate, Scorecard, scorecard
from forms.questionnaire import Questionnaire
from forms.scheme import Group, Scheme
from scoring.absence import expectation
from scoring.disclosure import Status
from scoring.instrument import Floats, Instrument
from scoring.points import widest
from scoring.scores import Scores, score


@dataclass(frozen=True)
class GroupStep:
    """A rater group and what was decided about it; ``pool`` where it is merged, ``n`` only where it is shown."""

    group: Group
    invited: bool
    status: Status
    pool: str | None
    n: int | None


@dataclass(frozen=True)
class CellMean:
    score: WeightedMean
    n: WeightedMean


@dataclass(frozen=True)
class CellStep:
    """A shown group or pool: its items, the names of those withheld in it, its dimensions and their mean."""

    name: str
    members: tuple[str, ...]
    weight: float
    n: int
    items: tuple[ItemStep, ...]
    withheld_items: tuple[str, ...]
    dimensions: Mapping[str, CellMean]
    total: CellMean | None


@dataclass(frozen=True)
class Deviation:
    """The form for absent groups: what was to be expected, plus how far the shown groups lie from it."""

    expected: WeightedMean
    difference: WeightedMean


@dataclass(frozen=True)
class DimensionStep:
    name: str
    score: WeightedMean | Deviation
    interval: IntervalSteps


@dataclass(frozen=True)
class Explanation:
    """``total`` is None where there is no official score; ``card.total`` has the reason then.

    digest: that of the campaign's counts.
    """

    digest: str
    card: Scorecard
    groups: tuple[GroupStep, ...]
    cells: tuple[CellStep, ...]
    dimensions: tuple[DimensionStep, ...]
    total: WeightedMean | None
    total_interval: IntervalSteps | None
    satisfaction: SatisfactionSteps | None
    recommendation: SatisfactionSteps | None


def explain(
    result: CampaignResult, questionnaire: Questionnaire, scheme: Scheme, subject: str
) -> Explanation:
    """Raises NotFound for a subject without ballots."""
    if subject not in result.subjects:
        raise NotFound(f"there is no subject {subject!r} (known: {', '.join(result.subjects[:20])})")
    place = result.subjects.index(subject)
    card = scorecard(result, questionnaire, scheme, place)
    digest = counts_export.digest(result, questionnaire, scheme)
    return _Explainer(result, questionnaire, scheme, place).explanation(card, digest)


class _Explainer:
    """Takes the steps of the subject at a place out of the engine's arrays."""

    def __init__(
        self, result: CampaignResult, questionnaire: Questionnaire, scheme: Scheme, place: int
    ) -> None:
        self.s, self.phi = place, result.statistics.phi
        self.disclosed, self.decision = result.disclosed, result.disclosed.decision
        self.questionnaire, self.scheme = questionnaire, scheme
        self.numbers: Instrument = instrument(questionnaire, scheme)
        self.scores: Scores = score(self.disclosed, self.numbers, self.phi)
        self.names = cell_names(scheme)
        self.shown = np.flatnonzero(self.decision.shown[place]).tolist()
        self.weight = self.decision.weight(self.numbers.groups)[place]

    def explanation(self, card: Scorecard, digest: str) -> Explanation:
        cells = tuple(self._cell(h) for h in self.shown)
        scored = [d for d, value in enumerate(self.scores.dimensions.score[self.s]) if not np.isnan(value)]
        official = not np.isnan(self.scores.total.score[self.s])
        return Explanation(
            digest=digest,
            card=card,
            groups=tuple(self._group(g, group) for g, group in enumerate(self.scheme.groups)),
            cells=cells,
            dimensions=tuple(self._dimension(d) for d in scored),
            total=self._total() if official else None,
            total_interval=self._total_interval() if official else None,
            **self._satisfaction(card),
        )

    def _satisfaction(self, card: Scorecard) -> dict[str, SatisfactionSteps | None]:
        known = (self.disclosed, self.s, self.names, [item.id for item in self.questionnaire.counted_items])
        top, nps = card.top2box, card.nps
        return {
            "satisfaction": satisfaction(*known, top) if isinstance(top, Estimate) else None,
            "recommendation": recommendation(*known, nps, self.numbers)
            if isinstance(nps, Estimate)
            else None,
        }

    def _group(self, g: int, group: Group) -> GroupStep:
        status = Status(int(self.decision.status[self.s, g]))
        return GroupStep(
            group=group,
            invited=bool(self.disclosed.invited[self.s, g]),
            status=status,
            pool=self.names[self.decision.cell[self.s, g]] if status is Status.MERGED else None,
            n=int(self.disclosed.n[self.s, g]) if status is Status.SHOWN else None,
        )

    def _cell(self, h: int) -> CellStep:
        counted_in = self.decision.cell[self.s]
        members = [g for g in range(len(counted_in)) if counted_in[g] == h]
        ratings = self.scores.cells.ratings[self.s, h]
        asked = self.numbers.items.asked[members].any(axis=0)
        items = self.questionnaire.counted_items
        means = {name: self._cell_mean(h, d) for d, name in self._dimensions_of(h)}
        return CellStep(
            name=self.names[h],
            members=tuple(self.names[g] for g in members if g != h),
            weight=float(self.weight[h]),
            n=int(self.disclosed.n[self.s, h]),
            items=tuple(self._items(h, np.flatnonzero(ratings).tolist())),
            withheld_items=tuple(items[j].id for j in np.flatnonzero(asked & (ratings == 0)).tolist()),
            dimensions=means,
            total=self._cell_total(h),
        )

    def _dimensions_of(self, h: int) -> Iterator[tuple[int, str]]:
        for d, dimension in enumerate(self.questionnaire.dimensions):
            if not np.isnan(self.scores.cells.dimensions.score[self.s, h, d]):
                yield d, dimension.id

    def _items(self, h: int, scored: Sequence[int]) -> Iterator[ItemStep]:
        means = self.scores.cells.item_mean[self.s, h]
        for j in scored:
            item = self.questionnaire.counted_items[j]
            yield item_step(item, self.numbers.items, self.disclosed, (self.s, h, j), float(means[j]))

    def _cell_mean(self, h: int, d: int) -> CellMean:
        cells, items = self.scores.cells, self.questionnaire.counted_items
        own = self.numbers.items.dimension == d
        scored = np.flatnonzero(own & (cells.ratings[self.s, h] > 0)).tolist()

        def mean(values: Floats, value: float) -> WeightedMean:
            return WeightedMean(
                tuple(Term(items[j].id, items[j].weight, float(values[j])) for j in scored), float(value)
            )

        return CellMean(
            score=mean(cells.item_mean[self.s, h], cells.dimensions.score[self.s, h, d]),
            n=mean(cells.ratings[self.s, h].astype(float), cells.dimensions.n[self.s, h, d]),
        )

    def _cell_total(self, h: int) -> CellMean | None:
        cells = self.scores.cells
        if np.isnan(cells.total.score[self.s, h]):
            return None
        dimensions = cells.dimensions
        return CellMean(
            score=self._over_dimensions(dimensions.score[self.s, h], cells.total.score[self.s, h]),
            n=self._over_dimensions(
                np.where(np.isnan(dimensions.score), np.nan, dimensions.n)[self.s, h],
                cells.total.n[self.s, h],
            ),
        )

    def _over_dimensions(self, values: Floats, value: float) -> WeightedMean:
        terms = (
            Term(dimension.id, dimension.weight, float(own))
            for dimension, own in zip(self.questionnaire.dimensions, values, strict=True)
            if dimension.weight and not np.isnan(own)
        )
        return WeightedMean(tuple(terms), float(value))

    def _dimension(self, d: int) -> DimensionStep:
        cells, scores = self.scores.cells, self.scores
        used = self._used(cells.dimensions.score[self.s, :, d])
        low, high = cells.lowest[self.s, used, d].min(), cells.highest[self.s, used, d].max()
        return DimensionStep(
            name=self.questionnaire.dimensions[d].id,
            score=self._over_groups(d, used),
            interval=combined_interval(
                names=[self.names[h] for h in used],
                weight=self.weight[used],
                points=cells.dimensions.score[self.s, used, d],
                n=cells.dimensions.n[self.s, used, d],
                score=float(scores.dimensions.score[self.s, d]),
                limits=(float(low), float(high)),
                phi=float(self.phi[d]),
                interval=scores.dimensions.interval[self.s, d],
            ),
        )

    def _used(self, values: Floats) -> list[int]:
        """Cells with weight that have a value."""
        return [h for h in self.shown if self.weight[h] > 0 and not np.isnan(values[h])]

    def _terms(self, cells: Sequence[int], values: Floats) -> tuple[Term, ...]:
        return tuple(Term(self.names[h], float(self.weight[h]), float(values[h])) for h in cells)

    def _over_groups(self, d: int, used: Sequence[int]) -> WeightedMean | Deviation:
        own = self.scores.cells.dimensions.score
        average = expectation(own, self.disclosed, self.numbers) if self.numbers.deviation else None
        if average is None or not average.known[self.s, d]:
            return WeightedMean(
                self._terms(used, own[self.s, :, d]), float(self.scores.dimensions.score[self.s, d])
            )
        concerned = np.flatnonzero(average.concerned[self.s, :, d]).tolist()
        groups = (
            Term(self.names[g], self.scheme.groups[g].weight, float(average.group_mean[g, d]))
            for g in concerned
        )
        shown = self._terms(used, own[self.s, :, d] - average.cell_mean[self.s, :, d])
        return Deviation(WeightedMean.of(tuple(groups)), WeightedMean.of(shown))

    def _total(self) -> WeightedMean:
        return self._over_dimensions(self.scores.dimensions.score[self.s], self.scores.total.score[self.s])

    def _total_interval(self) -> IntervalSteps:
        cells = self.scores.cells
        used = self._used(cells.total.score[self.s])
        lows, highs = cells.lowest[self.s, used], cells.highest[self.s, used]
        low, high = widest(lows.ravel(), highs.ravel(), ~np.isnan(lows).ravel(), axis=0)
        return combined_interval(
            names=[self.names[h] for h in used],
            weight=self.weight[used],
            points=cells.total.score[self.s, used],
            n=cells.total.n[self.s, used],
            score=float(self.scores.total.score[self.s]),
            limits=(float(low), float(high)),
            phi=float(self.phi[-1]),
            interval=self.scores.total.interval[self.s],
        )
