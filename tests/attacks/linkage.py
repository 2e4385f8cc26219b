"""Attacks that try to tell which link gave which answer, from everything that a machine keeps of a campaign."""

import json
import random
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select

from feedback import current
from feedback.extensions import db
from feedback.models.campaigns import Campaign
from feedback.models.clients import Contact
from feedback.models.invitations import Invitation, Task
from feedback.services.ballot_box import invitations
from feedback.services.reports import reports
from tests.attacks import traces
from tests.attacks.evidence import Answer, Evidence
from tests.attacks.traces import Names, Row, WriteAheadLog
from tests.factories import Office, shipped_questionnaire

SUBJECTS = 5  # with so many ballots as influence factors take
RATERS = (
    12  # of each subject; eleven with another answer to the recommendation each, 0 to 10, and one with none
)

FIRST_OF_DIMENSIONS = tuple(
    next(item.id for item in shipped_questionnaire().counted_items if item.dimension == dimension.id)
    for dimension in shipped_questionnaire().dimensions
)

# What joins a slot to a person takes the server's secret: no crime where a table or a file of slots shows their order.
OF_SLOTS = ("ballot", "slot")


class Witness:
    """Somebody who reads every file and every table of one campaign, and has the server's secret."""

    def __init__(self, office: Office, code: str) -> None:
        self.log = WriteAheadLog.from_now(db.engine) if db.engine.dialect.name == "postgresql" else None
        self.office = office
        self.campaign = office.open(*[{"client": RATERS}] * SUBJECTS, code=code)
        rows = db.session.execute(_asked(self.campaign)).all()
        self.evidence = Evidence({nonce: cell for nonce, cell, *_ in rows})
        self.slots = _slots(office, self.campaign)
        self.links = self._names_of_links(rows)

    def _names_of_links(self, rows: Sequence[Any]) -> Names:
        nonces = self.evidence.cell_of
        tokens = {nonce: self.office.tokens.issue(nonce) for nonce in nonces}
        values = {nonce: nonce for nonce in nonces} | {token: nonce for nonce, token in tokens.items()}
        values |= {slot: nonce for nonce, slot in self.slots.items()}
        values |= {email: nonce for nonce, _, _, email in rows}
        needles = {"nonce": {nonce: nonce for nonce in nonces}, "slot": self.slots}
        needles["token"] = {nonce: token.encode() for nonce, token in tokens.items()}
        return Names(values, {contact: nonce for nonce, _, contact, _ in rows}, needles)

    @property
    def comments(self) -> Names:
        texts = {given: given for given in self.evidence.truth if isinstance(given, str)}
        return Names(texts, bytes={"comment": {text: text.encode() for text in texts}})

    def look(self, moment: str) -> None:
        """At what says something about links, and at what says something about answers."""
        self.office.session.commit()
        tables, files = traces.tables(db.engine), traces.files(current.settings().data_dir)
        if self.log:
            files["the log of PostgreSQL"] = self.log.read()
        self._look_for_links(moment, tables, files)
        found = [*traces.orders_in(tables, self.comments, moment)]
        found += traces.places(files, self.comments, moment)
        self.evidence.answers |= {name: things for _, name, things in found}
        self.evidence.answers |= {f"{moment}: {name}": seen for name, seen in self._values(tables)}

    def _look_for_links(
        self, moment: str, tables: Mapping[str, list[Row]], files: Mapping[str, bytes]
    ) -> None:
        found = [*traces.orders_in(tables, self.links, moment), *traces.places(files, self.links, moment)]
        found += traces.by_time(current.settings().data_dir, self.links, moment)
        for kind, name, things in found:
            orders = self.evidence.slots if kind in OF_SLOTS else self.evidence.people
            orders[name] = things

    def _values(self, tables: Mapping[str, list[Row]]) -> Iterator[tuple[str, list[Answer]]]:
        """Answers to the recommendation as single values in a cell, where all of them are."""
        for name, rows in tables.items():
            if rows and {"cell_id", "value"} <= rows[0].keys():
                asked = [row for row in rows if row.get("item", "recommend") == "recommend"]
                found = [(row["cell_id"], row["value"]) for row in asked]
                if self.evidence.truth.keys() & set(found):
                    yield f"{name}.row", found
        for row in tables["campaign"]:
            yield from self._listed(row["statistics"])

    def _listed(self, statistics: Any) -> Iterator[tuple[str, list[Answer]]]:
        """Lists among the statistics that have a cell and a value of it in each line."""
        kept = json.loads(statistics) if isinstance(statistics, str) else statistics
        for name, lines in (kept or {}).items():
            pairs = (
                [tuple(line) for line in lines if isinstance(line, list)] if isinstance(lines, list) else []
            )
            if self.evidence.truth.keys() & set(pairs):
                yield f"statistics.{name}", pairs

    def read_reports(self) -> None:
        self.evidence.answers["reports: comments"] = [
            comment
            for report in reports.build_all(self.office.session, self.campaign).values()
            for comments in report.comments
            for comment in comments.texts
        ]


def witnessed(office: Office, code: str) -> Evidence:
    """A campaign from opening to its reports: looked at while it is open, while it is closed and afterwards."""
    witness = Witness(office, code)
    _answer(office, witness)
    witness.look("open")
    with _before_vacuum(lambda: witness.look("closing")):
        office.close(witness.campaign)
    witness.look("closed")
    witness.read_reports()
    return witness.evidence


def _asked(campaign: Campaign):  # type: ignore[no-untyped-def]
    return (
        select(Task.nonce, Task.cell_id, Invitation.contact_id, Contact.email)
        .join(Invitation, Invitation.nonce == Task.nonce)
        .join(Contact, Contact.id == Invitation.contact_id)
        .where(Invitation.campaign_id == campaign.id)
    )


def _slots(office: Office, campaign: Campaign) -> dict[bytes, bytes]:
    """As from a backup of the open campaign by somebody who has the server's secret and its files."""
    keys = office.custody.box(campaign.code)
    tasks = select(Task, Invitation).join(Invitation).where(Invitation.campaign_id == campaign.id)
    found = db.session.execute(tasks)
    return {task.nonce: invitations.slot_of(keys, invitation, task) for task, invitation in found}


def _answer(office: Office, witness: Witness) -> None:
    """One after the other, in an order and with answers that have nothing to do with anything.

    In a comment its turn stands behind a random word, and its length is its own, for the sake of leaks that are put in
    on purpose; no attack reads either.
    """
    evidence = witness.evidence
    nonces = random.sample([*evidence.cell_of], len(evidence.cell_of))
    left = {cell: random.sample(range(RATERS), RATERS) for cell in set(evidence.cell_of.values())}
    for turn, nonce in enumerate(nonces):
        cell = evidence.cell_of[nonce]
        value = left[cell].pop()
        comment = f"{secrets.token_hex(12)} {turn:03}" + "." * random.choice(range(3 * value, 3 * value + 3))
        marks = {item: random.randint(1, 5) for item in FIRST_OF_DIMENSIONS}
        office.answer(nonce, marks | {"recommend": value}, comment)
        evidence.truth |= {comment: nonce, (cell, value): nonce}
        evidence.turns.append(nonce)


@contextmanager
def _before_vacuum(look: Callable[[], None]) -> Iterator[None]:
    """The last moment at which the log of the closing is there, and what was deleted lies in the files."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("VACUUM") and not seen:
            seen.append(statement)
            look()

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
