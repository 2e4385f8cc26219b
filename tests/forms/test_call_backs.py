import pytest
from werkzeug.datastructures import MultiDict

from forms.call_backs import CallBackForm

CARD = {
    "name": "Chen Wei, Nanfang",
    "reach": "138 0013 8000",
    "hours": "afternoons",
    "message": "Late again.",
}


def form(**other: str) -> CallBackForm:
    return CallBackForm(MultiDict(CARD | other))


@pytest.mark.parametrize(
    "reach",
    ["138 0013 8000", "+86 (21) 5555-1234", "chen@client.example", "１３８００１３８０００", "call 12345"],
)
def test_a_number_or_an_address_is_taken_as_people_write_it(reach: str):
    assert form(reach=reach).validate()


@pytest.mark.parametrize("reach", ["", " ", "tomorrow", "1234", "@client.example", "chen@", "\u200b"])
def test_something_by_which_nobody_can_be_reached_is_not(reach: str):
    card = form(reach=reach)
    assert not card.validate() and set(card.errors) == {"reach"}


def test_hours_and_message_may_be_left_out():
    assert CallBackForm(MultiDict({"name": "Chen", "reach": "12345"})).validate()


@pytest.mark.parametrize("name", ["name", "reach", "hours", "message"])
@pytest.mark.parametrize("text", ["\0 12345", "12345\x1b[2J", "12345\ufffd", "12345\ud800", "1" * 501])
def test_what_cannot_be_stored_or_is_too_long_is_refused_at_its_field(name: str, text: str):
    card = form(**{name: text})
    assert not card.validate() and set(card.errors) == {name}


def test_lines_are_one_line_and_a_message_keeps_its_own():
    card = form(name=" Chen\r\n Wei ", message=" one\r\ntwo ")
    assert card.validate()
    assert (card.name.data, card.message.data) == ("Chen Wei", "one\ntwo")


def test_every_field_is_missing_in_an_empty_form():
    card = CallBackForm(MultiDict())
    assert not card.validate() and set(card.errors) == {"name", "reach"}
