"""Employees as HR edits them. What a cell may hold is checked where files are checked, too: by the services."""

from wtforms import EmailField, Field, Form, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired

from forms.rounds import reason
from forms.words import N_

LANGUAGES = [SelectChoice("zh", "中文"), SelectChoice("en", "English")]
REQUIRED = N_("Fill this in.")


def line(label: str, longest: int, *, required: bool = False, help: str = "", suggest: str = "") -> Field:
    """One line of text; `suggest` names the list of suggestions on the page."""
    attributes: dict[str, object] = {"maxlength": longest}
    if suggest:
        attributes |= {"list": suggest, "autocomplete": "off"}
    checks = [DataRequired(REQUIRED)] if required else []
    return StringField(label, checks, description=help, render_kw=attributes)


class TakeBackForm(Form):  # type: ignore[misc]
    reason = reason(N_("It stands in the audit log."))


class PersonForm(Form):  # type: ignore[misc]
    name = line(N_("Name"), 200, required=True)
    name_en = line(N_("Name in English"), 200)
    email = EmailField(
        N_("E-mail"),
        description=N_("Where invitations and mails about nominations go."),
        render_kw={"maxlength": 254},
    )
    language = SelectField(N_("Language of mails and questions"), choices=LANGUAGES)
    department = line(
        N_("Department"),
        64,
        required=True,
        help=N_("The code of the department. A new code makes a new department."),
        suggest="departments",
    )
    department_name = line(
        N_("Name of the department"),
        200,
        help=N_("Only for a new department, or to rename it for everybody who works there."),
    )
    post = line(
        N_("Post"),
        64,
        help=N_(
            "What somebody does, as the scheme names it; together with the level it decides the profile."
        ),
        suggest="posts",
    )
    level = line(
        N_("Level"),
        64,
        help=N_("Only for account managers, such as junior or senior: people with a level are rated."),
        suggest="levels",
    )
    manager = line(
        N_("Manager"), 64, help=N_("The code of the person to whom this one reports."), suggest="managers"
    )

    @property
    def cells(self) -> dict[str, str]:
        """By the columns of a file of people. A department that is not named here keeps its name."""
        cells = {field.name: field.data or "" for field in self}
        return {name: cell for name, cell in cells.items() if cell or name != "department_name"}


class NewPersonForm(PersonForm):
    code = line(N_("Code"), 64, required=True, help=N_("Says who it is in files; it never changes."))
