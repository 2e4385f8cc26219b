"""What is not shown in a report on paper, and how to read it all."""

from collections.abc import Iterator

from flask_babel import gettext as _

from feedback.papers.pdf.blocks import Block, Definitions, PaperSection, Style, Table, Text
from feedback.papers.pdf.sections import comment_rule
from feedback.presentation.locales import language
from feedback.presentation.numerals import number, percent, plain
from feedback.presentation.reasons import local
from feedback.presentation.sentences import sentences, shown_as
from feedback.services.quality.quality_document import CampaignQuality
from feedback.services.reports.report_document import Basis, DefinitionLabel, PointMap, Report
from forms.words import N_

DIGEST = 12
SCORES = N_(
    "A dimension is the mean of its questions within each rater group, then the mean over the groups by their weights. "
    "Weights of groups that cannot be shown are shared out over the others. The self-assessment has no weight."
)
TRIMMED = N_("One highest and one lowest rating of a question are left out where there are at least five.")
INTERVAL = N_(
    "Fewer answers say less. The line shows the 95%% interval: the range in which the score would most likely lie if "
    "many more such people had answered. Differences smaller than that mean little."
)
CHANGE = N_(
    "Where it says “no detectable change”, the difference is as small as chance alone would make it: neither better "
    "nor worse can be read from it."
)
GAPS = N_(
    "A blind spot or hidden strength is a gap of at least %(points)s points that is also clearly larger than chance."
)


def sections(report: Report) -> Iterator[PaperSection]:
    yield PaperSection(_("What is merged or not shown, and why"), tuple(_withheld(report)))
    yield PaperSection(
        _("How to read this report"),
        (_reading(report), Text(foundation(report.basis), Style.QUIET)),
        new_page=True,
    )


def _withheld(report: Report) -> Iterator[Block]:
    rows = tuple((local(group.title), shown_as(group)) for group in report.groups)
    yield Table("", (_("Rater group"), _("Shown as")), rows, words=2)
    protection = _(
        "Groups in which too few people were asked or answered are counted together with a related group, or left "
        "out of every figure; so subtracting what is shown from a total reveals nothing about them."
    )
    coverage = report.feedback.coverage
    carried = (
        ""
        if coverage is None
        else _(
            "The groups that are shown carry %(share)s of the weight of those who were asked.",
            share=percent(coverage),
        )
    )
    yield Text(sentences(protection, carried), Style.QUIET)


def _reading(report: Report) -> Definitions:
    basis = report.basis
    return Definitions(
        (
            (
                _("Points of an answer"),
                sentences(_("Every answer is worth points on its scale:"), _scales(basis)),
            ),
            (_("Scores"), sentences(_(SCORES), _(TRIMMED) if basis.trimmed else "")),
            (_("The line across a bar"), _(INTERVAL) % ()),
            (_("Comments"), comment_rule()),
            (_("Change over time"), _(CHANGE)),
            (_("Self and others"), _(GAPS, points=number(basis.gap_cut, 0))),
        )
    )


def _scales(basis: Basis) -> str:
    return _("; ").join(map(_scale, basis.scales))


def _scale(scale: PointMap) -> str:
    labels = scale.labels_en if language() == "en" else scale.labels_zh
    return _(", ").join(
        f"{label} {plain(points)}" for label, points in zip(labels, scale.points, strict=True)
    )


def foundation(basis: Basis | CampaignQuality) -> str:
    """What the figures can be computed again from."""
    parts = (
        f"{_('Formula')} {basis.formula}",
        f"{_('Questionnaire')} {_definition(basis.questionnaire)}",
        f"{_('Scheme')} {_definition(basis.scheme)}",
        f"{_('Counts')} {basis.counts[:DIGEST]}",
    )
    return " · ".join(parts)


def _definition(source: DefinitionLabel) -> str:
    return f"{source.id} {source.version} {source.digest[:DIGEST]}"
