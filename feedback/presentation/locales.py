"""Which language a page speaks: what the address asks for, else what the browser prefers, else the default."""

from flask import request, session
from flask_babel import get_locale
from werkzeug.exceptions import RequestEntityTooLarge

from feedback import current
from feedback.services.ground.languages import LOCALE_OF

SESSION_KEY = "language"
COOKIE_FREE = ("respond", "suggestion_box", "privacy")


def select() -> str:
    asked = _asked()
    if asked not in LOCALE_OF and not _is_respondent():
        asked = session.get(SESSION_KEY, "")
    if asked in LOCALE_OF:
        return LOCALE_OF[asked]
    preferred = request.accept_languages.best_match(["zh-Hans-CN", "zh-CN", "zh", "en"])
    return LOCALE_OF[preferred[:2]] if preferred else current.settings().default_locale


def language() -> str:
    """The language code that questionnaires and names use: zh or en."""
    locale = get_locale()
    return "en" if locale and locale.language == "en" else "zh"


def _asked() -> str:
    try:
        return request.values.get("lang", "")
    except RequestEntityTooLarge:  # also on the page that says so
        return request.args.get("lang", "")


def _is_respondent() -> bool:
    """Respondent pages neither set nor read a cookie."""
    return request.blueprint in COOKIE_FREE
