"""Rows of a file of targets or actuals, as they are read."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from feedback.models.figures import FigureKind, FigureSource
from feedback.services.fact_files.history_files import SUBJECT
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.errors import RowFault
from feedback.services.tables import columns, numbers
from feedback.services.tables.cells import WrongCell
from feedback.services.tables.columns import HEADING, Column, TableRow
from feedback.services.tables.numbers import Quantity
from forms import periods
from forms.words import N_

SOURCES = {
    **{source.value: source for source in FigureSource},
    "财务": FigureSource.FINANCE,
    "调查": FigureSource.SURVEY,
    "登记": FigureSource.REGISTER,
    "上级": FigureSource.LEADER,
    "手工": FigureSource.MANUAL,
    "导入": FigureSource.IMPORT,
}
# A spreadsheet that is given 2026-07 makes the first of July of it.
MONTH = re.compile(r"([1-9]\d{3})[-/.年](\d{1,2})(?:月|[-/.]0?1)?", re.ASCII)
QUARTER = re.compile(r"([1-9]\d{3})年?第?([1-4一二三四])季度?")
YEAR = re.compile(r"([1-9]\d{3})年", re.ASCII)
QUARTERS = {word: number for number, word in enumerate("一二三四", start=1)}


def number(text: str) -> str:
    numbers.read(text)
    return text


def source(text: str) -> str:
    try:
        return SOURCES[text.lower()].value
    except KeyError:
        known = {"text": text, "known": ", ".join(FigureSource)}
        raise WrongCell(N_("'%(text)s' is not a source: %(known)s"), **known) from None


def period(text: str) -> str:
    spelled = periods.canonical(unicodedata.normalize("NFKC", text).strip())
    if not periods.is_period(spelled):
        spelled = _in_words(spelled)
    if not periods.is_period(spelled):
        raise WrongCell(N_("'%(text)s' is not a period: 2026, 2026Q3 or 2026-09"), text=text)
    return spelled


def _in_words(text: str) -> str:
    if found := MONTH.fullmatch(text):
        return f"{found[1]}-{int(found[2]):02}"
    if found := QUARTER.fullmatch(text):
        return f"{found[1]}Q{QUARTERS.get(found[2], found[2])}"
    return text.removesuffix("年")


KPI = Column(
    "kpi",
    Bilingual("指标", "KPI"),
    ("指标编号", "指标代码"),
    required=True,
    help=N_("As the scheme names it."),
    example=Bilingual("sales-revenue", "sales-revenue"),
)
PERIOD = Column(
    "period",
    Bilingual("期间", "Period"),
    ("月份", "季度", "考核期间", "month", "quarter"),
    canonical=period,
    help=N_(
        "A year 2026, a quarter 2026Q3 or a month 2026-09; empty: the period that is said with the file."
    ),
    example=Bilingual("2026-09", "2026-09"),
)
TARGET = Column(
    "target",
    Bilingual("目标值", "Target"),
    ("目标",),
    longest=40,
    canonical=number,
    help=N_("An empty cell leaves the target that there is."),
    example=Bilingual("1200000", "1200000"),
)
REASON = Column(
    "reason",
    Bilingual("原因", "Reason"),
    ("变更原因", "理由", "备注"),
    longest=500,
    help=N_("Why it changes: needed where a target was agreed, or the period is computed."),
)
TARGET_COLUMNS = (SUBJECT, KPI, PERIOD, replace(TARGET, required=True, help=""), REASON)
ACTUAL_COLUMNS = (
    SUBJECT,
    KPI,
    PERIOD,
    Column(
        "actual",
        Bilingual("实际值", "Actual"),
        ("result", "实际", "完成值"),
        longest=40,
        canonical=number,
        help=N_("An empty cell means that there is no figure, which is not zero."),
        example=Bilingual("1150000", "1150000"),
    ),
    Column(
        "part",
        Bilingual("分子", "Part"),
        ("部分", "numerator"),
        longest=40,
        canonical=number,
        help=N_("Of a share: how many of the whole, instead of the actual."),
    ),
    Column(
        "whole",
        Bilingual("分母", "Whole"),
        ("总数", "denominator"),
        longest=40,
        canonical=number,
        help=N_("Of a share: how many there are in all."),
    ),
    TARGET,
    Column(
        "base",
        Bilingual("基数", "Base"),
        ("样本数", "n"),
        longest=40,
        canonical=number,
        help=N_("How many cases the actual is of, where months are weighted by it."),
    ),
    Column(
        "source",
        Bilingual("来源", "Source"),
        ("数据来源",),
        canonical=source,
        help=N_("crm, finance, survey, register, leader or manual."),
        example=Bilingual("crm", "crm"),
    ),
    REASON,
)
COLUMNS = {FigureKind.TARGET: TARGET_COLUMNS, FigureKind.ACTUAL: ACTUAL_COLUMNS}
NUMBERS = ("actual", "target", "part", "whole", "base")


@dataclass(frozen=True)
class FigureRow:
    """What a row says; None where it has no such cell or an empty one. columns: those that the file has."""

    number: int
    subject: str
    period: str
    kpi: str
    actual: Quantity | None
    target: Quantity | None
    part: Quantity | None
    whole: Quantity | None
    base: Quantity | None
    source: FigureSource | None
    reason: str | None
    columns: frozenset[str]

    @property
    def name(self) -> str:
        return f"{self.subject} {self.period} {self.kpi}"

    @property
    def says_an_actual(self) -> bool:
        """An empty cell says that there is none."""
        return bool({"actual", "part"} & self.columns)


def figure_row(row: TableRow, default: str, reason: str | None) -> FigureRow:
    cells = row.cells
    read = {name: numbers.read(cells[name]) if cells.get(name) else None for name in NUMBERS}
    return FigureRow(
        number=row.number,
        subject=cells["subject"],
        period=cells.get("period") or default,
        kpi=cells["kpi"],
        source=FigureSource(cells["source"]) if cells.get("source") else None,
        reason=cells.get("reason") or reason,
        columns=frozenset(cells),
        **read,
    )


def figure_rows(
    rows: Sequence[TableRow], kind: FigureKind, default: str, reason: str | None
) -> list[FigureRow]:
    """Raises InvalidFile where the file lacks what its kind is about, or a row its period."""
    used = rows[0].cells
    if kind is FigureKind.ACTUAL and "actual" not in used and not {"part", "whole"} <= set(used):
        columns.refuse([RowFault(HEADING, "actual", N_("is missing"))])
    read = [figure_row(row, default, reason) for row in rows]
    sentence = N_("is empty, and no period is said with the file")
    columns.refuse([RowFault(row.number, "period", sentence) for row in read if not row.period])
    return read
