"""Mails about accounts, in their owners' language, owed through the outbox with links to the public address only.

For pages and for commands, which have no request.
"""

from datetime import datetime
from typing import Any

from flask import current_app
from flask_security import MailUtil
from flask_security.recoverable import generate_reset_password_token

from feedback import current, letters
from feedback.extensions import db
from feedback.letters import Letter
from feedback.models.accounts import User
from feedback.services.ground import audit
from feedback.services.ground.errors import NotPossible
from forms.words import N_

WELCOME: Letter = (
    N_("Your account is ready"),
    N_(
        "An account has been made for you.\n\nSet a password here, within a day:\n\n%(link)s\n\n"
        "Afterwards you sign in at %(sign_in)s with the address %(email)s."
    ),
)
RESET: Letter = (
    N_("A new password"),
    N_(
        "Somebody, probably you, asked for a new password for %(email)s.\n\nSet it here, within a day:\n\n%(link)s\n\n"
        "If it was not you, there is nothing to do: your password stays as it is."
    ),
)
CHANGED: Letter = (
    N_("Your password was changed"),
    N_(
        "The password of %(email)s was changed just now.\n\n"
        "If it was not you, set a new one at %(forgotten)s and tell an administrator."
    ),
)
OF_TEMPLATE = {"reset": RESET, "changed": CHANGED}


class AccountMail(MailUtil):
    """Flask-Security names the mail; we write it."""

    def send_mail(self, template: str, *args: Any, **context: Any) -> None:
        link = reset_link(context["reset_token"]) if "reset_token" in context else ""
        owe(context["user"], OF_TEMPLATE[template], link=link)


def welcome(user: User) -> None:
    owe(user, WELCOME, link=reset_link(generate_reset_password_token(user)))  # type: ignore[no-untyped-call]


def send_link(user: User, *, actor: str, now: datetime) -> None:
    """Once more, when an administrator is asked for it."""
    if not user.active:
        raise NotPossible(N_("the account is disabled: enable it first"))
    welcome(user)
    audit.record(db.session(), "password link sent", user.email, actor=actor, now=now)


def owe(user: User, letter: Letter, **facts: str) -> None:
    facts |= {
        "email": user.email,
        "sign_in": public("security.login"),
        "forgotten": public("security.forgot_password"),
    }
    letters.owe(user, letter, **facts)


def reset_link(token: str) -> str:
    return public("security.reset_password", token=token)


def public(endpoint: str, **values: str) -> str:
    """Never from the address that a request names as its own."""
    return current.settings().public_url + current_app.url_map.bind("").build(endpoint, values)
