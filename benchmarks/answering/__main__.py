"""What an answer costs: our form and two bare ones of Flask, answered in turns by the same respondents in the same run.

./run bench answering [--engine sqlite|postgresql|both] [--rounds 3] [--answers 400] [--directory DIRECTORY]
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import psutil
from sqlalchemy import URL

from benchmarks.answering import contestants
from benchmarks.answering.contestants import CACHED, OURS, RENDERED, Contestant
from benchmarks.answering.crowd import Times, answer
from tests.engines import new_database, run, server_running

IN_FLIGHT = (1, 8, 32)
NAMES = (OURS, CACHED, RENDERED)
WARM_UP = 40
HEAD = (
    f"{'':16}{'in flight':>10}{'answers/s':>11}{'spread':>12}{'x cached':>10}{'cpu ms':>8}{'x cached':>10}"
    f"{'GET p50':>9}{'p99':>7}{'max':>7}{'POST p50':>10}{'p99':>7}{'max':>7}{'others':>8}"
)


@dataclass(frozen=True)
class Turn:
    """One contestant's answers, so many in flight. others: processors that were busy with something else."""

    times: Times
    rate: float
    cost: float
    others: float


def turn(contestant: Contestant, in_flight: int, answers: int) -> Turn:
    respondents = contestant.take(answers)
    busy, spent, before = machine(), contestant.processor_seconds(), time.process_time()
    times = answer(contestant.port, respondents, in_flight)
    spent, client = contestant.processor_seconds() - spent, time.process_time() - before
    others = max(0.0, machine() - busy - spent - client) / times.wall
    return Turn(times, answers / times.wall, spent / answers * 1000, others)


def machine() -> float:
    """Seconds that the processors of this machine have been busy."""
    found = psutil.cpu_times()
    return found.user + found.system + found.nice + found.irq + found.softirq


def compared(found: Sequence[Contestant], rounds: int, answers: int) -> dict[tuple[str, int], list[Turn]]:
    """In turns, so that whatever else the machine does is the same for all."""
    turns: dict[tuple[str, int], list[Turn]] = {}
    for one in found:
        answer(one.port, one.take(WARM_UP), 4)
    for number in range(rounds):
        for in_flight in IN_FLIGHT:
            for place in range(len(found)):
                one = found[(place + number) % len(found)]
                turns.setdefault((one.name, in_flight), []).append(turn(one, in_flight, answers))
    return turns


def rows(turns: dict[tuple[str, int], list[Turn]]) -> Iterator[str]:
    for in_flight in IN_FLIGHT:
        base = turns[CACHED, in_flight]
        yield from (row(name, in_flight, turns[name, in_flight], base) for name in NAMES)


def row(name: str, in_flight: int, turns: list[Turn], base: list[Turn]) -> str:
    rates = [found.rate for found in turns]
    rate, cost = statistics.median(rates), statistics.median(found.cost for found in turns)
    rate_of_base = statistics.median(found.rate for found in base)
    cost_of_base = statistics.median(found.cost for found in base)
    reads = "".join(latencies([time for found in turns for time in found.times.reads], (9, 7, 7)))
    sends = "".join(latencies([time for found in turns for time in found.times.sends], (10, 7, 7)))
    return (
        f"{name:16}{in_flight:>10}{rate:>11.0f}{f'{min(rates):.0f}-{max(rates):.0f}':>12}"
        f"{rate / rate_of_base:>10.2f}{cost:>8.2f}{cost / cost_of_base:>10.2f}{reads}{sends}"
        f"{statistics.median(found.others for found in turns):>8.1f}"
    )


def latencies(times: list[float], widths: Sequence[int]) -> Iterator[str]:
    """Half of them, 99 of 100, and the longest, in milliseconds."""
    ordered = sorted(times)
    places = (len(ordered) // 2, int(len(ordered) * 0.99), len(ordered) - 1)
    for place, width in zip(places, widths, strict=True):
        yield f"{ordered[place] * 1000:>{width}.1f}"


@contextmanager
def started(directory: Path, server: URL | None, answers: int) -> Iterator[list[Contestant]]:
    with ExitStack() as stack:
        found = []
        for place, name in enumerate(NAMES):
            url = stack.enter_context(new_database(server, "template1")) if server else None
            make = contestants.ours if name == OURS else contestants.bare
            made = make(*(() if name == OURS else (name,)), directory / str(place), url, answers)
            stack.callback(made.stop)
            made.start()
            found.append(made)
        yield found


def report(engine: str, directory: Path, server: URL | None, rounds: int, answers: int) -> None:
    total = WARM_UP + rounds * len(IN_FLIGHT) * answers
    with started(directory, server, total) as found:
        turns = compared(found, rounds, answers)
        for one in found:
            assert one.stored() == total, f"{one.name} has lost answers"
    print(f"{engine}\n{HEAD}", *rows(turns), "", sep="\n", flush=True)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench answering", description="What an answer costs.")
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--answers", type=int, default=400, help="in each turn (default: 400)")
    parser.add_argument(
        "--directory", type=Path, help="where the databases lie: its disk is what is waited for"
    )
    return parser.parse_args()


def main() -> None:
    wanted = options()
    engines = ("sqlite", "postgresql") if wanted.engine == "both" else (wanted.engine,)
    for engine in engines:
        with (
            tempfile.TemporaryDirectory(prefix="feedback-answering-", dir=wanted.directory) as directory,
            server_running() if engine == "postgresql" else nullcontext() as server,
        ):
            if server:
                run(server, "ALTER SYSTEM RESET fsync", "SELECT pg_reload_conf()")
            report(engine, Path(directory).absolute(), server, wanted.rounds, wanted.answers)


if __name__ == "__main__":
    main()
