"""A report as one page that needs nothing else: to be kept, sent or printed. Styles are in it, scripts are not."""

from datetime import datetime
from pathlib import Path

from flask_babel import force_locale, format_date
from jinja2 import Environment
from markupsafe import Markup

from feedback.services.report_document import Report
from feedback.views import heat, pictures
from feedback.views.locales import LOCALE_OF

STATIC = Path(__file__).parents[1] / "static"
STYLES = ("paper.css", "app.css")


def html(environment: Environment, report: Report, language: str, released_at: datetime | None) -> str:
    """By the templates of the application, whose environment this takes."""
    with force_locale(LOCALE_OF[language]):
        return environment.get_template("papers/report.html").render(
            report=report,
            released=format_date(released_at, "long") if released_at else "",
            pictures=pictures.of_report(report),
            heat=heat.of_dimensions(report),
            items=heat.by_dimension(report),
            extremes=heat.extremes(report),
            styles=Markup("\n".join((STATIC / name).read_text() for name in STYLES)),
        )
