"""What commands about decisions have in common: each names the account that answers for it."""

import click
from sqlalchemy.orm import Session

from feedback import current
from feedback.cli.ground.application import actor
from feedback.models.accounts import RoleName
from feedback.services.accounts import accounts
from feedback.services.accounts.reading_rights import Reader
from feedback.services.appraisals.moves import Mover
from feedback.services.decisions.deputies import SEPARATOR, Decider
from feedback.services.ground.errors import NotPossible
from forms import periods

AS = click.option(
    "--as",
    "email",
    required=True,
    metavar="EMAIL",
    help="The account that answers for it; its rights decide. The log names it and who typed the command.",
)
IN_PERIOD = click.argument(
    "period", metavar="PERIOD", callback=lambda _context, _argument, text: periods.canonical(text)
)
PERIOD = click.option(
    "--period",
    required=True,
    callback=lambda _context, _option, text: periods.canonical(text),
    help="A year 2026, a quarter 2026Q4 or a month 2026-11.",
)
CODE = click.argument("code")
DAY = click.DateTime(["%Y-%m-%d"])
SUBJECTS = click.option("--subject", "codes", multiple=True, metavar="CODE", help="Only these people.")


def decider(session: Session, email: str) -> Decider:
    account = accounts.by_address(session, email)
    if not account.active:
        raise NotPossible("the account %(email)s is disabled", email=email)
    reader = Reader(account.person_id, account.role_names)
    return _decider(Mover(f"{actor()}{SEPARATOR}{account.email}", reader))


def operator() -> Decider:
    """For what is only read."""
    return _decider(Mover(actor(), Reader(None, frozenset({str(RoleName.HR)}))))


def _decider(mover: Mover) -> Decider:
    return Decider(mover, current.now(), current.settings().zone, current.working_days())
