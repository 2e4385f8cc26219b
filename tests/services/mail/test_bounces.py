"""Mails that come back after they were accepted."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.mail import Mail, MailState
from feedback.services.ground.errors import NotPossible
from feedback.services.mail import bounces, mail_sending
from feedback.services.mail.mail_sending import PostOffice
from tests.factories import Office
from tests.post import Post, notification


@pytest.fixture
def sent(office: Office, session: Session, post: Post, post_office: PostOffice) -> EmailMessage:
    office.open({"client": 3})
    mail_sending.send_due(session, post_office)
    return post.sent[0]


@pytest.mark.parametrize("headers_alone", [False, True])
def test_an_invitation_that_came_back_is_shown_as_refused_with_the_reason(
    session: Session, post_office: PostOffice, sent: EmailMessage, headers_alone: bool
):
    bounce = bounces.read(notification(sent, headers_alone=headers_alone))
    assert bounce and bounces.note(session, post_office.letterhead, bounce)
    refused = session.scalars(select(Mail).where(Mail.state == MailState.REFUSED)).one()
    assert (refused.address, refused.error) == (sent["To"], "smtp; 550 no such user")
    assert not bounces.note(session, post_office.letterhead, bounce)


def test_a_delay_is_nothing_to_note(sent: EmailMessage):
    assert bounces.read(notification(sent, status="4.4.1")) is None


def test_a_mail_that_is_no_invitation_of_ours_leaves_no_trace(
    session: Session, post_office: PostOffice, sent: EmailMessage
):
    """A reminder above all: that it came back would tell that it was sent."""
    del sent["Message-ID"]
    sent["Message-ID"] = "<0123456789@localhost>"
    bounce = bounces.read(notification(sent))
    assert bounce and not bounces.note(session, post_office.letterhead, bounce)
    assert set(session.scalars(select(Mail.state))) == {MailState.SENT}


@pytest.mark.parametrize(
    "data", [b"", b"Subject: hello\r\n\r\nhello", b"\xff\x00", EmailMessage(SMTP).as_bytes()]
)
def test_anything_else_is_refused(data: bytes):
    with pytest.raises(NotPossible, match="no delivery status notification"):
        bounces.read(data)
