"""What belongs to the running application, for views and commands: the one place that asks Flask for it."""

from datetime import UTC, date, datetime

from flask import current_app

from feedback.jobs.queue import Queue
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.tokens import Tokens
from feedback.services.ground import days
from feedback.services.ground.days import WorkingDays
from feedback.services.mail.letterhead import Letterhead
from feedback.settings import Settings


def settings() -> Settings:
    return current_app.extensions["feedback.settings"]


def tokens() -> Tokens:
    return current_app.extensions["feedback.tokens"]


def custody() -> Custody:
    return current_app.extensions["feedback.custody"]


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """Where the server's people live."""
    return days.day_of(now(), settings().zone)


def working_days() -> WorkingDays:
    return settings().working_days


def queue() -> Queue:
    return current_app.extensions["feedback.queue"]


def letterhead() -> Letterhead:
    """What the mails of this server have in common."""
    known = settings()
    return Letterhead(
        public_url=known.public_url,
        sender=known.mail_from,
        secret=known.secret_keys[0],
        zone=known.zone,
        tokens=tokens(),
        custody=custody(),
    )
