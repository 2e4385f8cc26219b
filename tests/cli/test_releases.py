"""Releasing single people and moderating comments from the command line."""

import pytest
from sqlalchemy import select

from feedback.models.audit import AuditEntry
from feedback.models.campaigns import Campaign
from feedback.models.results import Comment, ReleasedReport
from tests.cli.conftest import Run
from tests.factories import Office

CODE = "2026Q4"
SAID = "He never\x1b[2J answers\non Fridays."


@pytest.fixture
def campaign(office: Office) -> Campaign:
    """Two people rated; five clients wrote about the first."""
    campaign = office.open({"client": 5}, {"client": 3})
    for place in range(2):
        for nonce in office.nonces(campaign, "client", place):
            office.answer(nonce, comment=SAID)
    office.close(campaign)
    office.session.commit()
    return campaign


def released(office: Office) -> int:
    """On SQLite a transaction of ours would keep the next command from writing."""
    number = len(office.session.scalars(select(ReleasedReport)).all())
    office.session.commit()
    return number


def test_the_reports_of_single_people_are_released_and_the_others_wait(
    run: Run, office: Office, campaign: Campaign
):
    result = run("campaign", "release", CODE, "--person", "P001")
    assert "1 reports of campaign 2026Q4 are released" in result.output
    assert released(office) == 1
    assert "0 reports" in run("campaign", "release", CODE, "--person", "P001").output
    assert run("campaign", "release", CODE).exit_code == 0
    assert released(office) == 2


def test_nothing_is_released_if_one_of_the_people_is_not_rated(run: Run, office: Office, campaign: Campaign):
    result = run("campaign", "release", CODE, "--person", "P001", "--person", "P999")
    assert result.exit_code == 1 and "is not about P999" in result.output
    assert released(office) == 0


def test_a_comment_is_listed_on_one_line_hidden_with_a_reason_and_shown_again(
    run: Run, office: Office, campaign: Campaign
):
    listed = run("comments", "list", CODE).output.splitlines()
    assert len(listed) == 5
    assert all("P001" in line and line.endswith("He never[2J answers on Fridays.") for line in listed)
    comment = listed[0].split()[0]
    assert run("comments", "hide", CODE, comment, "--reason", "names Li").exit_code == 0
    assert "[hidden: names Li]" in run("comments", "list", CODE).output
    assert run("comments", "show", CODE, comment).exit_code == 0
    assert "hidden" not in run("comments", "list", CODE).output
    office.session.commit()
    acts = office.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id.desc()).limit(2)).all()
    assert acts == ["comment shown", "comment hidden"]


@pytest.mark.parametrize("comment", ["0" * 32, "none", "é", ""])
def test_a_comment_that_is_not_there_is_said_to_be_none(
    run: Run, office: Office, campaign: Campaign, comment: str
):
    result = run("comments", "hide", CODE, comment, "--reason", "x")
    assert result.exit_code == 1 and "there is no such comment" in result.output
    office.session.commit()
    assert set(office.session.scalars(select(Comment.hidden_because))) == {None}


@pytest.mark.parametrize(("reason", "said"), [(" ", "for a reason"), ("x" * 201, "at most 200 characters")])
def test_a_comment_is_not_hidden_without_a_reason_that_reports_can_hold(
    run: Run, office: Office, campaign: Campaign, reason: str, said: str
):
    comment_id = office.session.scalars(select(Comment.id)).first()
    office.session.commit()
    result = run("comments", "hide", CODE, comment_id.hex(), "--reason", reason)
    assert result.exit_code == 1 and said in result.output
