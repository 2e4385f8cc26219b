"""The steps in which a campaign is made in the browser. Choices that come from the database are given by the view."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)
from wtforms.widgets import CheckboxInput

from forms.fields import PeriodField
from forms.scheme import Group
from forms.text_lengths import MOST_ASKED
from forms.texts import one_line, without_nul
from forms.words import N_

KINDS = (
    SelectChoice("client", N_("Client survey: contacts of their clients")),
    SelectChoice("360", N_("360-degree feedback: manager, peers, reports and themselves")),
    SelectChoice("both", N_("Both in one campaign")),
)
LANGUAGES = (
    SelectChoice("zh,en", N_("Chinese and English")),
    SelectChoice("zh", N_("Chinese only")),
    SelectChoice("en", N_("English only")),
)
SELECTIONS = (
    SelectChoice("all", N_("All account managers")),
    SelectChoice("departments", N_("The account managers of some departments")),
    SelectChoice("levels", N_("The account managers of some levels")),
    SelectChoice("people", N_("Certain people")),
)
CUSTODIES = (
    SelectChoice("server", N_("This server: it opens the answers by itself when the campaign closes")),
    SelectChoice(
        "trustees", N_("Three trustees: two of them must close it together, nobody can look before that")
    ),
)
REQUIRED = N_("Please fill this in.")


class BasicsForm(Form):  # type: ignore[misc]
    kind = RadioField(N_("What kind of campaign"), choices=KINDS, validators=[InputRequired(REQUIRED)])
    period = PeriodField(required=REQUIRED)
    title_zh = StringField(
        N_("Title in Chinese"),
        filters=[one_line],
        validators=[Optional(), Length(max=200, message=N_("At most 200 characters."))],
        description=N_("Raters see it. Left empty, it is made from kind and period."),
    )
    title_en = StringField(
        N_("Title in English"),
        filters=[one_line],
        validators=[Optional(), Length(max=200, message=N_("At most 200 characters."))],
    )
    questionnaire = SelectField(N_("Questionnaire"))
    scheme = SelectField(
        N_("Appraisal scheme"), description=N_("It says which rater groups there are and what they weigh.")
    )
    languages = RadioField(N_("Languages"), choices=LANGUAGES, default="zh,en")
    recurring = BooleanField(
        N_("Prepare the next one from it, two weeks before the next period begins"),
    )


class NewForm(BasicsForm):
    starts_on = DateField(
        N_("Begins on"),
        validators=[DataRequired(N_("Please give a date."))],
        description=N_("From it the dates are worked out: 5 days to nominate, 5 to approve, 14 to answer."),
    )


class SubjectsForm(Form):  # type: ignore[misc]
    selection = RadioField(
        N_("About whom"), choices=SELECTIONS, default="people", validators=[InputRequired(REQUIRED)]
    )
    departments = SelectMultipleField(N_("Departments"), validate_choice=False)
    levels = SelectMultipleField(N_("Levels"), validate_choice=False)
    people = SelectMultipleField(N_("People"), validate_choice=False)

    @property
    def chosen(self) -> list[str]:
        selection = self.selection.data
        return [] if selection == "all" else [without_nul(text) for text in self[selection].data or ()]


class TermsForm(Form):  # type: ignore[misc]
    nominations_until = DateField(
        N_("Subjects propose their peers until"),
        validators=[Optional()],
        description=N_("Until the end of that day."),
    )
    approvals_until = DateField(
        N_("Managers approve until"),
        validators=[Optional()],
        description=N_("After that human resources decide what is left."),
    )
    closes_on = DateField(
        N_("Answers are collected until"),
        validators=[DataRequired(N_("Please give a date."))],
        description=N_("The end of that day closes the campaign."),
    )
    key_custody = RadioField(N_("Who can open the answers at the close"), choices=CUSTODIES, default="server")
    trustees = SelectMultipleField(
        N_("The three trustees"),
        option_widget=CheckboxInput(),
        validate_choice=False,
        description=N_(
            "Each sets a passphrase before the campaign opens. Needed only for the second choice above."
        ),
    )
    minimum_fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def validate_closes_on(self, field: DateField) -> None:
        dates = (self.nominations_until.data, self.approvals_until.data, field.data)
        known = [day for day in dates if day]
        if known != sorted(known):
            raise ValidationError(N_("The dates must follow one another: nominate, approve, answer."))
        if field.data < self.today:
            raise ValidationError(N_("This day is over."))

    def validate_trustees(self, field: SelectMultipleField) -> None:
        if self.key_custody.data == "trustees" and len(set(field.data or ())) != 3:
            raise ValidationError(N_("Please choose exactly three."))

    @property
    def minimum(self) -> dict[str, int]:
        return {self[name].group: self[name].data for name in self.minimum_fields}


class MinimumField(IntegerField):  # type: ignore[misc]
    data: Any

    def __init__(self, *args: Any, group: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group

    def process_formdata(self, values: list[str]) -> None:
        """However many digits: the range is compared as floating point."""
        super().process_formdata(values)
        self.data = min(self.data, MOST_ASKED + 1)


def terms_form(groups: Iterable[Group]) -> type[TermsForm]:
    """With a field for the minimum of each group that is not attributed, which may be raised, not lowered."""
    raisable = [group for group in groups if not group.attributed]
    fields = {
        f"minimum_{place}": MinimumField(
            group=group.id,
            validators=[
                InputRequired(REQUIRED),
                NumberRange(
                    group.minimum,
                    MOST_ASKED,
                    message=N_("It may be raised, but not below what the scheme says."),
                ),
            ],
        )
        for place, group in enumerate(raisable)
    }
    return type("TermsFormOfGroups", (TermsForm,), fields | {"minimum_fields": tuple(fields)})
