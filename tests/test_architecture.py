"""Arrows run one way. A wrong import fails here by the names of both modules."""

import ast
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("feedback", "forms", "scoring")

# Who may import what of ours; a more specific prefix decides before a more general one.
ALLOWED = {
    "scoring": ("scoring",),
    "forms": ("forms",),
    "feedback.settings": ("feedback.services.ground.days", "feedback.services.ground.languages"),
    "feedback.turns": (),
    "feedback.extensions": ("feedback.turns",),
    "feedback.characters": (),
    "feedback.charts": ("feedback.characters", "feedback.charts"),
    "feedback.models": ("feedback.extensions", "feedback.models"),
    "feedback.transaction": ("feedback.extensions",),
    "feedback.services": (
        "feedback.characters",
        "feedback.extensions",
        "feedback.models",
        "feedback.services",
        "scoring",
        "forms",
    ),
    "feedback.current": ("feedback.jobs.queue", "feedback.services", "feedback.settings"),
    "feedback.letters": (
        "feedback.current",
        "feedback.extensions",
        "feedback.models",
        "feedback.services",
    ),
    "feedback.account_mail": (
        "feedback.current",
        "feedback.extensions",
        "feedback.letters",
        "feedback.models",
        "feedback.services",
        "forms.words",
    ),
    "feedback.trustee_mail": (
        "feedback.current",
        "feedback.extensions",
        "feedback.letters",
        "feedback.models",
        "feedback.services",
        "forms.words",
    ),
    # words, numbers and charts in the reader's language: below both views and papers
    "feedback.presentation": (
        "feedback.charts",
        "feedback.current",
        "feedback.presentation",
        "feedback.services",
        "forms.words",
    ),
    "feedback.jobs": (
        "feedback.current",
        "feedback.extensions",
        "feedback.jobs",
        "feedback.models",
        "feedback.papers",
        "feedback.services",
        "feedback.settings",
        "feedback.transaction",
    ),
    "feedback.papers": (
        "feedback.characters",
        "feedback.charts",
        "feedback.papers",
        "feedback.presentation",
        "feedback.services",
        "forms.words",
    ),
    "feedback.views": ("feedback", "forms"),
    "feedback.cli": ("feedback", "forms", "scoring"),
    "feedback.migrations": ("feedback.core", "feedback.extensions", "feedback.settings"),
    "feedback.core": (
        "feedback.extensions",
        "feedback.jobs",
        "feedback.models",
        "feedback.presentation.locales",
        "feedback.services",
        "feedback.settings",
    ),
    "feedback": ("feedback",),
}
NEVER = {
    "feedback.views": ("feedback.cli", "feedback.migrations"),
    "feedback.cli": ("feedback.views", "feedback.application"),
    "feedback.cli.ground.web_application": ("feedback.views",),
    "feedback.cli.server.demo": ("feedback.views",),
    "feedback.cli.server.serve": ("feedback.views",),
}
# Rooms, each of which may use those before it: the arrows between them run one way.
ROOMS = {
    "feedback.services": (
        "ground",
        "definitions",
        "tables",
        "people",
        "accounts",
        "crowds",
        "ballot_box",
        "closing",
        "mail",
        "rosters",
        "scores",
        "facts",
        "fact_files",
        "goals",
        "incidents",
        "reports",
        "quality",
        "releases",
        "assessment",
        "appraisals",
        "decisions",
        "corrections",
        "plans",
        "dossiers",
        "campaigns",
        "planning",
        "imports",
        "messages",
        "oversight",
        "demo",
    ),
    "feedback.views": (
        "ground",
        "accounts",
        "definitions",
        "ballot_box",
        "closing",
        "mail",
        "rosters",
        "goals",
        "incidents",
        "reports",
        "quality",
        "releases",
        "appraisals",
        "decisions",
        "people",
        "facts",
        "campaigns",
        "planning",
        "imports",
        "messages",
        "oversight",
    ),
    "feedback.papers": ("pdf", "workbooks", "web"),
    "feedback.cli": (
        "ground",
        "server",
        "definitions",
        "people",
        "campaigns",
        "facts",
        "goals",
        "appraisals",
        "decisions",
        "incidents",
        "quality",
        "reports",
        "messages",
        "oversight",
    ),
}
LARGEST_ROOM = 15
MAY_KNOW_FLASK = (
    "feedback.presentation.locales",
    "feedback.views",
    "feedback.cli",
    "feedback.jobs",
    "feedback.current",
    "feedback.account_mail",
    "feedback.letters",
    "feedback.migrations",
    "feedback.core",
    "feedback.application",
)
# Services know nothing of it; their tables are those of its SQLAlchemy extension, through feedback.extensions alone.
FLASK_FAMILY = re.compile(r"flask(_\w+)?|werkzeug|wtforms")
MAY_USE = {
    "scoring": {"numpy"},
    "forms.questionnaire": set(),
    "forms.scheme": set(),
    "forms.units": set(),
    "forms.document": set(),
}
PLACE = re.compile(rf"(?P<module>({'|'.join(PACKAGES)})(\.\w+)+):\w+")
STANDARD = sys.stdlib_module_names


def modules() -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(path: Path, module: str) -> Iterator[str]:
    """Full names of everything imported, function-local imports included; names imported from our packages too.

    Also what is imported when it is called, by its place: module:attribute.
    """
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} uses a relative import"
            yield from (_resolve(node.module or "", alias.name) for alias in node.names)
        elif isinstance(node, ast.Constant) and (place := PLACE.fullmatch(str(node.value))):
            yield place["module"]


def _resolve(module: str, name: str) -> str:
    """`from feedback import current` imports the module feedback.current."""
    path = ROOT / module.replace(".", "/")
    is_module = (path / f"{name}.py").exists() or (path / name / "__init__.py").exists()
    return f"{module}.{name}" if is_module else module


def within(module: str, prefixes: tuple[str, ...] | set[str]) -> bool:
    return any(module == prefix or module.startswith(f"{prefix}.") for prefix in prefixes)


def rule_for(module: str, rules: dict) -> tuple[str, ...] | set[str] | None:
    fitting = [prefix for prefix in rules if within(module, (prefix,))]
    return rules[max(fitting, key=len)] if fitting else None


def wrong_imports(module: str, path: Path) -> Iterator[str]:
    allowed = rule_for(module, ALLOWED)
    never = rule_for(module, NEVER) or ()
    outside = rule_for(module, MAY_USE)
    for target in imports(path, module):
        top = target.partition(".")[0]
        if top in PACKAGES and (not within(target, allowed or ()) or within(target, never)):
            yield f"{module} must not import {target}"
        if top == "flask" and not within(module, MAY_KNOW_FLASK):
            yield f"{module} must not know Flask"
        if within(module, ("feedback.services",)):
            yield from (f"{module} must not know {name}: {target}" for name in sorted(flask_behind(target)))
        if outside is not None and top not in PACKAGES and top not in STANDARD and top not in outside:
            yield f"{module} must not import {target}"


@cache
def flask_behind(target: str) -> frozenset[str]:
    """What of Flask's family an import brings: itself, or what a module of forms takes, also through others."""
    top = target.partition(".")[0]
    if FLASK_FAMILY.fullmatch(top):
        return frozenset({top})
    path = ROOT / f"{target.replace('.', '/')}.py"
    if top != "forms" or not path.exists():
        return frozenset()
    return frozenset().union(*(flask_behind(name) for name in imports(path, target)))


def wrong_room(module: str, path: Path) -> Iterator[str]:
    """What is wrong with the place of a module, or with what it takes from other rooms."""
    house = next((house for house in ROOMS if within(module, (house,)) and module != house), None)
    if house is None:
        return
    room, order = room_of(module, house), ROOMS[house]
    if room not in order:
        yield f"{module} is in no room of {house}"
        return
    for target in imports(path, module):
        other = room_of(target, house) if within(target, (house,)) else room
        if other in order and order.index(other) > order.index(room):
            yield f"{module} in {room} must not import {target}: {other} comes later"


def room_of(module: str, house: str) -> str:
    return module.removeprefix(f"{house}.").partition(".")[0]


@pytest.mark.parametrize(
    ("module", "path"), list(modules()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_module_imports_only_what_its_layer_may(module: str, path: Path):
    assert list(wrong_imports(module, path)) == []


@pytest.mark.parametrize(
    ("module", "path"), list(modules()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_module_stands_in_a_room_and_uses_only_rooms_before_it(module: str, path: Path):
    assert list(wrong_room(module, path)) == []


def test_a_module_outside_a_room_and_an_arrow_backwards_are_reported_by_name(tmp_path: Path):
    path = tmp_path / "wrong.py"
    path.write_text(
        "from feedback.services.reports import reports\nfrom feedback.services.ground import errors\n"
    )
    assert list(wrong_room("feedback.services.wrong", path)) == [
        "feedback.services.wrong is in no room of feedback.services"
    ]
    assert list(wrong_room("feedback.services.scores.wrong", path)) == [
        "feedback.services.scores.wrong in scores must not import feedback.services.reports.reports: "
        "reports comes later"
    ]


def test_every_room_exists_and_none_holds_more_files_than_a_reader_takes_in():
    counted = {house: Counter(room_of(module, house) for module in members(house)) for house in ROOMS}
    assert {house: set(rooms) for house, rooms in counted.items()} == {k: set(v) for k, v in ROOMS.items()}
    assert [(h, r, n) for h, rooms in counted.items() for r, n in rooms.items() if n > LARGEST_ROOM] == []


def members(house: str) -> list[str]:
    """The modules of a house that stand in its rooms."""
    return [
        module for module, path in modules() if module.startswith(f"{house}.") and path.stem != "__init__"
    ]


def test_a_wrong_import_is_reported_by_name(tmp_path: Path):
    path = tmp_path / "wrong.py"
    path.write_text("def f():\n    from feedback.models import people\n    import flask\n")
    assert list(wrong_imports("scoring.wrong", path)) == [
        "scoring.wrong must not import feedback.models.people",
        "scoring.wrong must not know Flask",
        "scoring.wrong must not import flask",
    ]


def test_a_service_that_takes_anything_of_flask_s_family_is_reported_by_name(tmp_path: Path):
    path = tmp_path / "wrong.py"
    path.write_text(
        "from flask_security.utils import hash_password\nfrom werkzeug import exceptions\n"
        "from wtforms import Form\nfrom forms import second_look, words\n"
    )
    module = "feedback.services.accounts.wrong"
    assert list(wrong_imports(module, path)) == [
        f"{module} must not know flask_security: flask_security.utils",
        f"{module} must not know werkzeug: werkzeug",
        f"{module} must not know wtforms: wtforms",
        f"{module} must not know wtforms: forms.second_look",
    ]


def test_our_modules_import_nothing_of_ours_inside_functions_or_for_type_checking():
    found = []
    for module, path in modules():
        tree = ast.parse(path.read_text())
        top_level = set(tree.body)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node not in top_level and node.module:
                found += [f"{module} imports {node.module} locally"] * within(node.module, PACKAGES)
    assert found == []


def test_a_place_named_for_later_is_an_import(tmp_path: Path):
    path = tmp_path / "wrong.py"
    path.write_text('LATER = ("status", "feedback.views.ground.home:start", "Its help: with a colon.")\n')
    assert list(wrong_imports("feedback.cli.wrong", path)) == [
        "feedback.cli.wrong must not import feedback.views.ground.home"
    ]


def test_one_module_imports_by_name():
    found = {module for module, path in modules() if "importlib" in set(imports(path, module))}
    assert found == {"feedback.cli.ground.on_demand"}


def test_there_is_no_import_cycle():
    graph = {module: set(imports(path, module)) for module, path in modules()}
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, "cycle: " + " -> ".join((*trail[trail.index(module) :], module))
        if module in done:
            return
        for target in sorted(graph[module] & graph.keys() - {module}):
            visit(target, (*trail, module))
        done.add(module)

    for module in graph:
        visit(module, ())


def test_functions_and_files_keep_their_size():
    long = []
    for module, path in modules():
        if ".migrations" in module:
            continue
        text = path.read_text()
        if len(text.splitlines()) > 300:
            long.append(f"{module} has {len(text.splitlines())} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 40:
                long.append(f"{module}.{node.name} has {(node.end_lineno or 0) - node.lineno + 1} lines")
    assert long == []


def test_a_class_name_means_one_thing():
    found = defaultdict(list)
    for module, path in modules():
        for node in ast.parse(path.read_text()).body:
            if (
                isinstance(node, ast.ClassDef)
                and not node.name.startswith("_")
                and ".migrations" not in module
            ):
                found[node.name].append(module)
    assert {name: places for name, places in found.items() if len(places) > 1} == {}
