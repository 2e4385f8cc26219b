"""How fast ballots become scores, beside a plain sum over the same bytes and what data frames take.

    ./run bench scoring [--ratings 1e6,1e7,1e8] [--processes 3] [--repeats 3]

Every contender runs in processes of its own, on the same ballots, and reports the best of its runs and the
most memory its process held. See benchmarks/README.md for what is measured.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.contenders import CONTENDERS, ONE_THREAD, floor, survey

ROOT = Path(__file__).parents[1]
# What one run gives back is there for the next, as polars and DuckDB have it by allocators of their own.
KEEP_MEMORY = {"MALLOC_TRIM_THRESHOLD_": str(2**40), "MALLOC_MMAP_THRESHOLD_": str(2**40)}


def best(run: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Least seconds by the clock, and least seconds of all processors together."""
    clock, busy = [], []
    for _ in range(repeats):
        start = time.perf_counter(), time.process_time()
        run()
        clock.append(time.perf_counter() - start[0])
        busy.append(time.process_time() - start[1])
    return min(clock), min(busy)


def peak_memory() -> float:
    """Gigabytes this process held at most."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def measure(name: str, ratings: int, repeats: int) -> dict[str, float]:
    """One contender, and the floor right after it: the machine may not be ours alone."""
    ballots = survey(ratings)
    seconds, busy = best(CONTENDERS[name](ballots), repeats)
    memory = peak_memory()
    _, floor_busy = best(floor(ballots), 3 * repeats)
    return {
        "ratings": ballots.answers.size,
        "seconds": seconds,
        "busy": busy,
        "floor": floor_busy,
        "memory": memory,
    }


def in_own_process(name: str, ratings: int, repeats: int) -> dict[str, float]:
    command = [
        sys.executable,
        "-m",
        "benchmarks.scoring",
        "--only",
        name,
        "--ratings",
        str(ratings),
        "--repeats",
        str(repeats),
    ]
    environment = os.environ | KEEP_MEMORY | ({"POLARS_MAX_THREADS": "1"} if name == ONE_THREAD else {})
    result = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT)
    if result.returncode:
        sys.exit(f"{name}: {result.stderr}")
    return dict(json.loads(result.stdout))


def in_best_of_processes(name: str, ratings: int, processes: int, repeats: int) -> dict[str, float]:
    """The least of each figure: where its memory happens to lie makes one process faster than another."""
    found = [in_own_process(name, ratings, repeats) for _ in range(processes)]
    return {figure: min(each[figure] for each in found) for figure in found[0]}


def report(sizes: list[int], processes: int, repeats: int) -> None:
    headings = ("", "ratings", "seconds", "cpu s", "x floor", "growth", "peak GB")
    print("{:34}{:>12}{:>9}{:>9}{:>9}{:>8}{:>9}".format(*headings))
    cost: dict[str, float] = {}
    for ratings in sizes:
        for name in CONTENDERS:
            found = in_best_of_processes(name, ratings, processes, repeats)
            each = found["busy"] / found["ratings"]
            growth = f"{each / cost[name]:.2f}" if name in cost else ""
            cost[name] = each
            print(
                f"{name:34}{found['ratings']:12,}{found['seconds']:9.4f}{found['busy']:9.4f}"
                f"{found['busy'] / found['floor']:9.1f}{growth:>8}{found['memory']:9.2f}",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument(
        "--ratings", default="1e6,1e7,1e8", help="how many, such as 1e6,1e7 (default: %(default)s)"
    )
    parser.add_argument("--processes", type=int, default=3, help="for each row (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=3, help="in each process (default: %(default)s)")
    parser.add_argument("--only", choices=CONTENDERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    sizes = [int(float(size)) for size in options.ratings.split(",")]
    if options.only:
        print(json.dumps(measure(options.only, sizes[0], options.repeats)))
    else:
        report(sizes, options.processes, options.repeats)


if __name__ == "__main__":
    main()
