"""Whether the database that is there is one to run on."""

from feedback import current
from feedback.cli.ground.application import in_application
from feedback.extensions import db
from feedback.services.closing import giving_up
from feedback.services.ground import schema
from feedback.services.ground.errors import NotPossible


@in_application
def require_usable() -> None:
    with db.engine.connect().execution_options(read_only=True) as connection:
        if schema.current(connection) != schema.newest():
            raise NotPossible("the database is not at this version: run `feedback db upgrade` first")
    require_not_older()


def require_not_older() -> None:
    """A database from before the close of a campaign would take answers once more, and lose them."""
    db.session.info["read_only"] = True
    if codes := giving_up.contradicted(db.session(), current.custody()):
        raise NotPossible(
            f"the database is from a backup: {', '.join(codes)} was counted on this server after it was made, and its "
            "keys are destroyed. Restore a newer backup. If there is none, the answers are lost; close the campaign "
            f"without results and start again: feedback campaign give-up {codes[0]}"
        )
