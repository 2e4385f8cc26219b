"""The first page: who, what, and the numbers that everybody looks for."""

from flask_babel import format_date
from flask_babel import gettext as _

from feedback.papers.pdf.blocks import Cover, Measure, ScoreBar
from feedback.presentation.numerals import number, percent, signed
from feedback.presentation.reasons import local, no_nps, no_satisfaction, part, why
from feedback.presentation.sentences import shortage, verdict
from feedback.services.reports.report_document import DimensionScore, Report, Withheld
from feedback.services.scores.scorecards import Estimate


def cover(report: Report) -> Cover:
    subject = report.subject
    facts = (subject.code, local(subject.department), local(subject.level) if subject.level else "")
    return Cover(
        brand=_("Feedback"),
        kind=_("Individual report"),
        name=local(subject.name),
        facts=tuple(filter(None, facts)),
        campaign=" · ".join(dict.fromkeys((local(report.campaign.title), report.campaign.period))),
        state=_("released %(day)s", day=format_date(report.released_at, "long"))
        if report.released_at
        else _("Preview, not released"),
        notices=_notices(report),
        measures=_measures(report),
        dimension_title=_("Dimensions"),
        dimension_head=(_("Dimension"), "", _("Score"), _("Interval")),
        dimensions=tuple(map(_dimension, report.dimensions)),
        contents=_("Contents"),
    )


def _notices(report: Report) -> tuple[str, ...]:
    notices = []
    if report.released_at is None:
        notices.append(
            _(
                "Preview: the account manager sees this report only after its release, and the figures are fixed then."
            )
        )
    if report.correction:
        parts = _(", ").join(map(part, report.correction.changed))
        notices.append(_("This report was released anew: %(reason)s", reason=report.correction.reason))
        notices.append(_("Changed: %(parts)s.", parts=parts))
    return tuple(notices)


def _measures(report: Report) -> tuple[Measure, ...]:
    return _feedback(report), _satisfaction(report), _nps(report)


def _feedback(report: Report) -> Measure:
    label, score = _("Feedback score"), report.feedback.score
    if score is None:
        return Measure(label, shortage(report.feedback))
    return Measure(
        label,
        number(score.value),
        interval=_interval(number(score.low), number(score.high)),
        bar=bar(score, 0.0, 100.0),
    )


def _satisfaction(report: Report) -> Measure:
    label, found = _("Satisfied clients (two best answers)"), report.satisfaction
    if isinstance(found, Withheld):
        return Measure(label, no_satisfaction(found))
    return Measure(
        label,
        percent(found.share.value),
        interval=_interval(percent(found.share.low), percent(found.share.high)),
        bar=bar(found.share, 0.0, 1.0, found.goal),
        note=verdict(found),
    )


def _nps(report: Report) -> Measure:
    label, found = _("Net promoter score (NPS)"), report.nps
    if isinstance(found, Withheld):
        return Measure(label, no_nps(found))
    between = f" {_('to')} "
    return Measure(
        label,
        signed(found.value, 0),
        interval=_interval(signed(found.low, 0), signed(found.high, 0), between),
        bar=bar(found, -100.0, 100.0),
    )


def _dimension(dimension: DimensionScore) -> Measure:
    label, total = local(dimension.title), dimension.total
    if isinstance(total, Withheld):
        return Measure(label, "–", note=why(total))
    interval = f"{number(total.low)}–{number(total.high)}"
    return Measure(label, number(total.value), interval=interval, bar=bar(total, 0.0, 100.0))


def _interval(low: str, high: str, between: str = "–") -> str:
    return f"{_('95%% interval') % ()} {low}{between}{high}"


def bar(estimate: Estimate, lowest: float, highest: float, goal: float | None = None) -> ScoreBar:
    return places(estimate.value, estimate.low, estimate.high, lowest, highest, goal)


def places(
    value: float,
    low: float | None,
    high: float | None,
    lowest: float,
    highest: float,
    goal: float | None = None,
) -> ScoreBar:
    """On the axis from lowest to highest; the bar grows from zero."""

    def at(point: float) -> float:
        return (min(max(point, lowest), highest) - lowest) / (highest - lowest)

    return ScoreBar(
        at(0.0), at(value), *(None if point is None else at(point) for point in (low, high, goal))
    )
