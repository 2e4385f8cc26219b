"""Several people rated in one sitting: an unrelated ballot for each, in a transaction of its own."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from feedback.services.ballot_box import invitations
from feedback.services.ballot_box.ballots import Answers
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.invitations import Holding
from feedback.services.ground.errors import DomainError, LinkClosed, UnknownLink


@dataclass(frozen=True)
class SubmissionOutcome:
    """By the number of the task: whose answers are in the box, and why those on others are not."""

    stored: frozenset[int]
    refused: Mapping[int, DomainError]


def cast_each(
    session: Session, custody: Custody, nonce: bytes, answers: Mapping[int, Answers], *, now: datetime
) -> SubmissionOutcome:
    """Commits after each ballot, in an order drawn at random.

    A single transaction would be recorded in each of its rows, and in PostgreSQL everybody who reads the table would
    see which ballots came from one rater. So the close, or a link that is withdrawn, may come between two of them.
    """
    stored: set[int] = set()
    refused: dict[int, DomainError] = {}
    for position in secrets.SystemRandom().sample(sorted(answers), len(answers)):
        try:
            visit = invitations.visit(session, custody, nonce, now=now, holding=Holding.SHARED)
            invitations.submit(session, visit, visit.task(position), answers[position])
        except (LinkClosed, UnknownLink) as error:
            refused[position] = error
        else:
            stored.add(position)
        session.commit()
    return SubmissionOutcome(frozenset(stored), refused)
