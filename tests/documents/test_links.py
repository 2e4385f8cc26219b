"""What documents point to is there: links, headings and the paths of files."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted(ROOT.glob("docs/**/*.md")),
    ROOT / "benchmarks" / "README.md",
]
PLACES = r"feedback|forms|scoring|templates|tests|docs|benchmarks|requirements|deploy|\.ci"
PATH = re.compile(rf"(?<![\w/.*~{{-])(?:{PLACES})/[\w.@/*-]*")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
ELSEWHERE = ("http://", "https://", "mailto:")


def missing(document: Path) -> Iterator[str]:
    text = document.read_text(encoding="utf-8")
    for found in PATH.finditer(text):
        path = found[0].rstrip(".")
        # A decision may be named by its number.
        if not list(ROOT.glob(f"{path}*" if re.fullmatch(r"docs/decisions/\d{4}", path) else path)):
            yield path
    for link in LINK.findall(text):
        if not link.startswith(ELSEWHERE) and not leads_somewhere(document, link):
            yield link


def leads_somewhere(document: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = document.parent / path if path else document
    return target.exists() and (not anchor or anchor in anchors(target))


def anchors(document: Path) -> set[str]:
    """As GitHub names its headings."""
    headings = HEADING.findall(document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_a_document_points_to_is_there(document: Path):
    assert list(missing(document)) == []


def test_a_wrong_link_a_wrong_heading_and_a_wrong_path_are_noticed(tmp_path: Path):
    document = tmp_path / "wrong.md"
    document.write_text(
        "# Right\n[a](wrong.md) [b](wrong.md#right) [c](gone.md) [d](#gone) [e](https://example.com/)\n"
        "`feedback/gone.py` and `feedback/settings.py`, tests/gone_*.py and tests/test_*.py; docs/decisions/0001.\n"
    )
    assert list(missing(document)) == ["feedback/gone.py", "tests/gone_*.py", "gone.md", "#gone"]
