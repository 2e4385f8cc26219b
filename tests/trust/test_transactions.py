"""No transaction names a person beside fewer than a crowd of slots: PostgreSQL writes its number into each row.

A tour does everything that happens to a campaign once. What writes to a ballot or to an invitation is on a list here:
whoever adds to it decides that these rows may be seen to belong together.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from feedback.extensions import db
from feedback.settings import Settings
from tests.attacks import heap
from tests.attacks.tour import Tour
from tests.attacks.writes import Written, recorded
from tests.postgresql.moments import office_of, running

WATCHED = ("ballot", "invitation")

# Everything at once for everybody; or a slot and nothing that says whose it is; or a person and no slot.
ALLOWED = {
    "opening": {
        *("updates campaign", "updates subject", "updates cell", "inserts audit_entry"),
        *("inserts invitation", "inserts task", "inserts ballot", "inserts crowd", "inserts mail"),
    },
    "casting": {"updates ballot"},
    "closing": {"deletes ballot", "deletes interview", "updates campaign", "updates cell"},
    "adding a rater": {
        *("inserts nomination", "inserts invitation", "inserts task", "updates cell"),
        *("inserts mail", "inserts audit_entry"),
    },
    "issuing a link anew": {"updates invitation", "updates task", "inserts mail", "inserts audit_entry"},
    "revoking a link": {"updates invitation", "inserts audit_entry"},
    "exporting the links": {"updates invitation", "inserts audit_entry"},
    "purging": {
        *("deletes call_back", "deletes interview", "deletes mail", "deletes reminder", "deletes task"),
        *("deletes invitation", "deletes nomination", "deletes comment"),
        *("updates campaign", "inserts audit_entry"),
    },
}


@pytest.fixture
def running_app(either_engine: Settings) -> Iterator[Flask]:
    with running(either_engine) as app:
        yield app


def watched(written: Written) -> bool:
    return any(entry.rpartition(" ")[2] in WATCHED for entry in written)


def test_what_one_transaction_writes_beside_a_slot_or_a_link_is_on_the_list(running_app: Flask):
    found: dict[Written, str] = {}
    for act, do in Tour(running_app, office_of(running_app)).acts():
        with recorded() as writes:
            do()
        found |= {written: act for written in writes.committed if watched(written)}
    allowed = set(map(frozenset, ALLOWED.values()))
    assert {act: sorted(written) for written, act in found.items() if written not in allowed} == {}
    assert allowed - found.keys() == set(), "what nothing does any more"


def test_no_transaction_on_postgresql_joins_a_person_and_fewer_slots_than_a_crowd(
    settings: Settings, postgres_url: str
):
    found: dict[str, heap.Joins] = {}
    with running(replace(settings, database_url=postgres_url)) as app:
        for act, do in Tour(app, office_of(app)).acts():
            since = heap.now(db.engine)
            do()
            found[act] = heap.joins(heap.touched(db.engine, since))
    assert {act: joins for act, joins in found.items() if joins.together or joins.side_by_side} == {}


def test_a_join_in_one_transaction_and_one_in_the_next_would_be_seen(settings: Settings, postgres_url: str):
    with running(replace(settings, database_url=postgres_url)) as app:
        office = office_of(app)
        office.open({"client": 3})
        since = heap.now(db.engine)
        touch("ballot", "invitation")
        assert heap.joins(heap.touched(db.engine, since)).together == ("1 of ballot with invitation",)
        since = heap.now(db.engine)
        touch("ballot")
        touch("contact")
        assert heap.joins(heap.touched(db.engine, since)).side_by_side == ("1 of ballot beside contact",)


def touch(*tables: str) -> None:
    """Write one row of each anew, in one transaction."""
    with db.engine.begin() as connection:
        for table in tables:
            column = {"ballot": "cell_id", "invitation": "revoked", "contact": "name"}[table]
            one = f"(select ctid from {table} limit 1)"
            connection.execute(text(f"update {table} set {column} = {column} where ctid = {one}"))
