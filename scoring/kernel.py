"""Opening and counting ballots in C, where kernel.c was compiled (scoring/compiling.py)."""

import ctypes
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.counting import NOBODY_GIVES, withheld
from scoring.instrument import Answers, Counts, Integers

LANE = 16  # as in kernel.c
MOST_IN_BYTE = 255

Bytes = np.ctypeslib.ndpointer(np.uint8, flags="C_CONTIGUOUS")
Numbers = np.ctypeslib.ndpointer(np.int64, flags="C_CONTIGUOUS")
Size, Address = ctypes.c_int64, ctypes.c_void_p


class Kernel:
    """The functions of a compiled kernel. Raises OSError where it was compiled for another machine."""

    def __init__(self, path: Path) -> None:
        library = ctypes.CDLL(str(path))
        self._open, self._count, self._withhold = library.open_ballots, library.count, library.withhold
        self._open.restype, self._count.restype, self._withhold.restype = Size, None, None
        self._open.argtypes = [Bytes, Size, Size, Numbers, Bytes, Bytes, Bytes, Numbers]
        self._count.argtypes = [Bytes, Size, Size, Numbers, Bytes, Size, Size, Bytes, Address, Address]
        self._withhold.argtypes = [Address, Size, Size, Size, Bytes]

    def open_ballots(
        self, answers: Answers, cell: Integers, most: Answers, rating: Answers
    ) -> tuple[int, Answers, Integers]:
        kept, kept_cell = np.empty_like(answers), np.empty_like(cell)
        most, rating = _filled(most, NOBODY_GIVES), _filled(rating, 0)
        found = self._open(answers, *answers.shape, cell, most, rating, kept, kept_cell)
        return max(-found, 0), kept[: max(found, 0)], kept_cell[: max(found, 0)]

    def count(
        self, answers: Answers, cell: Integers, sought: Answers, minimum: Integers, most: int
    ) -> Counts:
        (values, items), cells = sought.shape, len(minimum)
        narrow = most <= MOST_IN_BYTE
        counts = np.zeros(values * cells * items + LANE, dtype=np.uint8 if narrow else np.uint32)
        wanted, address = _filled(sought, NOBODY_GIVES), counts.ctypes.data
        found = np.empty_like(wanted)
        self._count(
            answers, *answers.shape, cell, wanted, values, cells,
            found, address if narrow else None, None if narrow else address,
        )  # fmt: skip
        if narrow:
            self._withhold(address, values, cells, items, minimum.astype(np.uint8))
        exactly = counts[:-LANE].reshape(values, cells, items)
        return exactly if narrow else withheld(exactly, minimum).astype(np.min_scalar_type(most), copy=False)


def _filled(rows: NDArray[np.uint8], value: int) -> NDArray[Any]:
    """Rows [..., j] filled up to whole lanes."""
    room = -rows.shape[-1] % LANE
    return np.pad(rows, [(0, 0)] * (rows.ndim - 1) + [(0, room)], constant_values=value)
