import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.services.ballot_box.tokens import Tokens, new_nonce
from feedback.services.ground.errors import UnknownLink

OLD, NEW, FOREIGN = "o" * 32, "n" * 32, "f" * 32
NONCES = st.binary(min_size=15, max_size=15)
TOKENS = Tokens([OLD, NEW])


@given(NONCES)
def test_a_token_has_37_characters_and_gives_back_its_nonce(nonce: bytes):
    token = TOKENS.issue(nonce)
    assert len(token) == 37
    assert TOKENS.read(token) == nonce


def test_a_token_stays_valid_when_a_new_key_is_added_and_dies_with_its_key():
    nonce = new_nonce()
    token = Tokens([OLD]).issue(nonce)
    assert Tokens([OLD, NEW]).read(token) == nonce
    with pytest.raises(UnknownLink):
        Tokens([NEW]).read(token)


@given(NONCES, st.integers(0, 36), st.characters(codec="ascii"))
def test_changing_any_character_makes_a_token_unknown(nonce: bytes, place: int, character: str):
    token = TOKENS.issue(nonce)
    changed = token[:place] + character + token[place + 1 :]
    if changed != token:
        with pytest.raises(UnknownLink):
            TOKENS.read(changed)


def other_spellings(token: str) -> list[str]:
    nonce, _, signature = token.partition(".")
    return [
        token + "=",
        token + "\n",
        f"{nonce}=.{signature}",
        f" {token}",
        token[:-1],
        token.replace(".", ".."),
        token.replace("-", "+").replace("_", "/") if {"-", "_"} & set(token) else token + "-",
        f"{nonce}\u200b.{signature}",
        base64.b32encode(base64.urlsafe_b64decode(nonce)).decode() + "." + signature,
        "",
        ".",
        "x" * 1_000_000,
    ]


def test_one_link_has_one_spelling():
    for spelling in other_spellings(TOKENS.issue(b"\xff" * 15)):
        with pytest.raises(UnknownLink):
            TOKENS.read(spelling)


def test_a_link_signed_by_somebody_else_is_unknown():
    with pytest.raises(UnknownLink):
        TOKENS.read(Tokens([FOREIGN]).issue(new_nonce()))
