"""The report on a team as tables, for a workbook: one row for each member, and what they say together."""

from collections.abc import Callable, Iterator

from flask_babel import force_locale, to_user_timezone
from flask_babel import gettext as _

from feedback.papers.pdf import team
from feedback.papers.workbooks import chart_sheet, workbook
from feedback.papers.workbooks.sheets import (
    ColumnKind,
    Row,
    Sheet,
    SheetColumn,
    points,
    response_columns,
    responses,
)
from feedback.presentation.reasons import concern, local, no_nps, no_satisfaction, why
from feedback.presentation.sentences import shortage
from feedback.services.ground.languages import LOCALE_OF
from feedback.services.reports.report_document import Withheld
from feedback.services.reports.report_summaries import Member
from feedback.services.reports.team_report import TeamItem, TeamLabel, TeamMean, TeamReport
from feedback.services.scores.scorecards import Estimate


def xlsx(found: TeamReport, label: TeamLabel, language: str) -> bytes:
    with force_locale(LOCALE_OF[language]):
        title = f"{team.title(label)} · {local(label.campaign.title)}"
        return workbook.xlsx(sheets(found), chart_sheet.of_team(found), title, found.released_at)


def sheets(found: TeamReport) -> list[Sheet]:
    """In the language of the moment."""
    return [
        Sheet("members", _("Account managers"), _member_columns(found), tuple(_members(found))),
        Sheet("together", _("Together"), _together_columns(), tuple(_together(found))),
        Sheet("questions", _("Questions"), _question_columns(), tuple(_questions(found))),
        Sheet("responses", _("Who was asked"), response_columns(), tuple(responses(found))),
    ]


def _member_columns(found: TeamReport) -> tuple[SheetColumn, ...]:
    return (
        *map(SheetColumn, (_("Code"), _("Name"), _("Department"), _("Level"))),
        *points(_("Feedback score"), _("Interval from"), _("Interval to")),
        *points(*(local(dimension.title) for dimension in found.dimensions)),
        SheetColumn(_("Satisfied clients"), ColumnKind.SHARE),
        SheetColumn(_("NPS"), ColumnKind.COUNT),
        SheetColumn(_("Worth a look")),
        SheetColumn(_("Released"), ColumnKind.DAY),
    )


def _members(found: TeamReport) -> Iterator[Row]:
    for member in found.members:
        subject, score = member.subject, member.feedback.score
        yield (
            subject.code,
            local(subject.name),
            local(subject.department),
            local(subject.level) if subject.level else "",
            *((score.value, score.low, score.high) if score else (shortage(member.feedback), None, None)),
            *_dimensions(found, member),
            _value(member.satisfaction, no_satisfaction),
            _value(member.nps, no_nps),
            _("; ").join(map(concern, member.concerns)),
            to_user_timezone(member.released_at).date() if member.released_at else None,
        )


def _value(found: Estimate | Withheld, words: Callable[[Withheld], str]) -> float | str:
    return words(found) if isinstance(found, Withheld) else found.value


def _dimensions(found: TeamReport, member: Member) -> Row:
    totals = {dimension.id: dimension.total for dimension in member.dimensions}
    cells = (totals.get(dimension.id) for dimension in found.dimensions)
    return tuple(why(cell) if isinstance(cell, Withheld) else cell.value if cell else None for cell in cells)


def _together_columns() -> tuple[SheetColumn, ...]:
    return (
        *map(SheetColumn, (_("Figure"), _("Period"))),
        SheetColumn(_("Mean"), ColumnKind.NUMBER),
        SheetColumn(_("Number of people"), ColumnKind.COUNT),
    )


def _together(found: TeamReport) -> Iterator[Row]:
    now = found.members[0].period
    yield _("Feedback score"), now, *_mean(found.score)
    yield _("Satisfied clients (two best answers)"), now, *_mean(found.satisfaction)
    yield _("Net promoter score (NPS)"), now, *_mean(found.nps)
    for dimension in found.dimensions:
        yield local(dimension.title), now, *_mean(dimension.mean)
    for past in found.periods[:-1]:
        yield _("Feedback score"), past.period, *_mean(past.mean)


def _mean(mean: TeamMean | None) -> Row:
    return (mean.value, mean.members) if mean else (_("fewer than three people have a figure"), None)


def _question_columns() -> tuple[SheetColumn, ...]:
    return (
        *map(SheetColumn, ("", _("Question"))),
        *points(_("Mean")),
        SheetColumn(_("Number of people"), ColumnKind.COUNT),
    )


def _questions(found: TeamReport) -> Iterator[Row]:
    yield from (_question(_("Highest"), item) for item in found.strongest)
    yield from (_question(_("Lowest"), item) for item in found.weakest)


def _question(end: str, item: TeamItem) -> Row:
    return end, local(item.text), item.mean.value, item.mean.members
