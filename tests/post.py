"""A mail server in memory and a clock that tests can turn."""

from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from feedback.services.mail.letterhead import Letterhead
from feedback.services.mail.mail_sending import PostOffice
from feedback.services.mail.transports import NotSent, Unreachable
from tests.factories import NOW, Office

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class Post:
    """A transport in memory; what `faults` says for an address happens to its mail."""

    sent: list[EmailMessage] = field(default_factory=list)
    faults: dict[str, NotSent] = field(default_factory=dict)
    down: bool = False

    def __enter__(self) -> "Post":
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def reach(self) -> None:
        if self.down:
            raise Unreachable("connection refused")

    def send(self, message: EmailMessage) -> None:
        self.reach()
        if fault := self.faults.get(message["To"]):
            raise fault
        self.sent.append(message)

    @property
    def recipients(self) -> list[str]:
        return [str(message["To"]) for message in self.sent]


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


def office_of(office: Office, post: Post, clock: Clock) -> PostOffice:
    letterhead = Letterhead(
        public_url="https://feedback.example.com",
        sender="feedback@example.com",
        secret="s" * 40,
        zone=ZoneInfo("Asia/Shanghai"),
        tokens=office.tokens,
        custody=office.custody,
    )
    return PostOffice(letterhead, lambda: post, clock)


def notification(returned: EmailMessage, *, status: str = "5.1.1", headers_alone: bool = False) -> bytes:
    """As RFC 3464 has it, with the mail that came back or its headers alone."""
    if headers_alone:
        kind, content = "text/rfc822-headers", f"Message-ID: {returned['Message-ID']}\r\nSubject: x\r\n"
    else:
        kind, content = "message/rfc822", returned.as_string()
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: feedback@example.com\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {returned['To']}\r\nAction: failed\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 no such user\r\n\r\n"
        f"--b\r\nContent-Type: {kind}\r\n\r\n{content}\r\n--b--\r\n"
    ).encode()
