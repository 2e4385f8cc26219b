"""Who imports whom, drawn: the diagrams of docs/architecture.md, from the imports themselves."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.test_architecture import PACKAGES, ROOMS, imports, modules, room_of, within

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "architecture.md"
# What everything may use, or what only starts the rest, would hide the other arrows.
NOT_DRAWN = (
    "feedback",
    "feedback.__main__",
    "feedback.settings",
    "feedback.extensions",
    "feedback.migrations",
)
# Modules of one package that stand at the two ends of the drawing.
APART = ("feedback.jobs.queue", "feedback.jobs.tasks", "feedback.jobs.worker_beside")

Graph = Mapping[str, set[str]]


def houses() -> Graph:
    """The large parts of the product."""
    return _graph(_house)


def rooms(house: str) -> Graph:
    """The rooms of one of them."""
    return _graph(lambda module: room_of(module, house) if within(module, (house,)) else None)


def _house(module: str) -> str | None:
    if module in APART:
        return module.removeprefix("feedback.").replace(".", "/")
    top, _, rest = module.partition(".")
    name = f"{top}.{rest.partition('.')[0]}" if rest and top == "feedback" else top
    return None if name in NOT_DRAWN else name.removeprefix("feedback.")


def _graph(name_of: Callable[[str], str | None]) -> Graph:
    arrows: dict[str, set[str]] = {}
    for module, path in modules():
        name = name_of(module)
        if name and path.stem != "__init__":
            targets = {name_of(target) for target in imports(path, module) if within(target, PACKAGES)}
            arrows.setdefault(name, set()).update(target for target in targets if target)
    return {name: targets & arrows.keys() - {name} for name, targets in arrows.items()}


def reduced(graph: Graph) -> Graph:
    """Without the arrows that a longer way along others says again."""
    reach: dict[str, set[str]] = {}
    for name in graph:
        _reach(graph, name, reach)
    return {
        name: {target for target in targets if not any(target in reach[other] for other in targets)}
        for name, targets in graph.items()
    }


def _reach(graph: Graph, name: str, known: dict[str, set[str]]) -> set[str]:
    """All that arrows lead to from here; there are no circles."""
    if name not in known:
        known[name] = set().union(*({target} | _reach(graph, target, known) for target in graph[name]))
    return known[name]


def mermaid(graph: Graph) -> str:
    fewer = reduced(graph)
    lines = [f"    {name} --> {target}" for name in sorted(fewer) for target in sorted(fewer[name])]
    alone = sorted(fewer.keys() - set().union(*fewer.values()) - {name for name in fewer if fewer[name]})
    return "\n".join(["```mermaid", "flowchart TB", *(f"    {name}" for name in alone), *lines, "```"])


def diagrams() -> Iterator[tuple[str, str]]:
    yield "parts", mermaid(houses())
    for house in ROOMS:
        if any(rooms(house).values()):
            yield house, mermaid(rooms(house))


def drawn(document: str) -> str:
    """The document with its diagrams as the imports are now."""
    for name, diagram in diagrams():
        start, end = f"<!-- imports of {name} -->\n", "<!-- end -->"
        before, found, after = document.partition(start)
        assert found, f"docs/architecture.md has no place for the imports of {name}"
        document = before + start + diagram + "\n" + end + after.partition(end)[2]
    return document


def write() -> None:
    DOCUMENT.write_text(drawn(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
