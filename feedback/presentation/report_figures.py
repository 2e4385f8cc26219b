"""What the body of a report is filled with, on its page and on a page of its own to keep."""

from typing import Any

from feedback.presentation import heat_tables, report_charts
from feedback.services.reports.report_document import Report


def of_report(report: Report) -> dict[str, Any]:
    """In the reader's language; the names are those that templates/reports/_body.html and its parts use."""
    return {
        "report": report,
        "pictures": report_charts.of_report(report),
        "heat": heat_tables.of_dimensions(report),
        "items": heat_tables.by_dimension(report),
        "extremes": heat_tables.extremes(report),
        "without_items": heat_tables.without_items(report),
    }
