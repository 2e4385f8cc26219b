"""What belongs to the running application, for views and commands: the one place that asks Flask for it."""

from datetime import UTC, datetime

from flask import current_app

from feedback.services.custody import Custody
from feedback.services.tokens import Tokens
from feedback.settings import Settings


def settings() -> Settings:
    return current_app.extensions["feedback.settings"]


def tokens() -> Tokens:
    return current_app.extensions["feedback.tokens"]


def custody() -> Custody:
    return current_app.extensions["feedback.custody"]


def now() -> datetime:
    return datetime.now(UTC)
