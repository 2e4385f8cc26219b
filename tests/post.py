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
