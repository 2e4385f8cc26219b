"""Which cells may be shown, decided from the number of ballots alone, before any ballot is opened.

A group under its minimum is pooled with the other small groups of its family; a pool still too small takes in
the family's smallest shown group; otherwise the small groups are withheld and enter no number anywhere. The
threshold rule of Hundepool et al. (2012), Statistical Disclosure Control.
"""

from dataclasses import dataclass
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
        weight = np.zeros(self.status.shape, order="F")
        weight[:, : groups.count] = groups.weight
        for family in POOLED:
            members = self.merged & (groups.family == family)
            weight[:, groups.pool(family)] = members @ groups.weight
        return np.where(self.shown, weight, 0.0)


def decide(ballots: Integers, groups: Groups) -> Decision:
    """Decide disclosure from ballots [s, g], the number of ballots per subject and rater group."""
    ballots = np.asarray(ballots)
    if ballots.ndim != 2 or ballots.shape[1] != groups.count:
        raise ValueError(f"ballots has shape {ballots.shape}, expected subjects x {groups.count} groups")
    if np.any(ballots < 0):
        raise ValueError("a number of ballots must not be negative")
    ballots = np.asfortranarray(ballots)  # subjects next to each other in memory: twice as fast
    status = np.zeros((len(ballots), groups.cells), dtype=np.uint8, order="F")
    status[:, : groups.count] = np.where(ballots >= groups.minimum, Status.SHOWN, Status.WITHHELD)
    status[:, : groups.count][ballots == 0] = Status.ABSENT
    for family in POOLED:
        members = np.flatnonzero((groups.family == family) & ~groups.attributed)
        if members.size:
            pooled = _pooled(ballots[:, members], groups.minimum[members])
            status[:, members] = np.where(pooled, Status.MERGED, status[:, members])
            status[:, groups.pool(family)] = np.where(pooled.any(axis=1), Status.SHOWN, Status.ABSENT)
    return from_status(status, groups)


def from_status(status: NDArray[np.uint8], groups: Groups) -> Decision:
    """The decision that a status [s, h] records. Raises ValueError where groups and pools disagree."""
    if status.ndim != 2 or status.shape[1] != groups.cells:
        raise ValueError(f"status has shape {status.shape}, expected subjects x {groups.cells} cells")
    own = status[:, : groups.count]
    cell = np.where(own == Status.SHOWN, np.arange(groups.count), NOWHERE)
    cell = np.where(own == Status.MERGED, groups.pool_of, cell)
    minimum = np.zeros(status.shape, dtype=np.int64)
    minimum[:, : groups.count] = groups.minimum
    for family in POOLED:
        pool = groups.pool(family)
        minimum[:, pool] = np.where(cell == pool, groups.minimum, 0).max(axis=1)
        if np.any((status[:, pool] == Status.SHOWN) != (cell == pool).any(axis=1)):
            raise ValueError("a pool is shown exactly where groups are merged into it")
    if np.any((own == Status.MERGED) & (cell == NOWHERE)):
        raise ValueError("a group is merged that has no pool")
    return Decision(status, cell, minimum)


def _pooled(n: Integers, minimum: Integers) -> Booleans:
    """Which groups of a family, of n ballots [s, members], are pooled: the small ones and maybe one more."""
    small = (n > 0) & (n < minimum)
    joined = small | _smallest(n, n >= minimum)
    alone = _reaches_minimum(small, n, minimum)
    pooled = np.where(alone[:, None], small, joined)
    possible = small.any(axis=1) & (alone | _reaches_minimum(joined, n, minimum))
    return np.asarray(pooled & possible[:, None])


def _smallest(n: Integers, candidates: Booleans) -> Booleans:
    """Mark each subject's candidate with the fewest ballots, the first one on ties [s, members]."""
    order = np.where(candidates, n, np.iinfo(np.int64).max)
    chosen = np.arange(n.shape[1]) == order.argmin(axis=1)[:, None]
    return np.asarray(chosen & candidates)


def _reaches_minimum(pool: Booleans, n: Integers, minimum: Integers) -> Booleans:
    """Whether each subject's pool has as many ballots as the largest minimum of its members [s]."""
    return np.asarray(np.where(pool, n, 0).sum(axis=1) >= np.where(pool, minimum, 0).max(axis=1))
