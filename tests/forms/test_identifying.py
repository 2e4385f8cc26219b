import pytest

from forms.identifying import WORDS, Hint, hints


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("write to li.na@example.com", Hint.ADDRESS),
        ("call 138 0013 8000", Hint.PHONE),
        ("电话13800138000", Hint.PHONE),
        ("the order 20261103-77 was late", Hint.PHONE),
        ("on 2026-11-03 he shouted", Hint.DAY),
        ("11月3日的会议", Hint.DAY),
        ("上周三开会时", Hint.DAY),
        ("last Tuesday", Hint.DAY),
        ("on the 3rd of November", Hint.DAY),
        ("我是新来的", Hint.SELF),
        ("王经理不听意见", Hint.SELF),
        ("Mr. Zhang is late", Hint.SELF),
        ("My name is of no interest", Hint.SELF),
    ],
)
def test_what_may_give_its_writer_away_is_pointed_out(text: str, hint: Hint):
    assert hint in hints(text)


@pytest.mark.parametrize(
    "text",
    ["更快的回复", "Please answer within 24 hours", "5 of 10", "the price went up by 12.5 %", "会议太多"],
)
def test_an_ordinary_text_is_not_interrupted(text: str):
    assert hints(text) == ()


def test_every_hint_has_words():
    assert WORDS.keys() == set(Hint)
