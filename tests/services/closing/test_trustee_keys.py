"""Nobody who writes to the database gets a campaign's key sealed to a key of his own, and every swap is said."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import delete, text, update

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.models.campaigns import Campaign, KeyCustody, Trustee
from feedback.services.accounts import accounts
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.enrolled_keys import KeyState
from feedback.services.closing import trustees
from feedback.services.ground.errors import NotPossible
from feedback.services.oversight import anonymity_audit
from feedback.settings import Settings
from tests.factories import ACTOR, AFTER, NOW, Office
from tests.trustees import (
    PASSPHRASES,
    THIEF,
    confirm,
    confirm_one,
    confirmed_draft,
    enrol,
    enrol_one,
    of,
    on_record,
    open_campaign,
    open_test,
    refused,
    states,
    swap,
    write,
)

CONFIRMED, UNCONFIRMED, ALTERED = KeyState.CONFIRMED, KeyState.UNCONFIRMED, KeyState.ALTERED


@pytest.fixture
def office(either_engine: Settings) -> Iterator[Office]:
    with opened(create_app(either_engine)) as app:
        yield Office(db.session(), app.extensions["feedback.custody"], app.extensions["feedback.tokens"])


@pytest.fixture
def draft(office: Office) -> Campaign:
    """Its three trustees have set and confirmed their keys."""
    return confirmed_draft(office)


def faults(office: Office, settings: Settings) -> set[str]:
    findings = anonymity_audit.run(office.session, office.custody, settings.data_dir / "keys")
    office.session.commit()
    return {fault for finding in findings for fault in finding.faults}


@pytest.mark.parametrize("salt", [False, True], ids=["key", "key and salt"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_swapped_keys_are_refused_at_opening_and_told_by_name(
    office: Office, draft: Campaign, settings: Settings, number: int, salt: bool
):
    assert faults(office, settings) == set()
    for trustee in of(office, draft)[:number]:
        swap(office, trustee, draft.code, salt=salt)
    names = [f"trustee{n}@example.com" for n in range(number)]
    refused(office, draft, f"key on record of {', '.join(names)} is not the one")
    assert states(office, draft) == [ALTERED] * number + [UNCONFIRMED] * (3 - number)
    assert faults(office, settings) == {
        f"2026Q4: the key on record of {name} is not the one that was set with a passphrase" for name in names
    }


def test_who_swapped_a_key_cannot_confirm_with_his_passphrase(office: Office, draft: Campaign):
    victim = of(office, draft)[0]
    swap(office, victim, draft.code, salt=True)
    for passphrase in (THIEF, PASSPHRASES[0]):
        with pytest.raises(NotPossible, match="not the one that you set"):
            confirm_one(office, draft, victim, passphrase)
        office.session.rollback()
    assert victim.failed_attempts == 0  # nobody guessed


@pytest.mark.parametrize("with_tags", [False, True])
def test_rows_of_another_campaign_with_the_same_trustees_open_nothing(
    office: Office, draft: Campaign, with_tags: bool
):
    """The thief was a trustee elsewhere, or knows passphrases of another campaign: whole rows are copied."""
    other = office.draft({"client": 3}, code="2027Q1")
    trustees.appoint(office.session, other, trustees.emails(office.session, draft), actor=ACTOR, now=NOW)
    office.session.commit()
    enrol(office, other, of(office, other))
    confirm(office, other, of(office, other))
    names = ("public_key", "salt", *(("enrolment_tag", "confirmation_tag") if with_tags else ()))
    copies = [{name: getattr(row, name) for name in names} for row in of(office, other)]
    for row, copy in zip(of(office, draft), copies, strict=True):
        write(office, row, **copy)
    refused(office, draft, "is not the one that was set")
    assert states(office, draft) == [ALTERED] * 3
    open_campaign(office, other)


def test_the_row_of_one_trustee_in_the_place_of_another_is_refused(office: Office, draft: Campaign):
    first, second, _ = of(office, draft)
    names = ("public_key", "salt", "enrolment_tag", "confirmation_tag")
    write(office, second, **{name: getattr(first, name) for name in names})
    refused(office, draft, "key on record of trustee1@example.com is not")


def test_a_trustee_row_handed_to_another_account_is_refused(office: Office, draft: Campaign):
    thief = accounts.create(office.session, "thief@example.com", None, "employee", actor=ACTOR, now=NOW)
    office.session.flush()
    write(office, of(office, draft)[0], user_id=thief.id)
    refused(office, draft, "key on record of thief@example.com is not")


def test_a_fourth_trustee_or_only_two_are_refused(office: Office, draft: Campaign):
    fourth = accounts.create(office.session, "fourth@example.com", None, "employee", actor=ACTOR, now=NOW)
    office.session.flush()
    office.session.add(Trustee(campaign_id=draft.id, user_id=fourth.id))
    office.session.commit()
    refused(office, draft, "3 of 4 trustees have set")
    gone = [fourth.id, of(office, draft)[0].user_id]
    office.session.execute(delete(Trustee).where(Trustee.user_id.in_(gone)))
    office.session.commit()
    office.session.expire_all()
    refused(office, draft, "2 of 3 trustees")


def test_a_campaign_with_trustees_that_says_the_server_holds_its_key_is_refused(
    office: Office, draft: Campaign, settings: Settings
):
    office.session.execute(update(Campaign).values(key_custody=KeyCustody.SERVER))
    office.session.commit()
    office.session.expire_all()
    refused(office, draft, "yet it says that the server holds its key")
    assert any("the server holds its key" in fault for fault in faults(office, settings))


def test_a_confirmation_tag_holds_for_its_trustee_and_these_three_keys_alone(office: Office, draft: Campaign):
    first, second, third = of(office, draft)
    old = third.confirmation_tag
    write(office, third, confirmation_tag=second.confirmation_tag)
    assert states(office, draft) == [CONFIRMED, CONFIRMED, UNCONFIRMED]
    refused(office, draft, "^trustee2@example.com still have to confirm")
    enrol_one(office, draft, second, "another one of the second")
    for trustee in (first, third):
        write(office, trustee, confirmation_tag=old)
    assert states(office, draft) == [UNCONFIRMED] * 3


def test_a_rotated_secret_keeps_what_was_confirmed_and_one_taken_away_is_said(
    office: Office, draft: Campaign, settings: Settings
):
    keys = settings.data_dir / "keys"
    newer = "a newer secret of the tests that is long enough"
    both = replace(office, custody=Custody(keys, (*settings.secret_keys, newer)))
    assert states(both, draft) == [CONFIRMED] * 3
    enrol_one(both, draft, of(both, draft)[2], PASSPHRASES[2])
    confirm(both, draft, of(both, draft))
    new_alone = replace(office, custody=Custody(keys, (newer,)))
    assert states(new_alone, draft) == [ALTERED, ALTERED, UNCONFIRMED]
    refused(new_alone, draft, "older secret of this server was taken away")
    assert states(both, draft) == [CONFIRMED] * 3


def test_a_test_that_was_written_into_the_database_counts_for_nothing(office: Office, draft: Campaign):
    open_campaign(office, draft)
    first, second, _ = of(office, draft)
    open_test(office, draft, first, PASSPHRASES[0])
    write(office, second, test_tag=first.test_tag)
    assert [key.has_tested for key in on_record(office, draft)] == [True, False, False]


def test_a_test_finds_that_answers_are_sealed_to_another_key(office: Office, draft: Campaign):
    open_campaign(office, draft)
    tested = of(office, draft)[0]
    open_test(office, draft, tested, PASSPHRASES[0])
    other = X25519PrivateKey.generate().public_key().public_bytes_raw()
    office.session.execute(update(Campaign).values(public_key=other))
    office.session.commit()
    office.session.expire_all()
    assert not any(key.has_tested for key in on_record(office, draft))
    with pytest.raises(NotPossible, match="answers are not sealed to the key"):
        open_test(office, draft, tested, PASSPHRASES[0])


def test_a_key_swapped_while_answers_come_in_is_told_and_cannot_be_tested_or_used(
    office: Office, draft: Campaign, settings: Settings
):
    open_campaign(office, draft)
    victim = of(office, draft)[0]
    right = {name: getattr(victim, name) for name in ("public_key", "salt")}
    swap(office, victim, draft.code, salt=True)
    assert {fault for fault in faults(office, settings) if "trustee0" in fault}
    for passphrase in (THIEF, PASSPHRASES[0]):
        with pytest.raises(NotPossible, match="not the one that you set"):
            open_test(office, draft, victim, passphrase)
        office.session.rollback()
        with pytest.raises(NotPossible, match="not the one that you set"):
            give = (office.session, office.custody, draft, victim, passphrase)
            trustees.contribute(*give, actor=ACTOR, now=AFTER)
        office.session.rollback()
    write(office, victim, **right)
    assert faults(office, settings) == set()
    open_test(office, draft, victim, PASSPHRASES[0])


def test_trustees_deleted_while_answers_come_in_are_told(office: Office, draft: Campaign, settings: Settings):
    open_campaign(office, draft)
    office.session.execute(delete(Trustee))
    office.session.execute(update(Campaign).values(key_custody=KeyCustody.SERVER))
    office.session.commit()
    office.session.expire_all()
    assert "2026Q4: its key is not sealed to the trustees on record" in faults(office, settings)


@pytest.mark.parametrize("column", ["public_key", "salt", "enrolment_tag", "confirmation_tag", "test_tag"])
def test_whatever_is_written_into_a_column_opens_nothing_and_breaks_no_page(
    office: Office, draft: Campaign, column: str
):
    victim = of(office, draft)[0]
    kinds = [b"", b"x", bytes(11), bytes(12), bytes(28), bytes(32), bytes(5000)]
    for value in kinds:
        write(office, victim, **{column: value})
        unharmed = column == "test_tag"
        assert (states(office, draft)[0] is CONFIRMED) is unharmed
        assert not on_record(office, draft)[0].has_tested
        assert len(trustees.members(office.session, office.custody, draft)) == 3
    if office.session.get_bind().dialect.name == "sqlite":  # which keeps a text among bytes
        office.session.execute(text(f"UPDATE trustee SET {column} = 'a text'"))
        office.session.commit()
        office.session.expire_all()
        assert (states(office, draft)[0] is CONFIRMED) is unharmed
        assert len(trustees.members(office.session, office.custody, draft)) == 3
