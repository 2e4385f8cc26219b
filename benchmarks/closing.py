"""What it costs to close a campaign, against opening its envelopes alone, and what the other steps of HR cost.

./run bench closing [--ballots 1000,10000,100000] [--people 100,1000]
"""

import argparse
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from benchmarks import sealed_campaigns
from benchmarks.application import empty, measured
from feedback.extensions import db
from feedback.models.campaigns import Campaign
from feedback.services.ballot_box import envelopes
from feedback.services.ballot_box.box_keys import MARK_SIZE
from feedback.services.campaigns import campaigns, purging
from feedback.services.closing import sealed_answers
from feedback.services.closing.sealed_answers import Row, Sealed
from feedback.services.releases import releases
from feedback.services.rosters import link_sheets
from tests.factories import ACTOR, AFTER, Office

SAMPLE = 20_000  # envelopes that are opened alone: the rate of more of them is the same
BATCH = 500
WATCHED_EVERY = 0.2
Result = TypeVar("Result")


@dataclass(frozen=True)
class Closing:
    """Megabytes beyond those before, of all processes together; kilobytes of the database per ballot."""

    ballots: int
    alone: "Time"
    closing: "Time"
    memory: float
    grown: float
    left: float


@dataclass(frozen=True)
class Time:
    seconds: float
    cpu: float

    @classmethod
    def of(cls, work: Callable[[], object]) -> "Time":
        """Processes that it starts have to end in it: only then the system tells their time."""
        begun, spent = time.perf_counter(), spent_by_all()
        work()
        return cls(time.perf_counter() - begun, spent_by_all() - spent)

    def times(self, factor: float) -> "Time":
        return Time(self.seconds * factor, self.cpu * factor)


def spent_by_all() -> float:
    return sum(os.times()[:4])


@dataclass(frozen=True)
class Alone:
    """Opens envelopes and does nothing else: no mark is checked, nothing is unpacked."""

    campaign: str
    private_key: bytes

    def __call__(self, rows: Sequence[Row]) -> int:
        key = X25519PrivateKey.from_private_bytes(self.private_key)
        for row in rows:
            sealed = Sealed.of(self.campaign, row)
            envelopes.unseal(sealed.envelope[MARK_SIZE:], key, sealed.place.to_bytes())
        return len(rows)


def closing(ballots: int) -> Closing:
    with empty() as app:
        office, before = sealed_campaigns.office(app), stored()
        campaign = sealed_campaigns.answered(office, ballots)
        grown = stored() - before
        number = sealed_answers.number_by_link(db.session(), campaign).total()
        alone = opened_alone(office, campaign)
        with most_memory() as memory:
            taken = Time.of(lambda: office.close(campaign))
        left = stored() - before
        return Closing(number, alone.times(number), taken, max(memory), grown / number, left / number)


def opened_alone(office: Office, campaign: Campaign) -> Time:
    """For one envelope, from memory, by as many processes as there are processors; their start is not in it."""
    key = office.custody.private_key(campaign.code).private_bytes_raw()
    rows: list[Row] = []
    for batch in sealed_answers.batches_by_link(db.session(), campaign):
        rows += batch
        if len(rows) >= SAMPLE:
            break
    work, some = Alone(campaign.code, key), [rows[at : at + BATCH] for at in range(0, len(rows), BATCH)]
    db.session.commit()
    started = Time.of(lambda: opened_by_all(work, [rows[:1]] * len(some)))
    taken = Time.of(lambda: opened_by_all(work, some))
    return Time(taken.seconds - started.seconds, taken.cpu - started.cpu).times(1 / len(rows))


def opened_by_all(work: Alone, batches: Sequence[Sequence[Row]]) -> None:
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(work, batches))


def stored() -> float:
    """Kilobytes of the database."""
    db.session.commit()
    with db.engine.connect() as connection:
        pages, size = (
            connection.exec_driver_sql(f"PRAGMA page_{name}").scalar() for name in ("count", "size")
        )
    return float(pages or 0) * float(size or 0) / 1000


@contextmanager
def most_memory() -> Iterator[list[float]]:
    before, found, ended = in_memory(), [0.0], threading.Event()

    def watch() -> None:
        while not ended.wait(WATCHED_EVERY):
            found.append(in_memory() - before)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield found
    finally:
        ended.set()
        watching.join()


def in_memory() -> float:
    """Megabytes of this process and its children; what they share is counted once."""
    own = os.getpid()
    children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
    return sum(proportional(process) for process in (own, *map(int, children)))


def proportional(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # it has just ended
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000


def steps(people: int) -> dict[str, float]:
    """Milliseconds of processor time per person rated."""
    with empty() as app:
        office = sealed_campaigns.office(app)
        warm = sealed_campaigns.answered(office, sealed_campaigns.EACH, code="2026Q1")
        office.close(warm)
        campaign = office.draft(*[sealed_campaigns.RATERS] * people)
        by: dict[str, Any] = {"actor": ACTOR, "now": office.now}
        after = by | {"now": AFTER}
        session, tokens = office.session, office.tokens
        found = {"opening": act(lambda: campaigns.open(session, office.custody, campaign, **by))}
        sheet = lambda: link_sheets.to_csv(  # noqa: E731
            link_sheets.fetch(session, tokens, "http://localhost", campaign, "csv", **by), campaign
        )
        found["export of links"] = act(sheet)
        sealed_campaigns.fill(office, campaign)
        office.close(campaign)
        found["release"] = act(lambda: releases.release(session, campaign, **after))
        found["purge"] = act(lambda: purging.purge(session, campaign, **after))
        return {name: seconds / people * 1000 for name, seconds in found.items()}


def act(work: Callable[[], object]) -> float:
    def kept() -> None:
        work()
        db.session.commit()

    return measured(kept)


def apart(work: Callable[[int], Result], number: int) -> Result:
    """In a process of its own: what one size left in memory is no part of the next one."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, number).result()


def report(ballots: Sequence[int], people: Sequence[int]) -> None:
    names = (
        "alone, s",
        "closing, s",
        "of alone",
        "cpu alone",
        "cpu",
        "of alone",
        "x before",
        "MB",
        "kB open",
        "after",
    )
    print(f"{'ballots':>10}" + "".join(f"{name:>11}" for name in names))
    before: Closing | None = None
    for number in ballots:
        one = apart(closing, number)
        print(f"{one.ballots:10,}" + "".join(f"{value:11.2f}" for value in columns(one, before)), flush=True)
        before = one
    for number in people:
        costs = apart(steps, number).items()
        print(
            f"{number:6,} people: " + ", ".join(f"{name} {cost:.2f} ms" for name, cost in costs), flush=True
        )


def columns(one: Closing, before: Closing | None) -> list[float]:
    alone, taken = one.alone, one.closing
    growth = taken.cpu / before.closing.cpu if before else 1.0
    speeds = [alone.seconds, taken.seconds, alone.seconds / taken.seconds]
    return [*speeds, alone.cpu, taken.cpu, alone.cpu / taken.cpu, growth, one.memory, one.grown, one.left]


def sizes(text: str) -> list[int]:
    return [int(float(size)) for size in text.split(",") if size]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--ballots", type=sizes, default=[1_000, 10_000, 100_000])
    parser.add_argument("--people", type=sizes, default=[10, 100, 1_000])
    options = parser.parse_args()
    report(options.ballots, options.people)


if __name__ == "__main__":
    main()
