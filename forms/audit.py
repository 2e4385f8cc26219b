"""What the audit log can be searched for."""

import re

from wtforms import Form, SelectField, StringField
from wtforms.validators import Length, Optional

from forms.fields import DayField
from forms.words import N_

UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd]")


def clean(text: str | None) -> str:
    """Without what no entry contains and not every engine can look for."""
    return UNREADABLE.sub("", text or "").strip()


class AuditSearch(Form):  # type: ignore[misc]
    who = StringField(
        N_("Who"), [Optional(), Length(max=254, message=N_("This is too long."))], filters=[clean]
    )
    act = SelectField(N_("What"), [Optional()], validate_choice=False, filters=[clean])
    target = StringField(
        N_("About"), [Optional(), Length(max=254, message=N_("This is too long."))], filters=[clean]
    )
    since = DayField(N_("From"), [Optional()])
    until = DayField(N_("To"), [Optional()])
