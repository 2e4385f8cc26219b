"""Who holds the keys of a campaign: this server, or two of its three trustees together.

No key ever enters the database. The private key and those of the ballot box lie in one file each per campaign,
wrapped with the server's secret, and are destroyed when the campaign is counted: a backup of the database plus
every secret left on the machine opens nothing, and does not tell whose a slot was. With trustees, what is wrapped
is sealed to them beforehand, so that the server's secret alone opens nothing either.

What stays is a mark that the campaign was counted: a database that says otherwise is older, and takes no answers.
"""

import glob
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from feedback.services.ballot_box.box_keys import BoxKeys
from feedback.services.ballot_box.quorum import Quorum
from feedback.services.ground.errors import BoxRefused, CountedAlready, NotPossible
from forms.words import N_

GCM_NONCE_SIZE = 12
UNFINISHED = 8 * "[0-9a-f]"  # at the end of the name of a file that is being written


class Custody:
    def __init__(self, directory: Path, secret_keys: Sequence[str]) -> None:
        self._directory = directory
        self._secret_keys = secret_keys

    def create(self, campaign: str, trustees: Sequence[bytes] | None = None) -> bytes:
        """Make the campaign's key pair, keep the private key, return the public one.

        With the public keys of trustees, any two of them can open the private key, and nobody else.
        """
        key = X25519PrivateKey.generate()
        secret, path = key.private_bytes_raw(), self._path(campaign)
        if trustees is not None:
            secret, path = Quorum.of(campaign, secret, trustees).to_bytes(), self._shared_path(campaign)
        self.destroy(campaign)  # left by an opening that did not commit; nothing was ever sealed to it
        self._write(path, self.wrap(secret, f"private key of {campaign}"))
        return key.public_key().public_bytes_raw()

    def keep_box(self, campaign: str, keys: BoxKeys) -> None:
        self._write(self._box_path(campaign), self.wrap(keys.to_bytes(), f"ballot box of {campaign}"))

    def box(self, campaign: str) -> BoxKeys:
        """What an open campaign casts with. Raises BoxRefused where it is not here, CountedAlready if it was."""
        try:
            with open(f"{self._directory}/{campaign}.box", "rb", buffering=0) as file:
                wrapped = file.read()
        except FileNotFoundError:
            self.require_not_counted(campaign)
            raise BoxRefused(
                N_("the keys of campaign %(campaign)s are not on this server: it can take no answers"),
                campaign=campaign,
            ) from None
        return BoxKeys.from_bytes(self.unwrap(wrapped, f"ballot box of {campaign}"))

    def mark_counted(self, campaign: str) -> None:
        self._write(
            self._counted_path(campaign), b"The answers of this campaign were counted. Keep this file.\n"
        )

    def was_counted(self, campaign: str) -> bool:
        return os.path.exists(f"{self._directory}/{campaign}.counted")

    def require_not_counted(self, campaign: str) -> None:
        if self.was_counted(campaign):
            raise CountedAlready(
                N_(
                    "campaign %(campaign)s was counted on this server already, and its keys are destroyed; "
                    "a database that says otherwise is from before that"
                ),
                campaign=campaign,
            )

    def create_once(self, name: str) -> bytes:
        """The public key of a pair that several may ask for at once: the first one makes it."""
        if not self._path(name).exists():
            own = self._path(f"{name}.{secrets.token_hex(8)}")
            key = X25519PrivateKey.generate()
            self._write(own, self.wrap(key.private_bytes_raw(), f"private key of {name}"))
            with suppress(FileExistsError):
                os.link(own, self._path(name))
            own.unlink()
            self._sync_directory()
        return self.public_key(name)

    def public_key(self, name: str) -> bytes:
        return self.private_key(name).public_key().public_bytes_raw()

    def private_key(self, campaign: str) -> X25519PrivateKey:
        if self._shared_path(campaign).exists():
            raise NotPossible(
                N_("the key of campaign %(campaign)s is with its trustees: two of them have to open it"),
                campaign=campaign,
            )
        return X25519PrivateKey.from_private_bytes(self._read(self._path(campaign), campaign))

    def quorum(self, campaign: str) -> Quorum:
        return Quorum.from_bytes(self._read(self._shared_path(campaign), campaign))

    def keep(self, quorum: Quorum) -> None:
        """Replace what is sealed to the trustees, all of it or nothing."""
        path = self._shared_path(quorum.campaign)
        with path.open("r+b") as old:
            self._write(path, self.wrap(quorum.to_bytes(), f"private key of {quorum.campaign}"))
            _overwrite(old)

    def check(self, campaign: str) -> None:
        """Raises NotPossible if the key is not here or this server's secrets do not unwrap it."""
        path = self._shared_path(campaign)
        self._read(path if path.exists() else self._path(campaign), campaign)

    def holds(self, campaign: str) -> bool:
        paths = (self._path(campaign), self._shared_path(campaign), self._box_path(campaign))
        return any(path.exists() for path in paths)

    def has_all(self, campaign: str) -> bool:
        """What is needed to open the ballots of a campaign, though perhaps by trustees only."""
        private = self._path(campaign).exists() or self._shared_path(campaign).exists()
        return private and self._box_path(campaign).exists()

    def destroy(self, campaign: str) -> None:
        """With what was left half-written by somebody who was interrupted."""
        paths = (self._path(campaign), self._shared_path(campaign), self._box_path(campaign))
        unfinished = chain.from_iterable(map(self._unfinished, (*paths, self._counted_path(campaign))))
        for path in (*paths, *unfinished):
            try:
                with path.open("r+b") as file:
                    _overwrite(file)
            except FileNotFoundError:
                continue
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

    def _shared_path(self, campaign: str) -> Path:
        return self._directory / f"{campaign}.trustees"

    def _box_path(self, campaign: str) -> Path:
        return self._directory / f"{campaign}.box"

    def _counted_path(self, campaign: str) -> Path:
        return self._directory / f"{campaign}.counted"

    def _read(self, path: Path, campaign: str) -> bytes:
        try:
            wrapped = path.read_bytes()
        except FileNotFoundError:
            self.require_not_counted(campaign)
            raise NotPossible(
                f"the key of campaign {campaign} is not in {self._directory}: its ballots cannot be opened here"
            ) from None
        return self.unwrap(wrapped, f"private key of {campaign}")

    def _write(self, path: Path, wrapped: bytes) -> None:
        """The file gets its name when it is complete."""
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(wrapped)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
        self._sync_directory()

    def _unfinished(self, path: Path) -> Iterator[Path]:
        return self._directory.glob(f"{glob.escape(path.name)}.{UNFINISHED}")

    def _sync_directory(self) -> None:
        descriptor = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _overwrite(file: BinaryIO) -> None:
    file.write(secrets.token_bytes(os.fstat(file.fileno()).st_size))
    file.flush()
    os.fsync(file.fileno())


@lru_cache(maxsize=16)
def _cipher(secret_key: str) -> AESGCM:
    return AESGCM(
        HKDF(SHA256(), length=32, salt=None, info=b"feedback key wrapping").derive(secret_key.encode())
    )
