"""Scoring a CSV file of raw answers: one row per ballot, one column per item, no database."""

import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from feedback.services.closing import results
from feedback.services.closing.results import CampaignResult
from feedback.services.ground.errors import DomainError, RowFault
from feedback.services.ground.work_progress import Progress, no_progress
from feedback.services.scores import answer_rows
from feedback.services.scores.answer_rows import FAULTS_SHOWN, Record, UnusableAnswers, refuse
from feedback.services.tables.columns import CONTROL, HEADING
from forms.questionnaire import Item, ItemKind, Questionnaire
from forms.scheme import Family, Scheme
from scoring.disclosure import decide
from scoring.instrument import Answers, Booleans, Integers

ONLY_SUBJECT = "all"
NOT_ANSWERED = frozenset({"", "NA", "N/A"})  # R writes NA
ROWS_AT_ONCE = 10_000
LONGEST_HEADING = 200
BAD = 255
UNKNOWN = -1


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
            value = float(text.replace("_", "?"))  # 1_0 is ten to Python alone
        except ValueError:
            return BAD
        return int(value) - self.values_allowed.start + 1 if value in self.values_allowed else BAD


class Numbers(dict[str, int]):
    """Numbers of stripped names by spelling; UNKNOWN for what is no name.

    With ``known`` names that is any other, else new ones are added unless they would break a line.
    """

    def __init__(self, known: Iterable[str] | None = None) -> None:
        super().__init__()
        self.names = list(known or ())
        self._closed = known is not None
        self._places = {name: place for place, name in enumerate(self.names)}

    def __missing__(self, spelling: str) -> int:
        name = spelling.strip()
        if name and not self._closed and name not in self._places and not CONTROL.search(name):
            self._places[name] = len(self.names)
            self.names.append(name)
        self[spelling] = place = self._places.get(name, UNKNOWN)
        return place


def _numbers(numbers: Numbers, column: Sequence[str]) -> Integers:
    return np.fromiter(map(numbers.__getitem__, column), dtype=np.int64, count=len(column))


@dataclass(frozen=True)
class AnswerBlock:
    """Some rows of the file as numbers."""

    subject: Integers
    group: Integers
    answers: Answers


class AnswerReader:
    """Turns rows into numbers by their heading, and notes what is wrong with them."""

    def __init__(
        self, heading: Sequence[str], questionnaire: Questionnaire, scheme: Scheme, layout: Layout
    ) -> None:
        self.items = questionnaire.counted_items
        self.groups = [group.id for group in scheme.groups]
        self.layout = layout
        self.width = len(heading)
        self.faults: list[RowFault] = []
        self.wrong = 0
        self.as_group = _common_group(scheme, layout)
        self.item_columns = [self._column(heading, item.id) for item in self.items]
        self.subject_column = self._column(heading, layout.subject_column)
        self.group_column = self._column(heading, layout.group_column)
        if self.faults:
            found = textwrap.shorten(", ".join(heading), LONGEST_HEADING, placeholder=" ...")
            refuse([RowFault(HEADING, "", f"these columns were found: {found}"), *self.faults])
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

    def block(self, records: list[Record]) -> AnswerBlock:
        whole = [record for record in records if self._has_width(record)]
        rows = [row for row, _ in whole]
        columns = list(zip(*(cells for _, cells in whole), strict=True)) or [()] * self.width
        answers = np.empty((len(whole), len(self.items)), dtype=np.uint8)
        for place, (codes, column) in enumerate(zip(self.codes, self.item_columns, strict=True)):
            answers[:, place] = np.frombuffer(bytes(map(codes.__getitem__, columns[column])), dtype=np.uint8)
        block = AnswerBlock(self._subjects(columns, len(whole)), self._groups(columns, len(whole)), answers)
        self._check(block, rows, columns)
        return block

    def _has_width(self, record: Record) -> bool:
        row, cells = record
        if len(cells) == self.width:
            return True
        self.wrong += 1
        if self.wrong <= FAULTS_SHOWN:
            sizes = f"has {len(cells)} cells, the heading has {self.width}"
            problem = f"{sizes} (a cell that holds a separator or a line break needs quotes)"
            self.faults.append(RowFault(row, "", problem))
        return False

    def _subjects(self, columns: Sequence[Sequence[str]], rows: int) -> Integers:
        if self.subject_column == UNKNOWN:
            return np.full(rows, self.subject_numbers[ONLY_SUBJECT])
        return _numbers(self.subject_numbers, columns[self.subject_column])

    def _groups(self, columns: Sequence[Sequence[str]], rows: int) -> Integers:
        if self.group_column == UNKNOWN:
            return np.full(rows, self.groups.index(self.as_group or ""))
        return _numbers(self.group_numbers, columns[self.group_column])

    def _check(self, block: AnswerBlock, rows: Sequence[int], columns: Sequence[Sequence[str]]) -> None:
        unknown = block.group == UNKNOWN
        answered = (block.answers > 0) & ~unknown[:, None]
        checks: list[tuple[Booleans, Callable[..., tuple[str, str]]]] = [
            (block.subject == UNKNOWN, lambda row: self._no_subject(columns[self.subject_column][row])),
            (unknown, lambda row: self._no_group(columns[self.group_column][row])),
            (
                block.answers == BAD,
                lambda row, place: self._off_scale(place, columns[self.item_columns[place]][row]),
            ),
            (
                answered & ~self.asked[block.group],
                lambda row, place: self._not_asked(place, int(block.group[row])),
            ),
        ]
        for is_wrong, sentence in checks:
            places = np.argwhere(is_wrong)
            self.wrong += len(places)
            for place in places[:FAULTS_SHOWN].tolist():
                self.faults.append(RowFault(rows[place[0]], *sentence(*place)))

    def _no_subject(self, cell: str) -> tuple[str, str]:
        is_empty = not cell.strip()
        problem = "is empty: it has to say who is rated" if is_empty else "holds a control character"
        return self.layout.subject_column or "", problem

    def _no_group(self, cell: str) -> tuple[str, str]:
        known = ", ".join(self.groups)
        return self.layout.group_column or "", f"unknown group '{cell}' (known: {known})"

    def _off_scale(self, place: int, cell: str) -> tuple[str, str]:
        values = self.codes[place].values_allowed
        scale = f"the scale from {values[0]} to {values[-1]}"
        return self.items[place].id, f"'{cell}' is not on {scale} (no answer is an empty cell)"

    def _not_asked(self, place: int, group: int) -> tuple[str, str]:
        problem = f"the item is not asked of group {self.groups[group]}: the cell has to be empty"
        return self.items[place].id, problem


def read_answers(
    data: bytes,
    questionnaire: Questionnaire,
    scheme: Scheme,
    layout: Layout,
    progress: Progress = no_progress,
) -> CampaignResult:
    """Count a file of answers. Rows without any rating are no ballots; the others are the people asked.

    Raises UnusableAnswers.
    """
    wanted = {item.id for item in questionnaire.counted_items}
    columns = {column for column in (layout.subject_column, layout.group_column) if column}
    heading, records = answer_rows.read(data, wanted | columns)
    sheet = AnswerReader(heading, questionnaire, scheme, layout)
    blocks, rows = [], data.count(b"\n")
    while some := list(islice(records, ROWS_AT_ONCE)):
        blocks.append(sheet.block(some))
        progress(ROWS_AT_ONCE * (len(blocks) - 1) + len(some), rows)
    refuse(sheet.faults, sheet.wrong)
    return _count(_ballots(blocks, sheet), sheet.subject_numbers.names, questionnaire, scheme)


def _ballots(blocks: Sequence[AnswerBlock], sheet: AnswerReader) -> AnswerBlock:
    """The rows with at least one rating."""
    if not blocks:
        raise UnusableAnswers([RowFault(HEADING, "", "there is no row under the heading")])
    answers = np.concatenate([block.answers for block in blocks])
    rating: Booleans = np.array([item.kind is ItemKind.RATING for item in sheet.items])
    rated = answers[:, rating].any(axis=1)
    if not rated.any():
        raise UnusableAnswers([RowFault(HEADING, "", "no row under the heading has a rating")])
    subject = np.concatenate([block.subject for block in blocks])
    group = np.concatenate([block.group for block in blocks])
    return AnswerBlock(subject[rated], group[rated], answers[rated])


def _count(
    ballots: AnswerBlock, names: Sequence[str], questionnaire: Questionnaire, scheme: Scheme
) -> CampaignResult:
    """Count ballots, subjects in the order of their names, so that the order of rows changes nothing.

    A file knows of nobody who was asked and did not answer: its rows are the people asked.
    """
    present = sorted(np.unique(ballots.subject).tolist(), key=names.__getitem__)
    place = np.zeros(len(names), dtype=np.int64)
    place[present] = np.arange(len(present))
    subject = place[ballots.subject]
    shape = (len(present), len(scheme.groups))
    n = np.bincount(subject * shape[1] + ballots.group, minlength=shape[0] * shape[1]).reshape(shape)
    instrument = results.instrument(questionnaire, scheme)
    decision = decide(n, instrument.groups)
    units = np.where(n > 0, decision.cell, np.arange(shape[1]))
    subjects = [names[number] for number in present]
    return results.count(subjects, ballots.answers, subject, ballots.group, n, units, decision, instrument)


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
