"""Careless answering: counted and shown, never removed by itself.

Answers are taken as given, before reversing: that is what a rater who ticks one column leaves behind.
"""

import numpy as np

from scoring.counts import Ballots
from scoring.instrument import Answers, Floats, Instrument, Integers
from scoring.thresholds import LEAST_BALLOTS_OF_STATISTICS

LEAST_ANSWERS = 2


def longstring(answers: Answers) -> Integers:
    """Longest run of one value in each ballot's answers [b, j], in order of the items; a gap ends a run [b].

    Johnson (2005), Journal of Research in Personality 39, 103.
    """
    run = np.zeros(len(answers), dtype=np.int64)
    longest = run.copy()
    before: Answers = np.zeros(len(answers), dtype=answers.dtype)
    for item in range(answers.shape[1]):
        here = answers[:, item]
        run = np.where((here == before) & (here > 0), run + 1, here > 0)
        longest = np.maximum(longest, run)
        before = here
    return longest


def response_variability(values: Floats) -> Floats:
    """Standard deviation (ddof 1) of each ballot's answers [b, j], NaN unanswered; NaN for fewer than two
    [b].

    Dunn et al. (2018), Journal of Business and Psychology 33, 105.
    """
    answered = (~np.isnan(values)).sum(axis=1)
    mean = np.nansum(values, axis=1) / np.where(answered > 0, answered, np.nan)
    squares = np.nansum((values - mean[:, None]) ** 2, axis=1)
    return np.asarray(np.sqrt(squares / np.where(answered > 1, answered - 1, np.nan)))


def straightlined(ballots: Ballots, instrument: Instrument) -> tuple[float, int]:
    """Share of the scored ballots with one and the same value for every rating, and their number.

    Only ballots with two or more ratings are looked at. NaN on fewer than 10 of them. The longest possible string:
    Curran (2016), Journal of Experimental Social Psychology 66, 4.
    """
    rating = instrument.items.rating
    answers = ballots.answers[:, rating]
    answers = answers[(answers > 0).sum(axis=1) >= LEAST_ANSWERS]
    if len(answers) < LEAST_BALLOTS_OF_STATISTICS:
        return float("nan"), len(answers)
    least = np.where(answers > 0, answers, np.iinfo(np.uint8).max).min(axis=1)
    return float((answers.max(axis=1) == least).mean()), len(answers)
