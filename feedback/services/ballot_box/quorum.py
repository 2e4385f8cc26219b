"""A private key in the hands of trustees: any two of them open it together, one alone and this server cannot.

It is sealed once for every ordered pair: to the second trustee, and that envelope to the first. So the first one's key
peels his layer off (a `Peeled`, still sealed to each of the others), and the second one's key opens the rest.

Beside them lies a test envelope for each trustee, sealed to the same key: he opens it alone, and it reveals nothing but
the public key of what was sealed. So he knows long before the end that his passphrase opens what was sealed to him.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from feedback.services.ballot_box.envelopes import seal, unseal
from feedback.services.ground import documents

Envelopes = Mapping[str, bytes]


@dataclass(frozen=True)
class Peeled:
    """What the first trustee left for the others: an envelope by the public key of each."""

    by: str
    envelopes: Envelopes


@dataclass(frozen=True)
class Quorum:
    """Envelopes by the public keys of two trustees, in the order in which they have to be opened."""

    campaign: str
    envelopes: Mapping[tuple[str, str], bytes]
    tests: Envelopes
    peeled: Peeled | None = None

    @classmethod
    def of(cls, campaign: str, private_key: bytes, trustees: Sequence[bytes]) -> "Quorum":
        if len(set(trustees)) < 2:
            raise ValueError("a quorum needs the public keys of at least two trustees")
        envelopes = {}
        for first, second in permutations(trustees, 2):
            inner = seal(private_key, second, _info(campaign, "inner"))
            envelopes[first.hex(), second.hex()] = seal(inner, first, _info(campaign, "outer"))
        public = X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()
        tests = {trustee.hex(): seal(public, trustee, _info(campaign, "test")) for trustee in trustees}
        return cls(campaign, envelopes, tests)

    @property
    def trustees(self) -> set[bytes]:
        """The public keys to which it was sealed."""
        return {bytes.fromhex(name) for pair in self.envelopes for name in pair}

    def open_test(self, trustee: X25519PrivateKey) -> bytes:
        """The public key of what is sealed here. Raises Unreadable for a key that is none of the trustees'."""
        return unseal(self.tests.get(_name(trustee), b""), trustee, _info(self.campaign, "test"))

    def peel(self, trustee: X25519PrivateKey) -> "Quorum":
        """With the first trustee's layer off. Raises Unreadable for a key that is none of the trustees'."""
        own = _name(trustee)
        envelopes = {
            second: unseal(envelope, trustee, _info(self.campaign, "outer"))
            for (first, second), envelope in self.envelopes.items()
            if first == own
        }
        return Quorum(self.campaign, self.envelopes, self.tests, Peeled(own, envelopes))

    def open(self, trustee: X25519PrivateKey) -> X25519PrivateKey:
        """The private key, with the second trustee's key. Raises Unreadable if he is the first one or none."""
        peeled = self.peeled.envelopes if self.peeled else {}
        sealed = peeled.get(_name(trustee), b"")
        return X25519PrivateKey.from_private_bytes(unseal(sealed, trustee, _info(self.campaign, "inner")))

    def to_bytes(self) -> bytes:
        pairs = [[*pair, _text(envelope)] for pair, envelope in self.envelopes.items()]
        peeled = self.peeled and [self.peeled.by, _listed(self.peeled.envelopes)]
        document = {"campaign": self.campaign, "pairs": pairs, "tests": _listed(self.tests), "peeled": peeled}
        return json.dumps(documents.numbered(document)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Quorum":
        document = documents.content(json.loads(data))
        envelopes = {(first, second): b64decode(text) for first, second, text in document["pairs"]}
        peeled = document["peeled"]
        return cls(
            document["campaign"],
            envelopes,
            _read(document.get("tests", ())),
            peeled and Peeled(peeled[0], _read(peeled[1])),
        )


def _name(trustee: X25519PrivateKey) -> str:
    return trustee.public_key().public_bytes_raw().hex()


def _text(envelope: bytes) -> str:
    return b64encode(envelope).decode()


def _listed(envelopes: Envelopes) -> list[list[str]]:
    return [[name, _text(envelope)] for name, envelope in envelopes.items()]


def _read(listed: Iterable[Sequence[str]]) -> Envelopes:
    return {name: b64decode(text) for name, text in listed}


def _info(campaign: str, layer: str) -> bytes:
    return f"feedback trustees 1|{campaign}|{layer}".encode()
