"""How a total is made up, as a picture: the parts on one bar, its interval, and where bands begin."""

from flask_babel import gettext as _

from feedback.charts import stack
from feedback.charts.stack import Part, Threshold
from feedback.presentation.appraisal_words import PARTS, named, points
from feedback.presentation.numerals import plain
from feedback.presentation.reasons import local
from feedback.presentation.report_charts import FigureTable, Picture, picture
from feedback.services.assessment.appraisal_document import AppraisalDocument, Outcome, SegmentResult

LEAST_AXIS = 100.0
MOST_AXIS = 120.0


def of_document(document: AppraisalDocument) -> Picture | None:
    """Nothing where there is no total to be made up."""
    outcome = document.official or document.computed
    if outcome is None or document.computed is None:
        return None
    parts = parts_of(document)
    longest = max(
        LEAST_AXIS, *(part.value for part in parts), sum(part.value for part in parts), outcome.high
    )
    thresholds = [Threshold(band.id, band.start) for band in document.bands if band.start > 0]
    drawn = stack.draw(
        parts, thresholds, (outcome.low, outcome.high), MOST_AXIS if longest > LEAST_AXIS else longest
    )
    return picture(drawn, _("What the total is made of"), _description(outcome), _table(document, parts))


def _description(outcome: Outcome) -> str:
    return _(
        "The parts one after another on a scale of points; dashed lines are where bands begin, the line across is the "
        "95%% interval, %(low)s to %(high)s.",
        low=points(outcome.low),
        high=points(outcome.high),
    )


def parts_of(document: AppraisalDocument) -> list[Part]:
    """What each part adds to the total, over the segments by their days."""
    days = sum(segment.days for segment in document.segments)
    found: dict[str, float] = {}
    for segment in document.segments:
        for part in segment.components:
            own = (part.contribution or 0.0) * segment.days / days
            found[part.id] = found.get(part.id, 0.0) + own
    return [Part(named(PARTS, id), value, points(value)) for id, value in found.items()]


def _table(document: AppraisalDocument, parts: list[Part]) -> FigureTable:
    """By segment where there are several."""
    several = len(document.segments) > 1
    rows = [row for segment in document.segments for row in _rows(segment, several)]
    return FigureTable((_("Component"), _("Weight"), _("Value"), _("Points")), tuple(rows))


def _rows(segment: SegmentResult, several: bool) -> list[tuple[str, ...]]:
    return [
        (
            f"{named(PARTS, part.id)} · {local(segment.title)}" if several else named(PARTS, part.id),
            f"{plain(part.weight)} %",
            points(part.value),
            points(part.contribution),
        )
        for part in segment.components
    ]
