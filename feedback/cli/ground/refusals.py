"""A user's mistake in plain words, on stderr and with exit code 1, where others show a traceback."""

import click
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from feedback.services.ground.collisions import SENTENCE, is_collision, is_unavailable
from feedback.services.ground.errors import DomainError
from feedback.settings import InvalidSettings
from forms.document import InvalidDocument


def in_words(error: Exception) -> click.ClickException | None:
    """None for what is a fault of ours."""
    sentence = _sentence(error)
    return None if sentence is None else click.ClickException(sentence)


def _sentence(error: Exception) -> str | None:
    match error:
        case DomainError() | InvalidSettings():
            return str(error)
        case InvalidDocument():
            return "\n".join(map(str, error.faults))
        case DBAPIError() | StaleDataError() if is_collision(error):
            return SENTENCE
        case DBAPIError() | StaleDataError():
            advice = "`feedback doctor` tells more, `feedback db upgrade` makes the tables"
            return f"the database refused: {getattr(error, 'orig', error)}\n{advice}"
        case _ if is_unavailable(error):
            return f"nothing can be stored at the moment: {error}"
        case FileNotFoundError() | NotADirectoryError() | PermissionError():
            return f"{error.filename}: {error.strerror}"
        case UnicodeEncodeError():
            return "an argument is not text in UTF-8"
        case ArgumentError():
            return f"FEEDBACK_DATABASE_URL is of no use: {error}"
    return None
