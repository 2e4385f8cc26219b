"""Signing in with the company's own provider (OpenID Connect): code flow with PKCE, state and nonce.

It never makes an account. One whose verified address is an account's is asked once whether to connect the two; that is
written by a form, so that nothing changes by reading a page. A second factor is the provider's matter.
"""

import time
from typing import Any, cast

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_security import UserMixin, login_user
from werkzeug.wrappers import Response

from feedback import current
from feedback.account_mail import public
from feedback.extensions import db
from feedback.models.accounts import User
from feedback.services.accounts import sign_ins
from feedback.services.ground import audit
from feedback.settings import Settings
from feedback.transaction import transaction
from feedback.views.accounts.way_back import is_here
from feedback.views.ground.rate_limits import guessing

PENDING, WAY_BACK = "oidc_pending", "oidc_next"
SECONDS_TO_ANSWER = 10
SECONDS_TO_CONFIRM = 600

blueprint = Blueprint("oidc", __name__, url_prefix="/sign-in/company")


def register(app: Flask, settings: Settings) -> None:
    """The libraries are loaded where there is a provider: they are large."""
    if not settings.oidc_issuer:
        return
    from authlib.integrations.flask_client import OAuth

    provider = OAuth(app).register(
        "company",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email",
            "code_challenge_method": "S256",
            "default_timeout": SECONDS_TO_ANSWER,
        },
    )
    app.extensions["feedback.oidc"] = provider
    app.register_blueprint(blueprint)


def failures() -> tuple[type[Exception], ...]:
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError
    from requests import RequestException

    return AuthlibBaseError, JoseError, RequestException, RuntimeError, ValueError, KeyError


@blueprint.get("")
def start() -> Response:
    for name in [name for name in session if name.startswith("_state_")]:
        session.pop(name)  # of attempts that were given up, or the cookie would grow
    way_back = request.args.get("next", "")
    session[WAY_BACK] = way_back if is_here(way_back) else ""
    try:
        return current_app.extensions["feedback.oidc"].authorize_redirect(public("oidc.finish"))
    except failures() as error:
        return failed(error)


@blueprint.get("/back")
def finish() -> Response | str:
    try:
        claims = proven_claims()
    except failures() as error:
        return failed(error)
    key = sign_ins.subject_key(claims["iss"], claims["sub"])
    if user := sign_ins.bound_to(db.session(), key):
        return sign_in(user)
    email = str(claims.get("email", "")) if claims.get("email_verified") is True else ""
    if not sign_ins.to_bind(db.session(), email):
        return refuse()
    session[PENDING] = {"key": key, "email": email, "until": time.time() + SECONDS_TO_CONFIRM}
    return render_template("accounts/own_account/connect.html", email=email)


@blueprint.post("")
@guessing
def connect() -> Response:
    pending = session.pop(PENDING, None)
    if not pending or pending["until"] < time.time():
        return refuse()
    user = sign_ins.to_bind(db.session(), pending["email"])
    if user is None:
        return refuse()
    with transaction():
        user.oidc_subject = pending["key"]
        audit.record(db.session(), "account connected", user.email, actor=user.email, now=current.now())
    return sign_in(user)


def proven_claims() -> dict[str, Any]:
    """What the provider says of the person, signed, for us, and about this very attempt."""
    settings = current.settings()
    expected = {
        "iss": {"essential": True, "value": settings.oidc_issuer},
        "aud": {"essential": True, "value": settings.oidc_client_id},
        "sub": {"essential": True},
    }
    token = current_app.extensions["feedback.oidc"].authorize_access_token(claims_options=expected)
    return dict(token["userinfo"])


def sign_in(user: User) -> Response:
    way_back = session.get(WAY_BACK)
    with transaction():
        login_user(cast(UserMixin, user), remember=False, authn_via=["oidc"])
    return redirect(way_back or url_for("home.start"), 303)


def failed(error: Exception) -> Response:
    current_app.logger.warning("company sign-in failed: %s", type(error).__name__)
    flash(gettext("Signing in with the company account did not work. Please try again."), "error")
    return redirect(url_for("security.login"), 303)


def refuse() -> Response:
    flash(
        gettext(
            "There is no account here for the company account you used. Ask an administrator to make one."
        ),
        "error",
    )
    return redirect(url_for("security.login"), 303)
