"""The list of what companies ask: every statement has one line and one state, and what it names is there."""

import re
from collections import Counter
from pathlib import Path

from feedback.services.definitions import library
from forms import questionnaire as questionnaires
from tests.factories import SHIPPED

TEXT = (Path(__file__).parents[2] / "docs" / "appraisal-coverage.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d{3}\.\d+) \| .+ \| (W|P|left) \| (.+) \|$", re.MULTILINE)
STATEMENTS = {"000": 13, "001": 23, "002": 18, "003": 12, "004": 9}
SCHEMES = {
    "AM": "account-manager",
    "KA": "key-account-manager",
    "CS": "customer-service-representative",
    "CA": "customer-administrator",
}
NAME = re.compile(r"`([a-z]+(?:-[a-z]+)+)`")


def names() -> set[str]:
    """Of shipped definitions, and of what stands in them."""
    found = {path.stem for path in SHIPPED.glob("*/*.toml")}
    for code in SCHEMES.values():
        rules = library.scheme(code).appraisal
        found |= {each.id for each in (*rules.profiles, *rules.posts, *rules.kpis)}
    for path in SHIPPED.glob("questionnaires/*.toml"):
        found |= {each.id for each in questionnaires.load(path.read_bytes()).dimensions}
    return found


def test_every_statement_has_one_state():
    expected = [f"{paper}.{n}" for paper, most in STATEMENTS.items() for n in range(1, most + 1)]
    assert [number for number, _, _ in ROW.findall(TEXT)] == expected


def test_the_sums_are_those_of_the_lines():
    states = Counter(state for _, state, _ in ROW.findall(TEXT))
    assert f"{states['W']} work, {states['P']} in part, {states['left']} are left" in TEXT


def test_whatever_it_names_of_what_ships_is_there():
    assert set(NAME.findall(TEXT)) - names() == set()


def test_what_a_preset_is_said_to_have_is_in_that_one():
    for paper, cited in re.findall(r"\b(AM|KA|CS|CA) `([a-z-]+)`", TEXT):
        if cited not in SCHEMES.values():
            assert library.scheme(SCHEMES[paper]).appraisal.kpi(cited).id == cited
