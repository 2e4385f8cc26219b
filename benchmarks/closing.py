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
from typing import TypeVar

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
    """Seconds; megabytes beyond those before, of all processes together; kilobytes of the database per ballot."""

    ballots: int
    alone: float
    seconds: float
    memory: float
    grown: float
    left: float


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
        alone = opened_alone(office, campaign) * number
        with most_memory() as memory:
            begun = time.perf_counter()
            office.close(campaign)
            seconds = time.perf_counter() - begun
        left = stored() - before
        return Closing(number, alone, seconds, max(memory), grown / number, left / number)


def opened_alone(office: Office, campaign: Campaign) -> float:
    """Seconds for one, from memory, by processes that run already, one for each processor."""
    key = office.custody.private_key(campaign.code).private_bytes_raw()
    rows: list[Row] = []
    for batch in sealed_answers.batches_by_link(db.session(), campaign):
        rows += batch
        if len(rows) >= SAMPLE:
            break
    work = Alone(campaign.code, key)
    db.session.commit()
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(work, [rows[:1]] * 8 * (os.cpu_count() or 1)))
        begun = time.perf_counter()
        done = sum(pool.map(work, [rows[at : at + BATCH] for at in range(0, len(rows), BATCH)]))
        return (time.perf_counter() - begun) / done


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
    return sum(map(proportional, (own, *children)))


def proportional(process: int | str) -> float:
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
        by = {"actor": ACTOR, "now": office.now}
        after = {"actor": ACTOR, "now": AFTER}
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
    return measured(lambda: (work(), db.session.commit()))


def apart(work: Callable[[int], Result], number: int) -> Result:
    """In a process of its own: what one size left in memory is no part of the next one."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, number).result()


def report(ballots: Sequence[int], people: Sequence[int]) -> None:
    names = ("alone, s", "closing", "of alone", "x before", "MB", "kB open", "after")
    print(f"{'ballots':>10}" + "".join(f"{name:>10}" for name in names))
    before: Closing | None = None
    for number in ballots:
        one = apart(closing, number)
        growth = f"{one.seconds / before.seconds:10.1f}" if before else " " * 10
        print(
            f"{one.ballots:10,}{one.alone:10.2f}{one.seconds:10.2f}{one.alone / one.seconds:10.2f}{growth}"
            f"{one.memory:10.0f}{one.grown:10.2f}{one.left:10.2f}",
            flush=True,
        )
        before = one
    for number in people:
        costs = apart(steps, number).items()
        print(
            f"{number:6,} people: " + ", ".join(f"{name} {cost:.2f} ms" for name, cost in costs), flush=True
        )


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
