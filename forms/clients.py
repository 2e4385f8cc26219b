"""Client organisations and their contacts as HR edits them."""

from wtforms import EmailField, Form, SelectField, TelField
from wtforms.validators import DataRequired

from forms.people import LANGUAGES, REQUIRED, line
from forms.words import N_


class MoveForm(Form):  # type: ignore[misc]
    account_manager = line(
        N_("Account manager"),
        64,
        required=True,
        help=N_("The code of the person who serves this client."),
        suggest="account-managers",
    )

    @property
    def cells(self) -> dict[str, str]:
        """By the columns of a file of clients."""
        return {field.name: field.data or "" for field in self}


class ClientForm(Form):  # type: ignore[misc]
    client_name = line(N_("Name of the client"), 200, required=True)
    client_name_en = line(N_("Name in English"), 200)
    tier = line(
        N_("Tier"),
        64,
        required=True,
        help=N_("The rater group as which its contacts answer: client or key-client."),
        suggest="tiers",
    )

    @property
    def cells(self) -> dict[str, str]:
        """By the columns of a file of clients."""
        return {field.name: field.data or "" for field in self}


class NewClientForm(ClientForm, MoveForm):
    client = line(
        N_("Code"), 64, required=True, help=N_("Says which client it is in files; it never changes.")
    )


class ContactForm(Form):  # type: ignore[misc]
    contact_name = line(N_("Name"), 200, required=True)
    contact_name_en = line(N_("Name in English"), 200)
    email = EmailField(
        N_("E-mail"),
        [DataRequired(REQUIRED)],
        description=N_("Where invitations go; each address belongs to one contact."),
        render_kw={"maxlength": 254},
    )
    phone = TelField(N_("Phone"), render_kw={"maxlength": 32})
    language = SelectField(N_("Language of mails and questions"), choices=LANGUAGES)

    @property
    def cells(self) -> dict[str, str]:
        """By the columns of a file of clients."""
        return {field.name: field.data or "" for field in self}
