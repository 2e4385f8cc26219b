"""Mails about accounts, as they lie in the outbox until they are sent."""

import json
import re
from dataclasses import dataclass

from sqlalchemy import select

from feedback.models.mail import Mail, MailKind
from feedback.services.ground.documents import content
from feedback.services.mail import outbox
from tests.factories import Office

LINK = re.compile(r"http://localhost(/password/reset/\S+)")


@dataclass(frozen=True)
class Letter:
    address: str
    language: str
    subject: str
    text: str

    @property
    def link(self) -> str:
        """The address to set a password, without the server's name."""
        found = LINK.search(self.text)
        assert found, self.text
        return found[1]


def letters(office: Office) -> list[Letter]:
    query = select(Mail).where(Mail.kind == MailKind.ACCOUNT).order_by(Mail.id)
    mails = office.session.scalars(query).all()
    stored = [json.loads(office.custody.unwrap(mail.wrapped_content, outbox.CONTENT)) for mail in mails]
    return [Letter(mail.address, **content(each)) for mail, each in zip(mails, stored, strict=True)]
