"""A letter to whoever an account belongs to, in his language, owed through the outbox."""

from flask_babel import force_locale, gettext

from feedback import current
from feedback.extensions import db
from feedback.models.accounts import User
from feedback.services.ground.languages import LOCALE_OF
from feedback.services.mail import outbox

Letter = tuple[str, str]  # the subject and the text, marked for translation


def owe(user: User, letter: Letter, **facts: str) -> None:
    language = language_of(user)
    with force_locale(LOCALE_OF[language]):
        subject, text = (gettext(words, **facts) for words in letter)
    outbox.owe_account_mail(
        db.session(), current.custody(), user.email, language, subject, text, now=current.now()
    )


def language_of(user: User) -> str:
    return user.language or (user.person.language if user.person else current.settings().default_locale[:2])
