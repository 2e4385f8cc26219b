"""The forms of Flask-Security in our words, where failures of every kind count towards the lock of the account."""

from typing import Any

from flask_security import current_user, hash_password
from flask_security.forms import (
    ChangePasswordForm,
    EmailValidation,
    ForgotPasswordForm,
    LoginForm,
    ResetPasswordForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    email_required,
    valid_user_email,
)
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.utils import get_message
from wtforms import EmailField, Form, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length

from feedback import current
from feedback.extensions import db
from feedback.services.accounts.accounts import PASSWORD_MAX_LENGTH
from feedback.services.ground import row_locks
from forms.words import N_

REQUIRED = InputRequired(N_("This is needed."))
NOT_TOO_LONG = Length(max=PASSWORD_MAX_LENGTH, message=N_("This is too long to be a password."))
NEW_PASSWORD_HELP = N_(
    "At least 8 characters. Several words are easier to keep in mind than a few odd signs."
)
CODE_LENGTH = Length(max=64, message=N_("This is too long to be a code."))


def email_field(*validators: object) -> EmailField:
    return EmailField(
        N_("E-mail address"), [email_required, Length(max=254, message=N_("This is too long.")), *validators]
    )


def typed_password(label: str) -> PasswordField:
    return PasswordField(label, [REQUIRED, NOT_TOO_LONG])


def new_password() -> PasswordField:
    return PasswordField(N_("New password"), [REQUIRED, NOT_TOO_LONG], description=NEW_PASSWORD_HELP)


def repeated(field: str) -> PasswordField:
    same = EqualTo(field, N_("The two passwords differ."))
    return PasswordField(N_("New password again"), [REQUIRED, same])


class SignIn(LoginForm):
    email = email_field(EmailValidation(verify=False))
    password = typed_password(N_("Password"))
    remember = None

    def validate(self, **kwargs: Any) -> bool:
        """Flask-Security would ask the account itself, which knows no time."""
        if not super().validate(**kwargs):
            return False
        if _is_locked(self.user):
            return _refuse(self.email, "GENERIC_AUTHN_FAILED")
        return True


class ResetRequest(ForgotPasswordForm):
    email = email_field(EmailValidation(verify=False), valid_user_email)

    def validate(self, **kwargs: Any) -> bool:
        """A locked account may be reset: its owner forgot the password and tried too often."""
        if not Form.validate(self, **kwargs) or not (self.user and self.user.is_active):
            return False
        hash_password("takes as long as for an address without an account")
        return True


class NewPassword(ResetPasswordForm):
    password = new_password()
    password_confirm = repeated("password")


class PasswordChange(ChangePasswordForm):
    password = typed_password(N_("Your present password"))
    new_password = new_password()
    new_password_confirm = repeated("new_password")

    def validate(self, **kwargs: Any) -> bool:
        if _is_locked(current_user):
            return _refuse(self.password, "INVALID_PASSWORD")
        valid = bool(super().validate(**kwargs))
        if get_message("INVALID_PASSWORD")[0] in self.password.errors:
            current_user.track_failed_authn("password")
        return valid


class PasswordAgain(VerifyForm):
    password = typed_password(N_("Password"))

    def validate(self, **kwargs: Any) -> bool:
        if _is_locked(self.user):
            return _refuse(self.password, "INVALID_PASSWORD")
        return bool(super().validate(**kwargs))


class SecondFactor(TwoFactorSetupForm):
    """Our page has a button for each choice."""

    setup = RadioField(
        choices=[SelectChoice("authenticator"), SelectChoice("disable")], validate_choice=False
    )


class LostPhone(TwoFactorRescueForm):
    """Nobody sees it; Flask-Security makes one for each page that asks for a code."""

    help_setup = RadioField(choices=[], validate_choice=False)


class Code(TwoFactorVerifyCodeForm):
    code = StringField(N_("Code from the app"), [REQUIRED, CODE_LENGTH])

    def validate(self, **kwargs: Any) -> bool:
        if not self.is_setup and _is_kept_out(self.user):
            return _refuse(self.code, "TWO_FACTOR_INVALID_TOKEN")
        return bool(super().validate(**kwargs))


class RecoveryCode(MfRecoveryForm):
    code = StringField(
        N_("Recovery code"), [REQUIRED, CODE_LENGTH], filters=[lambda text: (text or "").strip().lower()]
    )

    def validate(self, **kwargs: Any) -> bool:
        """Holds the account's row, or two requests with the same code could both be let in."""
        user: Any = self.user
        row_locks.hold_row(db.session(), user)
        if _is_kept_out(user):
            return _refuse(self.code, "INVALID_RECOVERY_CODE")
        valid = bool(super().validate(**kwargs))
        if not valid and self.code.data:
            user.track_failed_authn("recovery code", True)
        return valid


def _is_locked(user: Any) -> bool:
    return bool(user.is_locked_at(current.now()))


def _is_kept_out(user: Any) -> bool:
    return _is_locked(user) or not user.is_active


def _refuse(field: Any, message: str) -> bool:
    field.errors = [get_message(message)[0]]
    return False
