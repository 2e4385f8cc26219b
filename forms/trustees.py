"""The passphrases of trustees."""

from wtforms import BooleanField, Form, HiddenField, PasswordField
from wtforms.validators import DataRequired, EqualTo, Length

from forms.words import N_

SHORTEST, LONGEST = 12, 1000

TOO_SHORT = N_("Please use at least 12 characters, such as four or five unrelated words.")


def own_passphrase(id: str | None = None) -> PasswordField:
    """id: where the page has another field for a passphrase."""
    return PasswordField(
        N_("Your passphrase for this campaign"),
        [
            DataRequired(N_("Please type your passphrase.")),
            Length(max=LONGEST, message=N_("This is too long.")),
        ],
        id=id,
    )


class EnrolForm(Form):  # type: ignore[misc]
    """seen: what the page showed of the keys of the other two, for whoever confirms them in the same act."""

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
    confirm = BooleanField(
        N_("I have compared the fingerprints of the other two with them, and confirm all three keys now")
    )
    seen = HiddenField()


class ConfirmForm(Form):  # type: ignore[misc]
    passphrase = own_passphrase("confirm-passphrase")
    seen = HiddenField()


class TestForm(Form):  # type: ignore[misc]
    passphrase = own_passphrase("test-passphrase")


class OpenForm(Form):  # type: ignore[misc]
    passphrase = own_passphrase()
    early = BooleanField(N_("Close it now, before its time"))
