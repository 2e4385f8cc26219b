"""The charts of a workbook: Excel's own, each drawn from the cells beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from feedback.charts.palette import ACCENT, TRACK
from feedback.papers.characters import printable
from feedback.services import team_report
from feedback.services.members import Member
from feedback.services.report_document import Report
from feedback.views.reasons import local

ROW_HEIGHT, LEAST_HEIGHT, WIDTH = 22, 300, 720
CHART_COLUMN, GAP = 6, 3

Rows = tuple[tuple[str | float, ...], ...]


@dataclass(frozen=True)
class Data:
    """Names in the first column, what is drawn in the next; where there are two more, how far the interval reaches."""

    title: str
    head: tuple[str, ...]
    rows: Rows
    is_share: bool = False

    @property
    def height(self) -> int:
        return max(LEAST_HEIGHT, ROW_HEIGHT * (len(self.rows) + GAP))


@dataclass(frozen=True)
class ChartSheet:
    title: str
    charts: tuple[Data, ...]

    def write(self, book: Workbook) -> None:
        page = book.add_worksheet(self.title)
        page.set_column(0, 0, 32)
        heading, percent = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "0%"})
        points, line = book.add_format({"num_format": "0.0"}), 0
        for data in (data for data in self.charts if data.rows):
            _write(page, line, data, heading, percent if data.is_share else points)
            _draw(book, page, line, self.title, data)
            line += max(len(data.rows) + 1, data.height // 20) + GAP


def of_reports(reports: Sequence[Report]) -> ChartSheet:
    """In the language of the moment; people without a score are left out."""
    team = team_report.of_members([Member.of(report) for report in reports])
    scores = tuple(
        (local(each.subject.name), score.value, score.value - score.low, score.high - score.value)
        for each in reports
        if (score := each.feedback.score)
    )
    means = tuple((local(each.title), each.mean.value) for each in team.dimensions if each.mean)
    rates = tuple((local(each.title), each.answered / each.invited) for each in team.responses)
    return ChartSheet(
        _("Charts"),
        (
            Data(
                _("Feedback score"), (_("Name"), _("Score"), _("Interval below"), _("Interval above")), scores
            ),
            Data(_("Mean over subjects"), (_("Dimension"), _("Score")), means),
            Data(_("Response rate"), (_("Rater group"), _("Response rate")), rates, is_share=True),
        ),
    )


def _write(page: Worksheet, line: int, data: Data, heading: object, number: object) -> None:
    for place, title in enumerate(data.head):
        page.write_string(line, place, title, heading)
    for below, (name, *values) in enumerate(data.rows, start=line + 1):
        page.write_string(below, 0, printable(str(name)))
        for place, value in enumerate(values, start=1):
            page.write_number(below, place, value, number)


def _draw(book: Workbook, page: Worksheet, line: int, sheet: str, data: Data) -> None:
    first, last = line + 1, line + len(data.rows)
    chart = book.add_chart({"type": "bar"})
    series = {
        "name": data.title,
        "categories": [sheet, first, 0, last, 0],
        "values": [sheet, first, 1, last, 1],
        "fill": {"color": ACCENT if len(data.head) == 2 else TRACK},
        "gap": 60,
        "data_labels": {"value": True, "position": "inside_base"},
    }
    if len(data.head) > 2:
        series["x_error_bars"] = {
            "type": "custom",
            "minus_values": _reference(sheet, first, last, 2),
            "plus_values": _reference(sheet, first, last, 3),
        }
    chart.add_series(series)
    chart.set_title({"name": data.title, "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_x_axis({"min": 0, "max": 1 if data.is_share else 100, "major_gridlines": {"visible": True}})
    chart.set_y_axis({"reverse": True})
    chart.set_size({"width": WIDTH, "height": data.height})
    page.insert_chart(line, CHART_COLUMN, chart, {"description": data.title})


def _reference(sheet: str, first: int, last: int, column: int) -> str:
    letter = "ABCD"[column]
    return f"='{sheet}'!${letter}${first + 1}:${letter}${last + 1}"
