"""What goes along with being recommended by clients, in the reader's language: picture, table and cautions."""

from flask_babel import gettext as _
from flask_babel import ngettext

from feedback.charts import importance
from feedback.charts.importance import FactorDot, FieldAxes, FieldNames
from feedback.presentation.numerals import number, percent, signed
from feedback.presentation.reasons import local
from feedback.presentation.report_charts import FigureTable, Picture, picture
from feedback.services.quality.influence_document import (
    Factor,
    InfluenceFactors,
    InfluenceField,
    InfluenceOfYear,
    TooFewToTell,
)
from feedback.services.scores.scorecards import Estimate
from forms.words import N_

# From here on intervals of weights held the truth in 91 to 97 % of trials, below it in 86 to 92 %.
ENOUGH_FOR_WEIGHTS = 100

FIELD_TITLES = {
    InfluenceField.FIRST: N_("Look here first"),
    InfluenceField.KEEP: N_("Keep it so"),
    InfluenceField.LATER: N_("Less urgent"),
    InfluenceField.ENOUGH: N_("Fine as it is"),
}


def field_title(found: InfluenceField) -> str:
    return _(FIELD_TITLES[found])


def too_few(found: TooFewToTell) -> str:
    return _(
        "Too few answers to tell: it takes %(least)s questionnaires of clients that have every dimension and the "
        "recommendation, and that differ enough among one another.",
        least=found.least,
    )


def basis(found: InfluenceFactors) -> str:
    """What it rests on."""
    rests = ngettext(
        "From %(num)s questionnaire of clients with every dimension and the recommendation.",
        "From %(num)s questionnaires of clients with every dimension and the recommendation.",
        found.n,
    )
    share = _(
        "Together the dimensions go along with %(share)s of the differences in recommendation.",
        share=percent(found.explained),
    )
    return f"{rests} {share}"


def cautions(found: InfluenceFactors) -> list[str]:
    """What the figures do not say."""
    few = _(
        "With fewer than %(number)s questionnaires weights come out too high on average, and intervals too narrow.",
        number=ENOUGH_FOR_WEIGHTS,
    )
    always = [
        _("Associated with, not caused by: who recommends may mark everything higher for another reason."),
        _(
            "No interval reaches 0: pure chance has a small weight, too. Whether there is more to it, the column "
            "“More than chance” says."
        ),
        _("Where intervals overlap, dimensions are about equally important. No order is meant."),
        _("What all clients mark alike goes along with nothing, however much it matters to them."),
    ]
    return always if found.n >= ENOUGH_FOR_WEIGHTS else [*always, few]


def of_factors(found: InfluenceFactors) -> Picture:
    dots = [_dot(place, factor) for place, factor in enumerate(found.factors, start=1)]
    first, keep, later, enough = map(field_title, InfluenceField)
    names = FieldNames((first, keep, later, enough), _("Satisfaction"), _("Importance"))
    axes = FieldAxes.around(dots, found.lowest, found.highest, found.satisfied_from, found.even)
    return picture(
        importance.draw(dots, names, axes),
        _("Importance against satisfaction"),
        _(
            "Each dimension as a numbered dot: how satisfied clients are to the right, how much it goes along with "
            "their recommendation upwards, with its interval. A hollow dot may as well lie in the field above or below."
        ),
        table(found),
    )


def _dot(place: int, factor: Factor) -> FactorDot:
    share = factor.share
    return FactorDot(
        place,
        local(factor.title),
        factor.satisfaction,
        share.value,
        max(0.0, min(share.low, share.value)),
        min(1.0, max(share.high, share.value)),
        list(InfluenceField).index(factor.field),
        factor.sure,
    )


def table(found: InfluenceFactors) -> FigureTable:
    return FigureTable(
        (
            _("Dimension"),
            _("Satisfaction"),
            _("Correlation"),
            _("Importance"),
            _("Interval"),
            _("More than chance"),
            _("Field"),
        ),
        tuple(map(_row, found.factors)),
    )


def _row(factor: Factor) -> tuple[str, ...]:
    return (
        local(factor.title),
        number(factor.satisfaction),
        signed(factor.correlation, 2),
        percent(factor.share.value),
        _interval(factor.share),
        _("yes") if factor.clear else _("cannot be told"),
        field_title(factor.field)
        if factor.sure
        else _("%(field)s, not sure", field=field_title(factor.field)),
    )


def _interval(share: Estimate) -> str:
    return f"{percent(share.low)}–{percent(share.high)}"


def pairs(found: InfluenceFactors) -> FigureTable:
    """The correlations of every two."""
    titles = [*(local(factor.title) for factor in found.factors), _("Recommendation")]
    rows = zip(titles, found.correlations, strict=True)
    return FigureTable(
        ("", *titles), tuple((title, *(signed(value, 2) for value in row)) for title, row in rows)
    )


def of_year(year: InfluenceOfYear) -> FigureTable:
    return FigureTable(
        (_("Dimension"), _("Correlation"), _("Importance"), _("Interval")),
        tuple(
            (
                local(factor.title),
                signed(factor.correlation, 2),
                percent(factor.share.value),
                _interval(factor.share),
            )
            for factor in year.factors
        ),
    )
