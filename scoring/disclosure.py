"""Which cells may be shown, decided from numbers of people alone, before any ballot is opened.

A group under its minimum is pooled with the other small groups of its family; a pool still too small takes in the
family's smallest shown group; otherwise the small groups are withheld and enter no number anywhere. The threshold rule
of Hundepool et al. (2012), Statistical Disclosure Control. In a campaign it is applied twice: when it opens, to the
people asked (`forms.units`), and when it closes, to the ballots of the units that were formed so. A unit is of as many
people asked as its minimum, and nothing that is decided here is about fewer.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from scoring.instrument import POOLED, Booleans, Floats, Groups, Integers

NOWHERE = -1


class Status(IntEnum):
    ABSENT = 0  # no ballots of a crowd that was asked; for a pool: not formed
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


def decide(
    ballots: Integers,
    groups: Groups,
    *,
    asked: Integers | None = None,
    units: Integers | None = None,
    cast: Integers | None = None,
) -> Decision:
    """Decide disclosure from ballots [s, g], the number of ballots per subject and rater group that count.

    asked [s, g]: people asked, as far as they have not declined; without it those who answered, as in a file. units
    [s, g]: the output cell that was to count the group since the opening: its own, its family's pool, or NOWHERE;
    without it the own ones. cast [s, g]: ballots that came, where not all of them count.

    Groups share the lot of their unit, whoever of it answered. A pool is small with too few ballots even if there is
    none, and so is a group of which fewer people than its minimum are left.
    """
    asked, cast = ballots if asked is None else asked, ballots if cast is None else cast
    given = ((ballots, "ballots"), (asked, "people asked"), (cast, "ballots cast"))
    # From here on subjects are the last axis, next to each other in memory: several times as fast.
    numbers = [_by_group(each, what, groups) for each, what in given]
    alone = np.broadcast_to(np.arange(groups.count), np.shape(ballots))
    unit = _checked(alone if units is None else units, groups).T
    n, left, came = (_over_units(each, unit, groups) for each in numbers)
    minimum = _minima(unit, groups)
    is_there = (came > 0) | ((left > 0) & (left < minimum))
    is_there[groups.count :] = True  # a pool, whether anybody in it answered or not
    small = is_there & (n < minimum)
    lot = np.maximum(Status.WITHHELD * small, Status.SHOWN * ((n > 0) & (n >= minimum))).astype(np.uint8)
    for pool, members in _families(groups):
        rows = np.append(members, pool)
        joined = _pooled(rows, pool, n, small, minimum)
        lot[rows] = np.where(joined, Status.MERGED, lot[rows])
    return from_status(_status(lot, unit, groups).T, groups)


def _by_group(numbers: Integers, what: str, groups: Groups) -> Integers:
    """Numbers of people [s, g] with subjects last."""
    numbers = np.asarray(numbers)
    if numbers.ndim != 2 or numbers.shape[1] != groups.count:
        raise ValueError(f"{what} has shape {numbers.shape}, expected subjects x {groups.count} groups")
    if np.any(numbers < 0):
        raise ValueError(f"a number of {what} must not be negative")
    return np.ascontiguousarray(numbers.T)


def _checked(units: Integers, groups: Groups) -> Integers:
    if np.any((units != np.arange(groups.count)) & (units != groups.pool_of) & (units != NOWHERE)):
        raise ValueError("a group is counted by itself, in the pool of its family, or nowhere")
    return units


def _families(groups: Groups) -> Iterator[tuple[int, Integers]]:
    """The pools that can be formed, each with its groups."""
    for family in POOLED:
        members = np.flatnonzero((groups.family == family) & ~groups.attributed)
        if members.size > 1:
            yield groups.pool(family), members


def _over_units(numbers: Integers, unit: Integers, groups: Groups) -> Integers:
    """Numbers [h, s] of units from those of their groups [g, s]; 0 in cells that are no unit."""
    totals = np.zeros((groups.cells, unit.shape[1]), dtype=np.int64)
    totals[: groups.count] = numbers * (unit == np.arange(groups.count)[:, None])
    for pool, members in _families(groups):
        totals[pool] = (numbers[members] * (unit[members] == pool)).sum(axis=0)
    return totals


def _minima(unit: Integers, groups: Groups) -> Integers:
    """The minimum of each unit [h, s]: a pool's is the largest of its members'."""
    minimum = np.zeros((groups.cells, unit.shape[1]), dtype=np.int64)
    minimum[: groups.count] = groups.minimum[:, None]
    for pool, members in _families(groups):
        minimum[pool] = ((unit[members] == pool) * groups.minimum[members, None]).max(axis=0)
    return minimum


def _status(lot: NDArray[np.uint8], unit: Integers, groups: Groups) -> NDArray[np.uint8]:
    """Of groups and pools [h, s], from the lot of units [h, s]."""
    status = np.full(lot.shape, Status.ABSENT, dtype=np.uint8)
    own = np.take_along_axis(lot, np.maximum(unit, 0), axis=0)
    own = np.where((unit >= groups.count) & (own == Status.SHOWN), Status.MERGED, own)
    status[: groups.count] = np.where(unit == NOWHERE, Status.WITHHELD, own)
    for pool, members in _families(groups):
        status[pool] = Status.SHOWN * (status[members] == Status.MERGED).any(axis=0)
    return status


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


def _pooled(units: Integers, pool: int, n: Integers, small: Booleans, minimum: Integers) -> Booleans:
    """Which of a family's units [u, s] are pooled, by their people n [., s]: the small ones and maybe one more.

    A pool that is a unit itself takes in whatever is pooled: a family has one.
    """
    n, small, minimum = n[units], small[units], minimum[units]
    joined = small | ((units == pool)[:, None] & (n > 0))
    large = (n > 0) & (n >= minimum) & ~joined
    joined = joined | (_smallest(n, large) & ~_reaches_minimum(joined, n, minimum))
    return np.asarray(joined & small.any(axis=0) & _reaches_minimum(joined, n, minimum))


def _smallest(n: Integers, candidates: Booleans) -> Booleans:
    """Mark each subject's candidate with the fewest ballots, the first one on ties [members, s]."""
    order = np.where(candidates, n, np.iinfo(np.int64).max)
    chosen = np.arange(len(n))[:, None] == order.argmin(axis=0)
    return np.asarray(chosen & candidates)


def _reaches_minimum(pool: Booleans, n: Integers, minimum: Integers) -> Booleans:
    """Whether each subject's pool has as many ballots as the largest minimum of its members [s]."""
    return np.asarray((pool * n).sum(axis=0) >= (pool * minimum).max(axis=0))
