"""The guides of docs/guides as blocks for a page. They use a small part of Markdown, and a test holds them to it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

NAMES = ("client", "colleague", "account-manager", "manager", "hr", "compliance", "operator")
DIRECTORY = (
    Path(__file__).parents[3] / "templates" / "guides"
)  # a link to docs/guides, and a copy in the wheel
SUFFIX = {"en": ".md", "zh": ".zh-CN.md"}
HEADING, ITEM, STEP, CODE = "## ", "- ", re.compile(r"\d+\. "), "    "
PICTURE = re.compile(r"!\[[^]]*\]\([^)]*\)")
LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")
BOLD = re.compile(r"\*\*|`")


@dataclass(frozen=True)
class GuideBlock:
    """kind: heading, items, steps, code or text."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Guide:
    title: str
    blocks: tuple[GuideBlock, ...]


@lru_cache(maxsize=32)
def read(name: str, language: str) -> Guide:
    first, *rest = (DIRECTORY / f"{name}{SUFFIX[language]}").read_text(encoding="utf-8").splitlines()
    lines = [(_kind(line), line) for line in rest]
    blocks = [
        GuideBlock(kind, tuple(_plain(kind, line) for _, line in found))
        for kind, found in groupby(lines, key=lambda pair: pair[0])
    ]
    return Guide(first.removeprefix("# "), tuple(block for block in blocks if block.kind != "none"))


def _kind(line: str) -> str:
    """Pictures are for those who read the files; a page shows the words."""
    if not line.strip() or PICTURE.fullmatch(line.strip()):
        return "none"
    if line.startswith(CODE):
        return "code"
    if line.startswith(HEADING):
        return "heading"
    if line.startswith(ITEM):
        return "items"
    return "steps" if STEP.match(line) else "text"


def _plain(kind: str, line: str) -> str:
    if kind == "code":
        return line.removeprefix(CODE)
    text = STEP.sub("", line, count=1) if kind == "steps" else line.removeprefix(HEADING).removeprefix(ITEM)
    return BOLD.sub("", LINK.sub(r"\1", text))
