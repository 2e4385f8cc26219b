"""Accounts as administrators and their owners edit them."""

from wtforms import EmailField, Form, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from forms.words import N_, NO_CHOICE

ROLE_TITLES = {
    "admin": N_("Administrator"),
    "hr": N_("Human resources"),
    "manager": N_("Manager"),
    "employee": N_("Employee"),
    "compliance": N_("Compliance"),
    "auditor": N_("Auditor"),
}
ROLE_RIGHTS = {
    "admin": N_("keeps accounts and settings, reads the audit log, and may do what human resources may"),
    "hr": N_("keeps people, clients and questionnaires, runs campaigns, reads and releases all reports"),
    "manager": N_(
        "approves nominations, and reads the reports on people he leads as soon as a campaign is closed"
    ),
    "employee": N_("nominates raters, and reads his own report once it is released"),
    "compliance": N_("keeps the register of incidents, and confirms or rejects what others report"),
    "auditor": N_(
        "reads the audit log, the settings, the register of incidents and goals, and no scores of campaigns"
    ),
}


class CheckboxesField(SelectMultipleField):  # type: ignore[misc]
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def one_at_least(form: Form, field: CheckboxesField) -> None:
    """Not InputRequired: browsers would want every single box ticked."""
    if not field.data:
        raise ValidationError(N_("An account needs at least one role."))


def roles_field() -> CheckboxesField:
    return CheckboxesField(
        N_("Roles"),
        [one_at_least],
        choices=[SelectChoice(*role) for role in ROLE_TITLES.items()],
        invalid_choice_message=NO_CHOICE,
    )


class RolesForm(Form):  # type: ignore[misc]
    roles = roles_field()


class AccountPersonForm(Form):  # type: ignore[misc]
    person = StringField(
        N_("Code of the person"),
        [Optional(), Length(max=64, message=N_("This is too long."))],
        description=N_("Left empty, the person with this address, if there is one."),
    )


class NewAccountForm(AccountPersonForm):
    email = EmailField(
        N_("E-mail address"),
        [InputRequired(N_("This is needed.")), Length(max=254, message=N_("This is too long."))],
        description=N_("A link to set a password is sent there."),
    )
    roles = roles_field()


class AccountSearchForm(Form):  # type: ignore[misc]
    search = StringField(N_("Address, name or code"), [Length(max=200, message=N_("This is too long."))])
    role = StringField(N_("Role"))


class LanguageForm(Form):  # type: ignore[misc]
    language = SelectField(
        N_("Language"), choices=[SelectChoice("zh", "中文"), SelectChoice("en", "English")]
    )
