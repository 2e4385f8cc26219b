"""Who does what the request asks for, and when."""

from flask_security import current_user

from feedback import current
from feedback.services.tables.import_plan import Author


def author() -> Author:
    return Author(current_user.email, current.now(), current.today())
