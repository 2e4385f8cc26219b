"""Compliance incidents: reporting them, and deciding."""

from wtforms import Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from forms import periods
from forms.fields import DayField
from forms.text_lengths import LONGEST_EVIDENCE, LONGEST_INCIDENT_REASON, LONGEST_SUMMARY
from forms.texts import one_line, stripped
from forms.words import N_

SEVERITIES = {"minor": N_("minor"), "major": N_("major"), "critical": N_("critical")}
STATES = {
    "reported": N_("reported"),
    "confirmed": N_("confirmed"),
    "rejected": N_("rejected"),
    "withdrawn": N_("withdrawn"),
    "expired": N_("expired"),
}
TOO_LONG = N_("This is too long.")


class IncidentForm(Form):  # type: ignore[misc]
    person = StringField(
        N_("Code of the person"),
        [DataRequired(N_("Say whom it is about.")), Length(max=64, message=TOO_LONG)],
        filters=[one_line],
        render_kw={"list": "people", "autocomplete": "off"},
    )
    severity = RadioField(
        N_("Severity"),
        [InputRequired(N_("Please choose one."))],
        choices=[SelectChoice(*severity) for severity in SEVERITIES.items()],
        description=N_(
            "The scheme says what each does: points off, the best band that is left, or not qualified."
        ),
    )
    category = StringField(
        N_("Category"),
        [DataRequired(N_("Say of what kind it is.")), Length(max=64, message=TOO_LONG)],
        filters=[one_line],
        description=N_("Such as data protection, gifts, pricing or safety."),
    )
    occurred = DayField(N_("Occurred on"), [InputRequired(N_("Say on which day."))])
    period = StringField(
        N_("Period that it hits"),
        [Length(max=16, message=TOO_LONG)],
        filters=[one_line, periods.canonical],
        description=N_("Left empty, the quarter in which it occurred."),
    )
    evidence = StringField(
        N_("Where the evidence is kept"),
        [
            DataRequired(N_("Without evidence nobody can decide.")),
            Length(max=LONGEST_EVIDENCE, message=TOO_LONG),
        ],
        filters=[one_line],
        description=N_(
            "A reference such as a case number. The person reads it once the incident is confirmed."
        ),
    )
    summary = TextAreaField(
        N_("What happened"),
        [Length(max=LONGEST_SUMMARY, message=TOO_LONG)],
        filters=[stripped],
        description=N_("Only HR and compliance read it."),
    )

    def validate_period(self, field: StringField) -> None:
        if field.data and not periods.is_period(field.data):
            raise ValidationError(N_("Write a year 2026, a quarter 2026Q4 or a month 2026-11."))


class DecisionForm(Form):  # type: ignore[misc]
    reason = TextAreaField(
        N_("Reason"),
        [DataRequired(N_("Say why.")), Length(max=LONGEST_INCIDENT_REASON, message=TOO_LONG)],
        filters=[stripped],
        description=N_("Kept in the register with your account."),
    )


class ConfirmationForm(DecisionForm):
    period = SelectField(N_("Counts in"))
