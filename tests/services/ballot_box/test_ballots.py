import secrets
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from feedback.services.ballot_box import envelopes
from feedback.services.ballot_box.ballots import (
    LENGTH,
    Answers,
    UnreadableBallot,
    envelope_size,
    seal,
    unseal,
)
from feedback.services.closing.unsealing import Opener, Sealed, open_all
from forms.questionnaire import COMMENT_MAX_LENGTH
from tests.factories import shipped_questionnaire

KEY = X25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=COMMENT_MAX_LENGTH)


@cache
def size() -> int:
    return envelope_size(shipped_questionnaire())


def answers(rating: int = 4, comment: str = "") -> Answers:
    return Answers(bytes([rating]) * len(shipped_questionnaire().counted_items), (comment,))


@given(st.integers(1, 5), TEXTS)
def test_what_is_sealed_is_opened_again_and_every_envelope_has_one_size(rating: int, comment: str):
    envelope = seal(answers(rating, comment), size(), PUBLIC, "q4", 7)
    assert len(envelope) == size()
    opened = unseal(envelope, KEY, "q4", 7, len(shipped_questionnaire().counted_items), 1)
    assert opened == answers(rating, comment)


def test_the_longest_comment_of_the_widest_characters_fits():
    assert len(seal(answers(comment="😀" * COMMENT_MAX_LENGTH), size(), PUBLIC, "q4", 7)) == size()


@pytest.mark.parametrize(("campaign", "cell"), [("q3", 7), ("q4", 8)])
def test_an_envelope_moved_to_another_cell_or_campaign_does_not_open(campaign: str, cell: int):
    envelope = seal(answers(), size(), PUBLIC, "q4", 7)
    with pytest.raises(UnreadableBallot):
        unseal(envelope, KEY, campaign, cell, len(shipped_questionnaire().counted_items), 1)


def test_the_same_answers_never_give_the_same_envelope():
    assert seal(answers(), size(), PUBLIC, "q4", 7) != seal(answers(), size(), PUBLIC, "q4", 7)


def opener() -> Opener:
    items = shipped_questionnaire().counted_items
    return Opener(KEY.private_bytes_raw(), "q4", bytes([5]) * len(items), (True,) * len(items), 1)


def with_a_comment_longer_than_the_envelope() -> bytes:
    payload = answers().ratings + LENGTH.pack(size()) + b"and so on"
    return envelopes.seal(payload, PUBLIC, b"feedback ballot 1|q4|7", size=size())


def test_corrupt_forged_and_off_scale_envelopes_are_left_out_and_stop_nothing():
    good = seal(answers(), size(), PUBLIC, "q4", 7)
    bad = [
        good[:-1] + bytes([good[-1] ^ 1]),
        good[:40],
        b"",
        secrets.token_bytes(size()),
        seal(answers(rating=6), size(), PUBLIC, "q4", 7),
        seal(answers(rating=0), size(), PUBLIC, "q4", 7),
        with_a_comment_longer_than_the_envelope(),
    ]
    opened = open_all([Sealed(7, envelope) for envelope in [*bad, good]], opener(), lambda done, total: None)
    assert [ballot.answers for ballot in opened] == [answers()]


def test_thousands_of_ballots_are_opened_by_several_processes_with_progress():
    envelope = seal(answers(), size(), PUBLIC, "q4", 7)
    seen: list[tuple[int, int]] = []
    opened = open_all([Sealed(7, envelope)] * 5_200, opener(), lambda done, total: seen.append((done, total)))
    assert len(opened) == 5_200
    assert seen[-1] == (5_200, 5_200)
    assert len(seen) == 11


def test_the_order_of_the_rows_is_forgotten():
    sealed = [Sealed(cell, seal(answers(), size(), PUBLIC, "q4", cell)) for cell in range(60)]
    opened = open_all(sealed, opener(), lambda done, total: None)
    assert sorted(ballot.cell_id for ballot in opened) == list(range(60))
    assert [ballot.cell_id for ballot in opened] != list(range(60))
