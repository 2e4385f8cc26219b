"""The promises, attacked: every part of the proof on one machine, on both engines.

./run bench trust [--size small|full] [--engine sqlite|postgresql|both] [--only NAME ...] [--resume] [--publish]
"""

import argparse
import multiprocessing
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.trust import publishing, result
from benchmarks.trust.part import FULL, ROOT, SMALL, SQLITE, Setting, commit, in_memory, run
from benchmarks.trust.parts import EITHER, PARTS
from benchmarks.trust.result import BOTH, Store
from tests.engines import server_running

Task = tuple[str, str]  # a part and an engine


def main() -> None:
    options = _options()
    in_memory()
    store, wanted = Store(options.directory), _tasks(options.only or list(PARTS), options.engine)
    if not options.stored:
        done = [task for task in wanted if options.resume and _is_done(store, task, options.size)]
        _run_all([task for task in wanted if task not in done], options.size, options.jobs, store)
    runs = [found for task in wanted if (found := store.find(*task, options.size))]
    print(result.table(runs))
    print(*result.faults(runs), sep="\n", file=sys.stderr)
    if options.json:
        options.json.write_text(result.document(runs), encoding="utf-8")
    if options.publish:
        publishing.publish(store, _tasks(list(PARTS), "both"), options.size)
    sys.exit(0 if len(runs) == len(wanted) and all(run.holds for run in runs) else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench trust", description="Attacks on what is promised.")
    parser.add_argument("--size", choices=(SMALL, FULL), default=SMALL)
    parser.add_argument("--engine", choices=(*EITHER, "both"), default="both")
    parser.add_argument("--only", nargs="+", choices=list(PARTS), metavar="NAME", help=", ".join(PARTS))
    parser.add_argument("--jobs", type=int, default=2, help="how many parts at a time (default: 2)")
    parser.add_argument("--resume", action="store_true", help="leave out what held at this commit before")
    parser.add_argument("--stored", action="store_true", help="run nothing, show what was found before")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the table for programs")
    parser.add_argument(
        "--publish", action="store_true", help="write the table of all parts into docs/trust.md"
    )
    parser.add_argument(
        "--directory", type=Path, default=ROOT / "var" / "trust", help="where results are kept"
    )
    return parser.parse_args()


def _tasks(parts: Iterable[str], engine: str) -> list[Task]:
    wanted = (*EITHER, BOTH) if engine == "both" else (engine, BOTH)
    return [(name, on) for name in parts for on in PARTS[name] if on in wanted]


def _is_done(store: Store, task: Task, size: str) -> bool:
    found = store.find(*task, size)
    return bool(found and found.holds and found.commit == commit())


def _run_all(tasks: Sequence[Task], size: str, jobs: int, store: Store) -> None:
    """Each in a process of its own; what is done is kept at once."""
    needs_server = any(engine != SQLITE for _, engine in tasks)
    with server_running() if needs_server else nullcontext() as server, _pool(jobs) as pool:
        settings = [Setting(name, engine, size, server) for name, engine in tasks]
        running = [pool.submit(run, setting) for setting in settings]
        for number, future in enumerate(as_completed(running), start=1):
            found = future.result()
            store.keep(found)
            told = "holds" if found.holds else "FAILS"
            words = f"{found.part}, {found.engine}: {told}, {found.minutes} minutes"
            print(f"{words} ({number} of {len(tasks)})", file=sys.stderr, flush=True)


def _pool(jobs: int) -> ProcessPoolExecutor:
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, mp_context=spawn, max_tasks_per_child=1)


if __name__ == "__main__":
    main()
