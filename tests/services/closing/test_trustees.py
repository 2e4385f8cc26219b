import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.extensions import db
from feedback.models.audit import AuditEntry
from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, CampaignState, Cell, Trustee
from feedback.services.ballot_box import envelopes
from feedback.services.ballot_box.box_keys import MARK_SIZE
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.envelopes import Unreadable
from feedback.services.ballot_box.quorum import Quorum
from feedback.services.campaigns import campaigns
from feedback.services.closing import campaign_closing, enrolment, passphrases, sealed_answers, trustees
from feedback.services.closing.passphrases import WrongPassphrase
from feedback.services.ground import lock_outs
from feedback.services.ground.errors import NotPossible
from feedback.settings import Settings
from tests.factories import ACTOR, AFTER, NOW, Office, ratings_kept
from tests.trustees import PASSPHRASES, appoint, confirm, enrol, open_campaign


@pytest.fixture(scope="module")
def keys() -> list[X25519PrivateKey]:
    return [X25519PrivateKey.generate() for _ in PASSPHRASES]


@pytest.fixture
def campaign(office: Office) -> Campaign:
    """Open, with its key in the hands of three trustees, and answered by four clients."""
    campaign = office.draft({"client": 4})
    appointed = appoint(office, campaign)
    enrol(office, campaign, appointed)
    confirm(office, campaign, appointed)
    open_campaign(office, campaign)
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce, 4, "sealed to the trustees")
    return campaign


def give(office: Office, campaign: Campaign, number: int, passphrase: str | None = None, **options) -> bool:
    appointed = office.session.scalars(select(Trustee).order_by(Trustee.user_id)).all()
    return trustees.contribute(
        office.session,
        office.custody,
        campaign,
        appointed[number],
        passphrase or PASSPHRASES[number],
        actor=ACTOR,
        **{"now": AFTER} | options,
    )


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(range(3), 2)))
def test_any_two_of_three_keys_open_what_was_sealed_to_the_trustees(keys, first: int, second: int):
    secret = X25519PrivateKey.generate().private_bytes_raw()
    public = [key.public_key().public_bytes_raw() for key in keys]
    quorum = Quorum.from_bytes(Quorum.of("q4", secret, public).to_bytes())
    peeled = Quorum.from_bytes(quorum.peel(keys[first]).to_bytes())
    assert peeled.open(keys[second]).private_bytes_raw() == secret
    with pytest.raises(Unreadable):
        peeled.open(keys[first])
    with pytest.raises(Unreadable):
        quorum.open(keys[second])


def test_two_trustees_close_a_campaign_and_its_key_is_gone(office: Office, campaign: Campaign):
    assert give(office, campaign, 2) is False
    assert (campaign.state, office.custody.holds(campaign.code)) == (CampaignState.OPEN, True)
    assert give(office, campaign, 0) is True
    assert (campaign.state, office.custody.holds(campaign.code)) == (CampaignState.CLOSED, False)
    assert ratings_kept(office.session) == 4 * 11
    assert office.session.scalar(select(func.count()).select_from(Ballot)) == 0


def test_one_trustee_cannot_close_however_often_he_tries(office: Office, campaign: Campaign):
    assert not give(office, campaign, 1)
    assert not give(office, campaign, 1)
    with pytest.raises(NotPossible, match="two of them"):
        office.close(campaign)
    office.session.rollback()
    assert campaign.state == CampaignState.OPEN


def test_a_wrong_passphrase_changes_nothing(office: Office, campaign: Campaign, settings: Settings):
    key_file = settings.data_dir / "keys" / f"{campaign.code}.trustees"
    before = key_file.read_bytes()
    with pytest.raises(WrongPassphrase):
        give(office, campaign, 0, PASSPHRASES[1])
    assert key_file.read_bytes() == before
    assert campaign.state == CampaignState.OPEN


def test_wrong_passphrases_are_limited_for_each_trustee_alone(office: Office, campaign: Campaign):
    for _ in range(lock_outs.MOST_FAILURES):
        with pytest.raises(WrongPassphrase):
            give(office, campaign, 0, "not the passphrase")
        office.session.rollback()
    with pytest.raises(NotPossible, match="try again in 15 minutes"):
        give(office, campaign, 0)
    office.session.rollback()
    assert give(office, campaign, 1) is False
    assert give(office, campaign, 0, now=AFTER + lock_outs.LOCKED_FOR) is True


def test_a_passphrase_is_the_same_however_the_keyboard_composes_it(office: Office):
    campaign = office.draft({"client": 3})
    trustee = appoint(office, campaign)[0]
    enrolment.enrol(
        office.session,
        office.custody,
        campaign,
        trustee,
        "cafe\u0301 cafe\u0301 cafe\u0301",
        actor=ACTOR,
        now=NOW,
    )
    assert passphrases.unlock(office.session, office.custody, campaign, trustee, "café café café", now=NOW)


def test_a_short_passphrase_is_refused_and_one_from_before_opening_can_be_changed(office: Office):
    campaign = office.draft({"client": 3})
    trustee = appoint(office, campaign)[0]
    with pytest.raises(NotPossible, match="at least 12"):
        enrolment.enrol(
            office.session, office.custody, campaign, trustee, "eleven char", actor=ACTOR, now=NOW
        )
    for passphrase in PASSPHRASES[:2]:
        enrolment.enrol(office.session, office.custody, campaign, trustee, passphrase, actor=ACTOR, now=NOW)
    with pytest.raises(WrongPassphrase):
        passphrases.unlock(office.session, office.custody, campaign, trustee, PASSPHRASES[0], now=NOW)
    assert passphrases.unlock(office.session, office.custody, campaign, trustee, PASSPHRASES[1], now=NOW)


def test_passphrases_are_fixed_when_the_campaign_opens(office: Office, campaign: Campaign):
    trustee = office.session.scalars(select(Trustee)).first()
    with pytest.raises(NotPossible, match="fixed"):
        enrolment.enrol(
            office.session, office.custody, campaign, trustee, "another long passphrase", actor=ACTOR, now=NOW
        )


def test_a_campaign_opens_only_when_all_three_have_set_their_passphrase(office: Office):
    campaign = office.draft({"client": 3})
    enrol(office, campaign, appoint(office, campaign), number=2)
    with pytest.raises(NotPossible, match="2 of 3 trustees"):
        campaigns.open(office.session, office.custody, campaign, actor=ACTOR, now=NOW)
    office.session.rollback()
    assert not office.custody.holds(campaign.code)


def test_closing_before_its_time_has_to_be_said_with_each_passphrase(office: Office, campaign: Campaign):
    with pytest.raises(NotPossible, match="takes answers until"):
        give(office, campaign, 0, now=NOW)
    assert not give(office, campaign, 0, now=NOW, early=True)
    assert give(office, campaign, 1, now=NOW, early=True)
    entry = office.session.scalars(select(AuditEntry).where(AuditEntry.act == "campaign closed")).one()
    assert entry.detail["early"] is True


class Killed(Exception):
    pass


@pytest.mark.parametrize("step", ["_destroy_unopened", "_count", "forget_deleted_rows"])
def test_an_interrupted_closing_goes_on_with_another_passphrase(
    office: Office, campaign: Campaign, monkeypatch: pytest.MonkeyPatch, step: str
):
    def stop(*arguments, **named):
        raise Killed

    give(office, campaign, 0)
    with monkeypatch.context() as patched:
        patched.setattr(campaign_closing, step, stop)
        with pytest.raises(Killed):
            give(office, campaign, 1)
    office.session.rollback()
    if campaign.state == CampaignState.CLOSING:
        with pytest.raises(NotPossible, match="two of them"):
            office.close(campaign)
        office.session.rollback()
        assert give(office, campaign, 2)
    else:
        office.close(campaign)  # counted already: what is left to do needs no key
    assert office.session.scalar(select(Cell.answered).where(Cell.group == "client")) == 4
    assert not office.custody.holds(campaign.code)


def test_a_key_that_is_not_the_campaigns_closes_nothing(office: Office, campaign: Campaign):
    with pytest.raises(NotPossible, match="not the key"):
        campaign_closing.close(
            office.session,
            office.custody,
            campaign,
            actor=ACTOR,
            now=AFTER,
            opened_key=X25519PrivateKey.generate(),
        )
    office.session.rollback()
    assert campaign.state == CampaignState.OPEN


def secrets_on_disk(settings: Settings) -> Iterator[bytes]:
    """Everything that could be a key: each 32 bytes of every file, unwrapped and as it lies there."""
    custody = Custody(settings.data_dir / "keys", settings.secret_keys)
    for path in settings.data_dir.rglob("*"):
        if path.is_file():
            contents = [path.read_bytes()]
            if path.suffix == ".trustees":
                quorum = custody.quorum(path.stem)
                contents += quorum.envelopes.values()
                contents += quorum.peeled.envelopes.values() if quorum.peeled else ()
            for content in contents:
                # Whole columns and values begin anywhere; half a megabyte of them is tried.
                yield from (content[start : start + 32] for start in range(min(len(content), 2000) - 31))
    with closing(sqlite3.connect(settings.data_dir / "feedback.db")) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                yield from (
                    bytes(value[:32]) for value in row if isinstance(value, bytes) and len(value) >= 32
                )
    yield from (key.encode()[:32] for key in settings.secret_keys)


@pytest.mark.parametrize("contributed", [False, True], ids=["nobody yet", "one trustee"])
def test_nothing_on_this_machine_opens_a_ballot_before_the_second_trustee(
    office: Office, campaign: Campaign, settings: Settings, contributed: bool
):
    if contributed:
        give(office, campaign, 0)
    public_key = campaign.public_key
    office.session.commit()
    tried = 0
    for secret in secrets_on_disk(settings):
        tried += 1
        assert X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw() != public_key
    assert tried > 1000
    with pytest.raises(NotPossible, match="two of them"):
        office.custody.private_key(campaign.code)


def test_the_search_would_find_a_key_that_the_server_kept(office: Office, settings: Settings):
    campaign = office.open({"client": 3})
    kept = office.custody.private_key(campaign.code).private_bytes_raw()
    (settings.data_dir / "careless").write_bytes(b"a key: " + kept)
    office.session.commit()
    assert kept in set(secrets_on_disk(settings))


def test_a_backup_with_its_key_file_opens_with_no_single_trustee_and_without_its_key_file_with_none(
    office: Office, campaign: Campaign, settings: Settings, tmp_path_factory: pytest.TempPathFactory
):
    backup = tmp_path_factory.mktemp("backup") / "feedback.db"
    with (
        closing(sqlite3.connect(settings.data_dir / "feedback.db")) as source,
        closing(sqlite3.connect(backup)) as target,
    ):
        source.backup(target)
    give(office, campaign, 0)
    give(office, campaign, 1)
    assert [path.suffix for path in (settings.data_dir / "keys").iterdir()] == [".counted"]
    engine = db.create_engine(f"sqlite:///{backup}")
    with Session(engine) as old:
        restored = old.scalars(select(Campaign)).one()
        sealed = list(sealed_answers.by_link(old, restored))
        for trustee, passphrase in zip(
            old.scalars(select(Trustee).order_by(Trustee.user_id)), PASSPHRASES, strict=True
        ):
            key = passphrases.unlock(
                old, office.custody, restored, trustee, passphrase, now=AFTER + timedelta(days=1)
            )
            for one in sealed:
                with pytest.raises(Unreadable):
                    envelopes.unseal(one.envelope[MARK_SIZE:], key, one.place.to_bytes())
    engine.dispose()
    assert len(sealed) == 4


def test_the_key_file_can_be_read_by_its_owner_only(campaign: Campaign, settings: Settings):
    path: Path = settings.data_dir / "keys" / f"{campaign.code}.trustees"
    assert path.stat().st_mode & 0o077 == 0


def test_a_passphrase_is_nowhere_on_disk(office: Office, campaign: Campaign, settings: Settings):
    give(office, campaign, 0)
    disk = b"".join(path.read_bytes() for path in settings.data_dir.rglob("*") if path.is_file())
    assert not any(passphrase.encode() in disk for passphrase in PASSPHRASES)
