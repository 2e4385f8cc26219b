"""Handing in a file."""

from wtforms import FileField, Form, SelectField
from wtforms.validators import DataRequired

from forms.fields import PeriodField
from forms.words import N_


class UploadForm(Form):  # type: ignore[misc]
    file = FileField(
        N_("File"),
        [DataRequired(N_("Choose a file."))],
        description=N_(
            "CSV or XLSX, up to 10 MB and 20,000 rows. Nothing is stored before you have seen what changes."
        ),
        render_kw={"accept": ".csv,.txt,.xlsx"},
    )


class ScoresUploadForm(UploadForm):
    period = PeriodField(required=N_("Say which period the figures belong to."), render_kw={"maxlength": 16})


class KpiUploadForm(ScoresUploadForm):
    scheme = SelectField(N_("Appraisal scheme"), description=N_("It says which KPIs there are."))
