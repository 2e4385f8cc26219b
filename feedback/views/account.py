"""The reader's choice of language. Signing in and out is Flask-Security's, with account/sign_in.html."""

from flask import Blueprint, request, session

from feedback.views.locales import LOCALE_OF, SESSION_KEY

COOKIE_FREE = ("respond", None)  # respondent pages, and addresses that lead to no page at all

blueprint = Blueprint("account", __name__)


@blueprint.before_app_request
def remember_language() -> None:
    """?lang= on a page for signed-in people is for all of them, not for this one only."""
    asked = request.args.get("lang", "")
    if asked in LOCALE_OF and request.blueprint not in COOKIE_FREE:
        session[SESSION_KEY] = asked
