"""The charts of a report in the reader's language, each with a title, words for those who do not see it, and its table.

The same pictures stand on the page, on paper and in the workbook.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from feedback.charts import distribution, drawing, dumbbell, quadrants, radar, trend
from feedback.charts.drawing import Drawing
from feedback.charts.quadrants import Axes, Dot, Fields
from feedback.presentation.locales import language
from feedback.presentation.numerals import number, percent, signed
from feedback.presentation.reasons import gap_class, local, why
from feedback.services.ground.bilingual import Bilingual
from feedback.services.reports.report_document import (
    DimensionScore,
    Distribution,
    GroupScore,
    PointMap,
    Report,
    ReportGap,
    Withheld,
)
from feedback.services.scores.scorecards import Estimate, GapClass

LEAST_CORNERS = 3
GAP_FIELDS = (
    GapClass.AGREED_STRENGTH,
    GapClass.HIDDEN_STRENGTH,
    GapClass.BLIND_SPOT,
    GapClass.AGREED_DEVELOPMENT_AREA,
)


@dataclass(frozen=True)
class FigureTable:
    """What a picture shows, in words and numbers; the first cell of a row is its heading."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Picture:
    svg: str
    title: str
    description: str
    table: FigureTable


def of_report(report: Report) -> dict[str, Picture]:
    """Those that there is something to draw for, by name: radar, gaps, quadrants, trend, distribution-1, -2, ..."""
    axis = report.axis
    pairs = sorted(_pairs(report), key=lambda pair: abs(pair[1].difference), reverse=True)
    drawn = {
        "radar": _radar(report, axis),
        "gaps": _gaps(pairs, axis),
        "quadrants": _quadrants(list(_pairs(report)), report, axis),
        "trend": _trend(report, axis),
        **{f"distribution-{place}": chart for place, chart in enumerate(_distributions(report), start=1)},
    }
    return {name: picture for name, picture in drawn.items() if picture}


def picture(drawn: Drawing, title: str, description: str, table: FigureTable) -> Picture:
    return Picture(drawing.svg(drawn, f"{title}. {description}"), title, description, table)


def beyond(values: Iterable[float | None], axis: tuple[float, ...]) -> str:
    """What is to be added where a mark stands at the end of an axis that its value lies beyond."""
    if all(value is None or axis[0] <= value <= axis[1] for value in values):
        return ""
    return " " + _("A hollow mark lies beyond the end of the scale.")


def _radar(report: Report, axis: tuple[float, float]) -> Picture | None:
    lines = [_line(report, place, group) for place, group in enumerate(_groups(report))]
    lines = [line for line in lines if any(value is not None for value in line.values)]
    if len(report.dimensions) < LEAST_CORNERS or not lines:
        return None
    titles = [local(dimension.title) for dimension in report.dimensions]
    return picture(
        radar.draw(titles, lines, *axis),
        _("Profile by rater group"),
        _(
            "A line around the dimensions for each of: %(groups)s.",
            groups=_(", ").join(x.title for x in lines),
        )
        + beyond((value for line in lines for value in line.values), axis),
        FigureTable(
            (_("Dimension"), *(local(group.title) for group in _groups(report))),
            tuple(_dimension_row(dimension) for dimension in report.dimensions),
        ),
    )


def _groups(report: Report) -> tuple[GroupScore, ...]:
    return report.dimensions[0].groups if report.dimensions else ()


def _line(report: Report, place: int, group: GroupScore) -> radar.Line:
    scores = (dimension.groups[place].score for dimension in report.dimensions)
    values = tuple(score.value if isinstance(score, Estimate) else None for score in scores)
    return radar.Line(local(group.title), values, group.is_self)


def _dimension_row(dimension: DimensionScore) -> tuple[str, ...]:
    return local(dimension.title), *(_score(group.score) for group in dimension.groups)


def _score(score: Estimate | Withheld) -> str:
    return why(score) if isinstance(score, Withheld) else number(score.value)


def _pairs(report: Report) -> Iterator[tuple[str, ReportGap]]:
    return ((local(each.title), each.gap) for each in report.dimensions if each.gap)


def _gaps(pairs: Sequence[tuple[str, ReportGap]], axis: tuple[float, float]) -> Picture | None:
    if not pairs:
        return None
    own, others = _("Self"), _("Others")
    rows = [dumbbell.Pair(title, gap.own, gap.others) for title, gap in pairs]
    return picture(
        dumbbell.draw(rows, *axis, own, others),
        _("Self against others"),
        _("For each dimension how far self and others are apart, the largest gap first.")
        + beyond((value for _title, gap in pairs for value in (gap.own, gap.others)), axis),
        FigureTable(
            (_("Dimension"), own, others, _("Gap")),
            tuple(
                (title, number(gap.own), number(gap.others), signed(gap.difference)) for title, gap in pairs
            ),
        ),
    )


def _quadrants(
    pairs: Sequence[tuple[str, ReportGap]], report: Report, axis: tuple[float, float]
) -> Picture | None:
    if not pairs:
        return None
    dots = [
        Dot(place, title, gap.own, gap.others, GAP_FIELDS.index(gap.kind))
        for place, (title, gap) in enumerate(pairs, start=1)
    ]
    agreed, hidden, blind, weak = map(gap_class, GAP_FIELDS)
    fields = Fields((agreed, hidden, blind, weak), _("Self"), _("Others"))
    axes = Axes.around(dots, *axis, report.basis.gap_cut, report.basis.strength_from)
    return picture(
        quadrants.draw(dots, fields, axes),
        _("Strengths and blind spots"),
        _("Each dimension as a numbered dot: self to the right, others upwards.")
        + beyond((value for dot in dots for value in (dot.own, dot.others)), axis),
        FigureTable(
            (_("Number"), _("Dimension"), _("Self"), _("Others"), _("Class")),
            tuple(
                (str(dot.number), dot.title, number(dot.own), number(dot.others), fields.names[dot.field])
                for dot in dots
            ),
        ),
    )


def _trend(report: Report, axis: tuple[float, float]) -> Picture | None:
    scores = [(point.period, point.score) for point in report.history]
    scores.append((report.campaign.period, report.feedback.score))
    if not report.history or not any(score for _period, score in scores):
        return None
    points = [
        trend.Point(period, score.value, score.low, score.high)
        if score
        else trend.Point(period, None, None, None)
        for period, score in scores
    ]
    return picture(
        trend.draw(points, *axis),
        _("Feedback score over time"),
        _("The score of each period with its interval.")
        + beyond((score.value if score else None for _period, score in scores), axis),
        FigureTable(
            (_("Period"), _("Feedback score"), _("Interval")),
            tuple((period, *with_interval(score)) for period, score in scores),
        ),
    )


def with_interval(score: Estimate | None) -> tuple[str, str]:
    if score is None:
        return _("no official score"), "–"
    return number(score.value), f"{number(score.low)}–{number(score.high)}"


def _distributions(report: Report) -> Iterator[Picture]:
    """One picture for each rater group and scale with ten ratings or more of an item."""
    found: dict[tuple[Bilingual, int], list[tuple[str, Distribution]]] = {}
    for item in report.items:
        for figure in item.groups:
            if figure.distribution:
                text = local(item.text.without(report.subject.name))
                found.setdefault((figure.title, item.scale), []).append((text, figure.distribution))
    for (group, scale), items in found.items():
        yield _distribution(local(group), report.basis.scales[scale], items)


def _distribution(group: str, scale: PointMap, items: Sequence[tuple[str, Distribution]]) -> Picture:
    labels = scale.labels_en if language() == "en" else scale.labels_zh
    worst_first = 1 if scale.points[0] <= scale.points[-1] else -1
    labels = labels[::worst_first]
    bars = [distribution.Bar(title, spread.shares[::worst_first]) for title, spread in items]
    return picture(
        distribution.draw(bars, labels),
        _("How the answers spread: %(group)s", group=group),
        _("For each question the share of every answer, from the worst to the best.") + _divided(items),
        FigureTable(
            (_("Question"), *labels, _("Opinion")),
            tuple(
                (bar.title, *map(percent, bar.shares), _("divided") if spread.divided else "–")
                for bar, (_title, spread) in zip(bars, items, strict=True)
            ),
        ),
    )


def _divided(items: Sequence[tuple[str, Distribution]]) -> str:
    count = sum(spread.divided for _title, spread in items)
    return " " + _("Opinions are far apart on %(count)s of them.", count=count) if count else ""
