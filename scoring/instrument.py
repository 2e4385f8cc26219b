"""The numeric description of what is scored: items, dimensions, rater groups and the rules, as arrays.

Letters used for shapes throughout ``scoring``: b ballots, s subjects, g rater groups, h output cells per
subject (the groups, then one pool for each of ``POOLED``), j items, d dimensions, v scale values.
"""

from dataclasses import dataclass, fields
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.exact_points import in_parts

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Answers = NDArray[np.uint8]
Counts = NDArray[np.integer[Any]]

NO_DIMENSION = -1


class GroupFamily(IntEnum):
    CLIENTS = 0
    COLLEAGUES = 1
    SUPERVISOR = 2
    SELF = 3
    OBSERVER = 4


# The small groups of these families are pooled; their pools are the last output cells, in this order.
POOLED = (GroupFamily.CLIENTS, GroupFamily.COLLEAGUES)


@dataclass(frozen=True)
class Items:
    """The counted items: ratings, and recommendations (NPS) which belong to no dimension.

    values [j]: number of scale values. reverse [j]: reverse-keyed. points [j, v]: points of each value after
    reversing, NaN beyond an item's own values. weight [j]. dimension [j]: index, or NO_DIMENSION for NPS.
    headline [j]. asked [g, j]: whether the group is asked the item.
    """

    values: Integers
    reverse: Booleans
    points: Floats
    weight: Floats
    dimension: Integers
    headline: Booleans
    asked: Booleans

    def __post_init__(self) -> None:
        _freeze(self)
        count, most = self.points.shape
        if self.asked.shape[1:] != (count,):
            raise ValueError(f"asked has shape {self.asked.shape}, expected groups x {count} items")
        if count == 0 or self.values.min() < 2 or self.values.max() > most:
            raise ValueError("every item needs between 2 values and as many as points has columns")
        if np.isnan(self.points).sum() != (most - self.values).sum():
            raise ValueError("points must be NaN exactly beyond each item's own values")
        if np.any(self.weight < 0):
            raise ValueError("item weights must not be negative")

    @property
    def rating(self) -> Booleans:
        return np.asarray(self.dimension != NO_DIMENSION)

    @cached_property
    def lowest(self) -> Floats:
        """Fewest points an item can get [j]."""
        return _frozen(np.nanmin(self.points, axis=1))

    @cached_property
    def highest(self) -> Floats:
        """Most points an item can get [j]."""
        return _frozen(np.nanmax(self.points, axis=1))

    @cached_property
    def exact(self) -> tuple[Integers, Integers]:
        """Points of each value [j, v] as whole numbers of parts, and how many parts a point has [j]."""
        worth, parts = in_parts(self.points)
        worth.setflags(write=False)
        parts.setflags(write=False)
        return worth, parts

    @property
    def satisfaction(self) -> Booleans:
        """The items of the satisfaction rate [j]: those marked as headline, else all ratings."""
        marked = self.headline & self.rating
        return np.asarray(marked if marked.any() else self.rating)

    @cached_property
    def ranges(self) -> frozenset[tuple[float, float]]:
        """The different ranges of points (fewest, most) that rating items have: one, unless scales are mixed."""
        pairs = zip(self.lowest[self.rating].tolist(), self.highest[self.rating].tolist(), strict=True)
        return frozenset(pairs)


@dataclass(frozen=True)
class Groups:
    """The rater groups [g] of the scheme, in its order. Weights total 100; self has 0."""

    family: Integers
    weight: Floats
    minimum: Integers
    attributed: Booleans
    required: Booleans

    def __post_init__(self) -> None:
        _freeze(self)
        if np.any(self.weight < 0) or np.any(self.weight[self.family == GroupFamily.SELF]):
            raise ValueError("group weights must not be negative, and self has weight 0")
        if np.any(self.minimum < np.where(self.attributed, 1, 3)):
            raise ValueError("the minimum is at least 3, for attributed groups 1")

    @property
    def count(self) -> int:
        return len(self.family)

    @property
    def cells(self) -> int:
        """Output cells per subject: the groups, then the pools."""
        return self.count + len(POOLED)

    def pool(self, family: GroupFamily) -> int:
        """Index of a family's pool among the output cells."""
        return self.count + POOLED.index(family)

    @property
    def pool_of(self) -> Integers:
        """Output cell [g] that takes the group when it is small; -1 for families without a pool."""
        pool = np.full(self.count, -1)
        for family in POOLED:
            pool[(self.family == family) & ~self.attributed] = self.pool(family)
        return pool

    @property
    def cell_family(self) -> Integers:
        """Family of each output cell [h]."""
        return np.concatenate([self.family, np.array(POOLED, dtype=np.int64)])

    @property
    def satisfaction_cells(self) -> Booleans:
        """Whether an output cell enters satisfaction rate and NPS [h]: clients, without such groups all but self."""
        if np.any(self.family == GroupFamily.CLIENTS):
            return np.asarray(self.cell_family == GroupFamily.CLIENTS)
        return np.asarray(self.cell_family != GroupFamily.SELF)

    @property
    def cell_attributed(self) -> Booleans:
        """Whether an output cell's answers are attributed [h]; pools never are."""
        return np.concatenate([self.attributed, np.zeros(len(POOLED), dtype=bool)])


@dataclass(frozen=True)
class Instrument:
    """Everything that turns counts into scores. dimension_weight [d]."""

    items: Items
    groups: Groups
    dimension_weight: Floats
    trim: bool = False
    deviation: bool = False
    minimum_coverage: float = 0.6
    gap: float = 10.0
    strength_from: float = 80.0

    def __post_init__(self) -> None:
        _freeze(self)
        if np.any(self.dimension_weight < 0) or not np.any(self.dimension_weight > 0):
            raise ValueError("dimension weights must not be negative, and one must be above 0")
        if self.items.dimension.max() >= len(self.dimension_weight):
            raise ValueError("an item belongs to a dimension that does not exist")
        if self.items.asked.shape[0] != self.groups.count:
            raise ValueError("asked must have one row per rater group")

    @property
    def dimensions(self) -> int:
        return len(self.dimension_weight)

    @cached_property
    def membership(self) -> Floats:
        """1 where item j belongs to dimension d, else 0 [j, d]."""
        belongs = self.items.dimension[:, None] == np.arange(self.dimensions)
        return _frozen(belongs.astype(np.float64))

    @cached_property
    def item_weights(self) -> Floats:
        """Weight of item j in dimension d [j, d]."""
        return _frozen(self.items.weight[:, None] * self.membership)


def _frozen(array: Floats) -> Floats:
    array.setflags(write=False)
    return array


def _freeze(holder: object) -> None:
    for field in fields(holder):  # type: ignore[arg-type]
        value = getattr(holder, field.name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
