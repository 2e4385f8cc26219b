"""What the audit log can be searched for."""

import re

from wtforms import DateField, Form, SelectField, StringField
from wtforms.validators import Length, Optional

from forms.words import N_

YEARS = range(2000, 2200)  # all that can be reckoned with in every time zone and on every engine
WRONG_DAY = N_("Please write a day as 2026-11-22.")


UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd]")


def clean(text: str | None) -> str:
    """Without what no entry contains and not every engine can look for."""
    return UNREADABLE.sub("", text or "").strip()


class DayField(DateField):  # type: ignore[misc]
    """A day, or nothing. Raises our own words for anything else."""

    def process_formdata(self, values: list[str]) -> None:
        if not any(values):
            return
        try:
            super().process_formdata(values)
        except ValueError:
            raise ValueError(WRONG_DAY) from None
        if self.data and self.data.year not in YEARS:
            raise ValueError(WRONG_DAY)


class AuditSearch(Form):  # type: ignore[misc]
    who = StringField(N_("Who"), [Optional(), Length(max=254)], filters=[clean])
    act = SelectField(N_("What"), [Optional()], validate_choice=False, filters=[clean])
    target = StringField(N_("About"), [Optional(), Length(max=254)], filters=[clean])
    since = DayField(N_("From"), [Optional()])
    until = DayField(N_("To"), [Optional()])
