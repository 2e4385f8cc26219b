"""Backup, destroy, restore, as docs/operations.md says it: what was backed up is there, and nothing is lost unsaid."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import time_machine
from sqlalchemy import make_url, select

from benchmarks.trust.part import Setting
from benchmarks.trust.result import Result
from feedback.models.campaigns import Campaign
from feedback.services.ground.errors import DomainError
from feedback.services.releases import releases
from feedback.services.reports import reports
from tests.attacks.worlds import World, world
from tests.cli.conftest import feedback
from tests.engines import run as run_sql
from tests.factories import ACTOR, AFTER, NOW
from tests.views.survey import Survey, complete

CODE = "2026Q4"
SMALL, FULL = 1, 10  # rounds
RATERS = 6


@dataclass
class Drill:
    """One installation, and where its backup lies."""

    world: World
    file: Path

    def command(self, *arguments: str | Path) -> tuple[int, str]:
        self.world.rest()
        done = feedback(self.world.settings, *arguments)
        return done.exit_code, done.output

    @property
    def campaign(self) -> Campaign:
        return self.world.office.session.scalars(select(Campaign).where(Campaign.code == CODE)).one()

    def back_up(self) -> None:
        self.world.rest()
        if self.world.engine == "sqlite":
            status, told = self.command("db", "backup", self.file)
            assert status == 0, told
        else:
            self._tool("pg_dump", "--format=custom", "--file", str(self.file), self._database)

    def destroy(self) -> None:
        """The database alone: keys are in no backup."""
        self.world.rest()
        url = make_url(self.world.settings.database_url)
        if self.world.engine == "sqlite":
            for path in self.world.settings.data_dir.glob("feedback.db*"):
                path.unlink()
        else:
            server = url.set(drivername="postgresql", database="postgres")
            run_sql(server, f"DROP DATABASE {url.database} WITH (FORCE)", f"CREATE DATABASE {url.database}")

    def restore(self) -> bool:
        """Whether the upgrade, the first command of a restore, finds nothing wrong with what was put in place."""
        if self.world.engine == "sqlite":
            shutil.copy(self.file, self.world.settings.data_dir / "feedback.db")
        else:
            self._tool(
                "pg_restore", "--no-owner", "--exit-on-error", "--dbname", self._database, str(self.file)
            )
        status, _ = self.command("db", "upgrade")
        return status == 0

    @property
    def _database(self) -> str:
        url = make_url(self.world.settings.database_url).set(drivername="postgresql")
        return url.render_as_string(hide_password=False)

    def _tool(self, name: str, *arguments: str) -> None:
        """Of the server's own version: it says where it was started from."""
        with psycopg.connect(self._database) as connection:
            directory = connection.execute("SHOW data_directory").fetchone()
        assert directory is not None
        started = (Path(directory[0]) / "postmaster.opts").read_text().split()[0].strip('"')
        subprocess.run([Path(started).with_name(name), *arguments], check=True, capture_output=True)

    def answer(self, raters: slice) -> None:
        for nonce in self.world.office.nonces(self.campaign, "client")[raters]:
            self.world.office.answer(nonce, 4, "an answer")

    def close(self) -> None:
        self.world.office.close(self.campaign)

    def reports(self) -> str:
        found = reports.build_all(self.world.office.session, self.campaign)
        return json.dumps([report.to_document() for report in found.values()])

    def checks(self) -> list[str]:
        """What the commands that operators are told to run find wrong."""
        found = (self.command(*words) for words in (("db", "check"), ("doctor",), ("audit", "anonymity")))
        return [told for status, told in found if status != 0]


def of_a_released_campaign(drill: Drill) -> list[str]:
    """Backed up after the close: the reports are the same to the byte."""
    drill.answer(slice(None))
    drill.close()
    releases.release(drill.world.office.session, drill.campaign, actor=ACTOR, now=AFTER)
    drill.back_up()
    before = drill.reports()
    drill.destroy()
    assert drill.restore()
    return drill.checks() + ([] if drill.reports() == before else ["the reports are others"])


def of_an_open_campaign(drill: Drill) -> list[str]:
    """Backed up while it is open, on a machine that has kept its keys: links go on, answers count."""
    drill.answer(slice(0, 4))
    drill.back_up()
    drill.destroy()
    assert drill.restore()
    faults = drill.checks()
    drill.answer(slice(4, RATERS))
    drill.close()
    answered = {cell.group: cell.answered for subject in drill.campaign.subjects for cell in subject.cells}
    return faults + (
        [] if answered["client"] == RATERS else [f"{answered['client']} of {RATERS} answers counted"]
    )


def from_before_the_close(drill: Drill) -> list[str]:
    """Backed up before the close, restored after it: nobody is told that his answer was stored, and doctor says why."""
    drill.answer(slice(0, 4))
    drill.back_up()
    drill.close()
    drill.destroy()
    faults = ["the upgrade says that all is well"] if drill.restore() else []
    faults += [] if drill.checks() else ["doctor and audit say that all is well"]
    survey = Survey(drill.world.app, drill.world.office, drill.campaign)
    with time_machine.travel(NOW, tick=False):
        sent = survey.post(survey.link(rater=RATERS - 1), complete())
    faults += [f"an answer is acknowledged with {sent.status_code}"] if sent.status_code < 400 else []
    return faults + ([] if _refuses_services(drill) else ["a service takes an answer"])


def _refuses_services(drill: Drill) -> bool:
    try:
        drill.answer(slice(RATERS - 1, RATERS))
    except DomainError:
        return True
    return False


DRILLS: dict[str, Callable[[Drill], list[str]]] = {
    "a backup from after the close": of_a_released_campaign,
    "a backup of an open campaign, keys kept": of_an_open_campaign,
    "a backup from before the close, restored after it": from_before_the_close,
}


def run(setting: Setting) -> Iterator[Result]:
    rounds = setting.sized(SMALL, FULL)
    for place, (name, act) in enumerate(DRILLS.items()):
        faults: list[str] = []
        for number in range(rounds):
            faults += _drilled(setting, act)
            setting.progress(place * rounds + number + 1, len(DRILLS) * rounds)
        refused = act is from_before_the_close
        yield Result(
            name=f"restore: {name}",
            size=f"rounds: {rounds}",
            figure=f"{len(faults)} faults",
            threshold="refused in words, no answer acknowledged" if refused else "everything is there",
            holds=not faults,
            faults=tuple(faults[:5]),
        )


def _drilled(setting: Setting, act: Callable[[Drill], list[str]]) -> list[str]:
    with world(setting.engine, setting.server) as found:
        found.office.open({"client": RATERS}, code=CODE)
        return act(Drill(found, found.settings.data_dir.parent / "backup"))
