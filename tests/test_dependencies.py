"""What is imported is declared, and what is declared is used."""

import re
import tomllib
from importlib import metadata

from tests.test_architecture import PACKAGES, ROOT, STANDARD, imports, modules
from tests.test_requirements import declared

# Used without being imported by us.
UNSEEN = {
    "manimgx-fonts": "its folder is read by the name of its package: papers.pdf.typesetting",
    "manimgx-fonts-cjk": "likewise",
    "qrcode": "asked for by flask-security-too where second factors are switched on",
}
UNSEEN_GROWN = {
    "psycopg": "SQLAlchemy's way to PostgreSQL, chosen by the address of the database",
    "redis": "Huey's and the limits' way to Redis, chosen by the address of the queue",
}


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported() -> set[str]:
    """The packages, as pip names them, of everything that the product imports."""
    owners = metadata.packages_distributions()
    tops = {
        target.partition(".")[0]
        for module, path in [*modules(), ("asgi", ROOT / "asgi.py")]
        for target in imports(path, module)
    }
    foreign = tops - set(PACKAGES) - STANDARD
    return {normalised(owner) for top in foreign for owner in owners.get(top, [top])}


def test_everything_that_is_imported_is_declared():
    assert imported() - declared("core") == set()


def test_everything_that_is_declared_is_imported_or_has_its_reason():
    assert declared("core") - imported() == UNSEEN.keys()
    assert declared("grown") - imported() == UNSEEN_GROWN.keys()


def test_no_version_of_a_library_is_prescribed_to_those_who_install_the_wheel():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["grown"]
    assert [line for line in wanted if "==" in line or ">=" not in line] == []
