import os
import secrets
from collections.abc import Iterator, Sequence
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
from feedback.services.closing.sealed_answers import (
    AHEAD,
    WORTH_PROCESSES,
    Row,
    Sealed,
    Spread,
    alone,
    batches,
    spread_for,
)
from feedback.services.closing.unsealing import Opened, Opener, open_all
from feedback.services.ground.work_progress import Progress, no_progress
from forms.questionnaire import length_of
from tests.factories import shipped_questionnaire

KEY = X25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()
PLACE = Place("q4", 7, "client", 3, b"s" * 32)
SAID = "well done"
LIMIT = shipped_questionnaire().comment_items[0].limit
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=LIMIT).filter(
    lambda text: length_of(text) <= LIMIT
)


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
    assert len(seal(answers(comment="好" * LIMIT), keys(), PLACE)) == size()
    assert len(seal(answers(comment="😀" * (LIMIT // 2)), keys(), PLACE)) == size()


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
    sizes, rating = bytes([5]) * len(items), (True,) * len(items)
    return Opener(PLACE.campaign, KEY.private_bytes_raw(), keys(), sizes, rating, 1)


def opened(sealed: Sequence[Sealed], spread: Spread = alone, progress: Progress = no_progress) -> Opened:
    rows = list(batches([one.row for one in sealed]))
    return open_all(rows, len(sealed), opener(), spread, progress)


def with_a_comment_longer_than_the_envelope() -> bytes:
    payload = answers().ratings + LENGTH.pack(size()) + b"and so on"
    bound = PLACE.to_bytes()
    envelope = envelopes.seal(payload, PUBLIC, bound, size=size() - MARK_SIZE)
    return keys().mark(bound, envelope) + envelope


def test_corrupt_forged_and_off_scale_envelopes_are_left_out_and_stop_nothing():
    good = seal(answers(comment=SAID), keys(), PLACE)
    bad = [
        good[:-1] + bytes([good[-1] ^ 1]),
        good[:40],
        b"",
        secrets.token_bytes(size()),
        seal(answers(rating=6), keys(), PLACE),
        seal(answers(rating=0), keys(), PLACE),
        with_a_comment_longer_than_the_envelope(),
    ]
    found = opened([Sealed(PLACE, envelope) for envelope in [*bad, good]])
    assert [bytes(marks) for marks in found.marks] == [answers().ratings]
    assert [text for _cell, _item, text in found.in_order()] == [SAID]


def test_thousands_of_ballots_are_opened_by_several_processes_with_progress():
    envelope = seal(answers(comment=SAID), keys(), PLACE)
    seen: list[tuple[int, int]] = []
    with spread_for(WORTH_PROCESSES) as spread:
        found = opened([Sealed(PLACE, envelope)] * 5_200, spread, lambda *state: seen.append(state))
    assert spread is not alone
    assert (len(found.cells), len(found.texts)) == (5_200, 5_200)
    assert seen[-1] == (5_200, 5_200)
    assert len(seen) == 6


def test_the_order_of_the_rows_is_forgotten():
    places = [replace(PLACE, cell_id=cell) for cell in range(60)]
    found = opened([Sealed(place, seal(answers(comment=SAID), keys(), place)) for place in places])
    cells = [cell for cell, _item, _text in found.in_order()]
    assert sorted(cells) == list(range(60))
    assert cells != list(range(60))


def test_no_more_batches_are_read_than_are_about_to_be_opened():
    envelope = seal(answers(), keys(), PLACE)
    read, most = 0, 0

    def reading() -> Iterator[list[Row]]:
        nonlocal read
        for _ in range(30):
            read += 1
            yield [Sealed(PLACE, envelope).row]

    with spread_for(WORTH_PROCESSES) as spread:
        for done, _part in enumerate(spread(opener(), reading()), start=1):
            most = max(most, read - done)
    assert read == 30
    assert most <= AHEAD * (os.cpu_count() or 1)
