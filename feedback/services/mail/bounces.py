"""Mails that were accepted at first and came back later, as delivery status notifications (RFC 3464).

Only invitations are noted. A reminder that came back would tell that its rater had not answered by then: it leaves no
trace.
"""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.models.mail import Mail, MailKind, MailState
from feedback.services.ground.errors import NotPossible
from feedback.services.mail.letterhead import Letterhead

PERMANENT = "5."
LONGEST_ERROR = 300


@dataclass(frozen=True)
class Bounce:
    """What a mail server says of a mail that it could not deliver for good."""

    address: str
    message_id: str
    reason: str


def read(data: bytes) -> Bounce | None:
    """The permanent failure that a notification reports; None for a delay. Raises NotPossible for another mail."""
    mail = message_from_bytes(data, policy=policy.default)
    report = next((part for part in mail.walk() if "Final-Recipient" in part), None)
    original = next((part for part in mail.walk() if part is not mail and "Message-ID" in part), None)
    returned = original["Message-ID"] if original else _in_text(mail)
    if report is None or not returned:
        raise NotPossible(
            "this is no delivery status notification with the headers of the mail that came back"
        )
    if not str(report["Status"] or "").strip().startswith(PERMANENT):
        return None
    address = str(report["Final-Recipient"]).rpartition(";")[2].strip()
    reason = str(report["Diagnostic-Code"] or report["Status"]).strip()
    return Bounce(address.lower(), str(returned).strip(), reason[:LONGEST_ERROR])


def _in_text(mail: Message) -> str | None:
    """Servers that return headers alone do so as text."""
    for part in mail.walk():
        if part.get_content_type() == "text/rfc822-headers":
            content = part.get_payload(decode=True)
            headers = message_from_bytes(
                content if isinstance(content, bytes) else b"", policy=policy.default
            )
            return str(headers["Message-ID"] or "") or None
    return None


def note(session: Session, letterhead: Letterhead, bounce: Bounce) -> bool:
    """Show the invitation that came back as refused. False: it is none of ours, or no invitation."""
    sent = select(Mail).where(
        Mail.kind == MailKind.INVITATION,
        Mail.state == MailState.SENT,
        func.lower(Mail.address) == bounce.address,
    )
    for mail in session.scalars(sent):
        if mail.nonce and letterhead.message_id(mail.nonce.hex(), mail.kind, mail.wave) == bounce.message_id:
            mail.state, mail.error = MailState.REFUSED, bounce.reason
            return True
    return False
