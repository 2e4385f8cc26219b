"""What a part of the proof found: one line of the published table, and the file it is kept in."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

HOLDS, FAILS = "holds", "FAILS"
BOTH = "-"  # the engine of what has nothing to do with one


@dataclass(frozen=True)
class Result:
    """figure: what was found; threshold: what was promised; size: how much was tried; faults: the first of them."""

    name: str
    size: str
    figure: str
    threshold: str
    holds: bool
    faults: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        return HOLDS if self.holds else FAILS


@dataclass(frozen=True)
class Run:
    """A part on one engine: what it found, when, at which commit, on what.

    notes: tables of its own, in Markdown. details: what is for programs only.
    """

    part: str
    engine: str
    scale: str
    commit: str
    date: str
    minutes: float
    machine: str
    results: tuple[Result, ...]
    notes: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return all(result.holds for result in self.results)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Run":
        found = json.loads(text)
        results = (Result(**result | {"faults": tuple(result["faults"])}) for result in found.pop("results"))
        return cls(**found | {"results": tuple(results), "notes": tuple(found["notes"])})


@dataclass(frozen=True)
class Store:
    """One file for each part, engine and scale; a later run takes the place of an earlier one."""

    directory: Path

    def keep(self, run: Run) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self._path(run.part, run.engine, run.scale).write_text(run.to_json(), encoding="utf-8")

    def find(self, part: str, engine: str, scale: str) -> Run | None:
        path = self._path(part, engine, scale)
        return Run.from_json(path.read_text(encoding="utf-8")) if path.exists() else None

    def _path(self, part: str, engine: str, scale: str) -> Path:
        name = f"{scale}-{part}" + ("" if engine == BOTH else f"-{engine}")
        return self.directory / f"{name}.json"


def table(runs: Iterable[Run]) -> str:
    lines = ["| what | engine | tried | found | promised | |", "|---|---|---|---|---|---|"]
    for run in runs:
        for result in run.results:
            cells = (result.name, run.engine, result.size, result.figure, result.threshold, result.verdict)
            lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    return "\n".join(lines)


def faults(runs: Iterable[Run]) -> list[str]:
    return [
        f"{run.part} ({run.engine}): {result.name}: {fault}"
        for run in runs
        for result in run.results
        for fault in (result.faults or ("fails",))
        if not result.holds
    ]


def document(runs: Sequence[Run]) -> str:
    """The same for programs."""
    return json.dumps([asdict(run) for run in runs], ensure_ascii=False, indent=1)
