"""How often a client may try. Only views that ask for a limit have one; respondent pages never do.

A client is known by a hash of its address under a key that is made anew every day and never leaves the process.
"""

import hmac
import secrets
from datetime import datetime, timedelta

from flask import request
from flask_limiter import Limiter
from werkzeug.wrappers import Response

from feedback import current

KEY_LIFETIME = timedelta(days=1)
GUESSES = "20 per minute; 200 per hour"
MAILS = "5 per minute; 30 per hour"


class RotatingHash:
    def __init__(self) -> None:
        self._key, self._expires = b"", datetime.min

    def of(self, text: str, *, now: datetime) -> str:
        now = now.replace(tzinfo=None)
        if now >= self._expires:
            self._key, self._expires = secrets.token_bytes(32), now + KEY_LIFETIME
        return hmac.digest(self._key, text.encode(), "sha256").hex()


rotating_hash = RotatingHash()


def client() -> str:
    return rotating_hash.of(request.remote_addr or "", now=current.now())


def refused(response: Response) -> bool:
    """A form that comes back. A whole office may sign in from one address, but should not guess from it."""
    return response.status_code < 300 or response.status_code >= 400


limiter = Limiter(client, storage_uri="memory://", headers_enabled=False)
guessing = limiter.limit(GUESSES, methods=["POST"], deduct_when=refused)
mailing = limiter.limit(MAILS, methods=["POST"])
