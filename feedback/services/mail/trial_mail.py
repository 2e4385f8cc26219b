"""One mail to see whether mail goes out at all."""

from feedback.services.mail.composing import Written
from feedback.services.mail.letters import compose, gettext
from feedback.services.mail.mail_sending import PostOffice, hand_over
from feedback.services.mail.mail_templates import MailWording
from forms.words import N_

SUBJECT = N_("A test mail")
TEXT = N_("This server can send mail. Nothing is to be done.")


def send(office: PostOffice, address: str, language: str) -> None:
    """Raises a kind of NotSent."""
    letterhead, now = office.letterhead, office.clock()
    wording = MailWording(gettext(language, SUBJECT), gettext(language, TEXT))
    message_id = letterhead.message_id("test", address, now.isoformat())
    written = Written(0, address, message_id, compose(wording, language, {}))
    with office.open_transport() as transport:
        error = hand_over(office, transport, written)
    if error is not None:
        raise error
