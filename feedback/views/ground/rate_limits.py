"""How often somebody may try. Only views that ask for a limit have one; respondent pages never do.

Nobody's address is stored. Who signs in is known by a keyed hash that is another one each day, the same in all
processes: with a queue on Redis they count there together. Who writes to the suggestion box is known by a hash under a
key that is made anew every day and never leaves the process, and is counted in its memory alone.
"""

import hmac
import secrets
from datetime import datetime, timedelta

from flask import Flask, request
from flask_limiter import Limiter
from werkzeug.wrappers import Response

from feedback import current
from feedback.services.ballot_box import derived_keys
from feedback.settings import Settings

KEY_LIFETIME = timedelta(days=1)
GUESSES = "20 per minute; 200 per hour"
MAILS = "5 per minute; 30 per hour"
MEMORY = "memory://"
SECONDS_TO_ANSWER = 1


class RotatingHash:
    def __init__(self) -> None:
        self._key, self._expires = b"", datetime.min

    def of(self, text: str, *, now: datetime) -> str:
        now = now.replace(tzinfo=None)
        if now >= self._expires:
            self._key, self._expires = secrets.token_bytes(32), now + KEY_LIFETIME
        return hmac.digest(self._key, text.encode(), "sha256").hex()


rotating_hash = RotatingHash()


def client_of_this_process() -> str:
    return rotating_hash.of(request.remote_addr or "", now=current.now())


def client_of_the_day() -> str:
    secret_key, day = current.settings().secret_keys[-1], current.now().date()
    key = derived_keys.derive(secret_key, f"feedback limits of {day}")
    return hmac.digest(key, (request.remote_addr or "").encode(), "sha256").hex()


def refused(response: Response) -> bool:
    """A form that comes back. A whole office may sign in from one address, but should not guess from it."""
    return response.status_code < 300 or response.status_code >= 400


# While Redis is out of reach each process counts for itself: nobody is kept from signing in.
limiter = Limiter(client_of_the_day, in_memory_fallback_enabled=True, headers_enabled=False)
guessing = limiter.limit(GUESSES, methods=["POST"], deduct_when=refused)
mailing = limiter.limit(MAILS, methods=["POST"])
box_limiter = Limiter(client_of_this_process, storage_uri=MEMORY, headers_enabled=False)


def register(app: Flask, settings: Settings) -> None:
    if settings.queue_url.startswith("redis"):
        timeouts = {"socket_timeout": SECONDS_TO_ANSWER, "socket_connect_timeout": SECONDS_TO_ANSWER}
        app.config.update(RATELIMIT_STORAGE_URI=settings.queue_url, RATELIMIT_STORAGE_OPTIONS=timeouts)
    else:
        app.config.update(RATELIMIT_STORAGE_URI=MEMORY)
    limiter.init_app(app)
    box_limiter.init_app(app)
