"""Days on which people had a post in a period, and which post a month belongs to.

Days are ordinals, as date.toordinal() gives them; both ends of a piece count. The rules are those of appraisal practice
(docs/scoring.md).
"""

import numpy as np

from scoring.instrument import Booleans, Integers

NOWHERE = -1
LEAST_LEAVE = 15


def post_of_day(
    work: Integers, leave: Integers, first: int, last: int, least_leave: int = LEAST_LEAVE
) -> Integers:
    """Which piece of work [s, a, 2] (from, until) somebody was at on each day of the period [s, day]; else NOWHERE.

    Leave [s, l, 2] of at least so many days in one piece, also where it reaches beyond the period, takes its days out.
    Pieces that end before they begin are none; of two on one day the later in the list counts. Raises ValueError for a
    period that ends before it begins.
    """
    if last < first:
        raise ValueError("a period does not end before it begins")
    days = np.arange(first, last + 1)
    at_work = _covers(work, days)
    latest = work.shape[1] - 1 - np.argmax(at_work[:, ::-1], axis=1) if work.shape[1] else NOWHERE
    long = leave[..., 1] - leave[..., 0] + 1 >= least_leave
    away = (_covers(leave, days) & long[..., None]).any(axis=1)
    return np.where(at_work.any(axis=1) & ~away, latest, NOWHERE)


def _covers(pieces: Integers, days: Integers) -> Booleans:
    """Whether pieces [s, a, 2] cover the days [s, a, day]."""
    return np.asarray((pieces[..., :1] <= days) & (days <= pieces[..., 1:]))


def days_of_segments(segment_of_day: Integers, segments: int) -> Integers:
    """Days [s, g] of each segment, from the segment of each day [s, day] (NOWHERE: none)."""
    return np.asarray((segment_of_day[:, None] == np.arange(segments)[:, None]).sum(axis=-1))


def segment_of_parts(segment_of_day: Integers, part_of_day: Integers, segments: int, parts: int) -> Integers:
    """The segment [s, m] that has most days of each part of the period (month, quarter); of equal ones the later.

    part_of_day [day]; segments count up in time. NOWHERE where a part has no day of any.
    """
    days = np.stack(
        [days_of_segments(segment_of_day[:, part_of_day == part], segments) for part in range(parts)], axis=-1
    )
    most = segments - 1 - np.argmax(days[:, ::-1], axis=1)
    return np.where(days.any(axis=1), most, NOWHERE)
