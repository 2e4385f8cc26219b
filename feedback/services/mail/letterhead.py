import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.tokens import Tokens


@dataclass(frozen=True)
class Letterhead:
    """What all mails of this server have in common."""

    public_url: str
    sender: str
    secret: str
    zone: ZoneInfo
    tokens: Tokens
    custody: Custody

    def message_id(self, *names: object) -> str:
        """The same for the same mail whenever it is sent: whoever gets it twice can tell."""
        name = "|".join(str(name) for name in names)
        digest = hmac.digest(self.secret.encode(), f"message id|{name}".encode(), hashlib.sha256)
        return f"<{digest[:20].hex()}@{urlsplit(self.public_url).hostname}>"
