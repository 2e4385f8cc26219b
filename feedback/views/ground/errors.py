"""What can go wrong, as pages: domain errors become HTTP once, and nothing of a request ever reaches the log.

These pages ask the database nothing: they are shown when it is what is broken, and to respondents, who must
not be given a cookie.
"""

import secrets
from pathlib import Path
from traceback import extract_tb

from flask import Flask, current_app, redirect, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, Unauthorized
from werkzeug.wrappers import Response

from feedback.services.ground.collisions import SENTENCE, code_of, is_collision, is_unavailable
from feedback.services.ground.errors import DomainError, InvalidFile, NotFound, NotPossible, UnknownLink
from feedback.views.ground.faults import told

STATUS_OF = {NotFound: 404, UnknownLink: 404, NotPossible: 409, InvalidFile: 422}
SAME_AS_ABSENT = {403: 404, 410: 404}
WITH_OWN_WORDS = frozenset({400, 404, 405, 409, 413, 422, 429, 500, 503})
SOURCE = Path(__file__).parents[3]
OUR_PACKAGES = frozenset({"feedback", "forms", "scoring"})

RETRY_AFTER = {"Retry-After": "30"}

Page = tuple[str, int] | tuple[str, int, dict[str, str]]


def register(app: Flask) -> None:
    app.register_error_handler(DomainError, domain_error)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(Unauthorized, sign_in_first)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, unexpected)
    app.log_exception = say_nothing  # type: ignore[method-assign]


def domain_error(error: DomainError) -> Page:
    status = next((status for kind, status in STATUS_OF.items() if isinstance(error, kind)), 400)
    return page(status, sentence=told(error))


def stale_form(error: CSRFError) -> Page:
    return page(400, stale=True)


def sign_in_first(*args: object, **kwargs: object) -> Response:
    """Flask-Security would also leave a message in the cookie, one more with each visit."""
    return redirect(url_for("security.login", next=request.full_path.rstrip("?")))


def http_error(error: HTTPException) -> Page | HTTPException:
    if isinstance(error, InternalServerError):
        return unexpected(error.original_exception or error)
    if error.code is None or error.code < 400:
        return error
    return page(error.code)


def unexpected(error: BaseException) -> Page:
    if is_collision(error):
        current_app.logger.warning("two at once: %s at %s", type(error).__name__, place_of(error))
        return page(409, sentence=gettext(SENTENCE))
    if is_unavailable(error):
        say_unavailable(error)
        return (*page(503), RETRY_AFTER)
    number = secrets.token_hex(4)
    current_app.logger.error("error %s: %s at %s", number, type(error).__name__, place_of(error))
    return page(500, number=number)


def say_unavailable(error: BaseException) -> None:
    current_app.logger.error("nothing can be stored: %s at %s", code_of(error), place_of(error))


def say_nothing(exc_info: object) -> None:
    """Flask would log the address, and with it a respondent's link; `unexpected` logs what may be said."""


def place_of(error: BaseException) -> str:
    """The last line of our own code on the way to the error."""
    places = [(Path(frame.filename), frame.lineno) for frame in extract_tb(error.__traceback__)]
    for path, line in reversed(places):
        if path.is_relative_to(SOURCE) and path.relative_to(SOURCE).parts[0] in OUR_PACKAGES:
            return f"{path.relative_to(SOURCE)}:{line}"
    return "an unknown place"


def page(status: int, **facts: object) -> tuple[str, int]:
    status = SAME_AS_ABSENT.get(status, status)
    shown = status if status in WITH_OWN_WORDS else 500 if status >= 500 else 400
    template = current_app.jinja_env.get_template(f"ground/errors/{shown}.html")
    return template.render(status=status, **facts), status
