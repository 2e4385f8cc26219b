"""How good a campaign's measurement is, as a PDF: the same figures and words as on its page."""

from collections.abc import Iterator

from flask_babel import force_locale
from flask_babel import gettext as _

from feedback.papers.pdf import typesetting
from feedback.papers.pdf.blocks import (
    Block,
    Cover,
    Measure,
    Paper,
    PaperSection,
    SideBySide,
    Style,
    Table,
    Text,
)
from feedback.papers.pdf.cover import places
from feedback.papers.pdf.derivation import foundation
from feedback.papers.pdf.sections import figure
from feedback.presentation import influence_words, team_charts, verdicts
from feedback.presentation.locales import language
from feedback.presentation.numerals import number, percent
from feedback.presentation.reasons import grade, lack, local
from feedback.services.ground.languages import LOCALE_OF
from feedback.services.quality import quality_verdict
from feedback.services.quality.influence_document import InfluenceFactors, TooFewToTell
from feedback.services.quality.quality_document import (
    CampaignQuality,
    Coefficient,
    DimensionQuality,
    ItemQuality,
    Median,
    Missing,
    Share,
    SubjectQuality,
)
from feedback.services.quality.quality_verdict import Judgement
from feedback.services.scores.scorecards import Estimate


def pdf(quality: CampaignQuality, language: str) -> bytes:
    """Needs an application, not a request."""
    with force_locale(LOCALE_OF[language]):
        return typesetting.pdf(paper(quality), None)


def paper(quality: CampaignQuality) -> Paper:
    """In the language of the moment."""
    front = _cover(quality)
    return Paper(
        title=f"{front.kind} · {front.name}",
        language=language(),
        page=_("page {0} of {1}"),
        cover=front,
        sections=tuple(_sections(quality)),
    )


def _cover(quality: CampaignQuality) -> Cover:
    judgements = quality_verdict.judge(quality)
    return Cover(
        brand=_("Feedback"),
        kind=_("Campaign quality"),
        name=local(quality.campaign.title),
        facts=(quality.campaign.period,),
        campaign=_("Is this measurement good enough?"),
        state=_("It depends on what it is used for."),
        notices=(),
        measures=tuple(map(_judged, judgements)),
        dimension_title=_("Cronbach's alpha of each dimension"),
        dimension_head=(_("Dimension"), "", _("Alpha"), _("Interval")),
        dimensions=tuple(map(_dimension, quality.dimensions)),
        contents=_("Contents"),
    )


def _judged(judgement: Judgement) -> Measure:
    return Measure(
        verdicts.claim(judgement),
        verdicts.figure(judgement),
        suffix=grade(judgement.grade),
        note=verdicts.meaning(judgement),
    )


def _dimension(dimension: DimensionQuality) -> Measure:
    label, alpha = local(dimension.title), dimension.alpha
    if isinstance(alpha, Missing):
        return Measure(label, "–", note=lack(alpha.reason))
    interval = f"{number(alpha.low, 2)}–{number(alpha.high, 2)}"
    bar = places(alpha.value, alpha.low, alpha.high, 0.0, 1.0)
    return Measure(label, number(alpha.value, 2), interval=interval, bar=bar)


def _sections(quality: CampaignQuality) -> Iterator[PaperSection]:
    yield PaperSection(_("Response"), tuple(_response(quality)))
    yield PaperSection(_("Dimensions"), tuple(_dimensions(quality)))
    yield PaperSection(_("Agreement of raters"), tuple(_agreement(quality)))
    yield PaperSection(_("Importance against satisfaction"), tuple(_influence(quality.influence)))
    yield PaperSection(_("People"), (*_people(quality), Text(foundation(quality), Style.QUIET)))


def _response(quality: CampaignQuality) -> Iterator[Block]:
    rows = [(local(each.title), *_share(each.answered)) for each in quality.responses]
    yield Table("", (_("Rater group"), _("Answered"), _("Invited")), tuple(rows))
    straight = (_("Same value everywhere"), *_share(quality.straightlined))
    yield Table("", ("", _("Share"), _("Questionnaires")), (straight,))
    words = _("Questionnaires with one value everywhere are counted, never removed: some people mean it.")
    yield Text(words, Style.QUIET)


def _dimensions(quality: CampaignQuality) -> Iterator[Block]:
    rows = [
        (local(each.title), " · ".join(filter(None, _share(each.divided))), _width(each.width))
        for each in quality.dimensions
    ]
    rows.append((_("Feedback score"), "–", _width(quality.width)))
    head = (_("Dimension"), _("Divided opinion"), _("Typical interval"))
    table = Table("", head, tuple(rows))
    pictures = team_charts.of_quality(quality)
    explanation = Text(
        _(
            "Alpha: whether the questions of a dimension go together. Divided opinion: of the questions with ten "
            "ratings or more in a rater group, those on which raters are far apart. Typical interval: from its lower "
            "to its upper end, the median over the people rated."
        ),
        Style.QUIET,
    )
    yield SideBySide((figure(pictures["alpha"]),), (explanation,)) if pictures else explanation
    yield table


def _agreement(quality: CampaignQuality) -> Iterator[Block]:
    means = quality_verdict.reliability_by_raters(quality)
    if means:
        head = (_("Raters"), *(str(each.raters) for each in means))
        row = (_("Reliability"), *(number(each.reliability, 2) for each in means))
        caption = _("How reliable the mean of several raters is on a typical question:")
        yield Table(caption, head, (row,))
    else:
        yield Text(
            _(
                "Raters of one person agree too little, or there are too few people, to say how reliable a mean of "
                "several raters is."
            ),
            Style.QUIET,
        )
    head = (_("Question"), _("One rater, ICC(1)"), _("Mean of raters, ICC(k)"), _("Raters for 0.7"))
    yield Table(_("Every question"), head, tuple(map(_item, quality.items)))


def _item(item: ItemQuality) -> tuple[str, ...]:
    return local(item.text), _written(item.single), _written(item.average), _written(item.raters_needed, 1)


def _influence(found: InfluenceFactors | TooFewToTell) -> Iterator[Block]:
    if isinstance(found, TooFewToTell):
        yield Text(influence_words.too_few(found), Style.QUIET)
        return
    drawn = influence_words.of_factors(found)
    yield SideBySide((figure(drawn),), tuple(map(Text, influence_words.cautions(found))))
    yield Table(influence_words.basis(found), drawn.table.head, drawn.table.rows)
    together = influence_words.pairs(found)
    yield Table(_("Correlations"), together.head, together.rows)


def _people(quality: CampaignQuality) -> Iterator[Block]:
    head = (_("Account manager"), _("Feedback score"), _("Reliability"), _("For comparing"))
    yield Table(_("Reliability of every score"), head, tuple(map(_person, quality.separation.subjects)))
    words = _(
        "For comparing people, scores from few answers are drawn towards the mean of all; the official score is not."
    )
    yield Text(words, Style.QUIET)


def _person(subject: SubjectQuality) -> tuple[str, ...]:
    return (
        local(subject.name),
        _written(subject.score, 1),
        _written(subject.reliability),
        _written(subject.shrunken, 1),
    )


def _share(found: Share | Missing) -> tuple[str, str]:
    if isinstance(found, Missing):
        return lack(found.reason), ""
    return percent(found.share), _("of %(count)s", count=found.of)


def _width(found: Median | Missing) -> str:
    return (
        lack(found.reason)
        if isinstance(found, Missing)
        else _("%(points)s points", points=number(found.points))
    )


def _written(found: Coefficient | Estimate | Missing | float, digits: int = 2) -> str:
    """A value with its interval, where it has one."""
    if isinstance(found, Missing):
        return lack(found.reason)
    if isinstance(found, Coefficient | Estimate):
        value, low, high = (number(each, digits) for each in (found.value, found.low, found.high))
        return f"{value} ({low}–{high})"
    return number(found, digits)
