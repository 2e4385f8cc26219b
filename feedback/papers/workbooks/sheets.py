"""Tables of many reports, for a workbook or as CSV: numbers as numbers, and words where there is none.

They hold what the reports show and nothing else.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import to_user_timezone

from feedback.presentation.locales import language
from feedback.presentation.reasons import gap_class, local, no_nps, no_satisfaction, obstacle, why
from feedback.presentation.sentences import shortage
from feedback.services.reports.change_document import NotComparable, ScoreChange
from feedback.services.reports.report_document import ItemFigure, Report, Withheld
from feedback.services.reports.team_report import TeamReport
from feedback.services.scores.scorecards import Estimate

Value = str | float | date | None
Row = tuple[Value, ...]


class ColumnKind(StrEnum):
    """How a column is written where it holds a value."""

    TEXT = "text"
    POINTS = "points"
    NUMBER = "number"
    SHARE = "share"
    COUNT = "count"
    DAY = "day"


@dataclass(frozen=True)
class SheetColumn:
    title: str
    kind: ColumnKind = ColumnKind.TEXT


@dataclass(frozen=True)
class Sheet:
    """`id` names the CSV file, `title` the sheet."""

    id: str
    title: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[Row, ...]


def of_reports(reports: Sequence[Report]) -> list[Sheet]:
    """In the language of the moment."""
    return [
        Sheet("subjects", _("Subjects"), _subject_columns(), tuple(map(_subject, reports))),
        _sheet(
            "dimensions",
            _("Dimensions"),
            _estimate_columns(SheetColumn(_("Dimension"))),
            reports,
            _dimensions,
        ),
        _sheet(
            "groups",
            _("Rater groups"),
            _estimate_columns(SheetColumn(_("Weight"), ColumnKind.NUMBER)),
            reports,
            _groups,
        ),
        _sheet("gaps", _("Self and others"), _gap_columns(), reports, _gaps),
        _sheet("items", _("Questions"), _item_columns(), reports, _items),
        _sheet("answers", _("Spread of the answers"), _answer_columns(), reports, _answers),
        _sheet("comments", _("Comments"), _comment_columns(), reports, _comments),
        _sheet("responses", _("Who was asked"), response_columns(), reports, responses),
        _sheet("changes", _("Change over time"), _change_columns(), reports, _changes),
    ]


def _sheet(
    id: str,
    title: str,
    columns: tuple[SheetColumn, ...],
    reports: Sequence[Report],
    rows: Callable[[Report], Iterator[Row]],
) -> Sheet:
    """Each row begins with whom it is about."""
    who = (SheetColumn(_("Code")), SheetColumn(_("Name")))
    found = (
        (report.subject.code, local(report.subject.name), *row) for report in reports for row in rows(report)
    )
    return Sheet(id, title, (*who, *columns), tuple(found))


def points(*titles: str) -> tuple[SheetColumn, ...]:
    return tuple(SheetColumn(title, ColumnKind.POINTS) for title in titles)


def _subject_columns() -> tuple[SheetColumn, ...]:
    return (
        *map(SheetColumn, (_("Code"), _("Name"), _("Department"), _("Level"))),
        *points(_("Feedback score"), _("Interval from"), _("Interval to")),
        SheetColumn(_("Weight shown"), ColumnKind.SHARE),
        SheetColumn(_("Satisfied clients"), ColumnKind.SHARE),
        SheetColumn(_("Satisfied from"), ColumnKind.SHARE),
        SheetColumn(_("Satisfied to"), ColumnKind.SHARE),
        *(SheetColumn(title, ColumnKind.COUNT) for title in (_("NPS"), _("NPS from"), _("NPS to"))),
        SheetColumn(_("Released"), ColumnKind.DAY),
    )


def _subject(report: Report) -> Row:
    subject, feedback = report.subject, report.feedback
    return (
        subject.code,
        local(subject.name),
        local(subject.department),
        local(subject.level) if subject.level else "",
        *_interval(feedback.score, shortage(feedback) if feedback.score is None else ""),
        feedback.coverage,
        *_share(report.satisfied, no_satisfaction),
        *_share(report.nps, no_nps),
        to_user_timezone(report.released_at).date() if report.released_at else None,
    )


def _share(found: Estimate | Withheld, words: Callable[[Withheld], str]) -> Row:
    return _interval(None, words(found)) if isinstance(found, Withheld) else _interval(found, "")


def _interval(score: Estimate | None, words: str) -> Row:
    return (score.value, score.low, score.high) if score else (words, None, None)


def _estimate_columns(first: SheetColumn) -> tuple[SheetColumn, ...]:
    return (
        first,
        SheetColumn(_("Rater group")),
        *points(_("Score"), _("Interval from"), _("Interval to")),
        SheetColumn(_("n"), ColumnKind.NUMBER),
    )


def _estimate(score: Estimate | Withheld) -> Row:
    """Words in the place of a score that may not be shown."""
    if isinstance(score, Withheld):
        return why(score), None, None, None
    return score.value, score.low, score.high, score.n


def _dimensions(report: Report) -> Iterator[Row]:
    for dimension in report.dimensions:
        title = local(dimension.title)
        yield (title, _("Total"), *_estimate(dimension.total))
        for group in dimension.groups:
            yield (title, local(group.title), *_estimate(group.score))


def _groups(report: Report) -> Iterator[Row]:
    for group in report.groups:
        weight: Value = _("not counted") if group.is_self else group.weight
        yield (weight, local(group.title), *_estimate(group.total))


def _gap_columns() -> tuple[SheetColumn, ...]:
    return SheetColumn(_("Dimension")), *points(_("Self"), _("Others"), _("Gap")), SheetColumn(_("Class"))


def _gaps(report: Report) -> Iterator[Row]:
    for dimension in report.dimensions:
        if gap := dimension.gap:
            yield local(dimension.title), gap.own, gap.others, gap.difference, gap_class(gap.kind)


def _item_columns() -> tuple[SheetColumn, ...]:
    titles = (_("Dimension"), _("Question"), _("Rater group"))
    return *map(SheetColumn, titles), *points(_("Points")), SheetColumn(_("n"), ColumnKind.COUNT)


def _items(report: Report) -> Iterator[Row]:
    titles = {dimension.id: local(dimension.title) for dimension in report.dimensions}
    for item in report.items:
        dimension, text = titles.get(item.dimension, ""), local(item.text)
        total = why(item.total) if isinstance(item.total, Withheld) else item.total
        yield dimension, text, _("Total"), total, None
        for group in item.groups:
            yield dimension, text, local(group.title), *_mean(group)


def _mean(group: ItemFigure) -> Row:
    return (why(group.mean), None) if isinstance(group.mean, Withheld) else (group.mean.mean, group.mean.n)


def _answer_columns() -> tuple[SheetColumn, ...]:
    titles = (_("Question"), _("Rater group"), _("Answer"))
    return *map(SheetColumn, titles), SheetColumn(_("Share"), ColumnKind.SHARE)


def _answers(report: Report) -> Iterator[Row]:
    for item in report.items:
        scale = report.basis.scales[item.scale]
        labels = scale.labels_en if language() == "en" else scale.labels_zh
        for group in item.groups:
            if group.distribution:
                for label, share in zip(labels, group.distribution.shares, strict=True):
                    yield local(item.text), local(group.title), label, share


def _comment_columns() -> tuple[SheetColumn, ...]:
    return tuple(map(SheetColumn, (_("Question"), _("Rater group"), _("Comment"), _("Hidden by HR"))))


def _comments(report: Report) -> Iterator[Row]:
    for block in report.comments:
        question, group = local(block.question), local(block.group)
        yield from ((question, group, text, "") for text in block.texts)
        yield from ((question, group, "", reason) for reason in block.hidden)


def response_columns() -> tuple[SheetColumn, ...]:
    counts = (_("Invited"), _("Answered"), _("By phone"))
    return (
        SheetColumn(_("Rater group")),
        *(SheetColumn(title, ColumnKind.COUNT) for title in counts),
        SheetColumn(_("Response rate"), ColumnKind.SHARE),
    )


def responses(rated: Report | TeamReport) -> Iterator[Row]:
    for each in rated.responses:
        yield local(each.title), each.invited, each.answered, each.by_phone, each.answered / each.invited


def _change_columns() -> tuple[SheetColumn, ...]:
    return SheetColumn(_("Dimension")), *points(_("Before"), _("Now"), _("Change")), SheetColumn(_("Meaning"))


def _changes(report: Report) -> Iterator[Row]:
    if isinstance(report.changes, NotComparable):
        yield _("Feedback score"), None, None, None, obstacle(report.changes.reason)
        return
    yield _("Feedback score"), *_change(report.changes.total)
    for each in report.changes.dimensions:
        yield local(each.title), *_change(each.change)


def _change(found: ScoreChange | NotComparable) -> Row:
    """A difference that chance would explain is no change, and stands here as none."""
    if isinstance(found, NotComparable):
        return None, None, None, obstacle(found.reason)
    if not found.detected:
        return found.earlier, found.later, None, _("no detectable change")
    return found.earlier, found.later, found.difference, _("changed")
