"""Mail by commands: tried out, looked after, sent again, and reminders."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from feedback.jobs.tasks import Jobs
from feedback.models.audit import AuditEntry
from feedback.models.campaigns import Campaign
from feedback.settings import Settings
from tests.cli.conftest import Run
from tests.factories import NOW, Office
from tests.ports import free_port
from tests.post import notification

CODE = "2026Q4"
Deliver = Callable[[datetime], list[EmailMessage]]


@pytest.fixture
def spooled(settings: Settings) -> Callable[[], dict[str, EmailMessage]]:
    """All mails that went out, by the name of their file."""
    directory = settings.data_dir / "mail"
    return lambda: {
        path.name: message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in directory.glob("*.eml")
    }


@pytest.fixture
def deliver(app: Flask, office: Office, spooled: Callable[[], dict[str, EmailMessage]]) -> Deliver:
    """What a worker does at a moment; the mails that it sent."""

    def work(moment: datetime) -> list[EmailMessage]:
        office.session.commit()  # on SQLite our transaction would keep the worker from writing
        before = spooled().keys()
        with time_machine.travel(moment, tick=False):
            Jobs(app).deliver()
        return [mail for name, mail in spooled().items() if name not in before]

    return work


@pytest.fixture
def campaign(office: Office) -> Campaign:
    campaign = office.open({"client": 3})
    office.session.commit()
    return campaign


@pytest.mark.parametrize(("language", "subject"), [("en", "A test mail"), ("zh", "测试邮件")])
def test_a_test_mail_goes_out_at_once_in_either_language(
    run: Run, tables: None, spooled: Callable[[], dict[str, EmailMessage]], language: str, subject: str
):
    result = run("mail", "test", "me@example.com", "--language", language)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("sent to me@example.com by file://")
    (mail,) = spooled().values()
    assert (mail["To"], mail["Subject"]) == ("me@example.com", subject)


def test_a_test_mail_that_no_server_takes_is_an_error_with_its_reason(run: Run, tables: None):
    nowhere = f"smtp://someone:hush@127.0.0.1:{free_port()}"
    result = run("mail", "test", "me@example.com", FEEDBACK_MAIL_URL=nowhere)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: not sent: ") and "refused" in result.stderr
    assert "hush" not in result.output


def test_the_status_counts_invitations_by_what_became_of_them(run: Run, campaign: Campaign, deliver: Deliver):
    assert run("mail", "status", CODE).stdout.split() == ["pending", "3"]
    assert len(deliver(NOW)) == 3
    assert run("mail", "status", CODE).stdout.split() == ["sent", "3"]


def test_an_invitation_that_came_back_is_shown_as_refused(run: Run, campaign: Campaign, deliver: Deliver):
    returned, *_ = deliver(NOW)
    result = run("mail", "bounce", "-", stdin=notification(returned))
    assert result.exit_code == 0, result.output
    assert (
        result.stdout == f"the invitation to {returned['To']} is shown as refused: smtp; 550 no such user\n"
    )
    assert run("mail", "status", CODE).stdout.split() == ["refused", "1", "sent", "2"]
    again = run("mail", "bounce", "-", stdin=notification(returned))
    assert (again.exit_code, "nothing noted" in again.stdout) == (0, True)


def test_a_delay_changes_nothing_and_another_mail_is_refused(run: Run, campaign: Campaign, deliver: Deliver):
    returned, *_ = deliver(NOW)
    delayed = run("mail", "bounce", "-", stdin=notification(returned, status="4.4.1"))
    assert delayed.stdout == "a delay, not a failure: nothing to note\n"
    other = run("mail", "bounce", "-", stdin=returned.as_bytes())
    assert (other.exit_code, "no delivery status notification" in other.stderr) == (1, True)
    assert run("mail", "status", CODE).stdout.split() == ["sent", "3"]


def test_what_was_refused_is_sent_again_and_nothing_else(run: Run, campaign: Campaign, deliver: Deliver):
    returned, *_ = deliver(NOW)
    run("mail", "bounce", "-", stdin=notification(returned))
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        result = run("invitations", "resend", CODE)
    assert result.stdout == "1 invitations are sent again\n", result.output
    assert [mail["To"] for mail in deliver(NOW + timedelta(hours=1))] == [returned["To"]]
    assert run("mail", "status", CODE).stdout.split() == ["sent", "3"]


def test_those_who_have_not_answered_are_reminded_and_nobody_twice_in_five_days(
    run: Run, office: Office, campaign: Campaign, deliver: Deliver
):
    invited = {mail["To"] for mail in deliver(NOW)}
    office.answer(office.nonces(campaign, "client")[0])
    office.session.commit()
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        too_early = run("campaign", "remind", CODE)
    assert (too_early.exit_code, "five days later" in too_early.stderr) == (1, True)
    with time_machine.travel(NOW + timedelta(days=6), tick=False):
        result = run("campaign", "remind", CODE)
    assert result.exit_code == 0, result.output
    assert "to everybody who has not answered yet" in result.stdout
    reminded = [mail["To"] for mail in deliver(NOW + timedelta(days=6))]
    assert len(reminded) == 2 and set(reminded) < invited
    acts = office.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts[-1] == "raters reminded"
