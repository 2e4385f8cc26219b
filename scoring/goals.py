"""Development goals of people, rated 0 to 100, as one score (docs/scoring.md)."""

import numpy as np

from scoring.instrument import Booleans, Floats
from scoring.weighing import weighted

MOST = 100.0


def milestones(done: Booleans, weight: Floats) -> Floats:
    """100 times the weight that is done [...] of milestones [..., m]; NaN without weight.

    weight [..., m], 0 where there is no milestone. Raises ValueError for negative weights.
    """
    return weighted(np.where(done, 100.0, 0.0), weight)[0]


def of_figure(score: Floats) -> Floats:
    """What a KPI method says of a goal that is a figure, up to 100."""
    return np.minimum(score, MOST)


def goal_score(rating: Floats, weight: Floats, cancelled: Booleans | None = None) -> Floats:
    """G [s] = sum w g / sum w over the goals [s, k]; NaN without a goal, or where one is not rated.

    weight [s, k]: 0 where there is no goal; cancelled [s, k] ones are left out, their weight is shared out. Raises
    ValueError for ratings outside 0 to 100, or negative weights.
    """
    if np.any((rating < 0) | (rating > MOST)):
        raise ValueError("a goal is rated from 0 to 100")
    counted = weight if cancelled is None else np.where(cancelled, 0.0, weight)
    unrated = ((counted > 0) & np.isnan(rating)).any(axis=-1)
    return np.where(unrated, np.nan, weighted(rating, counted)[0])
