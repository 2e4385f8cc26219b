"""Templates and stylesheets know the same classes: what is misspelt, or was left behind, is noticed."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = ROOT / "feedback" / "static"
NOT_A_SELECTOR = re.compile(r"/\*.*?\*/|url\([^)]*\)", re.DOTALL)
COMPUTED = re.compile(r"{[{%].*?[%}]}", re.DOTALL)


def styled(path: Path) -> set[str]:
    """The classes that a stylesheet has rules for."""
    return set(re.findall(r"\.(-?[a-z_][\w-]*)", NOT_A_SELECTOR.sub("", path.read_text(encoding="utf-8"))))


def given(template: Path) -> set[str]:
    """The classes that a template writes out; one that it computes a part of is not among them."""
    written = re.findall(r'class="([^"]*)"', COMPUTED.sub("\0", template.read_text(encoding="utf-8")))
    return {name for names in written for name in names.split() if "\0" not in name}


def test_every_class_in_a_template_has_a_rule():
    known = set().union(*map(styled, STYLES.glob("*.css")))
    unknown = {template.name: given(template) - known for template in TEMPLATES}
    assert {name: classes for name, classes in unknown.items() if classes} == {}


def test_of_bootstrap_we_keep_only_what_pages_use():
    used = set().union(*map(given, TEMPLATES)) | {"btn-check"}  # which buttons are not
    assert styled(STYLES / "base.css") - used == set()
