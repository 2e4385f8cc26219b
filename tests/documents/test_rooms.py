"""docs/architecture.md draws what the imports are, and says what every room is for."""

import re

from tests.documents import rooms
from tests.test_architecture import ROOMS

COMMAND = "docs/architecture.md is stale: run .venv/bin/python -m tests.documents"
# "- **closing** (services, views): what it is for"
SENTENCE = re.compile(r"^- \*\*(\w+)\*\* \(([\w, ]+)\): \S", re.MULTILINE)


def test_the_diagrams_show_the_imports():
    document = rooms.DOCUMENT.read_text(encoding="utf-8")
    assert rooms.drawn(document) == document, COMMAND


def test_every_room_has_its_sentence_and_no_other_has():
    sentences = SENTENCE.findall(rooms.DOCUMENT.read_text(encoding="utf-8"))
    described = [(f"feedback.{house}", room) for room, houses in sentences for house in houses.split(", ")]
    assert sorted(described) == sorted((house, room) for house, order in ROOMS.items() for room in order)


def test_an_arrow_that_others_say_again_is_not_drawn():
    graph = {"a": {"b", "c"}, "b": {"c"}, "c": set(), "d": set()}
    assert rooms.reduced(graph) == {"a": {"b"}, "b": {"c"}, "c": set(), "d": set()}
    assert rooms.mermaid(graph).splitlines() == [
        "```mermaid",
        "flowchart TB",
        "    d",
        "    a --> b",
        "    b --> c",
        "```",
    ]
