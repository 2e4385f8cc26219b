"""What a paper is made of: blocks of words and numbers, written in the reader's language and ready to be set.

`report.typ` draws each kind; nothing in here is markup.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from feedback.presentation.heat_tables import HeatTable


class Style(StrEnum):
    PLAIN = "plain"
    QUIET = "quiet"


@dataclass(frozen=True)
class Block:
    kind: str = field(default="", init=False)


@dataclass(frozen=True)
class Text(Block):
    text: str
    style: Style = Style.PLAIN
    kind: str = field(default="text", init=False)


@dataclass(frozen=True)
class Heading(Block):
    text: str
    note: str = ""
    kind: str = field(default="heading", init=False)


@dataclass(frozen=True)
class Table(Block):
    """So many columns of words come first, then numbers."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1
    kind: str = field(default="table", init=False)


@dataclass(frozen=True)
class Heat(Block):
    caption: str
    first: str
    table: HeatTable
    kind: str = field(default="heat", init=False)


@dataclass(frozen=True)
class Illustration(Block):
    svg: str
    title: str
    description: str
    kind: str = field(default="figure", init=False)


@dataclass(frozen=True)
class SideBySide(Block):
    """Side by side."""

    left: tuple[Block, ...]
    right: tuple[Block, ...]
    kind: str = field(default="pair", init=False)


@dataclass(frozen=True)
class ScoreBar:
    """Places on an axis from 0 to 1; the bar reaches from start to value. A mean over people has no interval."""

    start: float
    value: float
    low: float | None = None
    high: float | None = None
    goal: float | None = None


@dataclass(frozen=True)
class Measure(Block):
    """A number to be seen first; words in its place where there is none."""

    label: str
    value: str
    suffix: str = ""
    interval: str = ""
    bar: ScoreBar | None = None
    note: str = ""
    kind: str = field(default="measure", init=False)


@dataclass(frozen=True)
class Quotes(Block):
    question: str
    group: str
    texts: tuple[str, ...]
    hidden: str = ""
    kind: str = field(default="quotes", init=False)


@dataclass(frozen=True)
class Definitions(Block):
    entries: tuple[tuple[str, str], ...]
    kind: str = field(default="definitions", init=False)


@dataclass(frozen=True)
class ExplainedFigure:
    """One figure: what it is, what it comes to, and in which ways it came about."""

    label: str
    shown: str
    how: tuple[str, ...]
    depth: int = 0


@dataclass(frozen=True)
class Explanations(Block):
    caption: str
    entries: tuple[ExplainedFigure, ...]
    kind: str = field(default="explanations", init=False)


@dataclass(frozen=True)
class Signatures(Block):
    """Lines to sign on: for whom, the word for the day beside each, and what signing says."""

    entries: tuple[str, ...]
    day: str
    note: str
    kind: str = field(default="signatures", init=False)


@dataclass(frozen=True)
class PaperSection:
    title: str
    blocks: tuple[Block, ...]
    new_page: bool = False


@dataclass(frozen=True)
class Cover:
    brand: str
    kind: str
    name: str
    facts: tuple[str, ...]
    campaign: str
    state: str
    notices: tuple[str, ...]
    measures: tuple[Measure, ...]
    dimension_title: str
    dimension_head: tuple[str, str, str, str]
    dimensions: tuple[Measure, ...]
    contents: str


@dataclass(frozen=True)
class Paper:
    """`page` is "page {0} of {1}" in the reader's language."""

    title: str
    language: str
    page: str
    cover: Cover
    sections: tuple[PaperSection, ...]

    def to_document(self) -> Mapping[str, Any]:
        return asdict(self)
