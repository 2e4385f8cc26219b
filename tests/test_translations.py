"""The Chinese catalogue is complete, checked, and compiled as committed. How to update it: see babel.cfg."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "feedback/translations/zh_Hans_CN/LC_MESSAGES/messages.po"


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans_CN", abort_invalid=True)


@pytest.fixture(scope="module")
def used() -> dict[str, str]:
    """Every message of the code and the templates, with one place where it is used."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    messages = {}
    for path, line, message, _, _ in extract_from_dir(ROOT, methods, options):
        messages[first(message)] = f"{path}:{line}"
    return messages


def first(message: str | tuple[str, ...]) -> str:
    """A message with a plural goes by its singular."""
    return message if isinstance(message, str) else message[0]


def texts(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def test_every_message_is_translated(catalogue: Catalog, used: dict[str, str]):
    known = {first(message.id): message for message in catalogue if message.id}
    missing = {
        place: message
        for message, place in used.items()
        if message not in known or known[message].fuzzy or not all(texts(known[message]))
    }
    assert missing == {}


def test_no_translation_is_left_over(catalogue: Catalog, used: dict[str, str]):
    assert [message.id for message in catalogue if message.id and first(message.id) not in used] == []
    assert list(catalogue.obsolete) == []


def test_translations_fill_in_what_their_messages_fill_in(catalogue: Catalog):
    assert [str(error) for message in catalogue for error in message.check(catalogue)] == []


def test_the_compiled_catalogue_is_not_stale(catalogue: Catalog):
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    assert CATALOGUE.with_suffix(".mo").read_bytes() == compiled.getvalue(), (
        "run pybabel compile, see babel.cfg"
    )


def test_templates_translate_with_an_underscore_only_what_they_say_themselves():
    """What it returns counts as safe and is filled in: a name in a sentence from elsewhere would be read as HTML."""
    from_elsewhere = re.compile(r"(?<![\w.])_\(\s*(?![\"'\s])")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "templates").rglob("*.*"))
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if from_elsewhere.search(line)
    ]
    assert found == []
