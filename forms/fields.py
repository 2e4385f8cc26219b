"""Fields that several forms ask for."""

from typing import Any

from wtforms import DateField, StringField
from wtforms.validators import DataRequired, Optional, ValidationError

from forms import periods
from forms.texts import one_line
from forms.words import N_

YEARS = range(2000, 2200)  # all that can be reckoned with in every time zone and on every engine
WRONG_DAY = N_("Please write a day as 2026-11-22.")


class PeriodField(StringField):  # type: ignore[misc]
    """A period, however it is typed; its data is the spelling that is stored."""

    def __init__(self, *, required: str = "", help: str = "", **options: Any) -> None:
        super().__init__(
            N_("Period"),
            [DataRequired(required) if required else Optional(), check_period],
            filters=[one_line, periods.canonical],
            description=help or N_("A year 2026, a quarter 2026Q4 or a month 2026-11."),
            **options,
        )


def check_period(form: object, field: PeriodField) -> None:
    if not periods.is_period(field.data):
        raise ValidationError(N_("Write a year 2026, a quarter 2026Q4 or a month 2026-11."))


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
