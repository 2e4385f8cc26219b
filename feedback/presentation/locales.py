"""Which language a page speaks: what the address asks for, else what the browser prefers, else the default."""

from functools import lru_cache

from flask import request, session
from flask_babel import get_locale
from werkzeug.datastructures import LanguageAccept
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_accept_header

from feedback import current
from feedback.services.ground.languages import LOCALE_OF

SESSION_KEY = "language"
COOKIE_FREE = ("respond", "suggestion_box", "privacy")


def select() -> str:
    asked = _asked()
    if asked not in LOCALE_OF and not _is_respondent():
        asked = session.get(SESSION_KEY, "")
    return chosen(asked, request.headers.get("Accept-Language", ""), current.settings().default_locale)


def chosen(asked: str, accepted: str, default_locale: str) -> str:
    """The locale of whoever asks for a language, or whose browser accepts some."""
    return LOCALE_OF.get(asked) or _preferred(accepted) or default_locale


@lru_cache(maxsize=256)
def _preferred(accepted: str) -> str | None:
    languages = parse_accept_header(accepted, LanguageAccept)
    found = languages.best_match(["zh-Hans-CN", "zh-CN", "zh", "en"])
    return LOCALE_OF[found[:2]] if found else None


def language() -> str:
    """The language code that questionnaires and names use: zh or en."""
    locale = get_locale()
    return language_of(locale.language if locale else "")


def language_of(locale: str) -> str:
    return "en" if locale == LOCALE_OF["en"] else "zh"


def _asked() -> str:
    try:
        return request.values.get("lang", "")
    except RequestEntityTooLarge:  # also on the page that says so
        return request.args.get("lang", "")


def _is_respondent() -> bool:
    """Respondent pages neither set nor read a cookie."""
    return request.blueprint in COOKIE_FREE
