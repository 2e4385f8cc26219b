"""The index of the decisions holds each of them, once or under several subjects, by its title."""

import re
from pathlib import Path

DECISIONS = Path(__file__).parents[2] / "docs" / "decisions"
ENTRY = re.compile(r"^- \[(\d{4})\]\((\d{4}-[a-z0-9-]+\.md)\): \S", re.MULTILINE)


def test_every_decision_is_in_the_index():
    files = {path.name for path in DECISIONS.glob("[0-9]*.md")}
    entries = ENTRY.findall((DECISIONS / "README.md").read_text(encoding="utf-8"))
    assert {name for _, name in entries} == files, "docs/decisions/README.md: one line for each decision"
    assert [number for number, name in entries if not name.startswith(number)] == []


def test_no_number_is_given_twice():
    numbers = [path.name[:4] for path in DECISIONS.glob("[0-9]*.md")]
    assert len(numbers) == len(set(numbers))
