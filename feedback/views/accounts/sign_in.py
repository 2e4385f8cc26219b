"""Signing in, by Flask-Security: its views under our addresses, only those we use, with our pages, words and limits."""

from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, Flask, abort, g, redirect, request, session, url_for
from flask_login import user_logged_out
from flask_security import (
    RoleMixin,
    Security,
    SQLAlchemyUserDatastore,
    UserMixin,
    password_changed,
    password_reset,
    reset_password_instructions_sent,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
    user_failed_authn,
    views,
)
from flask_security.decorators import anonymous_user_required
from flask_security.recovery_codes import mf_recovery, mf_recovery_codes
from flask_security.utils import set_request_attr
from werkzeug.wrappers import Response

from feedback import current
from feedback.account_mail import AccountMail
from feedback.extensions import db
from feedback.models.accounts import Role, User
from feedback.presentation.locales import SESSION_KEY
from feedback.services.accounts import sign_ins
from feedback.services.accounts.accounts import PASSWORD_MIN_LENGTH
from feedback.services.ballot_box import derived_keys
from feedback.settings import Settings
from feedback.transaction import transaction
from feedback.views.accounts import sign_in_forms
from feedback.views.accounts.own_account import PROOF
from feedback.views.accounts.second_factor import AuthenticatorApp
from feedback.views.accounts.sign_in_messages import MESSAGES
from feedback.views.accounts.way_back import is_here
from feedback.views.ground import errors, rate_limits
from feedback.views.ground.guards import EVERYBODY, for_roles
from feedback.views.ground.rate_limits import guessing, mailing

TRANSLATIONS = Path(__file__).parents[2] / "translations"
FRESH_FOR = timedelta(minutes=15)
OF_THE_SIGN_IN = ("_user_id", "_fresh", "_id", "fs_cc", "fs_paa", SESSION_KEY)

SIGN_IN: dict[str, Any] = {
    "PERMANENT_SESSION_LIFETIME": sign_ins.SIGNED_IN_FOR,
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
    "SECURITY_PASSWORD_SALT": "unused: argon2 salts each password",
    "SECURITY_PASSWORD_LENGTH_MIN": PASSWORD_MIN_LENGTH,
    # What is hashed by these is no password: it goes into the signed link of a reset.
    "SECURITY_HASHING_SCHEMES": ["hex_sha256"],
    "SECURITY_DEPRECATED_HASHING_SCHEMES": [],
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_EMAIL_PLAINTEXT": False,  # AccountMail writes them
    "SECURITY_EMAIL_HTML": False,
    "SECURITY_EMAIL_TEMPLATE_PASSWORD_RESET": "reset",
    "SECURITY_EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": "changed",
    "SECURITY_EMAIL_TEMPLATE_PASSWORD_CHANGE_NOTICE": "changed",
    "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
    "SECURITY_DEFAULT_REMEMBER_ME": False,
    "SECURITY_FRESHNESS": FRESH_FOR,
    "SECURITY_FRESHNESS_GRACE_PERIOD": FRESH_FOR,
    "SECURITY_RECOVERABLE": True,
    "SECURITY_CHANGEABLE": True,
    "SECURITY_TWO_FACTOR": True,
    "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
    "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
    "SECURITY_TWO_FACTOR_IMPLEMENTATIONS": {"code": "flask_security.twofactor.CodeTfPlugin"},
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 8,
    "SECURITY_TOTP_ISSUER": "Feedback",
    "SECURITY_I18N_DIRNAME": str(TRANSLATIONS),
    "SECURITY_I18N_DOMAIN": "messages",
}
PAGES = {
    "SECURITY_LOGIN_USER_TEMPLATE": "accounts/own_account/sign_in.html",
    "SECURITY_FORGOT_PASSWORD_TEMPLATE": "accounts/own_account/forgotten.html",
    "SECURITY_RESET_PASSWORD_TEMPLATE": "accounts/own_account/reset.html",
    "SECURITY_CHANGE_PASSWORD_TEMPLATE": "accounts/own_account/password.html",
    "SECURITY_VERIFY_TEMPLATE": "accounts/own_account/confirm.html",
    "SECURITY_TWO_FACTOR_SETUP_TEMPLATE": "accounts/own_account/second_factor.html",
    "SECURITY_TWO_FACTOR_VERIFY_CODE_TEMPLATE": "accounts/own_account/code.html",
    "SECURITY_MULTI_FACTOR_RECOVERY_TEMPLATE": "accounts/own_account/recovery_code.html",
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "accounts/own_account/recovery_codes.html",
    "SECURITY_POST_LOGIN_VIEW": "home.start",
    "SECURITY_POST_LOGOUT_VIEW": "security.login",
    "SECURITY_POST_CHANGE_VIEW": "account.show",
    "SECURITY_POST_VERIFY_VIEW": "account.show",
    "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "account.show",
    "SECURITY_TWO_FACTOR_ERROR_VIEW": "security.login",
}
FORMS = {
    "login_form": sign_in_forms.SignIn,
    "forgot_password_form": sign_in_forms.ResetRequest,
    "reset_password_form": sign_in_forms.NewPassword,
    "change_password_form": sign_in_forms.PasswordChange,
    "verify_form": sign_in_forms.PasswordAgain,
    "two_factor_setup_form": sign_in_forms.SecondFactor,
    "two_factor_rescue_form": sign_in_forms.LostPhone,
    "two_factor_verify_code_form": sign_in_forms.Code,
    "mf_recovery_form": sign_in_forms.RecoveryCode,
}

blueprint = Blueprint("security", __name__)

# What Flask-Security asks of an account it finds here: the tables know no web framework, nor wait for it to load.
User.__bases__ += (UserMixin,)
Role.__bases__ += (RoleMixin,)


def register(app: Flask, settings: Settings) -> None:
    app.config.update(SIGN_IN | PAGES | MESSAGES)
    app.config["SECURITY_TOTP_SECRETS"] = derived_keys.totp_secrets(settings.secret_keys)
    app.config["SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS"] = derived_keys.recovery_code_keys(
        settings.secret_keys
    )
    security = Security(
        app,
        SQLAlchemyUserDatastore(db, cast(type[UserMixin], User), cast(type[RoleMixin], Role)),
        register_blueprint=False,
        mail_util_cls=AccountMail,
        totp_cls=AuthenticatorApp,
        **FORMS,
    )
    app.login_manager.user_loader(load_user)  # type: ignore[attr-defined]
    security.want_json(lambda asked: False)
    security.unauthn_handler(errors.sign_in_first)
    rate_limits.register(app, settings)
    app.register_blueprint(blueprint)


def lost_phone() -> Response:
    """Flask-Security wants an address for it; recovery codes are the only way we know."""
    return redirect(url_for("security.mf_recovery", next=request.args.get("next")))


BOTH, POST = ("GET", "POST"), ("POST",)
FOR_STRANGERS = (
    ("/sign-in", "login", guessing(views.login), BOTH),
    ("/sign-in/code", "two_factor_token_validation", guessing(views.two_factor_token_validation), BOTH),
    ("/sign-in/lost-phone", "two_factor_rescue", lost_phone, ("GET",)),
    ("/sign-in/recovery-code", "mf_recovery", guessing(mf_recovery), BOTH),
    ("/password/forgotten", "forgot_password", mailing(views.forgot_password), BOTH),
    ("/password/reset/<token>", "reset_password", guessing(views.reset_password), BOTH),
)
FOR_THE_SIGNED_IN = (
    ("/sign-out", "logout", views.logout, POST),
    ("/account/confirm", "verify", guessing(views.verify), BOTH),
    ("/account/password", "change_password", guessing(views.change_password), BOTH),
    ("/account/second-factor", "two_factor_setup", views.two_factor_setup, BOTH),
    ("/account/second-factor/<token>", "two_factor_setup_validate", views.two_factor_setup_validate, POST),
    ("/account/recovery-codes", "mf_recovery_codes", mf_recovery_codes, BOTH),
)
ONCE_SIGNED_IN_NO_MORE = ("two_factor_token_validation",)  # it would sign out whoever comes back to it

for rule, endpoint, view, methods in FOR_STRANGERS:
    shown = anonymous_user_required(view) if endpoint in ONCE_SIGNED_IN_NO_MORE else view
    blueprint.add_url_rule(rule, endpoint, shown, methods=methods)
for rule, endpoint, view, methods in FOR_THE_SIGNED_IN:
    blueprint.add_url_rule(rule, endpoint, for_roles(*EVERYBODY)(view), methods=methods)


@blueprint.before_request
def take_forms_only() -> None:
    """Flask-Security would also take JSON, of any shape, and more spellings of a page to come back to."""
    way_back = request.values.get("next")
    if request.is_json or (way_back and not is_here(way_back)):
        abort(400)


@user_failed_authn.connect
def count_failure(sender: Flask, user: User, **how: object) -> None:
    with transaction():
        sign_ins.failed(db.session(), user, now=current.now())


def load_user(uniquifier: str) -> User | None:
    """Flask-Security would believe any cookie that we ever signed, after signing out too."""
    user = sign_ins.signed_in(db.session(), uniquifier, session.get(PROOF, ""), now=current.now())
    if user:
        set_request_attr("fs_authn_via", "session")
        set_request_attr("fs_paa", session.get("fs_paa", 0))
    return user


@user_authenticated.connect
def begin_session(sender: Flask, user: User, authn_via: list[str] | None = None, **how: object) -> None:
    """Nothing of the session before signing in stays in the one after it."""
    forget_browser(user)
    kept = {name: session[name] for name in OF_THE_SIGN_IN if name in session}
    session.clear()
    session.update(kept)
    session[PROOF] = sign_ins.begin(db.session(), user, now=current.now())
    g.pop("csrf_token", None)
    if user.language:
        session[SESSION_KEY] = user.language
    if authn_via != ["oidc"]:
        sign_ins.succeeded(user)


@user_logged_out.connect  # type: ignore[untyped-decorator]
def end_session(sender: Flask, user: User, **how: object) -> None:
    """On the server: whoever has copied the cookie has nothing any more."""
    if user.is_authenticated:  # type: ignore[attr-defined]
        with transaction():
            forget_browser(user)


def forget_browser(user: User) -> None:
    sign_ins.end(db.session(), user, sign_ins.digest_of(session.pop(PROOF, "")))


@password_changed.connect
@tf_profile_changed.connect
@tf_disabled.connect
def end_other_sessions(sender: Flask, user: User, **how: object) -> None:
    """Whoever else is signed in here knows no more than what no longer signs in."""
    sign_ins.end_others(db.session(), user, session.get(PROOF, ""))


@reset_password_instructions_sent.connect
def commit_the_mail(sender: Flask, user: User, **how: object) -> None:
    """Flask-Security believes that it has been sent; our outbox owes it."""
    db.session.commit()


@password_reset.connect
def unlock_by_mail(sender: Flask, user: User, **how: object) -> None:
    sign_ins.sign_out_everywhere(db.session(), user)
    sign_ins.succeeded(user)


@tf_disabled.connect
def forget_recovery_codes(sender: Flask, user: User, **how: object) -> None:
    """Those made for another phone are worth nothing when a factor is set up again."""
    user.mf_recovery_codes = None
