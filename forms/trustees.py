"""The passphrases of trustees."""

from wtforms import BooleanField, Form, PasswordField
from wtforms.validators import DataRequired, EqualTo, Length

from forms.words import N_

SHORTEST, LONGEST = 12, 1000

TOO_SHORT = N_("Please use at least 12 characters, such as four or five unrelated words.")


class EnrolForm(Form):  # type: ignore[misc]
    passphrase = PasswordField(
        N_("Passphrase"), [DataRequired(TOO_SHORT), Length(SHORTEST, LONGEST, TOO_SHORT)]
    )
    repeated = PasswordField(
        N_("The same once more"),
        [
            DataRequired(N_("The two are not the same.")),
            EqualTo("passphrase", N_("The two are not the same.")),
        ],
    )


class OpenForm(Form):  # type: ignore[misc]
    passphrase = PasswordField(
        N_("Your passphrase for this campaign"),
        [DataRequired(N_("Please type your passphrase.")), Length(max=LONGEST)],
    )
    early = BooleanField(N_("Close it now, before its time"))
