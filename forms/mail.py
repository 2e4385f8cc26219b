"""Mail addresses that are corrected, and the wording of mails."""

from wtforms import EmailField, Form, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from forms.text_lengths import LONGEST_MAIL_BODY, LONGEST_MAIL_SUBJECT
from forms.words import N_

NEEDED = N_("This is needed.")
TOO_LONG = N_("This is too long.")


class AddressForm(Form):  # type: ignore[misc]
    address = EmailField(
        N_("E-mail address"),
        [InputRequired(NEEDED), Length(max=254, message=TOO_LONG)],
        filters=[lambda address: address and address.strip()],
    )


class WordingForm(Form):  # type: ignore[misc]
    subject = StringField(
        N_("Subject line"),
        [InputRequired(NEEDED), Length(max=LONGEST_MAIL_SUBJECT, message=TOO_LONG)],
        description=N_("Read over shoulders and on locked screens: leave out who is to be rated."),
    )
    body = TextAreaField(
        N_("Text"),
        [InputRequired(NEEDED), Length(max=LONGEST_MAIL_BODY, message=TOO_LONG)],
        description=N_("An empty line starts a new paragraph."),
    )
