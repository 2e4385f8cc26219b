"""The card on which a client asks to be called."""

import re

from wtforms import Field, Form, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from forms.builder import REPLACEMENT
from forms.suggestions import clean
from forms.words import N_

LONGEST = 500
ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
DIGITS = re.compile(r"\d")
FEWEST_DIGITS = 5
MISSING = N_("Please fill this in.")
UNREADABLE_MARKS = N_("Please remove the characters that we cannot read; they are shown as “\ufffd”.")


def line(text: str | None) -> str:
    return " ".join(clean(text).split())


def readable(form: Form, field: Field) -> None:
    if REPLACEMENT in field.data:
        raise ValidationError(UNREADABLE_MARKS)


def short(limit: int) -> Length:
    return Length(max=limit, message=N_("Please shorten this."))


class CallBackForm(Form):  # type: ignore[misc]
    name = StringField(
        N_("Your name and company"), [InputRequired(MISSING), short(100), readable], filters=[line]
    )
    reach = StringField(
        N_("Phone number or e-mail address"), [InputRequired(MISSING), short(200), readable], filters=[line]
    )
    hours = StringField(N_("When it suits you"), [short(200), readable], filters=[line])
    message = TextAreaField(N_("What it is about"), [short(LONGEST), readable], filters=[clean])

    def validate_name(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(MISSING)

    def validate_reach(self, field: StringField) -> None:
        if not ADDRESS.fullmatch(field.data) and len(DIGITS.findall(field.data)) < FEWEST_DIGITS:
            raise ValidationError(N_("Please give a phone number or an e-mail address."))
