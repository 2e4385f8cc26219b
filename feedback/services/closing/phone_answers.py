"""Answers that an interviewer heard hide nobody who answered by link.

Whoever entered two of three answers of a group, and reads its mean, knows the third. So answers by phone count towards
no minimum as long as any other client answered beside them.
"""

from dataclasses import replace

import numpy as np

from feedback.services.closing.kept_rows import CellMatrix
from scoring.disclosure import NOWHERE, Decision, decide
from scoring.instrument import GroupFamily, Integers


def decision(matrix: CellMatrix, ballots: Integers, by_link: Integers) -> Decision:
    """What may be shown of so many ballots per subject and group [s, g], so many of them sent by link.

    Whoever was asked by phone is somebody whose answer an interviewer may know, also where his own one by link went
    first: otherwise what is shown would tell that it did.
    """
    heard = _heard(matrix, by_link)
    decided = decide(
        np.maximum(ballots - heard, 0),
        matrix.instrument.groups,
        asked=matrix.invited,
        units=matrix.units,
        cast=matrix.answered,
    )
    return replace(decided, minimum=decided.minimum + _by_cell(heard, decided))


def _heard(matrix: CellMatrix, by_link: Integers) -> Integers:
    """Answers by phone [s, g]; none where nobody of the family answered by link, since all of them are known then."""
    groups = matrix.instrument.groups
    protected = (groups.family == GroupFamily.CLIENTS) & ~groups.attributed
    anybody = by_link[:, protected].sum(axis=1) > 0
    return np.where(anybody[:, None] & protected, matrix.interviewed, 0)


def _by_cell(heard: Integers, decided: Decision) -> Integers:
    """The same by output cell [s, h]: an item needs so many more ratings there."""
    found = np.zeros_like(decided.minimum)
    subject, group = np.nonzero(decided.cell != NOWHERE)
    np.add.at(found, (subject, decided.cell[subject, group]), heard[subject, group])
    return found
