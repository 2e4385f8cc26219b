"""What the body of a report is filled with, on its page and on a page of its own to keep."""

from typing import Any

from feedback.services.report_document import Report
from feedback.views import heat, pictures


def of_report(report: Report) -> dict[str, Any]:
    """In the reader's language; the names are those that templates/reports/_body.html and its parts use."""
    return {
        "report": report,
        "pictures": pictures.of_report(report),
        "heat": heat.of_dimensions(report),
        "items": heat.by_dimension(report),
        "extremes": heat.extremes(report),
        "without_items": heat.without_items(report),
    }
