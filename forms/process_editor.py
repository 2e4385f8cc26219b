"""Where the parts of an appraisal come from, what incidents do, its steps, and what follows: in the browser."""

from typing import Any

from wtforms import BooleanField, Form, FormField, SelectChoice, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from forms.appraisals.choices import (
    AbsentComponent,
    AbsentGoals,
    CampaignFeed,
    ComponentName,
    InterviewRule,
    SecondAnswer,
    YearClients,
    YearOthers,
)
from forms.drafting import DraftForm, NumberField, NumbersField, Table
from forms.questionnaire import in_language
from forms.words import N_, NO_CHOICE

FEEDS = [
    SelectChoice("", "-"),
    SelectChoice(CampaignFeed.CLIENT, N_("A survey of clients")),
    SelectChoice(CampaignFeed.COLLEAGUES, N_("A 360 among colleagues")),
    SelectChoice(CampaignFeed.BOTH, N_("A campaign of both")),
]
YEAR_CLIENTS = [
    SelectChoice("", N_("From the same campaign")),
    SelectChoice(YearClients.POOLED_QUARTERS, N_("The campaigns of the quarters, pooled")),
    SelectChoice(YearClients.CLIENT, N_("A survey of clients")),
    SelectChoice(YearClients.BOTH, N_("A campaign of both")),
]
YEAR_OTHERS = [
    SelectChoice("", N_("From the same campaign")),
    SelectChoice(YearOthers.COLLEAGUES, N_("A 360 among colleagues")),
    SelectChoice(YearOthers.BOTH, N_("A campaign of both")),
]
ABSENT_COMPONENTS = [
    SelectChoice(AbsentComponent.HOLD, N_("The appraisal waits for it")),
    SelectChoice(AbsentComponent.LEVEL, N_("The other components take its weight")),
]
ABSENT_GOALS = [
    SelectChoice(AbsentGoals.HOLD, N_("The appraisal waits for them")),
    SelectChoice(AbsentGoals.RENORMALISE, N_("The other components take their weight")),
]
COMPONENTS = [
    SelectChoice(ComponentName.KPI, N_("KPI")),
    SelectChoice(ComponentName.FEEDBACK, N_("Feedback")),
    SelectChoice(ComponentName.GOALS, N_("Goals")),
]
INTERVIEWS = [
    SelectChoice(InterviewRule.ALWAYS, N_("With everybody")),
    SelectChoice(InterviewRule.LAST_BAND, N_("With the last band, and with who is not qualified")),
    SelectChoice(InterviewRule.NEVER, N_("With nobody")),
]
SECOND_ANSWERS = [
    SelectChoice(SecondAnswer.LINE, N_("Who stands above the reviewer")),
    SelectChoice(SecondAnswer.HR, N_("HR")),
]


class Preference(Form):  # type: ignore[misc]
    first = SelectField(N_("First"), choices=FEEDS)
    second = SelectField(N_("Else"), choices=FEEDS)
    third = SelectField(N_("Or else"), choices=FEEDS)


class YearPreference(Preference):
    client = SelectField(N_("Clients"), choices=YEAR_CLIENTS)
    others = SelectField(N_("All others"), choices=YEAR_OTHERS)


class FeedsFields(Form):  # type: ignore[misc]
    quarter = FormField(Preference, N_("Quarter"))
    year = FormField(YearPreference, N_("Year"))
    month = FormField(Preference, N_("Month"))


class AbsentFields(Form):  # type: ignore[misc]
    component = SelectField(N_("When a component is missing"), choices=ABSENT_COMPONENTS)
    goals = SelectField(N_("When no goals are agreed"), choices=ABSENT_GOALS)
    required = SelectMultipleField(
        N_("Never without"),
        choices=COMPONENTS,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        invalid_choice_message=NO_CHOICE,
    )


class MonthFields(Form):  # type: ignore[misc]
    on_track_from = NumberField(N_("Share of the target so far from which a figure is on track"))


class YearFields(Form):  # type: ignore[misc]
    from_quarters = NumberField(N_("Share of the year's total that is the mean of its quarters (0 to 1)"))
    least_quarters = NumberField(N_("Least number of quarters for it"))


class SourcesForm(DraftForm):
    feedback = FormField(FeedsFields, N_("Campaigns that feed a period"))
    absent = FormField(AbsentFields, N_("What is missing"))
    month = FormField(MonthFields, N_("Months"))
    year = FormField(YearFields, N_("Years"))

    @classmethod
    def shown(cls, table: Table) -> dict[str, Any]:
        feeds = {kind: _preference(of) for kind, of in table.get("feedback", {}).items()}
        return super().shown(table) | {"feedback": feeds}

    def written(self) -> dict[str, Any]:
        table = super().written()
        feeds = {kind: _feeds(of) for kind, of in table.pop("feedback", {}).items()}
        return table | ({"feedback": feeds} if feeds else {})


PLACES = ("first", "second", "third")


def _preference(feeds: Any) -> dict[str, Any]:
    return dict(feeds) if isinstance(feeds, dict) else dict(zip(PLACES, feeds, strict=False))


def _feeds(preference: Table) -> Any:
    """Either side from its own where either is chosen, else the campaigns in order."""
    sides = {side: preference[side] for side in ("client", "others") if side in preference}
    return sides or [preference[place] for place in PLACES if place in preference]


class SeverityFields(Form):  # type: ignore[misc]
    points = NumberField(N_("Points off"))
    cap = SelectField(N_("No better band than"), choices=[])
    score = NumberField(N_("Overall score no higher than"))
    valid_months = NumberField(N_("Counts for so many months"), description=N_("0: for ever"))


class IncidentsFields(Form):  # type: ignore[misc]
    minor = FormField(SeverityFields, N_("Minor"))
    major = FormField(SeverityFields, N_("Major"))
    critical = FormField(SeverityFields, N_("Critical: not qualified"))
    most_points = NumberField(N_("Points off in a period at most"))
    tell_pending = BooleanField(N_("The person is told of an incident before it is confirmed"))


class IncidentsForm(DraftForm):
    incident = FormField(IncidentsFields, N_("Incidents"))

    def offer(self, table: Table, language: str) -> None:
        for severity in ("minor", "major", "critical"):
            self.incident.form[severity].form.cap.choices = band_choices(table, language)


class ProcessFields(Form):  # type: ignore[misc]
    targets_agreed = BooleanField(N_("Targets and goals are agreed before a round runs"))
    calibration = BooleanField(N_("The bands of a pool are looked at together (calibration)"))
    plan_for_last_band = BooleanField(N_("The last band needs an improvement plan before it is final"))
    interview = SelectField(N_("Interview before somebody is told"), choices=INTERVIEWS)
    second_answer_by = SelectField(N_("A second objection is answered by"), choices=SECOND_ANSWERS)
    adjustment_limit = NumberField(N_("Points by which a reviewer may change the total"))
    review_days = NumberField(N_("Working days to review"))
    calibrate_days = NumberField(N_("Working days to calibrate"))
    object_days = NumberField(N_("Working days to object"))
    answer_days = NumberField(N_("Working days to answer"))


class LeastDaysFields(Form):  # type: ignore[misc]
    quarter = NumberField(N_("Quarter"))
    year = NumberField(N_("Year"))
    month = NumberField(N_("Month"))


class PresenceFields(Form):  # type: ignore[misc]
    least_days = FormField(LeastDaysFields, N_("Least days of presence to be appraised"))
    least_leave = NumberField(N_("Days of leave in one piece that are absence"))
    probation_counts = BooleanField(N_("Probation is presence"))


class ProcessForm(DraftForm):
    process_ = FormField(ProcessFields, N_("Steps of an appraisal"))
    presence = FormField(PresenceFields, N_("Presence"))


class GuidelineFields(Form):  # type: ignore[misc]
    shares = NumbersField(
        N_("Shares of the bands, best first, in per cent"), description=N_("Left empty: no guideline")
    )


class SeriesFields(Form):  # type: ignore[misc]
    band = SelectField(N_("Band"), choices=[])
    periods = NumberField(N_("Periods in a row"))


class PromotionFields(Form):  # type: ignore[misc]
    band = SelectField(N_("This band or a better one"), choices=[])
    at_least = NumberField(N_("At least so often"))
    of_last = NumberField(N_("In the last periods"))
    months_in_level = NumberField(N_("Months in the level"))
    no_incident_months = NumberField(N_("Months without an incident"))
    training = BooleanField(N_("The trainings of the level have to be passed"))


class CareersForm(DraftForm):
    guideline = FormField(GuidelineFields, N_("Guideline for pools of 25 people or more"))
    series = FormField(SeriesFields, N_("Series"))
    promotion = FormField(PromotionFields, N_("Promotion"))

    def written(self) -> dict[str, Any]:
        """There is no rule of promotion without a band."""
        table = super().written()
        if table.get("promotion", {}).keys() <= {"training"}:
            table.pop("promotion", None)
        return table

    def offer(self, table: Table, language: str) -> None:
        for part in (self.series, self.promotion):
            part.form.band.choices = band_choices(table, language)


def band_choices(table: Table, language: str) -> list[SelectChoice]:
    """Of the scheme; a profile's own have the same names where a rule speaks of them."""
    rows = [row for row in table.get("band", ()) if row.get("id")]
    named = [(str(row["id"]), in_language(row.get("title", {}), language)) for row in rows]
    return [SelectChoice("", "-"), *(SelectChoice(name, f"{name} {title}".strip()) for name, title in named)]
