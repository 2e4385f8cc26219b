"""The report on one person as a PDF."""

from flask_babel import force_locale
from flask_babel import gettext as _

from feedback.papers.pdf import derivation, sections, typesetting
from feedback.papers.pdf.blocks import Paper
from feedback.papers.pdf.cover import cover
from feedback.presentation import report_charts
from feedback.presentation.locales import language
from feedback.services.ground.languages import LOCALE_OF
from feedback.services.reports.report_document import Report


def pdf(report: Report, language: str) -> bytes:
    """Needs an application, not a request."""
    with force_locale(LOCALE_OF[language]):
        return typesetting.pdf(paper(report), report.released_at)


def paper(report: Report) -> Paper:
    """In the language of the moment."""
    front = cover(report)
    drawn = report_charts.of_report(report)
    return Paper(
        title=f"{front.name} · {front.campaign}",
        language=language(),
        page=_("page {0} of {1}"),
        cover=front,
        sections=(*sections.sections(report, drawn), *derivation.sections(report)),
    )
