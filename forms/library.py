"""Forms about whole versions of questionnaires and schemes."""

from wtforms import BooleanField, FileField, Form, SelectField
from wtforms.fields import SelectChoice

from forms.drafting import LongTextField, TextField
from forms.words import N_

COLLECTIONS = [
    SelectChoice("questionnaires", N_("Questionnaire")),
    SelectChoice("schemes", N_("Appraisal scheme")),
]


class CopyForm(Form):  # type: ignore[misc]
    code = TextField(
        N_("Identifier"),
        description=N_("The same identifier makes the next version; another one a definition of its own."),
        render_kw={"required": True},
    )


class ImportForm(Form):  # type: ignore[misc]
    collection = SelectField(N_("Kind"), choices=COLLECTIONS)
    file = FileField(N_("TOML file"))
    text = LongTextField(N_("Or its text"), render_kw={"rows": 14, "spellcheck": "false"})
    as_next = BooleanField(N_("As the next version, whatever number the file has"))
