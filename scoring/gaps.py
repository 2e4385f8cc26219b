"""Self against others, dimension by dimension."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from scoring.instrument import Floats, GroupFamily, Instrument
from scoring.scores import Scores

Z_OF_GAP = 1.96
ROUNDING = 1e-9  # a score that is 80 but for rounding error is 80


class Gap(IntEnum):
    UNKNOWN = 0  # no self-rating, or nothing shown of others
    BLIND_SPOT = 1
    HIDDEN_STRENGTH = 2
    AGREED_STRENGTH = 3
    AGREED_DEVELOPMENT_AREA = 4


def self_scores(scores: Scores, instrument: Instrument) -> Floats:
    """Dimensions of the self-rating [s, d]; NaN without one."""
    own = np.flatnonzero(instrument.groups.family == GroupFamily.SELF)
    if own.size == 0:
        return np.full_like(scores.dimensions.score, np.nan)
    return np.asarray(scores.cells.dimensions.score[:, own[0]])


def classify(own: Floats, others: Floats, error: Floats, instrument: Instrument) -> NDArray[np.uint8]:
    """Class of each gap between own and others' points [s, d], with the others' standard error [s, d].

    A gap counts from the instrument's cut (10 points) and 1.96 SE on: own above others is a blind spot, below a
    hidden strength. Otherwise both agree, on a strength where the others give 80 points (strength_from) or more.
    """
    difference = own - others
    size = np.abs(difference) + ROUNDING
    clear = (size >= instrument.gap) & (size >= Z_OF_GAP * error)
    kinds = np.select(
        [
            np.isnan(difference),
            clear & (difference > 0),
            clear,
            others >= instrument.strength_from - ROUNDING,
        ],
        [Gap.UNKNOWN, Gap.BLIND_SPOT, Gap.HIDDEN_STRENGTH, Gap.AGREED_STRENGTH],
        Gap.AGREED_DEVELOPMENT_AREA,
    )
    return kinds.astype(np.uint8)
