"""How templates write numbers, times and texts, and where marks stand on an axis: pages do no arithmetic."""

from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_skeleton
from flask_babel import format_date, format_time, get_locale, gettext
from jinja2 import Environment

from feedback import current
from feedback.presentation import influence_words, numerals, reasons, sentences, verdicts
from feedback.presentation.locales import language
from feedback.presentation.numerals import number, percent, plain, signed
from feedback.presentation.reasons import local
from feedback.services.reports.report_document import PointMap, Response
from feedback.services.scores.scorecards import Estimate


def register(environment: Environment) -> None:
    environment.filters.update(
        bar=bar,
        claim=verdicts.claim,
        concern=reasons.concern,
        correlation_table=influence_words.pairs,
        counted_together=sentences.counted_together,
        day=day,
        grade=reasons.grade,
        influence_basis=influence_words.basis,
        influence_cautions=influence_words.cautions,
        influence_of_year=influence_words.of_year,
        labelled_points=labelled_points,
        local=local,
        lack=reasons.lack,
        meaning=verdicts.meaning,
        moment=moment,
        month=month,
        no_nps=reasons.no_nps,
        no_satisfaction=reasons.no_satisfaction,
        number=number,
        obstacle=reasons.obstacle,
        part=reasons.part,
        percent=percent,
        plain=plain,
        rate=rate,
        signed=signed,
        too_few_to_tell=influence_words.too_few,
        translated=translated,
    )
    environment.globals["numerals"] = numerals
    environment.tests["past"] = past


def day(moment: datetime) -> str:
    return format_date(moment, "long")


def moment(moment: datetime) -> str:
    return f"{format_date(moment, 'long')} {format_time(moment, 'short')}"


def month(name: str) -> str:
    """A month such as 2026-11, in words."""
    return format_skeleton("yMMMM", date.fromisoformat(f"{name}-01"), locale=get_locale())


def translated(sentence: object) -> str:
    """A sentence from elsewhere. `_` takes its own for safe and fills it in; this one may hold anybody's name."""
    return gettext(str(sentence)) if sentence else ""


def past(moment: datetime) -> bool:
    return moment <= current.now()


def labelled_points(scale: PointMap) -> list[tuple[str, float]]:
    labels = scale.labels_en if language() == "en" else scale.labels_zh
    return list(zip(labels, scale.points, strict=True))


def share_of(value: float, lowest: float, highest: float) -> float:
    """The value's place between two others, in percent; values outside stand at the end."""
    return 100.0 * (min(max(value, lowest), highest) - lowest) / (highest - lowest)


def written(place: float) -> str:
    return f"{place:.2f}%"


@dataclass(frozen=True)
class AxisMarks:
    """Places on an axis, as the percentages that SVG attributes take."""

    start: str
    width: str
    low: str
    high: str
    spread: str


def bar(estimate: Estimate, lowest: float = 0.0, highest: float = 100.0) -> AxisMarks:
    """The bar of an estimate with its whisker; it grows from zero, or from the axis end nearest to it."""
    zero, end, low, high = (
        share_of(value, lowest, highest) for value in (0.0, estimate.value, estimate.low, estimate.high)
    )
    places = (min(zero, end), abs(end - zero), low, high, high - low)
    return AxisMarks(*map(written, places))


def rate(response: Response) -> str:
    """How wide the bar of a response rate is."""
    return written(share_of(response.answered, 0.0, max(response.invited, 1)))
