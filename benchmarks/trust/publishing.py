"""The table of docs/trust.md, between its markers."""

import re
from collections.abc import Sequence

from benchmarks.trust.part import ROOT
from benchmarks.trust.result import BOTH, Run, Store, table

PAGE = ROOT / "docs" / "trust.md"
BEGIN, END = "<!-- the table: ./run bench trust --publish -->", "<!-- the end of the table -->"
BETWEEN = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)


def publish(store: Store, tasks: Sequence[tuple[str, str]], size: str) -> None:
    """What was found, and what was not run."""
    found = {task: store.find(*task, size) for task in tasks}
    runs = [run for run in found.values() if run]
    missing = [f"{part} ({engine})" for (part, engine), run in found.items() if run is None]
    text = PAGE.read_text(encoding="utf-8")
    words = "\n\n".join([BEGIN, *_paragraphs(runs, missing, size), END])
    PAGE.write_text(BETWEEN.sub(lambda _: words, text), encoding="utf-8")


def _paragraphs(runs: Sequence[Run], missing: Sequence[str], size: str) -> list[str]:
    words = [_heading(runs, size), table(runs)]
    if missing:
        words.append(f"Not run at this size: {', '.join(missing)}.")
    return words + [paragraph for run in runs if run.notes for paragraph in (_title(run), *run.notes)]


def _heading(runs: Sequence[Run], size: str) -> str:
    """When, where and how; a date and a commit each if they were not all run together."""
    moments = sorted({(run.date, run.commit) for run in runs})
    told = ", ".join(f"{date} at commit {commit}" for date, commit in moments)
    machines = "; ".join(sorted({run.machine for run in runs}, key=len, reverse=True)[:1])
    minutes = sum(run.minutes for run in runs)
    return (
        f"`./run bench trust --size {size}`, {told}, on {machines}: {minutes:.0f} minutes of parts, "
        "two of them at a time."
    )


def _title(run: Run) -> str:
    return f"**{run.part}**" if run.engine == BOTH else f"**{run.part}, {run.engine}**"
