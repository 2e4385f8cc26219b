"""A round as HR sets it up, and what HR does with the appraisal of one person."""

from wtforms import Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from forms.fields import DayField, PeriodField
from forms.reviews import UP_TO_500, UP_TO_2000, code
from forms.text_lengths import LONGEST_LINE, LONGEST_REPLY
from forms.texts import one_line, stripped
from forms.words import N_

SAY_WHY = N_("Say why.")
TOO_LONG = N_("This is too long.")


def reason(help: str = "", *, required: bool = True) -> StringField:
    checks = [DataRequired(SAY_WHY)] if required else []
    return StringField(
        N_("Reason"),
        [*checks, Length(max=LONGEST_LINE, message=UP_TO_500)],
        filters=[one_line],
        description=help,
    )


def chosen(label: str, choices: dict[str, str]) -> RadioField:
    return RadioField(
        label,
        [InputRequired(N_("Please choose one."))],
        choices=[SelectChoice(*choice) for choice in choices.items()],
    )


class RoundForm(Form):  # type: ignore[misc]
    period = PeriodField(required=N_("Say which period is appraised."), render_kw={"maxlength": 16})
    scheme = SelectField(
        N_("Appraisal scheme"),
        description=N_(
            "It is frozen when the round starts; until then the newest text of this version counts."
        ),
    )
    targets_by = DayField(N_("Targets and goals agreed by"), [Optional()])
    figures_by = DayField(N_("Figures there by"), [Optional()])
    review_by = DayField(N_("Reviews handed in by"), [Optional()])
    calibrate_by = DayField(N_("Calibrated by"), [Optional()])


class ComputeForm(Form):  # type: ignore[misc]
    reason = reason(N_("It stands beside each new version. The first ones need none."), required=False)


class ReopenForm(Form):  # type: ignore[misc]
    reason = reason(N_("It stands in the history of the appraisal."))


class SendBackForm(Form):  # type: ignore[misc]
    reason = reason(N_("The reviewer reads it, and it stands in the history of the appraisal."))


class LeaveOutForm(Form):  # type: ignore[misc]
    reason = reason(N_("The person reads it. Whoever is not appraised counts in no comparison."))


class ReviewerForm(Form):  # type: ignore[misc]
    reviewer = code(N_("Code of the new reviewer"), N_("Say who reviews."))
    reason = reason(N_("Who reviewed before keeps what he may read."))


class HandoverForm(Form):  # type: ignore[misc]
    day = DayField(N_("Handed over on"), [InputRequired(N_("Say on which day."))])


class ConsequenceForm(Form):  # type: ignore[misc]
    granted = chosen(N_("Decision"), {"yes": N_("yes"), "no": N_("no")})
    share = StringField(
        N_("Share of the bonus in per cent"), [Length(max=16, message=TOO_LONG)], filters=[one_line]
    )
    reason = reason(N_("Needed where you decide otherwise than the result suggests."), required=False)


class ObjectionAnswerForm(Form):  # type: ignore[misc]
    outcome = chosen(
        N_("Answer"),
        {"rejected": N_("rejected"), "partly upheld": N_("partly upheld"), "upheld": N_("upheld")},
    )
    band = SelectField(
        N_("Another band"),
        default="",
        description=N_(
            "Only where it is upheld, and no figure changes. Correct a wrong figure before you answer."
        ),
    )
    reason = TextAreaField(
        N_("Reason"),
        [DataRequired(SAY_WHY), Length(max=LONGEST_REPLY, message=UP_TO_2000)],
        filters=[stripped],
        description=N_("The person reads it."),
    )


class AppointForm(Form):  # type: ignore[misc]
    person = code(N_("Code of who answers"), N_("Say who answers."))


class PoolForm(Form):  # type: ignore[misc]
    pool = StringField(N_("Name of the pool"), [Length(max=100, message=TOO_LONG)], filters=[one_line])
    departments = StringField(
        N_("Departments"),
        [Length(max=LONGEST_LINE, message=UP_TO_500)],
        filters=[one_line],
        description=N_("Codes with commas between them. Left empty, everybody of the round."),
    )
    chairs = StringField(
        N_("Chairs"),
        [Length(max=LONGEST_LINE, message=UP_TO_500)],
        filters=[one_line],
        description=N_("Codes of those who may change a band, beside HR."),
    )
    members = StringField(
        N_("Members"),
        [Length(max=2000, message=TOO_LONG)],
        filters=[one_line],
        description=N_("Codes of those who look at it. Left empty, all reviewers of the pool."),
    )


class ChangeForm(Form):  # type: ignore[misc]
    band = SelectField(N_("Band"))
    reason = reason(N_("The person may read it."))
    fact = StringField(
        N_("A fact that decides"),
        [Length(max=LONGEST_LINE, message=UP_TO_500)],
        filters=[one_line],
        description=N_("Needed where figures cannot tell two people apart."),
    )


class OpinionForm(Form):  # type: ignore[misc]
    opinion = chosen(
        N_("What you think of the band"),
        {"agree": N_("agree"), "question": N_("question"), "abstain": N_("abstain")},
    )
    note = StringField(N_("Note"), [Length(max=LONGEST_LINE, message=UP_TO_500)], filters=[one_line])


def codes(text: str) -> list[str]:
    """Codes that were typed with commas or spaces between them."""
    for mark in ",;，、；":
        text = text.replace(mark, " ")
    return list(dict.fromkeys(text.split()))
