"""Why a figure or a score is not there, or is not what its formula alone gives. The words for it are the services'."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from scoring.instrument import Booleans

Reasons = NDArray[np.uint8]


class ScoreReason(IntEnum):
    NONE = 0  # it is there, and as its formula gives it
    NO_ACTUAL = 1
    NO_TARGET = 2
    TARGET_NOT_ABOVE_0 = 3  # and the method divides by it
    CAPPED = 4
    RAISED_TO_FLOOR = 5
    REQUIREMENT_NOT_MET = 6
    NO_EARLIER_FIGURE = 7
    NOTHING_TO_GROW_FROM = 8
    NOTHING_TO_TAKE_A_SHARE_OF = 9
    MORE_THAN_ALL = 10
    TOO_FEW_PARTS = 11


def first(shape: tuple[int, ...], *cases: tuple[ScoreReason, Booleans]) -> Reasons:
    """The first reason whose case holds [...]; NONE where none does."""
    conditions = [np.broadcast_to(case, shape) for _, case in cases]
    return np.select(conditions, [np.uint8(reason) for reason, _ in cases], np.uint8(ScoreReason.NONE))
