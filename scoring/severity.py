"""How a manager's people score against the others of a pool."""

from dataclasses import dataclass

import numpy as np

from scoring.distributions import f_quantile
from scoring.instrument import Floats

CONFIDENCE = 0.95
LEAST_PEOPLE = 2


@dataclass(frozen=True)
class ManagerSeverity:
    """Mean of some people less the mean of the others, with its 95 % interval; n people against `others`."""

    difference: float
    low: float
    high: float
    n: int
    others: int


def severity(scores: Floats, others: Floats) -> ManagerSeverity | None:
    """Scores of a manager's people against those of all other people of the pool, in points; NaN takes no part.

    The interval is Welch's, for two samples of unequal variances: Welch (1947), Biometrika 34, 28. It says how far the
    two means may lie apart by who happens to be in the team, not why they do. None below two people on either side, or
    where all scores of both sides are the same.
    """
    own, rest = scores[~np.isnan(scores)], others[~np.isnan(others)]
    if min(len(own), len(rest)) < LEAST_PEOPLE:
        return None
    parts = np.array([own.var(ddof=1) / len(own), rest.var(ddof=1) / len(rest)])
    squared = float(parts.sum())
    if squared <= 0:
        return None
    freedom = squared**2 / float((parts**2 / np.array([len(own) - 1, len(rest) - 1])).sum())
    reach = float(
        np.sqrt(f_quantile(CONFIDENCE, 1, freedom) * squared)
    )  # t squared is F with 1 degree of freedom
    difference = float(own.mean() - rest.mean())
    return ManagerSeverity(difference, difference - reach, difference + reach, len(own), len(rest))
