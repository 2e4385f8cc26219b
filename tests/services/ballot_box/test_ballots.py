import secrets
from dataclasses import replace
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from feedback.services.ballot_box import envelopes
from feedback.services.ballot_box.ballots import (
    LENGTH,
    Answers,
    Place,
    UnreadableBallot,
    envelope_size,
    seal,
    unseal,
)
from feedback.services.ballot_box.box_keys import MARK_SIZE, BoxKeys
from feedback.services.closing.sealed_answers import Sealed
from feedback.services.closing.unsealing import Opener, open_all
from forms.questionnaire import COMMENT_MAX_LENGTH
from tests.factories import shipped_questionnaire

KEY = X25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()
PLACE = Place("q4", 7, "client", 3, b"s" * 32)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=COMMENT_MAX_LENGTH)


@cache
def size() -> int:
    return envelope_size(shipped_questionnaire())


@cache
def keys() -> BoxKeys:
    return BoxKeys(secrets.token_bytes(32), PUBLIC, b"p" * 32, b"c" * 32, size())


def answers(rating: int = 4, comment: str = "") -> Answers:
    return Answers(bytes([rating]) * len(shipped_questionnaire().counted_items), (comment,))


@given(st.integers(1, 5), TEXTS)
def test_what_is_sealed_is_opened_again_and_every_envelope_has_one_size(rating: int, comment: str):
    envelope = seal(answers(rating, comment), keys(), PLACE)
    assert len(envelope) == size()
    opened = unseal(envelope, KEY, keys(), PLACE, len(shipped_questionnaire().counted_items), 1)
    assert opened == answers(rating, comment)


def test_the_longest_comment_of_the_widest_characters_fits():
    assert len(seal(answers(comment="😀" * COMMENT_MAX_LENGTH), keys(), PLACE)) == size()


def open_one(envelope: bytes, place: Place = PLACE, box: BoxKeys | None = None) -> Answers:
    return unseal(envelope, KEY, box or keys(), place, len(shipped_questionnaire().counted_items), 1)


@pytest.mark.parametrize(
    "other",
    [{"campaign": "q3"}, {"cell_id": 8}, {"group": "supervisor"}, {"subject_id": 4}, {"spot": b"t" * 32}],
    ids=lambda other: next(iter(other)),
)
def test_an_envelope_moved_to_any_other_place_does_not_open(other: dict):
    envelope = seal(answers(), keys(), PLACE)
    assert open_one(envelope) == answers()
    with pytest.raises(UnreadableBallot):
        open_one(envelope, replace(PLACE, **other))


def test_what_was_sealed_to_the_right_key_by_somebody_else_is_no_ballot():
    """The public key is in the database; what marks a ballot as cast here is not."""
    stranger = replace(keys(), secret=secrets.token_bytes(32))
    with pytest.raises(UnreadableBallot):
        open_one(seal(answers(), stranger, PLACE))


def test_the_same_answers_never_give_the_same_envelope():
    assert seal(answers(), keys(), PLACE) != seal(answers(), keys(), PLACE)


def opener() -> Opener:
    items = shipped_questionnaire().counted_items
    return Opener(KEY.private_bytes_raw(), keys(), bytes([5]) * len(items), (True,) * len(items), 1)


def with_a_comment_longer_than_the_envelope() -> bytes:
    payload = answers().ratings + LENGTH.pack(size()) + b"and so on"
    bound = PLACE.to_bytes()
    envelope = envelopes.seal(payload, PUBLIC, bound, size=size() - MARK_SIZE)
    return keys().mark(bound, envelope) + envelope


def test_corrupt_forged_and_off_scale_envelopes_are_left_out_and_stop_nothing():
    good = seal(answers(), keys(), PLACE)
    bad = [
        good[:-1] + bytes([good[-1] ^ 1]),
        good[:40],
        b"",
        secrets.token_bytes(size()),
        seal(answers(rating=6), keys(), PLACE),
        seal(answers(rating=0), keys(), PLACE),
        with_a_comment_longer_than_the_envelope(),
    ]
    opened = open_all(
        [Sealed(PLACE, envelope) for envelope in [*bad, good]], opener(), lambda done, total: None
    )
    assert [ballot.answers for ballot in opened] == [answers()]


def test_thousands_of_ballots_are_opened_by_several_processes_with_progress():
    envelope = seal(answers(), keys(), PLACE)
    seen: list[tuple[int, int]] = []
    opened = open_all(
        [Sealed(PLACE, envelope)] * 5_200, opener(), lambda done, total: seen.append((done, total))
    )
    assert len(opened) == 5_200
    assert seen[-1] == (5_200, 5_200)
    assert len(seen) == 11


def test_the_order_of_the_rows_is_forgotten():
    places = [replace(PLACE, cell_id=cell) for cell in range(60)]
    sealed = [Sealed(place, seal(answers(), keys(), place)) for place in places]
    opened = open_all(sealed, opener(), lambda done, total: None)
    assert sorted(ballot.cell_id for ballot in opened) == list(range(60))
    assert [ballot.cell_id for ballot in opened] != list(range(60))
