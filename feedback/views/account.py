"""The reader's own settings. Signing in and out is Flask-Security's; its page is templates/account/sign_in.html."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request, session, url_for
from werkzeug.wrappers import Response

from feedback.views.locales import LOCALE_OF, SESSION_KEY

blueprint = Blueprint("account", __name__)


@blueprint.post("/language")
def language() -> Response:
    asked = request.form.get("lang", "")
    if asked in LOCALE_OF:
        session[SESSION_KEY] = asked
    return redirect(_own_path(request.form.get("back", "")), code=303)


def _own_path(address: str) -> str:
    """Where the reader came from, if that is a page of this site and of nobody else's."""
    parts = urlsplit(address)
    is_own = parts.path.startswith("/") and not (parts.scheme or parts.netloc or "\\" in address)
    return parts.path if is_own else url_for("home.start")
