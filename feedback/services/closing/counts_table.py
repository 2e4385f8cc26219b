"""Exported counts as a table for spreadsheets: one row per shown cell, item and value of its scale.

Where fewer than ten rated an item it has one row, without a value: how many did, and the sum of their points.
"""

from collections.abc import Iterator

from feedback.services.closing.counts_export import Json
from forms.questionnaire import Questionnaire

HEADINGS = ("subject", "group", "item", "value", "count", "ratings", "points of", "points", "top two", "n")

Number = int | float | None
Row = tuple[str | Number, ...]


def rows(exported: Json, questionnaire: Questionnaire) -> Iterator[Row]:
    """Values are those a respondent chose; n is the number of ballots in the cell.

    "points of": how many ratings are left after trimming; "top two": how many of all are one of the two best.
    """
    first = {item.id: item.scale.first for item in questionnaire.counted_items if item.scale}
    for subject in exported["subjects"]:
        for group, cell in subject["cells"].items():
            for item, counts in cell.get("counts", {}).items():
                for value, count in enumerate(counts, start=first[item]):
                    known = (value, count, sum(counts), None, None, None, cell["n"])
                    yield subject["subject"], group, item, *known
            for item, sums in cell.get("sums", {}).items():
                ratings, points = sums["ratings"], sums["points"] / exported["parts"][item]
                numbers = (None, None, ratings, sums.get("kept", ratings), points, sums.get("top"), cell["n"])
                yield subject["subject"], group, item, *numbers
