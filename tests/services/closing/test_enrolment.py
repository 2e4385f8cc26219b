"""Trustees set, compare and confirm their keys, and test what was sealed to them."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import select

from feedback.models.audit import AuditEntry
from feedback.models.campaigns import Campaign
from feedback.services.accounts import accounts
from feedback.services.ballot_box.enrolled_keys import KeyState
from feedback.services.ballot_box.envelopes import Unreadable
from feedback.services.ballot_box.quorum import Quorum
from feedback.services.campaigns import lifecycle
from feedback.services.closing import enrolment, trustees
from feedback.services.closing.passphrases import WrongPassphrase
from feedback.services.closing.trustees import TrusteeTask
from feedback.services.ground import lock_outs
from feedback.services.ground.errors import NotPossible
from tests.factories import ACTOR, AFTER, NOW, Office
from tests.trustees import (
    PASSPHRASES,
    THIEF,
    appoint,
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
    seen_by,
    states,
)

CONFIRMED, UNCONFIRMED, ALTERED = KeyState.CONFIRMED, KeyState.UNCONFIRMED, KeyState.ALTERED


@pytest.fixture
def draft(office: Office) -> Campaign:
    """Its three trustees have set and confirmed their keys."""
    return confirmed_draft(office)


def test_a_campaign_opens_when_all_three_have_confirmed_and_says_whose_confirmation_lacks(office: Office):
    campaign = office.draft({"client": 3})
    appointed = appoint(office, campaign)
    enrol(office, campaign, appointed)
    refused(
        office, campaign, "trustee0@example.com, trustee1@example.com, trustee2@example.com still have to"
    )
    confirm_one(office, campaign, appointed[1], PASSPHRASES[1])
    told = lifecycle.outlook(office.session, office.custody, campaign, now=NOW)
    lacking = ["trustee0@example.com", "trustee2@example.com"]
    assert (told.possible, told.trustees_missing) == (False, {UNCONFIRMED: lacking})
    refused(office, campaign, f"^{', '.join(lacking)} still have to")
    for n in (0, 2):
        confirm_one(office, campaign, appointed[n], PASSPHRASES[n])
    assert lifecycle.outlook(office.session, office.custody, campaign, now=NOW).possible
    open_campaign(office, campaign)


def test_who_sets_his_passphrase_last_may_confirm_in_the_same_act(office: Office):
    campaign = office.draft({"client": 3})
    appointed = appoint(office, campaign)
    enrol(office, campaign, appointed, number=2)
    seen = seen_by(office, campaign, appointed[2])
    enrol_one(office, campaign, appointed[2], PASSPHRASES[2], seen=seen)
    assert states(office, campaign) == [UNCONFIRMED, UNCONFIRMED, CONFIRMED]


def test_nobody_confirms_before_all_three_have_set_their_passphrase(office: Office):
    campaign = office.draft({"client": 3})
    appointed = appoint(office, campaign)
    enrol(office, campaign, appointed, number=1)
    with pytest.raises(NotPossible, match="1 of 3 trustees"):
        confirm_one(office, campaign, appointed[0], PASSPHRASES[0])
    office.session.rollback()
    with pytest.raises(NotPossible, match="2 of 3 trustees"):
        enrol_one(
            office, campaign, appointed[1], PASSPHRASES[1], seen=seen_by(office, campaign, appointed[1])
        )
    office.session.rollback()
    assert states(office, campaign) == [UNCONFIRMED, KeyState.MISSING, KeyState.MISSING]


def test_a_key_that_changed_after_the_page_was_read_is_not_confirmed(office: Office):
    campaign = office.draft({"client": 3})
    appointed = appoint(office, campaign)
    enrol(office, campaign, appointed)
    seen = seen_by(office, campaign, appointed[0])
    enrol_one(office, campaign, appointed[1], "another one of the second")
    with pytest.raises(NotPossible, match="changed meanwhile"):
        enrolment.confirm(
            office.session,
            office.custody,
            campaign,
            appointed[0],
            PASSPHRASES[0],
            seen=seen,
            actor=ACTOR,
            now=NOW,
        )
    office.session.rollback()
    assert states(office, campaign) == [UNCONFIRMED] * 3


def test_who_enrolled_in_the_name_of_another_is_found_by_the_others_passphrase(
    office: Office, draft: Campaign
):
    """He took over the account: his key is genuine to the server. Its owner cannot open the test envelope."""
    victim = of(office, draft)[0]
    enrol_one(office, draft, victim, THIEF)
    assert states(office, draft) == [UNCONFIRMED] * 3  # and the others are asked to compare once more
    with pytest.raises(WrongPassphrase):
        confirm_one(office, draft, victim, PASSPHRASES[0])
    office.session.rollback()
    refused(office, draft, "still have to confirm")


def test_another_trustee_voids_what_was_confirmed(office: Office, draft: Campaign):
    accounts.create(office.session, "new@example.com", None, "employee", actor=ACTOR, now=NOW)
    office.session.flush()
    emails = ["new@example.com", "trustee1@example.com", "trustee2@example.com"]
    trustees.appoint(office.session, draft, emails, actor=ACTOR, now=NOW)
    office.session.commit()
    assert states(office, draft) == [KeyState.MISSING, UNCONFIRMED, UNCONFIRMED]
    trustees.appoint(office.session, draft, ["trustee0@example.com", *emails[1:]], actor=ACTOR, now=NOW)
    office.session.commit()
    assert states(office, draft) == [KeyState.MISSING, UNCONFIRMED, UNCONFIRMED]
    refused(office, draft, "2 of 3 trustees")


def test_wrong_passphrases_at_confirming_and_testing_count_together(office: Office, draft: Campaign):
    trustee = of(office, draft)[0]
    for _ in range(lock_outs.MOST_FAILURES - 1):
        with pytest.raises(WrongPassphrase):
            confirm_one(office, draft, trustee, THIEF)
        office.session.rollback()
    open_campaign(office, draft)
    with pytest.raises(WrongPassphrase):
        open_test(office, draft, trustee, THIEF)
    office.session.rollback()
    with pytest.raises(NotPossible, match="try again in 15 minutes"):
        open_test(office, draft, trustee, PASSPHRASES[0])


def test_each_trustee_tests_alone_what_was_sealed_at_the_opening_and_nothing_is_peeled(
    office: Office, draft: Campaign
):
    open_campaign(office, draft)
    before = office.custody.quorum(draft.code)
    for number, trustee in enumerate(of(office, draft)):
        assert [key.has_tested for key in on_record(office, draft)] == [True] * number + [False] * (
            3 - number
        )
        open_test(office, draft, trustee, PASSPHRASES[number])
    assert all(key.has_tested for key in on_record(office, draft))
    assert (office.custody.quorum(draft.code), before.peeled) == (before, None)
    with pytest.raises(NotPossible, match="two of them"):
        office.custody.private_key(draft.code)


def test_a_test_envelope_still_opens_after_the_first_part(office: Office, draft: Campaign):
    open_campaign(office, draft)
    first = of(office, draft)[0]
    give = (office.session, office.custody, draft, first, PASSPHRASES[0])
    assert not trustees.contribute(*give, actor=ACTOR, now=AFTER)
    for trustee, passphrase in zip(of(office, draft), PASSPHRASES, strict=True):
        open_test(office, draft, trustee, passphrase)


def test_a_test_envelope_holds_the_public_key_and_opens_for_its_trustee_alone():
    own, other, third = (X25519PrivateKey.generate() for _ in range(3))
    secret = X25519PrivateKey.generate()
    public = [key.public_key().public_bytes_raw() for key in (own, other, third)]
    quorum = Quorum.from_bytes(Quorum.of("q4", secret.private_bytes_raw(), public).to_bytes())
    assert quorum.trustees == set(public)
    for key in (own, other, third):
        assert quorum.open_test(key) == secret.public_key().public_bytes_raw()
    exchanged = replace(quorum, tests=dict(zip(quorum.tests, reversed(quorum.tests.values()), strict=True)))
    with pytest.raises(Unreadable):
        exchanged.open_test(own)


def test_fingerprints_are_short_groups_of_digits_and_in_the_audit_log(office: Office, draft: Campaign):
    found = [key.fingerprint for key in on_record(office, draft)]
    assert len(set(found)) == 3
    for fingerprint in found:
        groups = fingerprint.split(" ")
        assert [len(group) for group in groups] == [4] * 6
        assert all(group.isdecimal() and group.isascii() for group in groups)
    log = office.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.detail["fingerprint"] for entry in log if entry.act == "trustee enrolled"] == found
    confirmed = [entry.detail["after"]["fingerprints"] for entry in log if "confirmed" in entry.act]
    assert confirmed == [found] * 3


def test_the_start_page_knows_what_a_trustee_has_to_do(office: Office):
    campaign = office.draft({"client": 4})
    appointed = appoint(office, campaign)

    def tasks(number: int) -> list[TrusteeTask]:
        found = trustees.tasks(office.session, office.custody, appointed[number].user_id)
        return [task for _, task in found]

    assert tasks(0) == [TrusteeTask.ENROL]
    enrol(office, campaign, appointed, number=2)
    assert (tasks(0), tasks(2)) == ([], [TrusteeTask.ENROL])
    enrol_one(office, campaign, appointed[2], PASSPHRASES[2])
    assert [tasks(n) for n in range(3)] == [[TrusteeTask.CONFIRM]] * 3
    confirm(office, campaign, appointed)
    assert [tasks(n) for n in range(3)] == [[]] * 3
    open_campaign(office, campaign)
    assert [tasks(n) for n in range(3)] == [[TrusteeTask.TEST]] * 3
    open_test(office, campaign, appointed[1], PASSPHRASES[1])
    assert [tasks(n) for n in range(3)] == [[TrusteeTask.TEST], [], [TrusteeTask.TEST]]
