"""Keys for one purpose each, derived from the server's secrets: what leaks of one says nothing about another."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derive(secret_key: str, purpose: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret_key.encode())


def totp_secrets(secret_keys: Sequence[str]) -> dict[str, str]:
    """By a name that stays the same when older or newer keys come and go; the newest one is last."""
    keys = [derive(secret_key, "feedback second factor") for secret_key in secret_keys]
    return {sha256(key).hexdigest()[:16]: key.hex() for key in keys}


def recovery_code_keys(secret_keys: Sequence[str]) -> list[bytes]:
    """Fernet keys, the newest first."""
    keys = [derive(secret_key, "feedback recovery codes") for secret_key in secret_keys]
    return [urlsafe_b64encode(key) for key in reversed(keys)]
