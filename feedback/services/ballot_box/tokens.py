"""A token is 15 random bytes and a 12-byte truncated HMAC-SHA256: it proves that this server issued the link."""

import hashlib
import re
import secrets
from collections.abc import Sequence

from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode
from itsdangerous.signer import HMACAlgorithm

from feedback.models.invitations import NONCE_SIZE
from feedback.services.ground.errors import UnknownLink

# Both parts are whole groups of three bytes, so base64 has no spare bits: what fits this pattern is the one canonical
# spelling of its nonce. itsdangerous alone would accept others, and one link could vote twice.
CANONICAL = re.compile(r"[A-Za-z0-9_-]{20}\.[A-Za-z0-9_-]{16}", re.ASCII)


class TruncatedHMAC(HMACAlgorithm):
    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return super().get_signature(key, value)[:12]


class Tokens:
    def __init__(self, secret_keys: Sequence[str]) -> None:
        self._signer = Signer(
            list(secret_keys),
            salt="feedback.invitation",
            sep=".",
            key_derivation="hmac",
            digest_method=hashlib.sha256,
            algorithm=TruncatedHMAC(hashlib.sha256),
        )

    def issue(self, nonce: bytes) -> str:
        return self._signer.sign(base64_encode(nonce)).decode("ascii")

    def read(self, token: str) -> bytes:
        if not CANONICAL.fullmatch(token):
            raise UnknownLink("the link is not complete or not one of ours")
        try:
            return base64_decode(self._signer.unsign(token))
        except BadSignature:
            raise UnknownLink("the link is not one of ours") from None


def new_nonce() -> bytes:
    return secrets.token_bytes(NONCE_SIZE)
