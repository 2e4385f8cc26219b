"""Tables of figures with a quiet tint: the number says it, the tint only leads the eye. An empty cell says why."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from feedback.presentation.numerals import number, plain
from feedback.presentation.reasons import local, why
from feedback.services.ground.bilingual import Bilingual
from feedback.services.reports.report_document import (
    DimensionScore,
    ItemFigure,
    ItemScore,
    Report,
    Withheld,
)
from feedback.services.reports.report_summaries import Member, MemberDimension
from feedback.services.reports.team_report import TeamReport
from feedback.services.scores.scorecards import Estimate, ItemMean

SHADES = 7

Axis = tuple[float, ...]


@dataclass(frozen=True)
class HeatCell:
    """A number with its shade, 1 for the lowest to 7; or words in its place."""

    value: str
    shade: int
    n: str = ""
    words: str = ""


@dataclass(frozen=True)
class HeatRow:
    id: str
    title: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class HeatTable:
    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]


def of_dimensions(report: Report) -> HeatTable:
    groups = report.dimensions[0].groups if report.dimensions else ()
    axis = report.axis
    return HeatTable(
        (_("Total"), *(local(group.title) for group in groups)),
        tuple(_dimension(dimension, axis) for dimension in report.dimensions),
    )


def _dimension(dimension: DimensionScore, axis: Axis) -> HeatRow:
    scores = (dimension.total, *(group.score for group in dimension.groups))
    return HeatRow(dimension.id, local(dimension.title), tuple(figure(score, axis) for score in scores))


def of_items(report: Report, items: Sequence[ItemScore]) -> HeatTable:
    """A column for each rater group that has a figure for any of the report's items."""
    titles = _titles(report, with_figures=True)
    axis = report.axis
    return HeatTable((_("Total"), *map(local, titles)), tuple(_item(item, titles, axis) for item in items))


def without_items(report: Report) -> list[str]:
    """The rater groups that have no figure for any single item, each with the reason."""
    reasons = {
        group.title: group.mean
        for item in report.items
        for group in item.groups
        if isinstance(group.mean, Withheld)
    }
    shown = _titles(report, with_figures=True)
    return [
        _("%(group)s: %(reason)s", group=local(title), reason=why(reasons[title]))
        for title in _titles(report)
        if title not in shown
    ]


def _titles(report: Report, with_figures: bool = False) -> list[Bilingual]:
    groups = (group for item in report.items for group in item.groups)
    found = (group.title for group in groups if isinstance(group.mean, ItemMean) or not with_figures)
    return list(dict.fromkeys(found))


def _item(item: ItemScore, titles: Sequence[Bilingual], axis: Axis) -> HeatRow:
    figures = {group.title: group for group in item.groups}
    cells = (_item_cell(figures.get(title), axis) for title in titles)
    return HeatRow(item.id, local(item.text), (figure(item.total, axis), *cells))


def _item_cell(group: ItemFigure | None, axis: Axis) -> HeatCell:
    return HeatCell("", 0, words=_("not asked of this group")) if group is None else figure(group.mean, axis)


def figure(score: Estimate | ItemMean | float | Withheld, axis: Axis) -> HeatCell:
    match score:
        case Withheld():
            return HeatCell("", 0, words=why(score))
        case Estimate():
            return HeatCell(number(score.value), shade(score.value, axis), n=plain(round(score.n, 1)))
        case ItemMean():
            return HeatCell(number(score.mean), shade(score.mean, axis), n=plain(score.n))
    return HeatCell(number(score), shade(score, axis))


def shade(value: float, axis: Axis) -> int:
    """From 1 at the lower end of the axis to 7 at its upper end."""
    lowest, highest = axis
    share = (min(max(value, lowest), highest) - lowest) / (highest - lowest)
    return 1 + min(SHADES - 1, int(share * SHADES))


def of_members(team: TeamReport) -> HeatTable:
    """Dimensions by member."""
    return HeatTable(
        tuple(local(dimension.title) for dimension in team.dimensions),
        tuple(map(_member, team.members)),
    )


def _member(member: Member) -> HeatRow:
    cells = (_total(each, member.axis) for each in member.dimensions)
    return HeatRow(member.subject.code, local(member.subject.name), tuple(cells))


def _total(dimension: MemberDimension, axis: Axis) -> HeatCell:
    """Without its n: a column compares people."""
    total = dimension.total
    return figure(total if isinstance(total, Withheld) else total.value, axis)


@dataclass(frozen=True)
class HeatSection:
    """The items of one dimension."""

    id: str
    title: str
    table: HeatTable


def by_dimension(report: Report) -> list[HeatSection]:
    sections = []
    for dimension in report.dimensions:
        items = [item for item in report.items if item.dimension == dimension.id]
        if items:
            sections.append(HeatSection(dimension.id, local(dimension.title), of_items(report, items)))
    return sections


@dataclass(frozen=True)
class ExtremeRows:
    highest: tuple[HeatRow, ...]
    lowest: tuple[HeatRow, ...]


def extremes(report: Report) -> ExtremeRows:
    """The items that stand out, each with its points over all groups."""
    axis, items = report.axis, {item.id: item for item in report.items}
    rows = {id: HeatRow(id, local(item.text), (figure(item.total, axis),)) for id, item in items.items()}
    return ExtremeRows(
        tuple(rows[id] for id in report.extremes.highest), tuple(rows[id] for id in report.extremes.lowest)
    )
