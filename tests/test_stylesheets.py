"""A rule for a class that no page has is dead."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STYLESHEETS = sorted((ROOT / "feedback/static").glob("*.css"))
# Classes whose last part comes from what is shown: the templates have what stands before it.
MADE_UP = re.compile(r"((?:class|fill|heat|key|part|state)-|n|of)[\w-]+")
COMMENT_OR_BODY = re.compile(r"/\*.*?\*/|\{[^{}]*\}", re.DOTALL)


@pytest.fixture(scope="module")
def pages() -> str:
    """Everything that can give an element its class."""
    texts = [path for path in (ROOT / "templates").rglob("*.html")]
    texts += [*(ROOT / "feedback").rglob("*.py"), *(ROOT / "feedback/static").glob("*.js")]
    return "\n".join(path.read_text(encoding="utf-8") for path in texts)


def is_given(name: str, pages: str) -> bool:
    if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", pages):
        return True
    made_up = MADE_UP.fullmatch(name)
    return bool(made_up and re.search(rf"(?<![\w-]){made_up[1]}(\{{\{{|%d|\" *~)", pages))


@pytest.mark.parametrize("stylesheet", STYLESHEETS, ids=lambda path: path.name)
def test_every_class_that_is_styled_is_given_somewhere(stylesheet: Path, pages: str):
    selectors = COMMENT_OR_BODY.sub(" ", stylesheet.read_text(encoding="utf-8"))
    names = set(re.findall(r"\.([a-zA-Z][\w-]*)", selectors))
    assert sorted(name for name in names if not is_given(name, pages)) == []


def test_a_class_that_nothing_has_would_be_found(pages: str):
    assert is_given("state-open", pages) and is_given("n3", pages)
    assert not is_given("dimension-grid", pages) and not is_given("state", "class-{{ x }}")
