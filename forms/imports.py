"""Handing in a file."""

from wtforms import FileField, Form, SelectField, StringField
from wtforms.validators import DataRequired, Length

from forms.fields import PeriodField
from forms.texts import one_line
from forms.words import N_


class UploadForm(Form):  # type: ignore[misc]
    file = FileField(
        N_("File"),
        [DataRequired(N_("Choose a file."))],
        description=N_(
            "CSV or XLSX, up to 10 MB and 100,000 rows. Nothing is stored before you have seen what changes."
        ),
        render_kw={"accept": ".csv,.txt,.xlsx"},
    )


class ScoresUploadForm(UploadForm):
    period = PeriodField(required=N_("Say which period the figures belong to."), render_kw={"maxlength": 16})


class FiguresUploadForm(UploadForm):
    period = PeriodField(
        help=N_("Of rows that name none: a year 2026, a quarter 2026Q4 or a month 2026-11."),
        render_kw={"maxlength": 16},
    )
    scheme = SelectField(N_("Appraisal scheme"), description=N_("It says which KPIs there are."), default="")
    reason = StringField(
        N_("Reason"),
        [Length(max=500, message=N_("Please shorten this."))],
        filters=[one_line],
        description=N_("Why figures change: needed where a target was agreed, or the period is computed."),
        render_kw={"maxlength": 500},
    )
