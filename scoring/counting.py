"""Counting answers per value, cell and item."""

import numpy as np

from scoring.instrument import Answers, Counts, Integers
from scoring.slices import slices

NOBODY_GIVES = 255  # no answer: a form has fewer values


def count(answers: Answers, cell: Integers, sought: Answers, minimum: Integers, most: int) -> Counts:
    """Answers per value, cell and item [v, c, j] of ballots [k, j], [k].

    0 for items with fewer ratings in a cell than its minimum [c]. sought [v, j]: the answer that counts as a value.
    most: no cell has more ballots, and no minimum is higher.
    """
    (values, items), cells = sought.shape, len(minimum)
    counts = np.empty((values, cells, items), dtype=np.min_scalar_type(most))
    first = cell * (values + 1)
    for item, given in enumerate(np.ascontiguousarray(answers.T)):
        value = np.full(NOBODY_GIVES + 1, values)
        value[sought[:, item]] = np.arange(values)
        found = np.bincount(first + value.take(given), minlength=cells * (values + 1))
        counts[..., item] = found.reshape(cells, values + 1).T[:values]
    return _withheld(counts, minimum)


def _withheld(counts: Counts, minimum: Integers) -> Counts:
    """Counts [v, c, j] without the items that have fewer ratings in a cell than its minimum [c]."""
    for some in slices(len(minimum)):
        enough = counts[:, some].sum(axis=0, dtype=np.int64) >= minimum[some, None]
        counts[:, some] *= enough.view(np.uint8)
    return counts
