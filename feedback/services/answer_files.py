"""Scoring a CSV file of raw answers: one row per ballot, one column per item, no database."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from feedback.services import results, tables
from feedback.services.columns import HEADING
from feedback.services.errors import DomainError, InvalidFile, RowFault
from feedback.services.results import CampaignResult
from feedback.services.tables import DELIMITERS
from forms.questionnaire import Item, Kind, Questionnaire
from forms.scheme import Family, Scheme
from scoring.disclosure import decide
from scoring.instrument import Answers, Booleans, Integers

ONLY_SUBJECT = "all"
NOT_ANSWERED = frozenset({"", "NA", "N/A"})  # R writes NA
ROWS_AT_ONCE = 10_000
FAULTS_SHOWN = 20
BAD = 255
UNKNOWN = -1

Record = tuple[int, list[str]]
Progress = Callable[[int], object]


class UnusableAnswers(DomainError):
    """A file of answers that cannot be scored, and where it is wrong."""

    def __init__(self, faults: Sequence[RowFault]) -> None:
        shown = [str(fault) for fault in faults[:FAULTS_SHOWN]]
        if len(faults) > FAULTS_SHOWN:
            shown.append(f"... {len(faults)} faults in all")
        super().__init__("\n".join(shown))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Layout:
    """Where subject and rater group of a ballot stand: in a column each, or the same for all rows."""

    subject_column: str | None = None
    group_column: str | None = None
    as_group: str | None = None


class Codes(dict[str, int]):
    """Places on a scale by spelling: 0 unanswered, 1..V, or BAD. Each new spelling is worked out once."""

    def __init__(self, values: range) -> None:
        super().__init__()
        self.values_allowed = values

    def __missing__(self, spelling: str) -> int:
        self[spelling] = code = self._code(spelling.strip())
        return code

    def _code(self, text: str) -> int:
        if text in NOT_ANSWERED:
            return 0
        try:
            value = float(text)
        except ValueError:
            return BAD
        return int(value) - self.values_allowed.start + 1 if value in self.values_allowed else BAD


class Numbers(dict[str, int]):
    """Numbers of stripped names by spelling. With ``known`` names any other is UNKNOWN, else new ones are added."""

    def __init__(self, known: Iterable[str] | None = None) -> None:
        super().__init__()
        self.names = list(known or ())
        self._closed = known is not None
        self._places = {name: place for place, name in enumerate(self.names)}

    def __missing__(self, spelling: str) -> int:
        name = spelling.strip()
        if name and not self._closed and name not in self._places:
            self._places[name] = len(self.names)
            self.names.append(name)
        self[spelling] = place = self._places.get(name, UNKNOWN)
        return place


def _numbers(numbers: Numbers, column: Sequence[str]) -> Integers:
    return np.fromiter(map(numbers.__getitem__, column), dtype=np.int64, count=len(column))


@dataclass(frozen=True)
class Block:
    """Some rows of the file as numbers."""

    subject: Integers
    group: Integers
    answers: Answers


class Sheet:
    """Turns rows into numbers by their heading, and notes what is wrong with them."""

    def __init__(
        self, heading: Sequence[str], questionnaire: Questionnaire, scheme: Scheme, layout: Layout
    ) -> None:
        self.items = questionnaire.counted_items
        self.groups = [group.id for group in scheme.groups]
        self.layout = layout
        self.width = len(heading)
        self.faults: list[RowFault] = []
        self.as_group = _common_group(scheme, layout)
        self.item_columns = [self._column(heading, item.id) for item in self.items]
        self.subject_column = self._column(heading, layout.subject_column)
        self.group_column = self._column(heading, layout.group_column)
        refuse(self.faults)
        self.codes = [Codes(_values(item)) for item in self.items]
        self.asked = np.array([[item.asked_of(group) for item in self.items] for group in self.groups])
        self.subject_numbers, self.group_numbers = Numbers(), Numbers(self.groups)

    def _column(self, heading: Sequence[str], name: str | None) -> int:
        if name is None:
            return UNKNOWN
        if heading.count(name) != 1:
            problem = "appears more than once in the heading" if name in heading else "is missing"
            self.faults.append(RowFault(HEADING, name, f"the column {problem}"))
            return UNKNOWN
        return heading.index(name)

    def block(self, records: list[Record]) -> Block:
        whole = [record for record in records if self._has_width(record)]
        lines = [line for line, _ in whole]
        columns = list(zip(*(cells for _, cells in whole), strict=True)) or [()] * self.width
        answers = np.empty((len(whole), len(self.items)), dtype=np.uint8)
        for place, (codes, column) in enumerate(zip(self.codes, self.item_columns, strict=True)):
            answers[:, place] = np.frombuffer(bytes(map(codes.__getitem__, columns[column])), dtype=np.uint8)
        block = Block(self._subjects(columns, len(whole)), self._groups(columns, len(whole)), answers)
        self._check(block, lines, columns)
        return block

    def _has_width(self, record: Record) -> bool:
        line, cells = record
        if len(cells) != self.width:
            message = f"has {len(cells)} cells, the heading has {self.width}"
            self.faults.append(RowFault(line, "", message))
        return len(cells) == self.width

    def _subjects(self, columns: Sequence[Sequence[str]], rows: int) -> Integers:
        if self.subject_column == UNKNOWN:
            return np.full(rows, self.subject_numbers[ONLY_SUBJECT])
        return _numbers(self.subject_numbers, columns[self.subject_column])

    def _groups(self, columns: Sequence[Sequence[str]], rows: int) -> Integers:
        if self.group_column == UNKNOWN:
            return np.full(rows, self.groups.index(self.as_group or ""))
        return _numbers(self.group_numbers, columns[self.group_column])

    def _check(self, block: Block, lines: list[int], columns: Sequence[Sequence[str]]) -> None:
        for row in np.flatnonzero(block.subject == UNKNOWN).tolist():
            self.faults.append(RowFault(lines[row], self.layout.subject_column or "", "is empty"))
        for row in np.flatnonzero(block.group == UNKNOWN).tolist():
            message = f"unknown group '{columns[self.group_column][row]}' (known: {', '.join(self.groups)})"
            self.faults.append(RowFault(lines[row], self.layout.group_column or "", message))
        for row, place in np.argwhere(block.answers == BAD).tolist():
            values = self.codes[place].values_allowed
            cell = columns[self.item_columns[place]][row]
            message = f"'{cell}' is not on the scale from {values[0]} to {values[-1]}"
            self.faults.append(RowFault(lines[row], self.items[place].id, message))
        answered = (block.answers > 0) & (block.group != UNKNOWN)[:, None]
        for row, place in np.argwhere(answered & ~self.asked[block.group]).tolist():
            message = f"the item is not asked of group {self.groups[block.group[row]]}"
            self.faults.append(RowFault(lines[row], self.items[place].id, message))


def read_answers(
    data: bytes,
    questionnaire: Questionnaire,
    scheme: Scheme,
    layout: Layout,
    progress: Progress = lambda rows: None,
) -> CampaignResult:
    """Count a file of answers. Rows without any rating are no ballots; a group with ballots counts as invited.

    progress is told how many more rows are read. Raises UnusableAnswers.
    """
    records = _records(_decode(data))
    heading = next(records, (HEADING, []))[1]
    if not any(heading):
        raise UnusableAnswers(
            [RowFault(HEADING, "", "there is no heading: the file or its first row is empty")]
        )
    sheet = Sheet([cell.strip() for cell in heading], questionnaire, scheme, layout)
    blocks = []
    while some := list(islice(records, ROWS_AT_ONCE)):
        blocks.append(sheet.block(some))
        progress(len(some))
    refuse(sheet.faults)
    return _count(_ballots(blocks, sheet), sheet.subject_numbers.names, questionnaire, scheme)


def refuse(faults: list[RowFault]) -> None:
    """Raise UnusableAnswers with the faults, in the order of their rows, if there are any."""
    if faults:
        raise UnusableAnswers(sorted(faults, key=lambda fault: fault.row))


def _ballots(blocks: Sequence[Block], sheet: Sheet) -> Block:
    """The rows with at least one rating."""
    if not blocks:
        raise UnusableAnswers([RowFault(HEADING, "", "there is no row under the heading")])
    answers = np.concatenate([block.answers for block in blocks])
    rating: Booleans = np.array([item.kind is Kind.RATING for item in sheet.items])
    rated = answers[:, rating].any(axis=1)
    if not rated.any():
        raise UnusableAnswers([RowFault(HEADING, "", "no row under the heading has a rating")])
    subject = np.concatenate([block.subject for block in blocks])
    group = np.concatenate([block.group for block in blocks])
    return Block(subject[rated], group[rated], answers[rated])


def _count(
    ballots: Block, names: Sequence[str], questionnaire: Questionnaire, scheme: Scheme
) -> CampaignResult:
    """Count ballots, subjects in the order of their names, so that the order of rows changes nothing."""
    present = sorted(np.unique(ballots.subject).tolist(), key=names.__getitem__)
    place = np.zeros(len(names), dtype=np.int64)
    place[present] = np.arange(len(present))
    subject = place[ballots.subject]
    shape = (len(present), len(scheme.groups))
    n = np.bincount(subject * shape[1] + ballots.group, minlength=shape[0] * shape[1]).reshape(shape)
    instrument = results.instrument(questionnaire, scheme)
    decision = decide(n, instrument.groups)
    invited = (n > 0).astype(np.int64)
    subjects = [names[number] for number in present]
    return results.count(subjects, ballots.answers, subject, ballots.group, invited, decision, instrument)


def _common_group(scheme: Scheme, layout: Layout) -> str | None:
    """The group of all rows, where no column names it."""
    if layout.group_column:
        return None
    known = [group.id for group in scheme.groups]
    if layout.as_group:
        if layout.as_group not in known:
            raise DomainError(f"unknown group '{layout.as_group}' (known: {', '.join(known)})")
        return layout.as_group
    others = [group.id for group in scheme.groups if group.family is not Family.SELF]
    if len(others) != 1:
        raise DomainError(
            f"the scheme has several groups ({', '.join(known)}): "
            "say which column names a row's group, or which group all rows belong to"
        )
    return others[0]


def _values(item: Item) -> range:
    if item.scale is None:
        raise ValueError(f"item {item.id} has no scale")
    return item.scale.values


def _decode(data: bytes) -> str:
    try:
        return tables.decode(data)
    except InvalidFile as error:
        raise UnusableAnswers(error.faults) from None


def _records(text: str) -> Iterator[Record]:
    """The rows that are not blank, each with the line it starts on."""
    heading = text.split("\n", 1)[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=heading.count), strict=True
    )
    line = HEADING
    try:
        for cells in reader:
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnusableAnswers([RowFault(line, "", f"is not CSV: {error}")]) from None
