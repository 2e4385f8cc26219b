from typing import Any

from flask_security import current_user

from feedback import current
from feedback.services.accounts.reading_rights import Reader
from feedback.services.appraisals.moves import Mover
from feedback.services.decisions.deputies import Decider
from feedback.services.tables.import_plan import Author


def current_reader() -> Reader:
    return Reader(current_user.person_id, frozenset(role.name for role in current_user.roles))


def by() -> dict[str, Any]:
    """Who does something, and when: what services ask of every act."""
    return {"actor": current_user.email, "now": current.now()}


def author() -> Author:
    """The same with the day, where facts are dated."""
    return Author(**by(), today=current.today())


def deciding() -> Decider:
    """The same for what is decided about appraisals: with the reader, and the company's calendar."""
    mover = Mover(str(current_user.email), current_reader())
    return Decider(mover, current.now(), current.settings().zone, current.working_days())
