"""A backup from before the close, and all that is left on the machine after it: no ballot opens."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from benchmarks.trust.part import Setting
from benchmarks.trust.result import Result
from feedback.extensions import db
from feedback.models.campaigns import Campaign
from feedback.services.ballot_box import envelopes
from feedback.services.ballot_box.box_keys import MARK_SIZE
from feedback.services.closing import sealed_answers
from feedback.services.closing.sealed_answers import Sealed
from feedback.services.ground.errors import NotPossible
from tests.attacks.spellings import Sighting, sightings
from tests.attacks.worlds import World, world

SMALL, FULL = 2, 25  # campaigns
SIZES = {"client": 12, "peer": 12}
SUBJECTS = 4


@dataclass(frozen=True)
class Copy:
    """What a backup has of an open campaign; and for the judge its keys, as they were and as they lay there."""

    code: str
    sealed: Sequence[Sealed]
    key: X25519PrivateKey
    secrets: Mapping[str, bytes]

    @classmethod
    def of(cls, found: World, campaign: Campaign) -> "Copy":
        custody, code = found.office.custody, campaign.code
        key, box = custody.private_key(code), custody.box(code)
        keys = found.settings.data_dir / "keys"
        secrets = {
            path.name: path.read_bytes() for path in keys.iterdir() if path.name.startswith(f"{code}.")
        }
        secrets |= {"the private key": key.private_bytes_raw(), "the secret of the box": box.secret}
        sealed = list(sealed_answers.by_link(db.session(), campaign))
        db.session.commit()
        return cls(code, sealed, key, secrets)

    def opened_by(self, key: X25519PrivateKey) -> int:
        return sum(opens(sealed, key) for sealed in self.sealed)


def opens(sealed: Sealed, key: X25519PrivateKey) -> bool:
    try:
        envelopes.unseal(sealed.envelope[MARK_SIZE:], key, sealed.place.to_bytes())
    except envelopes.Unreadable:
        return False
    return True


def run(setting: Setting) -> Iterator[Result]:
    campaigns = setting.sized(SMALL, FULL)
    with world(setting.engine, setting.server) as found:
        copies = []
        for number in range(campaigns):
            copies.append(_copied(found, f"campaign-{number}"))
            setting.progress(number + 1, campaigns)
        found.office.open({"client": 3}, code="still-open")
        found.rest()
        left = list(_keys_left(found))
        opened = sum(copy.opened_by(key) for copy in copies for key in left)
        seen = [*_seen(found, copies)]
    yield _result(copies, len(left), opened, seen)


def _copied(found: World, code: str) -> Copy:
    """A campaign that is answered, copied and closed."""
    office = found.office
    campaign = office.open(*[SIZES] * SUBJECTS, code=code)
    for subject in range(SUBJECTS):
        for group in SIZES:
            for nonce in office.nonces(campaign, group, subject):
                office.answer(nonce, 4, "secret")
    copy = Copy.of(found, campaign)
    office.close(campaign)
    return copy


def _keys_left(found: World) -> Iterator[X25519PrivateKey]:
    """Whatever the server's own secrets open."""
    for path in (found.settings.data_dir / "keys").glob("*"):
        try:
            yield found.office.custody.private_key(path.stem)
        except NotPossible:
            continue


def _seen(found: World, copies: Sequence[Copy]) -> Iterator[Sighting]:
    """The keys of counted campaigns, in any file."""
    secrets = {f"{what} of {copy.code}": secret for copy in copies for what, secret in copy.secrets.items()}
    return sightings(secrets, found.files())


def _result(copies: Sequence[Copy], keys: int, opened: int, seen: Sequence[Sighting]) -> Result:
    ballots = sum(len(copy.sealed) for copy in copies)
    control = sum(copy.opened_by(copy.key) for copy in copies)
    return Result(
        name="a backup from before the close, and all that is left after it",
        size=f"{ballots:,} sealed ballots of {len(copies)} campaigns, {keys} keys left (with the destroyed "
        f"ones {control:,} open)",
        figure=f"{opened} ballots opened, {len(seen)} destroyed keys found",
        threshold="0 opened, 0 found",
        holds=not opened and not seen and control == ballots > 0 and keys > 0,
        faults=tuple(map(str, seen[:10])),
    )
