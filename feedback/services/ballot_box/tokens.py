"""A token is 15 random bytes and a 12-byte truncated HMAC-SHA256: it proves that this server issued the link."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator, Sequence

from itsdangerous import Signer
from itsdangerous.encoding import base64_decode, base64_encode
from itsdangerous.signer import HMACAlgorithm

from feedback.models.invitations import NONCE_SIZE
from feedback.services.ground.errors import UnknownLink

SIGNATURE_SIZE = 12

# Both parts are whole groups of three bytes, so base64 has no spare bits: what fits this pattern is the one canonical
# spelling of its nonce. itsdangerous alone would accept others, and one link could vote twice.
CANONICAL = re.compile(r"[A-Za-z0-9_-]{20}\.[A-Za-z0-9_-]{16}", re.ASCII)


class TruncatedHMAC(HMACAlgorithm):
    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return super().get_signature(key, value)[:SIGNATURE_SIZE]


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
        self._keys = [self._signer.derive_key(key) for key in reversed(self._signer.secret_keys)]

    def issue(self, nonce: bytes) -> str:
        return self._signer.sign(base64_encode(nonce)).decode("ascii")

    def read(self, token: str) -> bytes:
        if not CANONICAL.fullmatch(token):
            raise UnknownLink("the link is not complete or not one of ours")
        nonce, _, signature = token.encode("ascii").partition(b".")
        given = base64_decode(signature)
        if not any(hmac.compare_digest(made, given) for made in self._signatures(nonce)):
            raise UnknownLink("the link is not one of ours")
        return base64_decode(nonce)

    def _signatures(self, nonce: bytes) -> Iterator[bytes]:
        """By each key, the newest first: as the signer makes them, which derives its keys each time anew."""
        return (hmac.digest(key, nonce, hashlib.sha256)[:SIGNATURE_SIZE] for key in self._keys)


def new_nonce() -> bytes:
    return secrets.token_bytes(NONCE_SIZE)
