"""The whole path on a real PostgreSQL, where raters and the closing of their campaign truly run at the same time."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from feedback.extensions import db
from feedback.models.audit import AuditEntry
from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, CampaignState, Cell, CellStatus
from feedback.models.results import ItemTotal
from feedback.services.ballot_box import counted_together, invitations
from feedback.services.ballot_box.invitations import Holding
from feedback.services.campaigns import purging
from feedback.services.closing import campaign_closing
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground import secure_deletion
from feedback.services.ground.errors import LinkClosed, NotPossible
from tests.conftest import settings_in
from tests.factories import ACTOR, NOW, Office, ratings_kept, shipped_questionnaire
from tests.postgresql.moments import office_of, running, wait_until, waiting_for_a_lock
from tests.statements import counted
from tests.test_noninterference import everything_that_leaves, random_campaign
from tests.views.survey import Survey, complete

SEED = 5  # of a campaign with cells of every status


@contextmanager
def on_sqlite(directory: Path) -> Iterator[Flask]:
    directory.mkdir()
    with running(settings_in(directory)) as app:
        yield app


def answer(app: Flask, nonce: bytes, rating: int | Mapping[str, int] = 4) -> bool:
    """In a thread: with its own connection. False if the campaign was closed by then."""
    with app.app_context():
        try:
            return office_of(app).answer(nonce, rating)
        except LinkClosed:
            return False


def close(app: Flask, code: str) -> None:
    with app.app_context():
        office = office_of(app)
        campaign = office.session.scalars(select(Campaign).where(Campaign.code == code)).one()
        campaign_closing.close(office.session, office.custody, campaign, actor=ACTOR, now=NOW, early=True)


def test_a_campaign_gives_the_same_bytes_on_both_engines(
    office: Office, postgres: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """All its reports, exports and pages; the salt alone is of each key."""
    monkeypatch.setattr(campaign_closing, "_salt", lambda key: "")
    random_campaign(office, Random(SEED))
    found = everything_that_leaves(postgres)
    assert set(office.session.scalars(select(Cell.status))) == set(CellStatus)
    with on_sqlite(tmp_path / "sqlite") as app:
        random_campaign(office_of(app), Random(SEED))
        assert everything_that_leaves(app) == found


def test_of_twenty_raters_with_one_link_the_first_is_counted_and_knows_it(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor
):
    campaign = office.open({"client": 3})
    nonces = office.nonces(campaign, "client")
    office.session.commit()
    winners = []
    for nonce in nonces:
        start = Barrier(20)

        def cast(rating: int, nonce: bytes = nonce, start: Barrier = start) -> bool:
            start.wait()
            return answer(postgres, nonce, {"attitude-1": rating})

        ratings = [place % 5 + 1 for place in range(20)]
        stored = list(crowd.map(cast, ratings))
        winners += [rating for rating, won in zip(ratings, stored, strict=True) if won]
    close(postgres, campaign.code)
    assert len(winners) == 3
    totals = office.session.execute(select(ItemTotal.ratings, ItemTotal.points)).all()
    assert totals == [(3, 20 * sum(winners))]


@pytest.mark.parametrize("after", [1, 10, 40])
def test_every_answer_that_was_acknowledged_while_the_campaign_was_being_closed_is_counted(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor, after: int
):
    campaign = office.open({"client": 80})
    nonces = office.nonces(campaign, "client")
    office.session.commit()
    answers = [crowd.submit(answer, postgres, nonce) for nonce in nonces]
    wait_until(lambda: sum(map(Future.done, answers)) >= after)
    close(postgres, campaign.code)
    acknowledged = sum(future.result() for future in answers)
    cell = office.session.scalars(select(Cell).where(Cell.group == "client")).one()
    count = ratings_kept(office.session, item="attitude-1")
    assert cell.answered == count == acknowledged >= after
    assert office.session.scalar(select(func.count()).select_from(Ballot)) == 0


def test_closing_waits_for_a_ballot_that_is_being_cast_and_counts_it(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor
):
    campaign = office.open({"client": 3})
    code, (*others, last) = campaign.code, office.nonces(campaign, "client")
    for nonce in others:
        office.answer(nonce)
    invitations.visit(office.session, office.custody, last, now=NOW, holding=Holding.SHARED)
    closing = crowd.submit(close, postgres, code)
    wait_until(lambda: waiting_for_a_lock() == 1)
    assert office.answer(last)
    closing.result(60)
    assert office.session.scalars(select(Cell.answered).where(Cell.group == "client")).one() == 3


def test_a_ballot_that_comes_while_the_campaign_is_being_closed_waits_and_is_told_so(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor
):
    campaign = office.open({"client": 3})
    nonce = office.nonces(campaign, "client")[0]
    stopped = {"state": CampaignState.CLOSING}
    office.session.execute(update(Campaign).values(stopped))
    late = crowd.submit(answer, postgres, nonce)
    wait_until(lambda: waiting_for_a_lock() == 1)
    office.session.commit()
    assert late.result(60) is False
    assert office.session.scalar(select(func.count(Ballot.envelope))) == 0


def answered_campaign(office: Office) -> Campaign:
    """Shown clients and withheld peers."""
    campaign = office.open({"client": 6, "peer": 2})
    for group in ("client", "peer"):
        for nonce in office.nonces(campaign, group):
            office.answer(nonce)
    return campaign


def results(session: Session) -> dict[str, list[tuple[object, ...]]]:
    tables = ("cell", "count", "item_total", "comment")
    return {name: sorted(session.execute(text(f'select * from "{name}"'))) for name in tables}


def test_who_closes_a_campaign_that_somebody_else_has_closed_by_then_changes_nothing(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor
):
    campaign = answered_campaign(office)
    assert campaign.state == CampaignState.OPEN
    crowd.submit(close, postgres, campaign.code).result(60)
    with postgres.app_context():
        before = results(db.session())
    campaign_closing.close(office.session, office.custody, campaign, actor=ACTOR, now=NOW, early=True)
    assert results(office.session) == before
    assert (
        len(office.session.scalars(select(AuditEntry).where(AuditEntry.act == "campaign closed")).all()) == 1
    )


def test_two_who_close_at_once_count_every_ballot_once(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor
):
    campaign = answered_campaign(office)
    code = campaign.code
    office.session.commit()
    invitations.visit(
        office.session, office.custody, office.nonces(campaign, "peer")[0], now=NOW, holding=Holding.SHARED
    )
    closings = [crowd.submit(close, postgres, code) for _ in range(2)]
    wait_until(lambda: waiting_for_a_lock() == 2)
    office.session.commit()
    for closing in closings:
        with suppress(NotPossible):  # the other one has destroyed the key by then
            closing.result(60)
    cells = office.session.execute(select(Cell.group, Cell.answered).where(Cell.answered > 0)).all()
    assert sorted(map(tuple, cells)) == [("client", 6), ("peer", 2)]
    assert ratings_kept(office.session, item="attitude-1") == 6


def statements_of(app: Flask) -> dict[str, int]:
    """How many it takes to show a form, to refuse an answer, and to store one."""
    survey = Survey.open(app, office_of(app), {"client": 3})
    link = survey.link()
    steps = {
        "show": lambda: survey.get(link),
        "refuse": lambda: survey.post(link, {}),
        "store": lambda: survey.post(link, complete()),
        "thank": lambda: survey.get(link),
    }
    found = {}
    for name, step in steps.items():
        with counted(db.engine) as statements:
            step()
        found[name] = len(statements)
    return found


def test_answering_takes_the_same_statements_on_both_engines(postgres: Flask, tmp_path: Path):
    found = statements_of(postgres)
    assert found["show"] <= 2 and found["store"] <= 3
    with on_sqlite(tmp_path / "sqlite") as app:
        assert statements_of(app) == found


def test_counts_and_comments_lie_in_an_order_of_their_own_and_come_from_one_transaction(office: Office):
    campaign = office.open({"client": 12})
    for number, nonce in enumerate(office.nonces(campaign, "client")):
        office.answer(nonce, number % 5 + 1, f"comment {number}")
    office.close(campaign)
    places = {item.id: place for place, item in enumerate(shipped_questionnaire().counted_items)}
    comments = office.session.scalars(text("select id from comment order by ctid")).all()
    counts = office.session.execute(text('select cell_id, item, value from "count" order by ctid')).all()
    assert comments == sorted(comments) and len(comments) == 12
    assert counts == sorted(counts, key=lambda row: (row.cell_id, places[row.item], row.value))
    transactions = text('select xmin::text from comment union select xmin::text from "count"')
    assert len(office.session.scalars(transactions).all()) == 1


def test_after_closing_the_files_of_the_ballot_table_are_empty(office: Office):
    campaign = office.open({"client": 12, "peer": 2})
    for group in ("client", "peer"):
        for nonce in office.nonces(campaign, group):
            office.answer(nonce, 4, "x")
    size = text(
        "select pg_relation_size(oid) + pg_relation_size(reltoastrelid) from pg_class"
        " where oid = 'ballot'::regclass"
    )
    assert office.session.scalar(size) > 0
    office.close(campaign)
    assert office.session.scalar(size) == 0


def files_of_tables(office: Office) -> bytes:
    office.session.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        read = "select pg_read_binary_file(pg_relation_filepath(oid)) from pg_class where relkind in ('r', 't', 'i')"
        return b"".join(connection.scalars(text(f"{read} and relnamespace <> 'pg_catalog'::regnamespace")))


def test_what_is_forgotten_is_in_no_file_though_another_campaign_shares_its_tables(office: Office):
    office.open({"client": 6}, code="2027Q1")
    campaign = office.open({"client": 6})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce, 4, "the canary sings")
    cell_ids = select(Cell.id).where(Cell.subject_id == campaign.subjects[0].id)
    secrets = office.session.scalars(select(Ballot.slot).where(Ballot.cell_id.in_(cell_ids))).all()
    before = files_of_tables(office)
    assert all(secret in before for secret in secrets)
    office.close(campaign)
    closed = files_of_tables(office)
    assert not any(secret in closed for secret in secrets)
    assert b"the canary sings" in closed
    purging.purge(office.session, campaign, actor=ACTOR, now=NOW)
    secure_deletion.forget_deleted_rows(office.session)
    assert b"the canary sings" not in files_of_tables(office)


def test_small_groups_are_counted_together_and_their_raters_told_so(office: Office):
    campaign = office.open({"client": 4, "peer": 5, "subordinate": 1})
    scheme = read_scheme(campaign.scheme)
    for group, asked in (("client", 4), ("peer", 6), ("subordinate", 6)):
        (nonce, *_) = office.nonces(campaign, group)
        tasks = invitations.visit(office.session, office.custody, nonce, now=NOW).tasks
        unit = counted_together.of_tasks(office.session, tasks, scheme)[1]
        assert (len(unit.groups), unit.asked) == (1 if group == "client" else 2, asked)
    for nonce in office.nonces(campaign, "peer"):
        office.answer(nonce)
    office.close(campaign)
    found = {
        cell.group: cell.status for cell in campaign.subjects[0].cells if cell.unit == "colleagues-other"
    }
    assert found == {"peer": CellStatus.MERGED, "subordinate": CellStatus.MERGED}
