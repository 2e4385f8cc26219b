"""Attacks that try to tell which link gave which answer, from everything that a machine keeps of a campaign.

An attack puts the links of a cell in some order, the answers of the cell in another, and guesses that the first belong
together, then the second, and so on. Whoever knows nothing is right once per cell on average, whatever its size.
"""

import math
import random
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import event, select, text

from feedback.extensions import db
from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign
from feedback.models.invitations import Invitation, Task
from feedback.models.results import Comment, Count
from feedback.services.ballot_box import ballots, invitations
from feedback.services.ballot_box.ballots import Answers
from feedback.services.definitions.frozen_definitions import read_questionnaire
from feedback.services.reports import reports
from tests.factories import Office

SUBJECTS = 4
RATERS = 11  # of each subject, each with another answer to the recommendation, 0 to 10
SUSPICIOUS = 4.0

# Without an order and without a condition on the campaign: as the rows lie there.
KEPT = {
    "comment": select(Comment.text),
    "value": select(Count.cell_id, Count.value).where(Count.item == "recommend"),
}

Answer = str | tuple[int, int]  # a comment, or a cell and a value of the recommendation


@dataclass
class Evidence:
    """What an attacker can put in order, and for the judge the truth: whose each answer is."""

    cell_of: dict[bytes, int]
    truth: dict[Answer, bytes] = field(default_factory=dict)
    links: dict[str, list[bytes]] = field(default_factory=dict)
    answers: dict[str, list[Answer]] = field(default_factory=dict)

    def hits(self) -> dict[str, int]:
        """How many guesses of each attack are right."""
        return {
            f"{link}, {answer}, {direction}": self._right(nonces[::step], found)
            for link, nonces in self.links.items()
            for answer, found in self.answers.items()
            for direction, step in (("in order", 1), ("reversed", -1))
        }

    def _right(self, nonces: list[bytes], found: list[Answer]) -> int:
        owners = [self.truth[given] for given in found if given in self.truth]
        ordered = (sorted(order, key=lambda nonce: self.cell_of[nonce]) for order in (nonces, owners))
        return sum(guessed == owner for guessed, owner in zip(*ordered, strict=True))


def suspicious(campaigns: Sequence[Evidence]) -> set[str]:
    """The attacks that are right too often or too rarely for chance: their hits should be Poisson(cells)."""
    hits: dict[str, list[int]] = defaultdict(list)
    for evidence in campaigns:
        for name, right in evidence.hits().items():
            hits[name].append(right)
    chance = {name: SUBJECTS * len(right) for name, right in hits.items()}
    return {
        name
        for name, right in hits.items()
        if abs(sum(right) - chance[name]) >= SUSPICIOUS * math.sqrt(chance[name])
    }


def witnessed(office: Office, code: str) -> Evidence:
    """A campaign from opening to its reports, watched by somebody who reads every file and every table."""
    campaign = office.open(*[{"client": RATERS}] * SUBJECTS, code=code)
    tasks = select(Task.nonce, Task.cell_id).join(Invitation).where(Invitation.campaign_id == campaign.id)
    evidence = Evidence(dict(map(tuple, db.session.execute(tasks))))
    slots = _slots(office, campaign, evidence)
    evidence.links = {
        "nonce": sorted(slots),
        "contact": list(db.session.scalars(tasks.order_by(Invitation.contact_id))),
        "slot": sorted(slots, key=lambda nonce: slots[nonce]),
        "answered": _answer(campaign, slots, evidence),
    }
    look = _look_at_sqlite if db.engine.dialect.name == "sqlite" else _look_at_postgresql
    look(office, campaign, slots, evidence)
    return evidence


def _slots(office: Office, campaign: Campaign, evidence: Evidence) -> dict[bytes, bytes]:
    """As from a backup of the open campaign by somebody who has the server's secret."""
    key = invitations.open_slot_key(office.custody, campaign)
    return {nonce: ballots.slot_of(key, nonce, cell) for nonce, cell in evidence.cell_of.items()}


def _answer(campaign: Campaign, slots: dict[bytes, bytes], evidence: Evidence) -> list[bytes]:
    """One after the other, in an order and with answers that have nothing to do with anything.

    A comment begins with its turn for the sake of leaks that are put in on purpose; no attack reads it.
    """
    asked = read_questionnaire(campaign.questionnaire)
    key, size, code = campaign.public_key, campaign.envelope_size, campaign.code
    in_turn = random.sample(list(slots), len(slots))
    left = {cell: random.sample(range(1, RATERS + 1), RATERS) for cell in set(evidence.cell_of.values())}
    for turn, nonce in enumerate(in_turn):
        cell = evidence.cell_of[nonce]
        value, comment = left[cell].pop(), f"{turn:03} {secrets.token_hex(12)}"
        answers = Answers.of(
            asked, {"attitude-1": 3, "recommend": value}, {asked.comment_items[0].id: comment}
        )
        ballots.cast(db.session, slots[nonce], ballots.seal(answers, size, key, code, cell))
        db.session.commit()
        evidence.truth |= {comment: nonce, (cell, value): nonce}
    return in_turn


def _look_at_sqlite(
    office: Office, campaign: Campaign, slots: dict[bytes, bytes], evidence: Evidence
) -> None:
    office.session.commit()
    file = Path(db.engine.url.database or "")
    log = file.with_name(f"{file.name}-wal")
    comments = {given: given.encode() for given in evidence.truth if isinstance(given, str)}
    evidence.links |= _places("backup", file.read_bytes(), slots) | _places("log", log.read_bytes(), slots)
    seen: dict[str, list[Answer]] = {}
    with _before_vacuum(lambda: seen.update(_places("log", log.read_bytes(), comments))):
        office.close(campaign)
    evidence.answers |= seen | _places("file", file.read_bytes(), comments)
    _read(office, campaign, evidence)


def _places(name: str, data: bytes, needles: dict) -> dict[str, list]:
    """Things in the order of their first and of their last place in a file, if all are in it."""
    orders = {}
    for end, find in (("first", data.find), ("last", data.rfind)):
        places = {thing: find(needle) for thing, needle in needles.items()}
        if min(places.values()) >= 0:
            orders[f"{end} place in {name}"] = sorted(places, key=lambda thing, at=places: at[thing])
    return orders


@contextmanager
def _before_vacuum(look: Callable[[], None]) -> Iterator[None]:
    """The last moment at which the log of the closing is there."""

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement == "VACUUM":
            look()

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def _look_at_postgresql(
    office: Office, campaign: Campaign, slots: dict[bytes, bytes], evidence: Evidence
) -> None:
    nonce_of = {slot: nonce for nonce, slot in slots.items()}
    for column in ("ctid", "xmin::text::bigint"):
        rows = db.session.scalars(select(Ballot.slot).order_by(text(f"ballot.{column}")))
        evidence.links[f"ballot {column}"] = [nonce_of[slot] for slot in rows if slot in nonce_of]
    office.close(campaign)
    _read(office, campaign, evidence, "ctid")


def _read(office: Office, campaign: Campaign, evidence: Evidence, order: str | None = None) -> None:
    """Comments and recommendations as their tables have them, and comments as the reports have them."""
    for name, kept in KEPT.items():
        rows = db.session.execute(kept.order_by(order and text(order))).all()
        evidence.answers[name] = [row[0] if len(row) == 1 else tuple(row) for row in rows]
    evidence.answers["report"] = [
        comment
        for report in reports.build_all(office.session, campaign).values()
        for comments in report.comments
        for comment in comments.texts
    ]
