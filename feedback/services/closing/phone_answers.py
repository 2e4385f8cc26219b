"""Answers that an interviewer heard hide nobody who answered by link.

Whoever entered two of three answers of a group, and reads its mean, knows the third. So answers by phone count towards
no minimum as long as any other client answered beside them.
"""

from dataclasses import replace

import numpy as np

from feedback.services.closing.tallies import CellMatrix
from scoring.disclosure import NOWHERE, Decision, decide
from scoring.instrument import GroupFamily, Integers


def decision(matrix: CellMatrix, ballots: Integers) -> Decision:
    """What may be shown of so many ballots per subject and group [s, g], some of them entered by interviewers."""
    heard = _heard(matrix)
    decided = decide(
        np.maximum(ballots - heard, 0),
        matrix.instrument.groups,
        asked=matrix.invited,
        units=matrix.units,
        cast=matrix.answered,
    )
    return replace(decided, minimum=decided.minimum + _by_cell(heard, decided))


def _heard(matrix: CellMatrix) -> Integers:
    """Answers by phone [s, g]; none where nobody of the family answered by link, since all of them are known then."""
    groups = matrix.instrument.groups
    protected = (groups.family == GroupFamily.CLIENTS) & ~groups.attributed
    by_link = (matrix.answered - matrix.interviewed)[:, protected].sum(axis=1)
    return np.where((by_link[:, None] > 0) & protected, matrix.interviewed, 0)


def _by_cell(heard: Integers, decided: Decision) -> Integers:
    """The same by output cell [s, h]: an item needs so many more ratings there."""
    found = np.zeros_like(decided.minimum)
    subject, group = np.nonzero(decided.cell != NOWHERE)
    np.add.at(found, (subject, decided.cell[subject, group]), heard[subject, group])
    return found
