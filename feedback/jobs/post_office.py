"""How this server sends mail: for its workers, and for the command that tries it out."""

from functools import partial

from feedback import current
from feedback.services.mail.mail_sending import PostOffice
from feedback.services.mail.transports import transport


def post_office() -> PostOffice:
    return PostOffice(
        current.letterhead(),
        partial(transport, current.settings().mail_url),
        stopping=current.queue().stopping.is_set,
    )
