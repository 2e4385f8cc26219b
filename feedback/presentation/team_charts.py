"""The charts of a team and of a campaign's quality, in the reader's language."""

from flask_babel import gettext as _

from feedback.charts import axis as axes
from feedback.charts import histogram, intervals, trend
from feedback.charts.histogram import Bin
from feedback.presentation.heat_tables import Axis
from feedback.presentation.numerals import number
from feedback.presentation.reasons import lack, local
from feedback.presentation.report_charts import FigureTable, Picture, beyond, picture, with_interval
from feedback.services.quality.quality_document import CampaignQuality, Coefficient, Missing
from feedback.services.reports.report_summaries import Member
from feedback.services.reports.team_report import TeamReport
from feedback.services.scores.scorecards import Estimate

MOST_NAMED = 40
BINS = 8


def of_team(team: TeamReport) -> dict[str, Picture]:
    """members: by name up to forty people, beyond that as a histogram. trend: where there are earlier periods."""
    scored = [(local(each.subject.name), each.feedback.score) for each in team.members]
    known = [(name, score) for name, score in scored if score]
    drawn = {}
    if known:
        axis = team.members[0].axis
        chart = _members if len(known) <= MOST_NAMED else _histogram
        drawn["members"] = chart(team, known, axis)
        if any(period.mean for period in team.periods):
            drawn["trend"] = _trend(team, axis)
    return drawn


def _members(team: TeamReport, known: list[tuple[str, Estimate]], axis: Axis) -> Picture:
    rows = [intervals.Row(name, score.value, score.low, score.high) for name, score in known]
    return picture(
        intervals.draw(rows, axes.Axis(axis[0], axis[1])),
        _("Feedback scores of the members"),
        _("A dot for each member's score and a line for its interval, in the order of the list.")
        + beyond((score.value for _name, score in known), axis),
        _scores(team),
    )


def _histogram(team: TeamReport, known: list[tuple[str, Estimate]], axis: Axis) -> Picture:
    return picture(
        histogram.draw(_bins([score.value for _name, score in known], axis)),
        _("Feedback scores of the members"),
        _("How many members have a score in each part of the scale."),
        _scores(team),
    )


def _bins(values: list[float], axis: Axis) -> list[Bin]:
    lowest, highest = axis
    step = (highest - lowest) / BINS
    places = [min(BINS - 1, max(0, int((value - lowest) / step))) for value in values]
    return [Bin(lowest + step * k, lowest + step * (k + 1), places.count(k)) for k in range(BINS)]


def _scores(team: TeamReport) -> FigureTable:
    return FigureTable(
        (_("Account manager"), _("Feedback score"), _("Interval")), tuple(map(_score, team.members))
    )


def _score(member: Member) -> tuple[str, ...]:
    return local(member.subject.name), *with_interval(member.feedback.score)


def _trend(team: TeamReport, axis: Axis) -> Picture:
    means = [(each.period, each.mean) for each in team.periods]
    points = [trend.Point(period, mean.value if mean else None, None, None) for period, mean in means]
    return picture(
        trend.draw(points, *axis),
        _("Mean feedback score over time"),
        _("The mean over the members who had a score in each period; not always the same people.")
        + beyond((mean.value for _period, mean in means if mean), axis),
        FigureTable(
            (_("Period"), _("Mean"), _("Members with a score")),
            tuple(
                (
                    period,
                    number(mean.value) if mean else "–",
                    str(mean.members) if mean else _("fewer than three"),
                )
                for period, mean in means
            ),
        ),
    )


def of_quality(quality: CampaignQuality) -> dict[str, Picture]:
    rows = [
        intervals.Row(local(each.title), each.alpha.value, each.alpha.low, each.alpha.high)
        for each in quality.dimensions
        if isinstance(each.alpha, Coefficient)
    ]
    return {"alpha": _alpha(quality, rows)} if rows else {}


def _alpha(quality: CampaignQuality, rows: list[intervals.Row]) -> Picture:
    return picture(
        intervals.draw(rows, axes.Axis(0, 1, digits=2)),
        _("Cronbach's alpha of each dimension"),
        _("A dot for each alpha and a line for its interval; from 0.7 on the questions go together."),
        FigureTable(
            (_("Dimension"), _("Alpha"), _("Interval"), _("Questionnaires")),
            tuple((local(each.title), *_coefficient(each.alpha)) for each in quality.dimensions),
        ),
    )


def _coefficient(alpha: Coefficient | Missing) -> tuple[str, ...]:
    if isinstance(alpha, Missing):
        return lack(alpha.reason), "–", "–"
    return number(alpha.value, 2), f"{number(alpha.low, 2)}–{number(alpha.high, 2)}", str(alpha.n)
