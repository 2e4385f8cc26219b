"""Leaks that are put in on purpose: whoever looks for leaks has to find each of them."""

import itertools
import random
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text, update

from feedback import current
from feedback.extensions import db
from feedback.models.invitations import Invitation
from feedback.services.ballot_box import envelopes
from feedback.services.closing import campaign_closing, kept_rows, tallies, unsealing
from feedback.services.closing.unsealing import Opened
from feedback.services.ground import audit
from feedback.services.mail import outbox
from tests.factories import ACTOR, NOW, Office

WINDOW = 4
RESPONSE, TURN = slice(0, 8), slice(25, 28)  # in a comment: what may stand for a random id, and when it came
SQLITE, POSTGRESQL = "sqlite", "postgresql"

Patch = pytest.MonkeyPatch
Order = Callable[[Sequence[int]], list[int]]  # of the moments when texts arrived, in the order of the rows


@dataclass(frozen=True)
class Leak:
    """found_by: what is in the name of the module that has to find it."""

    plant: Callable[[Patch], None]
    found_by: str
    engines: tuple[str, ...] = (SQLITE, POSTGRESQL)
    campaigns: int = 1

    @contextmanager
    def planted(self) -> Iterator[None]:
        """In the application whose context this is, and in its database for good."""
        with pytest.MonkeyPatch.context() as patch:
            self.plant(patch)
            yield


def by_time(turns: Sequence[int]) -> list[int]:
    """As with a time or a serial number on every ballot."""
    return sorted(range(len(turns)), key=turns.__getitem__)


def by_row(turns: Sequence[int]) -> list[int]:
    return list(range(len(turns)))


def in_windows(turns: Sequence[int]) -> list[int]:
    windows = (range(start, min(start + WINDOW, len(turns))) for start in range(0, len(turns), WINDOW))
    return [place for window in windows for place in random.sample(window, len(window))]


def serial_ids(numbers: Iterator[int], number: int) -> Iterator[bytes]:
    """Where the product takes random ids."""
    return (place.to_bytes(16, "big") for place in itertools.islice(numbers, number))


def arrivals(opened: Opened) -> list[int]:
    """Of the texts, in the order of the rows: every ballot has one, which says when it came."""
    return [int(opened.texts[place][2][TURN]) for place in range(len(opened.texts))]


def mixed(order: Order, patch: Patch, *, ids: bool = True) -> None:
    """Comments in this order instead of a random one, with ids in it."""
    opening = campaign_closing.open_all

    def open_all(*arguments: Any) -> Opened:
        opened = opening(*arguments)
        return replace(opened, order=np.array(order(arrivals(opened)), dtype=np.int64))

    patch.setattr(campaign_closing, "open_all", open_all)
    if ids:
        patch.setattr(kept_rows, "random_ids", partial(serial_ids, itertools.count()))


def write(*statements: str, **values: Any) -> None:
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement), values)


def column_of_comment(definition: str, patch: Patch) -> None:
    stored = "virtual" if db.engine.dialect.name == SQLITE else "stored"
    write(f"alter table comment add column {definition} {stored}")


def unsorted_rows(patch: Patch) -> None:
    """Comments lie as they came: in the order of the heap, or by SQLite's numbers of rows."""
    mixed(by_time, patch, ids=False)
    patch.setattr(kept_rows, "random_ids", lambda number: (secrets.token_bytes(16) for _ in range(number)))
    if db.engine.dialect.name == SQLITE:
        with db.engine.connect() as connection:
            made = connection.scalar(text("select sql from sqlite_master where name = 'comment'"))
        write("drop table comment", made.replace("WITHOUT ROWID", ""))


def mixed_texts(opened: Opened) -> Opened:
    """As the product has them: ballots in the order of the rows are a leak of their own."""
    return replace(opened, order=np.random.permutation(len(opened.texts)))


def ballot_by_ballot(patch: Patch) -> None:
    """Values of single ballots beside the counts."""
    write("create table response (cell_id integer, value integer)")

    opening = campaign_closing.open_all
    patch.setattr(unsealing, "shuffled", np.arange)

    def open_all(*arguments: Any) -> Opened:
        opened = opening(*arguments)
        for place in by_time(arrivals(opened)):
            cell, value = int(opened.cells[place]), int(opened.marks[place, -1])
            write("insert into response values (:cell, :value)", cell=cell, value=value)
        return mixed_texts(opened)

    patch.setattr(campaign_closing, "open_all", open_all)


def marks_among_the_statistics(patch: Patch) -> None:
    """What influence factors are computed from, ballot by ballot, beside what comes of it."""
    store = tallies.store
    patch.setattr(unsealing, "shuffled", np.arange)

    def storing(session: Any, campaign: Any, matrix: Any, decision: Any, opened: Opened, *rest: Any) -> None:
        store(session, campaign, matrix, decision, mixed_texts(opened), *rest)
        order = by_time(arrivals(opened))
        marks = [[int(opened.cells[place]), int(opened.marks[place, -1])] for place in order]
        campaign.statistics = {**campaign.statistics, "marks": marks}

    patch.setattr(tallies, "store", storing)


def unpadded(patch: Patch) -> None:
    seal = envelopes.seal
    patch.setattr(envelopes, "seal", lambda *arguments, size=0, **named: seal(*arguments, **named))


def watching_trigger(patch: Patch) -> None:
    write("create table log (slot " + ("blob" if db.engine.dialect.name == SQLITE else "bytea") + ")")
    entry = "insert into log values (new.slot);"
    if db.engine.dialect.name == SQLITE:
        write(f"create trigger watch after update of envelope on ballot begin {entry} end")
        return
    write(
        f"create function watch() returns trigger language plpgsql as $$ begin {entry} return new; end $$",
        "create trigger watch after update of envelope on ballot for each row execute function watch()",
    )


Answering = Callable[[Office, bytes, str], None]


def with_each_answer(leak: Answering, patch: Patch, *, before: bool = False) -> None:
    """Something that happens along with it; before: in the transaction that stores it."""
    answer = Office.answer

    def leaking(office: Office, nonce: bytes, rating: Any = 4, comment: str = "", **options: Any) -> bool:
        if before:
            leak(office, nonce, comment)
        stored = answer(office, nonce, rating, comment, **options)
        if not before:
            leak(office, nonce, comment)
            office.session.commit()
        return stored

    patch.setattr(Office, "answer", leaking)


def log_access(office: Office, nonce: bytes, comment: str) -> None:
    with (current.settings().data_dir / "access.log").open("a") as log:
        log.write(f'127.0.0.1 "POST /s {office.tokens.issue(nonce)}" 303\n')


def write_a_file(office: Office, nonce: bytes, comment: str) -> None:
    (current.settings().data_dir / office.tokens.issue(nonce)).write_text("answered")


def touch(office: Office, nonce: bytes, comment: str) -> None:
    office.session.execute(update(Invitation).where(Invitation.nonce == nonce).values(revoked=False))


def number_the_used(patch: Patch) -> None:
    write("alter table invitation add column used integer")
    next_one = "(select coalesce(max(used), 0) + 1 from invitation)"

    def number(office: Office, nonce: bytes, comment: str) -> None:
        statement = text(f"update invitation set used = {next_one} where nonce = :nonce")
        office.session.execute(statement, {"nonce": nonce})

    with_each_answer(number, patch)


def thank(office: Office, nonce: bytes, comment: str) -> None:
    outbox.owe_invitation_again(office.session, office.session.get_one(Invitation, nonce), now=NOW)


def note(office: Office, nonce: bytes, comment: str) -> None:
    rater = office.session.get_one(Invitation, nonce).rater
    audit.record(office.session, "answered", "", actor=ACTOR, now=NOW, rater=rater.email or "")


def response_ids(patch: Patch) -> None:
    """A random id that a mail has, and the comment as well; here the random part of its text stands for one."""
    column_of_comment("response varchar(8) generated always as (substr(text, 1, 8))", patch)
    write("alter table mail add column response varchar(8)")

    def keep(office: Office, nonce: bytes, comment: str) -> None:
        statement = text("update mail set response = :id where nonce = :nonce")
        office.session.execute(statement, {"id": comment[RESPONSE], "nonce": nonce})

    with_each_answer(keep, patch)


ARRIVAL = "created_at integer generated always as (cast(substr(text, 26, 3) as integer))"
COMMENTS = "| closed: comment.row |"

LEAKS = {
    "an unshuffled mix": Leak(partial(mixed, by_row), COMMENTS),
    "a shuffle in windows of four": Leak(partial(mixed, in_windows), COMMENTS, campaigns=8),
    "comments with serial ids, in the order of arrival": Leak(partial(mixed, by_time), COMMENTS),
    "a created_at column on comments": Leak(partial(column_of_comment, ARRIVAL), "comment.created_at"),
    "a rowid table in place of WITHOUT ROWID": Leak(unsorted_rows, COMMENTS, engines=(SQLITE,)),
    "comments in the order of arrival in the heap": Leak(unsorted_rows, COMMENTS, engines=(POSTGRESQL,)),
    "values of single ballots beside the counts": Leak(ballot_by_ballot, "closed: response.row"),
    "marks of single ballots among the statistics": Leak(
        marks_among_the_statistics, "closed: statistics.marks"
    ),
    "envelopes that are not padded": Leak(
        unpadded, "open: ballot.envelope length | closed: comment.text length"
    ),
    "an access log": Leak(partial(with_each_answer, log_access), "token in access.log"),
    "a file for every answer": Leak(partial(with_each_answer, write_a_file), "files called by their token"),
    "a trigger that logs slots": Leak(watching_trigger, "open: log.row"),
    "a serial number on used links": Leak(number_the_used, "open: invitation.used"),
    "a person's row touched in the ballot's transaction (xmin)": Leak(
        partial(with_each_answer, touch, before=True), "open: invitation.xmin", engines=(POSTGRESQL,)
    ),
    "a mail for every answer": Leak(partial(with_each_answer, thank), "open: last mail.id"),
    "an audit entry for every answer": Leak(partial(with_each_answer, note), "open: audit_entry.id"),
    "a response id in a mail's row": Leak(response_ids, "open: mail.response | closed: comment.response"),
}


def of_engine(engine: str) -> dict[str, Leak]:
    return {name: leak for name, leak in LEAKS.items() if engine in leak.engines}
