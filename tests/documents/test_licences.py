"""docs/licences.md names every library that is locked, with the licence that its package states."""

import re

import pytest

from tests.documents import licences

COMMAND = "docs/licences.md is stale: run .venv/bin/python -m tests.documents"
ROW = re.compile(r"^\| \[?([a-z0-9._-]+)\b.* \| (\S.*) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def rows() -> dict[str, str]:
    """The whole row by the name of its package."""
    text = licences.DOCUMENT.read_text(encoding="utf-8").replace("| package | licence |\n", "")
    return {match[1]: match[0] for match in ROW.finditer(text)}


@pytest.mark.parametrize("part", licences.PARTS)
def test_every_locked_library_is_listed(rows: dict[str, str], part: str):
    assert licences.locked(part).keys() - rows.keys() == set(), COMMAND


def test_nothing_is_listed_that_is_not_locked(rows: dict[str, str]):
    assert rows.keys() == set().union(*map(licences.locked, licences.PARTS)), COMMAND


def test_each_has_the_licence_that_its_package_states(rows: dict[str, str]):
    """Where the one locked version is installed: other versions may say the same in other words."""
    installed = [
        name
        for part in licences.PARTS
        for name, versions in licences.locked(part).items()
        if len(versions) == 1 and licences.is_installed(name, versions)
    ]
    assert {name: rows[name] for name in installed} == {name: licences.row(name) for name in installed}, (
        COMMAND
    )
