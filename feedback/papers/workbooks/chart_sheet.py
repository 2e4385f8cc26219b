"""The charts of a workbook: Excel's own, each drawn from the cells beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from feedback.characters import printable
from feedback.charts.palette import ACCENT, TRACK
from feedback.presentation.reasons import local
from feedback.services.quality.quality_document import CampaignQuality, Coefficient
from feedback.services.reports import team_report
from feedback.services.reports.report_document import Report
from feedback.services.reports.report_summaries import Member
from feedback.services.reports.team_report import TeamReport
from feedback.services.scores.scorecards import Estimate

ROW_HEIGHT, LEAST_HEIGHT, WIDTH = 22, 300, 720
CHART_COLUMN, GAP = 6, 3

Rows = tuple[tuple[str | float, ...], ...]


@dataclass(frozen=True)
class ValueAxis:
    """How far it reaches from zero, and how its values are written."""

    end: float
    pattern: str


POINTS, SHARES, COEFFICIENTS = ValueAxis(100, "0.0"), ValueAxis(1, "0%"), ValueAxis(1, "0.00")


@dataclass(frozen=True)
class Data:
    """Names in the first column, what is drawn in the next; where there are two more, how far the interval reaches."""

    title: str
    head: tuple[str, ...]
    rows: Rows
    axis: ValueAxis = POINTS

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
        heading, line = book.add_format({"bold": True, "bottom": 1}), 0
        for data in (data for data in self.charts if data.rows):
            _write(page, line, data, heading, book.add_format({"num_format": data.axis.pattern}))
            _draw(book, page, line, self.title, data)
            line += max(len(data.rows) + 1, data.height // 20) + GAP


def of_reports(reports: Sequence[Report]) -> ChartSheet:
    """In the language of the moment; people without a score are left out."""
    return of_team(team_report.of_members([Member.of(report) for report in reports]))


def of_team(team: TeamReport) -> ChartSheet:
    scores = tuple(
        _with_interval(local(member.subject.name), member.feedback.score)
        for member in team.members
        if member.feedback.score
    )
    means = tuple((local(each.title), each.mean.value) for each in team.dimensions if each.mean)
    rates = tuple((local(each.title), each.answered / each.invited) for each in team.responses)
    return ChartSheet(
        _("Charts"),
        (
            Data(_("Feedback score"), _interval_head(_("Name"), _("Score")), scores),
            Data(_("Mean over subjects"), (_("Dimension"), _("Score")), means),
            Data(_("Response rate"), (_("Rater group"), _("Response rate")), rates, SHARES),
        ),
    )


def of_quality(quality: CampaignQuality) -> ChartSheet:
    alphas = tuple(
        _with_interval(local(dimension.title), dimension.alpha)
        for dimension in quality.dimensions
        if isinstance(dimension.alpha, Coefficient)
    )
    title = _("Cronbach's alpha of each dimension")
    head = _interval_head(_("Dimension"), _("Alpha"))
    return ChartSheet(_("Charts"), (Data(title, head, alphas, COEFFICIENTS),))


def _interval_head(name: str, value: str) -> tuple[str, ...]:
    return name, value, _("Interval below"), _("Interval above")


def _with_interval(name: str, found: Estimate | Coefficient) -> tuple[str | float, ...]:
    return name, found.value, found.value - found.low, found.high - found.value


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
    chart.set_x_axis({"min": 0, "max": data.axis.end, "major_gridlines": {"visible": True}})
    chart.set_y_axis({"reverse": True})
    chart.set_size({"width": WIDTH, "height": data.height})
    page.insert_chart(line, CHART_COLUMN, chart, {"description": data.title})


def _reference(sheet: str, first: int, last: int, column: int) -> str:
    letter = "ABCD"[column]
    return f"='{sheet}'!${letter}${first + 1}:${letter}${last + 1}"
