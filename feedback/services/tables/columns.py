"""From a grid of cells to rows: headings are recognised, cells are checked and spelled as we keep them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.errors import InvalidFile, RowFault
from feedback.services.tables.cells import WrongCell
from forms.words import N_

HEADING = 1
LONGEST_QUOTE = 40
# With those that turn the direction of writing: a name could be read backwards in the middle of a sentence.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# In the address of a page these mean something else.
NO_STEPS = ("", ".", "..")
NO_CODES = re.compile(r"new|export\..*|(edit|activity|move)/.*")
NOBODY = Bilingual("", "")

# A spreadsheet knows of a cell that it has no value.
Grid = Sequence[Sequence[str | WrongCell]]


@dataclass(frozen=True)
class Column:
    """A column by its own name, by the headings that we write over it, and by others that people write.

    A required column has no empty cell unless it may. `canonical` gives the spelling of a cell that we keep, or
    raises WrongCell.
    """

    name: str
    heading: Bilingual
    aliases: tuple[str, ...] = ()
    required: bool = False
    may_be_empty: bool = False
    longest: int = 64
    canonical: Callable[[str], str] = str
    help: str = ""
    example: Bilingual = NOBODY

    @property
    def spellings(self) -> set[str]:
        headings = (self.name, self.heading.zh, self.heading.en, *self.aliases)
        return {spelling(heading) for heading in headings}


@dataclass(frozen=True)
class TableRow:
    """One record; `number` is its row in a spreadsheet, 1 being the heading.

    An optional column that the file does not have is not in `cells`: what is stored stays as it is.
    """

    number: int
    cells: Mapping[str, str]

    def optional(self, column: str, stored: str | None) -> str | None:
        """What is to be stored in an optional column: nothing where the cell is empty."""
        return self.cells.get(column, stored) or None


def spelling(heading: object) -> str:
    return re.sub(r"[\s_-]+", " ", str(heading).strip(' "')).casefold()


def recognised(headings: Iterable[object], columns: Sequence[Column]) -> set[Column]:
    """The columns that the headings name."""
    known = _by_spelling(columns)
    return {known[key] for key in map(spelling, headings) if key in known}


def rows(grid: Grid, columns: Sequence[Column]) -> list[TableRow]:
    """The rows under the heading, every cell canonical. Raises InvalidFile with all faults of form."""
    heading, *records = grid
    used = _columns(heading, columns)
    keepers = [_Keeper(column) for column in used]
    faults: list[RowFault] = []
    found = []
    for number, cells in enumerate(records, start=HEADING + 1):
        if not any(cells):
            continue
        if len(cells) != len(used):
            sentence = N_("has %(cells)s cells, the heading has %(headings)s")
            faults.append(RowFault(number, "", sentence, {"cells": len(cells), "headings": len(used)}))
            continue
        found.append(TableRow(number, _kept(number, keepers, cells, faults)))
    if not found and not faults:
        faults = [RowFault(HEADING, "", N_("there is no row under the heading"))]
    refuse(faults)
    return found


def refuse(faults: list[RowFault]) -> None:
    """Raise InvalidFile with the faults, in the order of their rows, if there are any."""
    if faults:
        raise InvalidFile(sorted(faults, key=lambda fault: fault.row))


def _by_spelling(columns: Sequence[Column]) -> dict[str, Column]:
    return {spelling: column for column in columns for spelling in column.spellings}


def _columns(heading: Sequence[str | WrongCell], columns: Sequence[Column]) -> list[Column]:
    known = _by_spelling(columns)
    names = [str(cell) for cell in heading]
    used = [known[spelling(name)] for name in names if spelling(name) in known]
    unknown = N_("is not a heading of this kind of file")
    faults = [
        RowFault(HEADING, name[:LONGEST_QUOTE] or f"#{place}", unknown)
        for place, name in enumerate(names, start=1)
        if spelling(name) not in known
    ]
    for column in columns:
        if used.count(column) > 1:
            faults.append(RowFault(HEADING, column.name, N_("appears more than once")))
        if column.required and column not in used:
            faults.append(RowFault(HEADING, column.name, N_("is missing")))
    refuse(faults)
    return used


class _Keeper(dict[str | WrongCell, str]):
    """The spelling that we keep of each text in a column, found once for all its cells."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.column = column
        self.name = column.name

    def __missing__(self, cell: str | WrongCell) -> str:
        return self.setdefault(cell, _checked(self.column, cell))


def _kept(
    row: int, keepers: Sequence[_Keeper], cells: Sequence[str | WrongCell], faults: list[RowFault]
) -> dict[str, str]:
    kept = {}
    for keeper, cell in zip(keepers, cells, strict=True):
        try:
            kept[keeper.name] = keeper[cell]
        except WrongCell as error:
            faults.append(RowFault(row, keeper.name, error.sentence, error.facts))
            kept[keeper.name] = str(cell)
    return kept


def _checked(column: Column, cell: str | WrongCell) -> str:
    if isinstance(cell, WrongCell):
        raise cell
    if not cell:
        if column.required and not column.may_be_empty:
            raise WrongCell(N_("is empty"))
        return cell
    if len(cell) > column.longest:
        raise WrongCell(N_("is longer than %(longest)s characters"), longest=column.longest)
    if not cell.isprintable() and CONTROL.search(cell):
        raise WrongCell(N_("holds a line break or another control character"))
    return column.canonical(cell)


def repeated(rows: Iterable[TableRow], *key: str) -> list[RowFault]:
    """Rows about something that an earlier row is about already."""
    first: dict[tuple[str, ...], int] = {}
    faults = []
    for row in rows:
        values = tuple(row.cells[column] for column in key)
        if first.setdefault(values, row.number) != row.number:
            known = {"value": " ".join(values), "row": first[values]}
            faults.append(RowFault(row.number, key[-1], N_("%(value)s is already in row %(row)s"), known))
    return faults


def facts(
    rows: Iterable[TableRow], key: str, columns: Sequence[str]
) -> tuple[dict[str, dict[str, str]], list[RowFault]]:
    """What the rows say about each key that several of them share, and where they contradict each other.

    An empty cell says nothing.
    """
    said: dict[str, dict[str, str]] = {}
    faults = []
    for row in rows:
        known = said.setdefault(row.cells[key], {})
        for column in columns:
            cell = row.cells.get(column)
            if cell and known.setdefault(column, cell) != cell:
                contradiction = {"known": known[column], "value": row.cells[key]}
                sentence = N_("an earlier row says %(known)s for %(value)s")
                faults.append(RowFault(row.number, column, sentence, contradiction))
    return said, faults


def canonical_code(text: str) -> str:
    """Raises WrongCell for what would lead to another page than that of its bearer."""
    if NO_CODES.fullmatch(text) or any(step in NO_STEPS for step in text.split("/")):
        raise WrongCell(N_("'%(text)s' cannot be a code: in an address it means something else"), text=text)
    return text
