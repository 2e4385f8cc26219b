"""docs/licences.md: under which licences the libraries come, from what is installed."""

from importlib import metadata
from pathlib import Path

from tests.test_requirements import FILES, LINE, requirements

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "licences.md"
HEAD = """# Licences of the libraries

Written from the metadata of the installed packages by `.venv/bin/python -m tests.documents`; a test fails when it is
stale. "BSD" stands where a package does not say which of its forms it means. Packages that only the benchmarks compare
with are not in it.
"""
PARTS = {
    "core": "Installed with the product",
    "grown": "For PostgreSQL and Redis",
    "test": "For tests only, not part of what is handed on",
}
# What the metadata do not say: read in the packages' licence files.
READ_BY_HAND = {"axe-playwright-python": "MIT", "huey": "MIT"}
# Needed on other systems or versions of Python than the one this was written on.
ELSEWHERE = {
    "async-timeout": ("Apache-2.0", "https://github.com/aio-libs/async-timeout"),
    "colorama": ("BSD-3-Clause", "https://github.com/tartley/colorama"),
}
LONGEST = 60
NAMES = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
ADDRESSES = ("source", "repository", "source code", "github", "homepage", "home", "documentation", "docs")


def locked(part: str) -> dict[str, set[str]]:
    """The versions of every package of a part that no part before it has."""
    found: dict[str, set[str]] = {}
    for line in requirements(FILES[part]):
        match = LINE.fullmatch(line)
        assert match, line
        found.setdefault(match["name"], set()).add(match["version"])
    before = set().union(*(locked(other) for other in list(PARTS)[: list(PARTS).index(part)]))
    return {name: versions for name, versions in found.items() if name not in before}


def is_installed(name: str, versions: set[str]) -> bool:
    try:
        return metadata.version(name) in versions
    except metadata.PackageNotFoundError:
        return False


def row(name: str) -> str:
    licence, address = ELSEWHERE.get(name) or (licence_of(name), address_of(name))
    return f"| {f'[{name}]({address})' if address else name} | {licence} |"


def licence_of(name: str) -> str:
    known = metadata.metadata(name)
    said = known.get("License-Expression") or known.get("License") or ""
    if not said or len(said) > LONGEST or "\n" in said:
        classes = [
            line.rpartition(" :: ")[2] for line in known.get_all("Classifier", []) if "License ::" in line
        ]
        said = " / ".join(NAMES.get(each, each) for each in classes)
    licence = READ_BY_HAND.get(name) or NAMES.get(said, said)
    assert licence, f"{name} does not say its licence: read it, and add it to READ_BY_HAND"
    return licence


def address_of(name: str) -> str:
    known = metadata.metadata(name)
    pairs = (line.partition(", ") for line in known.get_all("Project-URL", []))
    addresses = {label.lower(): address for label, _, address in pairs}
    said = [addresses[label] for label in ADDRESSES if label in addresses]
    return (said or [known.get("Home-page") or ""])[0]


def document() -> str:
    parts = [
        "\n".join([f"## {title}", "", "| package | licence |", "|---|---|", *map(row, sorted(locked(part)))])
        for part, title in PARTS.items()
    ]
    return "\n\n".join([HEAD.strip(), *parts]) + "\n"


def write() -> None:
    DOCUMENT.write_text(document(), encoding="utf-8")
