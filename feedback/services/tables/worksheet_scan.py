"""Reading the XML of a workbook once before it is opened: how far it reaches, and which cells have no value.

A spreadsheet library makes room for everything between the first and the last cell, and copies a shared text into
each cell that names it, so a small file may ask for more memory than there is.
"""

import re
from collections import Counter
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


class PartScan:
    """One part of a workbook. Positions count from 1; texts are the lengths of the shared texts that it holds."""

    def __init__(self, content: bytes) -> None:
        self.flaws: dict[Position, WrongCell] = {}
        self.texts: list[int] = []
        self.uses: Counter[int] = Counter()
        self._row = self._column = 0
        self._right = self._bottom = 0
        self._type = ""
        self._value: str | None = None
        self._formula = self._reading = False
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        try:
            self._parser.Parse(content, True)
        except (expat.ExpatError, ValueError, LookupError):
            raise damaged() from None

    def _refuse(self, *declaration: object) -> None:
        raise unusable(N_("the file defines entities of its own, which no spreadsheet program writes"))

    def _start(self, name: str, attributes: Attributes) -> None:
        """Most parts are of no interest; cells and shared texts are, wherever they stand."""
        match name.rpartition(":")[2]:
            case "sheetData":
                self._parser.StartElementHandler = self._in_sheet
                self._parser.EndElementHandler = self._end_in_sheet
                self._parser.CharacterDataHandler = self._value_text
            case "si":
                self.texts.append(0)
                self._parser.CharacterDataHandler = self._shared_text

    def _shared_text(self, text: str) -> None:
        self.texts[-1] += len(text)

    def _in_sheet(self, name: str, attributes: Attributes) -> None:
        match name.rpartition(":")[2]:
            case "row":
                self._row, self._column = int(attributes.get("r", self._row + 1)), 0
            case "c":
                self._move(attributes.get("r"))
                self._type, self._value, self._formula = attributes.get("t", "n"), None, False
            case "f":
                self._formula = True
            case "v" | "is":
                self._value, self._reading = "", True

    def _value_text(self, text: str) -> None:
        if self._reading:
            self._value = (self._value or "") + text

    def _end_in_sheet(self, name: str) -> None:
        match name.rpartition(":")[2]:
            case "c":
                self._finish_cell()
            case "v" | "is":
                self._reading = False

    def _move(self, reference: str | None) -> None:
        if reference is None:
            self._column += 1
            return
        found = REFERENCE.fullmatch(reference)
        if not found:
            raise damaged()
        self._column, self._row = place(found[1]), int(found[2])

    def _finish_cell(self) -> None:
        if self._value is None and not self._formula:
            return
        self._right, self._bottom = max(self._right, self._column), max(self._bottom, self._row)
        is_large = self._right * self._bottom > MOST_CELLS + MOST_COLUMNS
        if self._bottom > MOST_ROWS + HEADING or self._right > MOST_COLUMNS or is_large:
            raise InvalidFile([too_large()])
        position = (self._row, self._column)
        if self._value is None:
            sentence = N_(
                "holds a formula without its result: save the file in your spreadsheet program first"
            )
            self.flaws[position] = WrongCell(sentence)
        elif self._type == "e":
            self.flaws[position] = WrongCell(N_("holds the error %(error)s"), error=self._value[:20])
        elif self._type == "s":
            self.uses[int(self._value)] += 1
