"""Which cells may be shown, decided from the number of ballots alone, before any ballot is opened.

A group under its minimum is pooled with the other small groups of its family; a pool still too small takes in
the family's smallest shown group; otherwise the small groups are withheld and enter no number anywhere. The
threshold rule of Hundepool et al. (2012), Statistical Disclosure Control.
"""

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from scoring.instrument import POOLED, Booleans, Floats, Groups, Integers

NOWHERE = -1


class Status(IntEnum):
    ABSENT = 0  # no ballots; for a pool: not formed
    WITHHELD = 1
    MERGED = 2  # in its family's pool, which is shown
    SHOWN = 3


@dataclass(frozen=True)
class Decision:
    """What is shown of every subject.

    status [s, h]: a Status each. cell [s, g]: output cell that counts the group's ballots, or NOWHERE.
    minimum [s, h]: the minimum in force in a cell; a pool's is the largest of its members'.
    """

    status: NDArray[np.uint8]
    cell: Integers
    minimum: Integers

    def __post_init__(self) -> None:
        if self.status.shape != self.minimum.shape or len(self.cell) != len(self.status):
            raise ValueError("status, minimum and cell describe different subjects or cells")
        # One layout in memory, wherever it comes from: it decides the order of sums, and so their last bits.
        for array in fields(self):
            object.__setattr__(self, array.name, np.asfortranarray(getattr(self, array.name)))

    @property
    def shown(self) -> Booleans:
        """Whether an output cell has numbers [s, h]."""
        return np.asarray(self.status == Status.SHOWN)

    @property
    def merged(self) -> Booleans:
        """Whether the group is part of its family's shown pool [s, g]."""
        return np.asarray(self.status[:, : self.cell.shape[1]] == Status.MERGED)

    @property
    def contributes(self) -> Booleans:
        """Whether the group's ballots are counted, by itself or in a pool [s, g]."""
        return np.asarray(self.cell != NOWHERE)

    def weight(self, groups: Groups) -> Floats:
        """Weight of each shown cell [s, h]: the group's, or the sum over a pool's members; 0 if not shown."""
        weight = np.zeros(self.status.T.shape)
        weight[: groups.count] = groups.weight[:, None]
        for family in POOLED:
            members = self.merged.T & (groups.family == family)[:, None]
            weight[groups.pool(family)] = groups.weight @ members
        return np.asarray((weight * self.shown.T).T)


def decide(ballots: Integers, groups: Groups) -> Decision:
    """Decide disclosure from ballots [s, g], the number of ballots per subject and rater group."""
    ballots = np.asarray(ballots)
    if ballots.ndim != 2 or ballots.shape[1] != groups.count:
        raise ValueError(f"ballots has shape {ballots.shape}, expected subjects x {groups.count} groups")
    if np.any(ballots < 0):
        raise ValueError("a number of ballots must not be negative")
    # From here on subjects are the last axis, next to each other in memory: several times as fast.
    n, minimum = np.ascontiguousarray(ballots.T), groups.minimum[:, None]
    status = np.full((groups.cells, len(ballots)), Status.ABSENT, dtype=np.uint8)
    status[: groups.count] = np.maximum(Status.WITHHELD * (n > 0), Status.SHOWN * (n >= minimum))
    for family in POOLED:
        members = np.flatnonzero((groups.family == family) & ~groups.attributed)
        if members.size > 1:
            pooled = _pooled(n[members], minimum[members])
            status[members] = np.where(pooled, Status.MERGED, status[members])
            status[groups.pool(family)] = Status.SHOWN * pooled.any(axis=0)
    return from_status(status.T, groups)


def from_status(status: NDArray[np.uint8], groups: Groups) -> Decision:
    """The decision that a status [s, h] records. Raises ValueError where groups and pools disagree."""
    if status.ndim != 2 or status.shape[1] != groups.cells:
        raise ValueError(f"status has shape {status.shape}, expected subjects x {groups.cells} cells")
    own = status.T[: groups.count]
    cell = np.where(own == Status.SHOWN, np.arange(groups.count)[:, None], NOWHERE)
    cell = np.where(own == Status.MERGED, groups.pool_of[:, None], cell)
    minimum = np.zeros(status.T.shape, dtype=np.int64)
    minimum[: groups.count] = groups.minimum[:, None]
    for family in POOLED:
        pool = groups.pool(family)
        members = cell == pool
        minimum[pool] = (members * groups.minimum[:, None]).max(axis=0)
        if np.any((status[:, pool] == Status.SHOWN) != members.any(axis=0)):
            raise ValueError("a pool is shown exactly where groups are merged into it")
    if np.any((own == Status.MERGED) & (cell == NOWHERE)):
        raise ValueError("a group is merged that has no pool")
    return Decision(status, cell.T, minimum.T)


def _pooled(n: Integers, minimum: Integers) -> Booleans:
    """Which groups of a family, of n ballots [members, s], are pooled: the small ones and maybe one more."""
    small = (n > 0) & (n < minimum)
    joined = small | (_smallest(n, n >= minimum) & ~_reaches_minimum(small, n, minimum))
    return np.asarray(joined & small.any(axis=0) & _reaches_minimum(joined, n, minimum))


def _smallest(n: Integers, candidates: Booleans) -> Booleans:
    """Mark each subject's candidate with the fewest ballots, the first one on ties [members, s]."""
    order = np.where(candidates, n, np.iinfo(np.int64).max)
    chosen = np.arange(len(n))[:, None] == order.argmin(axis=0)
    return np.asarray(chosen & candidates)


def _reaches_minimum(pool: Booleans, n: Integers, minimum: Integers) -> Booleans:
    """Whether each subject's pool has as many ballots as the largest minimum of its members [s]."""
    return np.asarray((pool * n).sum(axis=0) >= (pool * minimum).max(axis=0))
