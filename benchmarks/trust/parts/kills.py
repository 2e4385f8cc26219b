"""A server under load whose processes are killed: what it acknowledged is stored, once."""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import func, select

from benchmarks.trust.part import Setting
from benchmarks.trust.result import Result
from benchmarks.trust.servers import Rater, Server, filled, serving
from feedback.extensions import db
from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, Cell
from feedback.models.invitations import Invitation, Task
from feedback.services.ballot_box import invitations
from tests.attacks.worlds import World, world
from tests.factories import ratings_kept

CODE = "2026Q4"
CLIENTS, SUBJECTS = 100, 4
MOST_RATERS = 2000
CROWD = 8  # raters at the same time
SMALL, FULL = (400, 3, 1), (20_000, 200, 20)  # submissions, workers killed, servers killed
BETWEEN_KILLS = (0.1, 1.5)  # seconds
PATIENCE = 60.0  # until a worker is there again
STORED = 303


@dataclass
class Load:
    """Raters who send their answers again and again, as people do who are not sure: the first time counts."""

    tokens: list[str]
    port: int
    acknowledged: set[str] = field(default_factory=set)
    sent: int = 0
    is_over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        rater, dice = Rater(self.port), random.Random()
        while not self.is_over.is_set():
            token = dice.choice(self.tokens)
            answer = rater.request("POST", "/s", filled(token, "client"))
            if answer is None:
                time.sleep(0.05)  # the server is down
            else:
                self.note(token, answer[0])
        rater.close()

    def note(self, token: str, status: int) -> None:
        self.sent += 1
        if status == STORED:
            self.acknowledged.add(token)

    def finish(self) -> None:
        """Everybody who was not told yet that his answers are in the box sends them once more."""
        rater = Rater(self.port)
        for token in sorted(set(self.tokens) - self.acknowledged):
            answer = rater.request("POST", "/s", filled(token, "client"))
            self.note(token, answer[0] if answer else 0)
        rater.close()


@dataclass
class Box:
    """What is really stored, looked at while the server is down."""

    world: World
    slots: dict[str, bytes]

    @classmethod
    def opened(cls, found: World, raters: int) -> "Box":
        office = found.office
        office.now = datetime.now(UTC)
        office.open(*[{"client": CLIENTS}] * max(SUBJECTS, raters // CLIENTS), code=CODE)
        campaign = db.session.scalars(select(Campaign)).one()
        keys = office.custody.box(campaign.code)
        rows = db.session.execute(select(Task, Invitation).join(Invitation)).all()
        slots = {office.tokens.issue(t.nonce): invitations.slot_of(keys, i, t) for t, i in rows}
        db.session.commit()
        return cls(found, slots)

    def lost(self, acknowledged: set[str]) -> list[str]:
        told = set(acknowledged)
        filled = set(db.session.scalars(select(Ballot.slot).where(Ballot.envelope.is_not(None))))
        db.session.commit()
        return [token for token in told if self.slots[token] not in filled]

    def counted(self) -> tuple[int, int]:
        """After the close: how many answered, and how many answers there are to the first question."""
        campaign = db.session.scalars(select(Campaign)).one()
        self.world.office.close(campaign)
        answered = db.session.scalar(select(func.sum(Cell.answered)).where(Cell.is_pool.is_(False)))
        answers = ratings_kept(db.session, item="attitude-1")
        return int(answered or 0), answers


@contextmanager
def crowd(load: Load) -> Iterator[None]:
    threads = [threading.Thread(target=load.run) for _ in range(CROWD)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        load.is_over.set()
        for thread in threads:
            thread.join()


@dataclass
class Killer:
    """Kills workers, and now and then all of a server, and looks each time the server is down what is stored."""

    server: Server
    load: Load
    box: Box
    lost: list[str] = field(default_factory=list)
    restarts: int = 0  # of servers that gave up because a worker was gone

    def kill_worker(self) -> None:
        before = self.server.workers()
        with suppress(ProcessLookupError):
            os.kill(random.choice(before), signal.SIGKILL)
        end = time.monotonic() + PATIENCE
        while self.server.is_running and time.monotonic() < end:
            if len(now := self.server.workers()) >= len(before) and now != before:
                return
            time.sleep(0.05)
        self.restarts += 1
        self.kill_server()

    def kill_server(self) -> None:
        self.server.kill()
        self.lost += self.box.lost(self.load.acknowledged)
        self.server.start()

    def work(self, workers: int, servers: int, setting: Setting) -> None:
        acts = random.sample([self.kill_worker] * workers + [self.kill_server] * servers, workers + servers)
        for number, act in enumerate(acts, start=1):
            time.sleep(random.uniform(*BETWEEN_KILLS))
            act()
            setting.progress(number, len(acts))


def run(setting: Setting) -> Iterator[Result]:
    submissions, workers, servers = setting.sized(SMALL, FULL)
    with world(setting.engine, setting.server) as found:
        box = Box.opened(found, min(submissions // 2, MOST_RATERS))
        with serving(found.settings, found.settings.data_dir.parent) as server:
            load = Load(sorted(box.slots), server.port)
            killer = Killer(server, load, box)
            with crowd(load):
                killer.work(workers, servers, setting)
                while load.sent < submissions:
                    time.sleep(0.1)
            load.finish()
        lost = killer.lost + box.lost(load.acknowledged)
        yield _result(load, killer, lost, box.counted(), f"{workers} workers and {servers} servers killed")


def _result(load: Load, killer: Killer, lost: list[str], counted: tuple[int, int], kills: str) -> Result:
    raters, (answered, answers) = len(load.tokens), counted
    return Result(
        name="kill -9 under load",
        size=f"{load.sent:,} submissions by {raters:,} raters, {kills}",
        figure=f"{len(lost)} acknowledged and lost; {answered:,} of {raters:,} counted, {answers:,} answers",
        threshold="0 lost, everybody counted once",
        holds=not lost and len(load.acknowledged) == raters == answered == answers,
        faults=tuple(f"acknowledged and not stored: {token[:6]}..." for token in lost[:10]),
    )
