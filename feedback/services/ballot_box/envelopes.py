"""Envelopes: HPKE (RFC 9180) to an X25519 key, bound to what they are for, and padded so that lengths tell nothing."""

from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
OVERHEAD = 32 + 16  # the encapsulated key and the tag


class Unreadable(Exception):
    """The key does not open this envelope, or it was sealed for something else."""


def seal(payload: bytes, public_key: bytes, info: bytes, *, size: int = 0) -> bytes:
    """An envelope of this size; without one it is as long as its payload needs."""
    if size and len(payload) > size - OVERHEAD:
        raise ValueError("the payload does not fit the envelope")
    return SUITE.encrypt(payload.ljust(size - OVERHEAD, b"\0"), _public(public_key), info=info)


_public = lru_cache(maxsize=64)(X25519PublicKey.from_public_bytes)


def unseal(envelope: bytes, key: X25519PrivateKey, info: bytes) -> bytes:
    try:
        return SUITE.decrypt(envelope, key, info=info)
    except (InvalidTag, ValueError):
        raise Unreadable from None
