"""How good a campaign's measurement is, as a table: one figure in a row, with what it rests on."""

from collections.abc import Iterator

from flask_babel import force_locale
from flask_babel import gettext as _

from feedback.papers.workbooks import chart_sheet, workbook
from feedback.papers.workbooks.sheets import ColumnKind, Row, Sheet, SheetColumn
from feedback.presentation import influence_words, verdicts
from feedback.presentation.reasons import grade, lack, local
from feedback.services.ground.languages import LOCALE_OF
from feedback.services.quality import quality_verdict
from feedback.services.quality.influence_document import InfluenceFactors, TooFewToTell
from feedback.services.quality.quality_document import CampaignQuality, Coefficient, Median, Missing, Share
from feedback.services.scores.scorecards import Estimate

Figure = Coefficient | Estimate | Share | Median | Missing | float


def xlsx(quality: CampaignQuality, language: str) -> bytes:
    with force_locale(LOCALE_OF[language]):
        sheets = [verdict(quality), of_campaign(quality)]
        title = f"{_('Campaign quality')} · {local(quality.campaign.title)}"
        return workbook.xlsx(sheets, chart_sheet.of_quality(quality), title, None)


def verdict(quality: CampaignQuality) -> Sheet:
    columns = (SheetColumn(_("Use")), SheetColumn(_("Good enough")), SheetColumn(_("In words")))
    rows = (
        (verdicts.claim(each), grade(each.grade), verdicts.meaning(each))
        for each in quality_verdict.judge(quality)
    )
    return Sheet("verdict", _("In words"), columns, tuple(rows))


def of_campaign(quality: CampaignQuality) -> Sheet:
    columns = (
        SheetColumn(_("Measure")),
        SheetColumn(_("About")),
        SheetColumn(_("Value"), ColumnKind.NUMBER),
        SheetColumn(_("Interval from"), ColumnKind.NUMBER),
        SheetColumn(_("Interval to"), ColumnKind.NUMBER),
        SheetColumn(_("n"), ColumnKind.COUNT),
    )
    return Sheet("quality", _("Campaign quality"), columns, tuple(_rows(quality)))


def _rows(quality: CampaignQuality) -> Iterator[Row]:
    campaign = local(quality.campaign.title)
    for response in quality.responses:
        yield _row(_("Response rate"), local(response.title), response.answered)
    yield _row(_("Same value everywhere"), campaign, quality.straightlined)
    yield _row(_("Width of the interval"), _("Feedback score"), quality.width)
    for dimension in quality.dimensions:
        title = local(dimension.title)
        yield _row(_("Cronbach's alpha"), title, dimension.alpha)
        yield _row(_("Divided opinions"), title, dimension.divided)
        yield _row(_("Width of the interval"), title, dimension.width)
    for item in quality.items:
        question = local(item.text)
        yield _row("ICC(1)", question, item.single)
        yield _row("ICC(k)", question, item.average)
        yield _row(_("Raters needed for a reliability of 0.7"), question, item.raters_needed)
    for subject in quality.separation.subjects:
        yield _row(_("Reliability of the score"), local(subject.name), subject.reliability)
    yield from _influence(quality.influence)


def _influence(found: InfluenceFactors | TooFewToTell) -> Iterator[Row]:
    if isinstance(found, TooFewToTell):
        yield _("Importance"), _("Recommendation"), influence_words.too_few(found), None, None, None
        return
    for factor in found.factors:
        title = local(factor.title)
        yield _row(_("Satisfaction of clients"), title, factor.satisfaction)
        yield _("Correlation with the recommendation"), title, factor.correlation, None, None, found.n
        yield _row(_("Relative weight"), title, factor.weight)
        yield _row(_("Importance"), title, factor.share)


def _row(measure: str, about: str, figure: Figure) -> Row:
    match figure:
        case Missing():
            return measure, about, lack(figure.reason), None, None, None
        case Coefficient() | Estimate():
            return measure, about, figure.value, figure.low, figure.high, int(figure.n)
        case Share():
            return measure, about, figure.share, None, None, figure.of
        case Median():
            return measure, about, figure.points, None, None, figure.of
    return measure, about, figure, None, None, None
