"""Exported counts as a table for spreadsheets: one row per shown cell, item and value of its scale."""

from collections.abc import Iterator

from feedback.services.closing.counts_export import Json
from forms.questionnaire import Questionnaire

HEADINGS = ("subject", "group", "item", "value", "count", "n")

Row = tuple[str, str, str, int, int, int]


def rows(exported: Json, questionnaire: Questionnaire) -> Iterator[Row]:
    """Values are those a respondent chose; n is the number of ballots in the cell."""
    first = {item.id: item.scale.first for item in questionnaire.counted_items if item.scale}
    for subject in exported["subjects"]:
        for group, cell in subject["cells"].items():
            for item, counts in cell.get("counts", {}).items():
                for value, count in enumerate(counts, start=first[item]):
                    yield subject["subject"], group, item, value, count, cell["n"]
