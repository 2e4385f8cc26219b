"""The appraisal of one person as a form to be printed and signed: result, figures, decisions, words, derivation."""

from collections.abc import Iterator, Mapping

from flask_babel import force_locale, format_date
from flask_babel import gettext as _

from feedback.papers.pdf import appraisal_sections, typesetting
from feedback.papers.pdf.blocks import Cover, Measure, Paper
from feedback.papers.pdf.cover import bar, places
from feedback.presentation import appraisal_words as words
from feedback.presentation import derivations
from feedback.presentation.appraisal_charts import MOST_AXIS, parts_of
from feedback.presentation.locales import language
from feedback.presentation.numerals import plain
from feedback.presentation.reasons import local
from feedback.services.assessment.appraisal_document import AppraisalDocument, AppraisalStatus, Outcome
from feedback.services.dossiers.dossier import Dossier, Result
from feedback.services.ground.languages import LOCALE_OF


def pdf(dossier: Dossier, result: Result, names: Mapping[str, str], language: str) -> bytes:
    """Needs an application, not a request. names: how people call whoever entered figures."""
    with force_locale(LOCALE_OF[language]):
        dated = result.layers.in_order[-1].at
        return typesetting.pdf(paper(dossier, result, names), dated)


def paper(dossier: Dossier, result: Result, names: Mapping[str, str]) -> Paper:
    """In the language of the moment."""
    front = cover(dossier, result)
    groups = derivations.groups(result.document, names)
    return Paper(
        title=f"{front.name} · {front.campaign}",
        language=language(),
        page=_("page {0} of {1}"),
        cover=front,
        sections=tuple(appraisal_sections.sections(dossier, result, groups)),
    )


def cover(dossier: Dossier, result: Result) -> Cover:
    document, subject = result.document, result.document.subject
    facts = (
        subject.code,
        local(subject.department) if subject.department else "",
        local(document.segments[-1].title),
        _("reviewer: %(name)s", name=dossier.reviewer.name_in(language())) if dossier.reviewer else "",
    )
    top = result.layers.in_order[-1]
    state = words.named(words.STATES, dossier.appraisal.state)
    version = _("version %(number)s", number=result.layers.version)
    return Cover(
        brand=_("Feedback"),
        kind=_("Appraisal"),
        name=local(subject.name),
        facts=tuple(filter(None, facts)),
        campaign=document.period,
        state=" · ".join((state, format_date(top.at, "long"), version)),
        notices=tuple(_notices(result)),
        measures=tuple(_measures(result)),
        dimension_title=_("Parts"),
        dimension_head=(_("Component"), "", _("Points"), _("Weight")),
        dimensions=tuple(_parts(document)),
        contents=_("Contents"),
    )


def _notices(result: Result) -> Iterator[str]:
    yield words.result(result.document, result.layers)
    if result.layers.final is None:
        yield _("Not confirmed: this is what was computed so far.")


def _measures(result: Result) -> Iterator[Measure]:
    document, feedback = result.document, result.document.feedback
    yield _total(document, result)
    if feedback.score:
        low, high = words.points(feedback.score.low), words.points(feedback.score.high)
        interval = _interval(low, high)
        value = words.points(feedback.score.value)
        yield Measure(_("Feedback score"), value, interval=interval, bar=bar(feedback.score, 0.0, 100.0))
    for label, score in _others(document):
        yield Measure(label, words.points(score), bar=places(score, None, None, 0.0, MOST_AXIS))


def _total(document: AppraisalDocument, result: Result) -> Measure:
    top, official = result.layers.in_order[-1], document.official
    label = _("Total")
    if official is None or document.status is not AppraisalStatus.OK or top.shown is None:
        return Measure(label, _("not qualified") if not top.qualified else "–")
    band = top.band.id if top.band else ""
    return Measure(
        label,
        top.shown,
        suffix=band,
        interval=_interval(words.points(official.low), words.points(official.high)),
        bar=places(official.score, official.low, official.high, 0.0, MOST_AXIS),
        note=_separable(official),
    )


def _separable(official: Outcome) -> str:
    if official.separable:
        return ""
    bands = _(", ").join(band.id for band in official.reached_bands)
    return _("Band not separable: allowing for chance, any of %(bands)s is possible.", bands=bands)


def _others(document: AppraisalDocument) -> Iterator[tuple[str, float]]:
    if len(document.segments) == 1 and document.segments[0].kpi is not None:
        yield _("KPI score"), document.segments[0].kpi
    if document.goals is not None:
        yield _("Development goals"), document.goals


def _interval(low: str, high: str) -> str:
    return f"{_('95%% interval') % ()} {low}–{high}"


def _parts(document: AppraisalDocument) -> Iterator[Measure]:
    weights = {
        words.named(words.PARTS, part.id): part.weight
        for segment in document.segments
        for part in segment.components
    }
    for part in parts_of(document):
        yield Measure(
            part.title,
            part.shown,
            interval=f"{plain(weights[part.title])} %",
            bar=places(part.value, None, None, 0.0, 100.0),
        )
