"""Reading the XML of a workbook once before it is opened: how far it reaches, and which cells have no value.

A spreadsheet library makes room for everything between the first and the last cell, and copies a shared text into
each cell that names it, so a small file may ask for more memory than there is.
"""

import re
from collections import Counter
from collections.abc import Container
from functools import cache
from xml.parsers import expat

from feedback.services.ground.errors import InvalidFile, RowFault
from feedback.services.tables.cells import WrongCell
from feedback.services.tables.columns import HEADING
from feedback.services.tables.file_types import unusable
from forms.words import N_

# Figures of 1,000 people on six KPIs in twelve months are 72,000 rows.
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 100_000, 100, 2_000_000
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
LOCAL_NAMES = {name: name for name in ("c", "v", "is", "f", "row")}  # as nearly every program writes them

Position = tuple[int, int]
Attributes = dict[str, str]


def too_large() -> RowFault:
    facts = {"rows": MOST_ROWS, "columns": MOST_COLUMNS, "cells": MOST_CELLS}
    sentence = N_("the table is larger than %(rows)s rows, %(columns)s columns or %(cells)s cells: split it")
    return RowFault(HEADING, "", sentence, facts)


def damaged() -> InvalidFile:
    return unusable(N_("the file is damaged: open it in your spreadsheet program and save it as .xlsx again"))


@cache
def place(letters: str) -> int:
    """The number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def uses_of_texts(content: bytes) -> Counter[int]:
    """How often each of the shared texts is shown in a part."""
    return PartScan(content, reads=("s", "e")).uses


class PartScan:
    """One part of a workbook. Positions count from 1; texts are the lengths of the shared texts that it holds.

    shared: how many cells show one of them; which ones is only read where that matters (`uses`).
    """

    def __init__(self, content: bytes, reads: Container[str] = ("e",)) -> None:
        self.flaws: dict[Position, WrongCell] = {}
        self.texts: list[int] = []
        self.shared = 0
        self.uses: Counter[int] = Counter()
        self._reads = reads
        self._row = self._column = 0
        self._right = self._bottom = 0
        self._type = ""
        self._value: str | None = None
        self._formula = False
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        try:
            self._parser.Parse(content, True)
            self._finish_cell()
        except (expat.ExpatError, ValueError, LookupError):
            raise damaged() from None

    def _refuse(self, *declaration: object) -> None:
        raise unusable(N_("the file defines entities of its own, which no spreadsheet program writes"))

    def _start(self, name: str, attributes: Attributes) -> None:
        """Most parts are of no interest; cells and shared texts are, wherever they stand."""
        if name == "t":
            return
        match name.rpartition(":")[2]:
            case "sheetData":
                self._parser.StartElementHandler = self._in_sheet
                self._parser.CharacterDataHandler = None
            case "si":
                self.texts.append(0)
                if self._parser.CharacterDataHandler is None:
                    self._parser.CharacterDataHandler = self._shared_text

    def _shared_text(self, text: str) -> None:
        self.texts[-1] += len(text)

    def _in_sheet(self, name: str, attributes: Attributes) -> None:
        """Called for each of perhaps millions of elements. A cell is over when another one begins, or a row."""
        match LOCAL_NAMES.get(name) or name.rpartition(":")[2]:
            case "c":
                self._finish_cell()
                self._move(attributes.get("r"))
                self._type = attributes.get("t", "n")
            case "v" | "is":
                self._value = ""
                if self._type in self._reads:
                    self._parser.CharacterDataHandler = self._value_text
                    self._parser.EndElementHandler = self._end_of_value
            case "row":
                self._finish_cell()
                self._row, self._column = int(attributes.get("r", self._row + 1)), 0
            case "f":
                self._formula = True

    def _value_text(self, text: str) -> None:
        self._value = (self._value or "") + text

    def _end_of_value(self, name: str) -> None:
        if (LOCAL_NAMES.get(name) or name.rpartition(":")[2]) in ("v", "is"):
            self._parser.CharacterDataHandler = self._parser.EndElementHandler = None

    def _move(self, reference: str | None) -> None:
        if reference is None:
            self._column += 1
            return
        found = REFERENCE.fullmatch(reference)
        if not found:
            raise damaged()
        letters, row = found.groups()
        self._column, self._row = place(letters), int(row)

    def _finish_cell(self) -> None:
        if self._value is not None:
            self._extend()
            if self._type == "s":
                self.shared += 1
                if self._value:
                    self.uses[int(self._value)] += 1
            elif self._type == "e":
                error = WrongCell(N_("holds the error %(error)s"), error=self._value[:20])
                self.flaws[self._row, self._column] = error
        elif self._formula:
            self._extend()
            sentence = N_(
                "holds a formula without its result: save the file in your spreadsheet program first"
            )
            self.flaws[self._row, self._column] = WrongCell(sentence)
        self._value, self._formula = None, False

    def _extend(self) -> None:
        if self._column > self._right:
            self._right = self._column
        if self._row > self._bottom:
            self._bottom = self._row
        is_large = self._right * self._bottom > MOST_CELLS + MOST_COLUMNS
        if is_large or self._bottom > MOST_ROWS + HEADING or self._right > MOST_COLUMNS:
            raise InvalidFile([too_large()])
