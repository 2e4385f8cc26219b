from flask_security import current_user

from feedback.services.access import Reader


def current_reader() -> Reader:
    return Reader(current_user.person_id, frozenset(role.name for role in current_user.roles))
