"""A report as one page that needs nothing else: to be kept, sent or printed. Styles are in it, scripts are not."""

from pathlib import Path

from flask_babel import force_locale
from jinja2 import Environment
from markupsafe import Markup

from feedback.presentation import report_figures
from feedback.services.ground.languages import LOCALE_OF
from feedback.services.reports.report_document import Report

STATIC = Path(__file__).parents[2] / "static"
STYLES = ("paper.css", "app.css")


def html(environment: Environment, report: Report, language: str) -> str:
    """By the templates of the application, whose environment this takes."""
    with force_locale(LOCALE_OF[language]):
        return environment.get_template("papers/report.html").render(
            **report_figures.of_report(report),
            styles=Markup("\n".join((STATIC / name).read_text() for name in STYLES)),
        )
