"""The report on one person as a PDF."""

from flask_babel import force_locale
from flask_babel import gettext as _

from feedback.papers import derivation, sections, typesetting
from feedback.papers.blocks import Paper
from feedback.papers.cover import cover
from feedback.services.report_document import Report
from feedback.views import pictures
from feedback.views.locales import LOCALE_OF, language


def pdf(report: Report, language: str) -> bytes:
    """Needs an application, not a request."""
    with force_locale(LOCALE_OF[language]):
        return typesetting.pdf(paper(report), report.released_at)


def paper(report: Report) -> Paper:
    """In the language of the moment."""
    front = cover(report)
    drawn = pictures.of_report(report)
    return Paper(
        title=f"{front.name} · {front.campaign}",
        language=language(),
        page=_("page {0} of {1}"),
        cover=front,
        sections=(*sections.sections(report, drawn), *derivation.sections(report)),
    )
