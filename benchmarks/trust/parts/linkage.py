"""Which link gave which answer: nobody can tell, whatever he reads of a machine; leaks put in on purpose are found."""

from collections import defaultdict
from collections.abc import Iterator

from benchmarks.trust.part import Setting
from benchmarks.trust.result import Result
from tests.attacks import leaks
from tests.attacks.evidence import TURNS, Evidence, Judgement, judge
from tests.attacks.leaks import Leak
from tests.attacks.linkage import RATERS, SUBJECTS, witnessed
from tests.attacks.worlds import world

SMALL, FULL = 16, 200  # campaigns
IN_ONE_DATABASE = 20
MOMENTS = ("open", "closing", "closed", "reports")


def run(setting: Setting) -> Iterator[Result]:
    found = judge(list(_honest(setting, setting.sized(SMALL, FULL))))
    setting.details["z"] = found.z
    setting.notes.append(_by_moment(found))
    worst = max(found.z, key=lambda name: abs(found.z[name]))
    yield Result(
        name="linkage: a link and its answer",
        size=f"{setting.sized(SMALL, FULL)} campaigns of {SUBJECTS} x {RATERS} raters, {len(found.z):,} modules",
        figure=f"worst z {found.worst:.1f}",
        threshold=f"below {found.limit:.1f} (chance reaches it once in 1,000 runs)",
        holds=not found.suspicious,
        faults=(f"{worst}: {found.z[worst]:.1f}", *sorted(found.suspicious)[:10]),
    )
    yield _planted(setting)


def _honest(setting: Setting, campaigns: int) -> Iterator[Evidence]:
    for start in range(0, campaigns, IN_ONE_DATABASE):
        with world(setting.engine, setting.server) as found:
            for number in range(start, min(start + IN_ONE_DATABASE, campaigns)):
                yield witnessed(found.office, f"campaign-{number}")
                setting.progress(number + 1, campaigns)


def _planted(setting: Setting) -> Result:
    planted = leaks.of_engine(setting.engine)
    caught = {name: _z(setting, leak) for name, leak in planted.items()}
    setting.notes.append(_leaks_found(caught))
    missed = tuple(name for name, z in caught.items() if z is None)
    return Result(
        name="linkage: leaks put in on purpose",
        size=f"{len(planted)} leaks, each by itself",
        figure=f"{len(planted) - len(missed)} found",
        threshold="all of them found",
        holds=not missed,
        faults=missed,
    )


def _z(setting: Setting, leak: Leak) -> float | None:
    """Of the module that is to find it, if it does."""
    with world(setting.engine, setting.server) as found, leak.planted():
        judged = judge([witnessed(found.office, f"leaking-{number}") for number in range(leak.campaigns)])
    hits = [judged.z[name] for name in judged.suspicious if leak.found_by in name]
    return max(hits, key=abs, default=None)


def _leaks_found(caught: dict[str, float | None]) -> str:
    lines = ["| leak put in on purpose | z of the module that finds it |", "|---|---|"]
    return "\n".join(
        lines + [f"| {name} | {'not found' if z is None else f'{z:.1f}'} |" for name, z in caught.items()]
    )


def _by_moment(found: Judgement) -> str:
    """The worst module for each moment that links are looked at, and that answers are."""
    cells: dict[tuple[str, str], list[float]] = defaultdict(list)
    for name, z in found.z.items():
        link, answer, _ = name.split(" | ")
        column = TURNS if answer == TURNS else answer.partition(":")[0]
        cells[link.partition(":")[0], column].append(abs(z))
    rows = sorted({row for row, _ in cells}, key=lambda row: (MOMENTS + (row,)).index(row))
    columns = sorted({column for _, column in cells}, key=lambda column: (MOMENTS + (column,)).index(column))
    lines = [f"| links seen | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for row in rows:
        values = (cells.get((row, column)) for column in columns)
        told = (f"{max(zs):.1f} ({len(zs)})" if zs else "" for zs in values)
        lines.append(f"| {row} | {' | '.join(told)} |")
    return "\n".join(lines)
