"""Of fewer than ten answers to an item nothing leaves the system, or stays in it, but their number and their sum."""

import csv
import io
import json
from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import text

from feedback.extensions import db
from feedback.models.campaigns import Campaign
from feedback.services.campaigns import campaigns
from feedback.services.closing import counts_export, counts_table, tallies
from feedback.services.tables import table_files
from feedback.settings import Settings
from tests.factories import Office
from tests.test_noninterference import copied_to, everything_that_leaves
from tests.test_noninterference_files import files

HEADLINE, PLAIN = "attitude-1", "attitude-2"
KEPT = ("cell", "count", "item_total", "comment")
# Two ways to give the same sum; of five on, to an item of the satisfaction rate, as many of the best as well.
ALIKE = [
    (PLAIN, (3, 3, 3), (2, 3, 4)),
    (HEADLINE, (2, 2, 4, 4), (1, 3, 3, 5)),
    (PLAIN, (3, 3, 3, 3, 3), (2, 2, 3, 3, 5)),
    (HEADLINE, (2, 3, 3, 3, 4), (1, 3, 3, 3, 5)),
    (PLAIN, (3,) * 9, (1, 3, 3, 3, 3, 3, 3, 3, 5)),
]


def answer(app: Flask, item: str, answers: Sequence[int]) -> None:
    office = Office(db.session(), *(app.extensions[f"feedback.{name}"] for name in ("custody", "tokens")))
    campaign = campaigns.find(office.session, "2026Q4")
    for nonce, rating in zip(office.nonces(campaign, "client"), answers, strict=True):
        office.answer(nonce, {"attitude-3": 4, item: rating})


def everything(app: Flask) -> dict[str, bytes]:
    """Every page, file and row."""
    found = everything_that_leaves(app) | files(app)
    session = db.session()
    matrix, result = tallies.load(session, session.query(Campaign).one())
    exported = counts_export.to_export(result, matrix.questionnaire, matrix.scheme)
    rows = counts_table.rows(exported, matrix.questionnaire)
    found["counts.csv"] = table_files.write(counts_table.HEADINGS, rows).encode()
    for table in KEPT:
        found[table] = repr(sorted(map(tuple, session.execute(text(f'SELECT * FROM "{table}"'))))).encode()
    return found


@pytest.mark.parametrize(("item", "one", "other"), ALIKE)
def test_answers_of_one_sum_leave_the_same_bytes_everywhere(
    office: Office,
    app: Flask,
    settings: Settings,
    twin: Flask,
    item: str,
    one: Sequence[int],
    other: Sequence[int],
):
    office.open({"client": len(one)})
    with copied_to(twin, settings) as copy:
        answer(copy, item, other)
        after = everything(copy)
    answer(app, item, one)
    before = everything(app)
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == set()


def test_the_comparison_would_notice_another_answer_of_ten(
    office: Office, app: Flask, settings: Settings, twin: Flask
):
    office.open({"client": 10})
    with copied_to(twin, settings) as copy:
        answer(copy, PLAIN, (2,) + (3,) * 8 + (4,))
        after = everything(copy)
    answer(app, PLAIN, (3,) * 10)
    before = everything(app)
    assert {name for name in before if before[name] != after.get(name)} >= {"counts", "counts.csv", "count"}


def test_the_table_and_the_file_of_counts_have_no_distribution_of_nine(office: Office):
    campaign = office.open({"client": 12, "peer": 9, "subordinate": 3})
    for group in ("client", "peer", "subordinate"):
        for place, nonce in enumerate(office.nonces(campaign, group)):
            office.answer(nonce, 1 + place % 5)
    office.close(campaign)
    matrix, result = tallies.load(office.session, campaign)
    exported = json.loads(json.dumps(counts_export.to_export(result, matrix.questionnaire, matrix.scheme)))
    cells = exported["subjects"][0]["cells"]
    assert {
        name: (bool(cell["counts"]), bool(cell["sums"])) for name, cell in cells.items() if "n" in cell
    } == {
        "client": (True, False),
        "peer": (False, True),
        "subordinate": (False, True),
    }
    text_of = table_files.write(counts_table.HEADINGS, counts_table.rows(exported, matrix.questionnaire))
    rows = list(csv.DictReader(io.StringIO(text_of)))
    assert {row["group"] for row in rows if row["value"] or row["count"]} == {"client"}
