"""Changes between two cycles, shown only where they are larger than chance over all that is compared."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scoring.counts import DisclosedCounts
from scoring.disclosure import Decision, Status, from_status
from scoring.distributions import two_sided_p
from scoring.instrument import Booleans, Floats, Groups, Integers

LEAST_CHANGE = 5.0
MOST_P = 0.05


@dataclass(frozen=True)
class Changes:
    """Differences later - earlier in points, their standard errors, adjusted p, and whether to call them a
    change.

    All of the shape compared; NaN where either cycle has no score.
    """

    delta: Floats
    error: Floats
    p: Floats
    detected: Booleans


def of_subjects(disclosed: DisclosedCounts, rows: Integers) -> DisclosedCounts:
    """The counts of some subjects, by their rows and in that order."""
    whole = disclosed.decision
    decision = Decision(whole.status[rows], whole.cell[rows], whole.minimum[rows])
    sums = disclosed.sums.each(lambda values: values[rows])
    return DisclosedCounts(disclosed.counts[rows], sums, disclosed.n[rows], disclosed.invited[rows], decision)


def common_cells(earlier: DisclosedCounts, later: DisclosedCounts) -> Booleans:
    """Cells [s, h] shown in both cycles, pools only with the same members; subjects in the same order.

    Raises ValueError for different shapes, which are not comparable.
    """
    if earlier.counts.shape[1:] != later.counts.shape[1:] or len(earlier.n) != len(later.n):
        raise ValueError("the cycles differ in subjects, groups or items: not comparable")
    common = earlier.decision.shown & later.decision.shown
    for pool in range(earlier.decision.cell.shape[1], common.shape[1]):
        same = (earlier.decision.cell == pool) == (later.decision.cell == pool)
        common[:, pool] &= same.all(axis=1)
    return np.asarray(common)


def restrict(disclosed: DisclosedCounts, kept: Booleans, groups: Groups) -> DisclosedCounts:
    """The same counts without the shown cells that are not kept [s, h]; their groups become withheld."""
    status: NDArray[np.uint8] = disclosed.decision.status.copy()
    dropped = disclosed.decision.shown & ~kept
    status[dropped] = Status.WITHHELD
    for pool in range(groups.count, groups.cells):
        members = (disclosed.decision.cell == pool) & dropped[:, [pool]]
        status[:, : groups.count][members] = Status.WITHHELD
        status[dropped[:, pool], pool] = Status.ABSENT
    left = disclosed.only(np.broadcast_to(~dropped[..., None], disclosed.ratings.shape))
    return replace(left, n=np.where(dropped, 0, disclosed.n), decision=from_status(status, groups))


def compared(
    earlier: DisclosedCounts, later: DisclosedCounts, groups: Groups
) -> tuple[DisclosedCounts, DisclosedCounts]:
    """Both cycles with nothing but what they have in common: cells shown, and items scored in them, both times.

    Otherwise an item or a group that came or went would look like a change. Subjects in the same order.
    Raises ValueError for different shapes, which are not comparable.
    """
    common = common_cells(earlier, later)
    scored = earlier.scored & later.scored
    first, second = (restrict(cycle, common, groups) for cycle in (earlier, later))
    return first.only(scored), second.only(scored)


def changes(earlier: Floats, earlier_error: Floats, later: Floats, later_error: Floats) -> Changes:
    """Changes between scores with standard errors, all of one shape: everything that one report compares.

    SE^2 = SE_1^2 + SE_2^2, as who answered both times is not known; z = delta/SE is standard normal without a
    change. A change is detected from 5 points on and with an adjusted p under 0.05. Raises ValueError for
    negative errors.
    """
    if np.any(earlier_error < 0) or np.any(later_error < 0):
        raise ValueError("a standard error must not be negative")
    delta = later - earlier
    error = np.sqrt(earlier_error**2 + later_error**2)
    z = delta / np.where(error > 0, error, np.nan)
    p = adjusted(np.vectorize(two_sided_p, otypes=[float])(z))
    return Changes(delta, error, p, np.asarray((np.abs(delta) >= LEAST_CHANGE) & (p < MOST_P)))


def adjusted(p: Floats) -> Floats:
    """p values [...] adjusted for the false discovery rate over all m of them; NaN takes no part.

    The i-th smallest becomes the least of p_j m/j over j >= i. Raises ValueError outside [0, 1]. Benjamini &
    Hochberg (1995), Journal of the Royal Statistical Society B 57, 289.
    """
    if np.any((p < 0) | (p > 1)):
        raise ValueError("a p value lies between 0 and 1")
    result = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    if known.size == 0:
        return result
    order = known[np.argsort(p.ravel()[known])]
    scaled = p.ravel()[order] * len(order) / np.arange(1, len(order) + 1)
    result.ravel()[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return result
