"""Custody "sealed by the server": who holds the keys of a campaign.

The private key never enters the database. It lies in one file per campaign, wrapped with the server's secret, and is
destroyed when the campaign is counted: a backup of the database plus every secret left on the machine opens nothing.
"""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from feedback.services.errors import NotPossible

GCM_NONCE_SIZE = 12


class Custody:
    def __init__(self, directory: Path, secret_keys: Sequence[str]) -> None:
        self._directory = directory
        self._secret_keys = secret_keys

    def create(self, campaign: str) -> bytes:
        """Make the campaign's key pair, keep the private key, return the public one."""
        key = X25519PrivateKey.generate()
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._path(campaign)
        path.unlink(missing_ok=True)  # left by an opening that did not commit; nothing was ever sealed to it
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(self.wrap(key.private_bytes_raw(), f"private key of {campaign}"))
            file.flush()
            os.fsync(file.fileno())
        self._sync_directory()
        return key.public_key().public_bytes_raw()

    def private_key(self, campaign: str) -> X25519PrivateKey:
        try:
            wrapped = self._path(campaign).read_bytes()
        except FileNotFoundError:
            raise NotPossible(
                f"the key of campaign {campaign} is not in {self._directory}: its ballots cannot be opened here"
            ) from None
        return X25519PrivateKey.from_private_bytes(self.unwrap(wrapped, f"private key of {campaign}"))

    def holds(self, campaign: str) -> bool:
        return self._path(campaign).exists()

    def destroy(self, campaign: str) -> None:
        path = self._path(campaign)
        try:
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
        except FileNotFoundError:
            return
        path.unlink(missing_ok=True)  # another closing may just have done it
        self._sync_directory()

    def wrap(self, secret: bytes, purpose: str) -> bytes:
        nonce = secrets.token_bytes(GCM_NONCE_SIZE)
        return nonce + _cipher(self._secret_keys[-1]).encrypt(nonce, secret, purpose.encode())

    def unwrap(self, wrapped: bytes, purpose: str) -> bytes:
        nonce, sealed = wrapped[:GCM_NONCE_SIZE], wrapped[GCM_NONCE_SIZE:]
        for secret_key in reversed(self._secret_keys):
            try:
                return _cipher(secret_key).decrypt(nonce, sealed, purpose.encode())
            except InvalidTag:
                continue
        raise NotPossible(f"no key of FEEDBACK_SECRET_KEYS opens the {purpose}: was an older key removed?")

    def _path(self, campaign: str) -> Path:
        return self._directory / f"{campaign}.key"

    def _sync_directory(self) -> None:
        descriptor = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _cipher(secret_key: str) -> AESGCM:
    return AESGCM(
        HKDF(SHA256(), length=32, salt=None, info=b"feedback key wrapping").derive(secret_key.encode())
    )
