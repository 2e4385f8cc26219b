"""The scores of every subject as frozen objects. Withheld is a type: only what is shown has numbers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from feedback.services.closing.results import CampaignResult, cell_names, instrument
from feedback.services.ground import protection
from feedback.services.ground.work_progress import Progress, no_progress
from forms.questionnaire import Questionnaire
from forms.scheme import Scheme
from scoring import gaps
from scoring.cells import Means
from scoring.disclosure import Status
from scoring.instrument import Booleans
from scoring.scores import COVERAGE_TOLERANCE, score


class HiddenReason(StrEnum):
    """Why a group, or a figure, is not shown."""

    MERGED = "merged"
    TOO_FEW = "too few answers"
    NO_ANSWERS = "no answers"
    NOT_ASKED = "not asked"


REASONS = {
    Status.MERGED: HiddenReason.MERGED,
    Status.WITHHELD: HiddenReason.TOO_FEW,
    Status.ABSENT: HiddenReason.NO_ANSWERS,
}


@dataclass(frozen=True)
class Estimate:
    """A score with its 95 % interval; n is how many ratings per item it rests on."""

    value: float
    low: float
    high: float
    n: float


@dataclass(frozen=True)
class NoEstimate:
    reason: str


@dataclass(frozen=True)
class ItemMean:
    mean: float
    n: int


@dataclass(frozen=True)
class Shown:
    """A rater group, or the pool of the ``merged`` groups; items only where there are enough ballots."""

    merged: tuple[str, ...]
    n: int
    total: Estimate | NoEstimate
    dimensions: Mapping[str, Estimate | NoEstimate]
    items: Mapping[str, ItemMean] | None


@dataclass(frozen=True)
class HiddenGroup:
    reason: HiddenReason


class GapClass(StrEnum):
    BLIND_SPOT = "blind spot"
    HIDDEN_STRENGTH = "hidden strength"
    AGREED_STRENGTH = "agreed strength"
    AGREED_DEVELOPMENT_AREA = "agreed development area"


@dataclass(frozen=True)
class SubjectGap:
    own: float
    others: float
    kind: GapClass


class Shortage(StrEnum):
    """Why there is no official score."""

    NOBODY_INVITED = "nobody invited"
    REQUIRED_GROUP = "required group"
    COVERAGE = "coverage"
    NO_SCORE = "no score"


@dataclass(frozen=True)
class Scorecard:
    """One subject. ``total`` is the feedback score, or the sentence why there is none; ``shortage`` the
    same as code.

    error: the feedback score's standard error in points, for comparisons; missing_groups: required, not
    shown.
    """

    subject: str
    total: Estimate | NoEstimate
    error: float | None
    shortage: Shortage | None
    missing_groups: tuple[str, ...]
    coverage: float | None
    dimensions: Mapping[str, Estimate | NoEstimate]
    cells: Mapping[str, Shown | HiddenGroup]
    top2box: Estimate | NoEstimate
    nps: Estimate | NoEstimate
    gaps: Mapping[str, SubjectGap]


def scorecards(
    result: CampaignResult,
    questionnaire: Questionnaire,
    scheme: Scheme,
    progress: Progress = no_progress,
) -> tuple[Scorecard, ...]:
    """Score a campaign, from its disclosed counts and statistics alone."""
    maker, cards, subjects = _Maker(result, questionnaire, scheme), [], len(result.subjects)
    for place in range(subjects):
        cards.append(maker.card(place))
        progress(place + 1, subjects)
    return tuple(cards)


def scorecard(result: CampaignResult, questionnaire: Questionnaire, scheme: Scheme, place: int) -> Scorecard:
    """That of one subject, from the scores of all."""
    return _Maker(result, questionnaire, scheme).card(place)


class _Maker:
    """Takes one subject's numbers out of the arrays."""

    def __init__(self, result: CampaignResult, questionnaire: Questionnaire, scheme: Scheme) -> None:
        numbers = instrument(questionnaire, scheme)
        scores = score(result.disclosed, numbers, result.statistics.phi)
        self.subjects, self.numbers = result.subjects, numbers
        self.disclosed = result.disclosed
        self.scheme, self.scores = scheme, scores
        self.dimensions = [dimension.id for dimension in questionnaire.dimensions]
        self.items = [item.id for item in questionnaire.counted_items]
        self.cells = cell_names(scheme)
        self.total, self.overall = _Estimates(scores.total), _Estimates(scores.dimensions)
        self.cell_totals, self.by_cell = _Estimates(scores.cells.total), _Estimates(scores.cells.dimensions)
        self.top2box, self.nps = _Estimates(scores.top2box), _Estimates(scores.nps)
        self.own = gaps.self_scores(scores, numbers)
        self.gap_kinds = gaps.classify(self.own, scores.dimensions.score, scores.error, numbers).tolist()

    def card(self, s: int) -> Scorecard:
        scores = self.scores
        coverage = float(scores.coverage[s])
        missing = tuple(
            group.id
            for group, is_missing in zip(self.scheme.groups, scores.missing_required[s], strict=True)
            if is_missing
        )
        shortage = None if scores.sufficient[s] else self._shortage(coverage, missing)
        reason = self._sentence(shortage, coverage, missing)
        return Scorecard(
            subject=self.subjects[s],
            total=self.total.at(s) or NoEstimate(reason),
            error=None if shortage else float(scores.total_error[s]),
            shortage=shortage,
            missing_groups=missing,
            coverage=None if math.isnan(coverage) else coverage,
            dimensions=self._by_dimension(self.overall, (s,), "no shown group rated it"),
            cells=self._cells(s),
            top2box=self.top2box.at(s) or NoEstimate(self._lack(s, self.numbers.items.satisfaction)),
            nps=self.nps.at(s) or NoEstimate(self._lack(s, ~self.numbers.items.rating)),
            gaps=self._gaps(s),
        )

    def _lack(self, s: int, items: Booleans) -> HiddenReason:
        """Why there is no satisfaction rate or NPS of these items: from numbers of people alone."""
        groups = self.numbers.groups
        cells = groups.satisfaction_cells[: groups.count]
        asked = cells & (self.disclosed.invited[s] > 0) & self.numbers.items.asked[:, items].any(axis=1)
        if not asked.any():
            return HiddenReason.NOT_ASKED
        answered = self.disclosed.decision.status[s, : groups.count] != Status.ABSENT
        return HiddenReason.TOO_FEW if (asked & answered).any() else HiddenReason.NO_ANSWERS

    def _shortage(self, coverage: float, missing: Sequence[str]) -> Shortage:
        if math.isnan(coverage):
            return Shortage.NOBODY_INVITED
        if missing:
            return Shortage.REQUIRED_GROUP
        if coverage < self.scheme.rating.minimum_coverage - COVERAGE_TOLERANCE:
            return Shortage.COVERAGE
        return Shortage.NO_SCORE

    def _sentence(self, shortage: Shortage | None, coverage: float, missing: Sequence[str]) -> str:
        match shortage:
            case Shortage.NOBODY_INVITED:
                return "no group with weight was invited"
            case Shortage.REQUIRED_GROUP:
                return f"required group {', '.join(missing)} is not shown"
            case Shortage.COVERAGE:
                rounded_down = (
                    math.floor(100 * coverage + COVERAGE_TOLERANCE) / 100
                )  # else 0.5957 "is below 0.60" as 0.60
                return f"coverage {rounded_down:.2f} is below {self.scheme.rating.minimum_coverage:.2f}"
        return "no dimension has a score"

    def _by_dimension(
        self, estimates: "_Estimates", place: tuple[int, ...], reason: str
    ) -> dict[str, Estimate | NoEstimate]:
        return {name: estimates.at(*place, d) or NoEstimate(reason) for d, name in enumerate(self.dimensions)}

    def _cells(self, s: int) -> dict[str, Shown | HiddenGroup]:
        """Every group, and the pools that were formed."""
        cells: dict[str, Shown | HiddenGroup] = {}
        for h, name in enumerate(self.cells):
            status = Status(int(self.disclosed.decision.status[s, h]))
            if status is Status.SHOWN:
                cells[name] = self._shown(s, h)
            elif h < len(self.scheme.groups):
                cells[name] = HiddenGroup(REASONS[status])
        return cells

    def _shown(self, s: int, h: int) -> Shown:
        counted_in = self.disclosed.decision.cell[s]
        members = (name for g, name in enumerate(self.cells[: len(counted_in)]) if counted_in[g] == h != g)
        n = int(self.disclosed.n[s, h])
        return Shown(
            merged=tuple(members),
            n=n,
            total=self.cell_totals.at(s, h) or NoEstimate("no dimension has a score"),
            dimensions=self._by_dimension(self.by_cell, (s, h), "no item has enough ratings"),
            items=self._items(s, h) if n >= protection.ITEMS_FROM else None,
        )

    def _items(self, s: int, h: int) -> dict[str, ItemMean]:
        means, ratings = self.scores.cells.item_mean[s, h].tolist(), self.scores.cells.ratings[s, h].tolist()
        return {
            name: ItemMean(mean, n) for name, mean, n in zip(self.items, means, ratings, strict=True) if n > 0
        }

    def _gaps(self, s: int) -> dict[str, SubjectGap]:
        others = self.scores.dimensions.score
        return {
            name: SubjectGap(float(self.own[s, d]), float(others[s, d]), GAP_CLASSES[kind])
            for d, (name, kind) in enumerate(zip(self.dimensions, self.gap_kinds[s], strict=True))
            if kind in GAP_CLASSES
        }


GAP_CLASSES: Mapping[int, GapClass] = {
    gaps.Gap.BLIND_SPOT: GapClass.BLIND_SPOT,
    gaps.Gap.HIDDEN_STRENGTH: GapClass.HIDDEN_STRENGTH,
    gaps.Gap.AGREED_STRENGTH: GapClass.AGREED_STRENGTH,
    gaps.Gap.AGREED_DEVELOPMENT_AREA: GapClass.AGREED_DEVELOPMENT_AREA,
}


class _Estimates:
    """An array of means as lists, which hand out single numbers many times faster."""

    def __init__(self, means: Means) -> None:
        self._score, self._n = means.score.tolist(), means.n.tolist()
        self._interval = means.interval.tolist()

    def at(self, *place: int) -> Estimate | None:
        value, n, interval = self._score, self._n, self._interval
        for index in place:
            value, n, interval = value[index], n[index], interval[index]
        return None if math.isnan(value) else Estimate(value, interval[0], interval[1], n)
