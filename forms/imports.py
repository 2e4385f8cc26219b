"""Handing in a file."""

from wtforms import FileField, Form, SelectField, StringField
from wtforms.validators import DataRequired, Regexp

from forms.words import N_

PERIOD = r"\s*[0-9]{4}(Q[1-4]|-(0[1-9]|1[0-2]))?\s*\Z"


class UploadForm(Form):  # type: ignore[misc]
    file = FileField(
        N_("File"),
        [DataRequired(N_("Choose a file."))],
        description=N_(
            "CSV or XLSX, up to 10 MB and 20,000 rows. Nothing is stored before you have seen what changes."
        ),
        render_kw={"accept": ".csv,.txt,.xlsx"},
    )


class GoalsUploadForm(UploadForm):
    period = StringField(
        N_("Period"),
        [
            DataRequired(N_("Say which period the figures belong to.")),
            Regexp(PERIOD, message=N_("Write a year 2026, a quarter 2026Q4 or a month 2026-11.")),
        ],
        description=N_("A year 2026, a quarter 2026Q4 or a month 2026-11."),
        render_kw={"maxlength": 16},
    )


class KpiUploadForm(GoalsUploadForm):
    scheme = SelectField(N_("Appraisal scheme"), description=N_("It says which KPIs there are."))
