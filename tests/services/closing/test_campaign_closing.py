from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from itertools import chain

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from feedback.extensions import db
from feedback.models.audit import AuditEntry
from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, CampaignState, Cell, CellStatus, Subject
from feedback.models.results import Comment, Count, ItemTotal
from feedback.services.closing import campaign_closing, sealed_answers, tallies
from feedback.services.closing.sealed_answers import Found, Row, Spread
from feedback.services.closing.unsealing import Opened, open_all
from feedback.services.ground.errors import NotPossible
from tests.factories import ACTOR, AFTER, NOW, Office, ratings_kept
from tests.statements import counted


def answered_by(
    office: Office, campaign, group: str, number: int, rating: int = 4, comment: str = ""
) -> None:
    for nonce in office.nonces(campaign, group)[:number]:
        office.answer(nonce, rating, comment)


def cells(office: Office, campaign) -> dict[str, Cell]:
    found = office.session.scalars(select(Cell).join(Subject).where(Subject.campaign_id == campaign.id))
    return {cell.group: cell for cell in found}


def counts(office: Office, cell: Cell) -> int:
    return ratings_kept(office.session, cell_id=cell.id)


def test_closing_leaves_counts_and_comments_and_no_ballot(office: Office):
    campaign = office.open({"client": 5})
    answered_by(office, campaign, "client", 5, comment="well done")
    office.close(campaign)
    cell = cells(office, campaign)["client"]
    assert (campaign.state, cell.status, cell.answered) == (CampaignState.CLOSED, CellStatus.SHOWN, 5)
    assert counts(office, cell) == 5 * 11  # ten ratings and the recommendation
    assert [comment.text for comment in office.session.scalars(select(Comment))] == ["well done"] * 5
    assert office.session.scalar(select(func.count()).select_from(Ballot)) == 0
    assert not office.custody.holds(campaign.code)
    assert office.custody.was_counted(campaign.code)


def test_small_groups_are_merged_and_keep_no_counts_of_their_own(office: Office):
    campaign = office.open({"client": 4, "peer": 3, "subordinate": 3})
    answered_by(office, campaign, "peer", 2)
    answered_by(office, campaign, "subordinate", 1)
    office.close(campaign)
    found = cells(office, campaign)
    pool = found["colleagues-other"]
    assert (pool.status, pool.is_pool, pool.invited, pool.answered) == (CellStatus.SHOWN, True, 6, 3)
    assert found["peer"].status == found["subordinate"].status == CellStatus.MERGED
    assert (counts(office, found["peer"]), counts(office, found["subordinate"])) == (0, 0)
    assert counts(office, pool) == 3 * 20
    assert found["client"].status == CellStatus.ABSENT


def test_withheld_ballots_are_destroyed_unopened(office: Office, monkeypatch: pytest.MonkeyPatch):
    campaign = office.open({"client": 3, "peer": 4})
    answered_by(office, campaign, "client", 3)
    answered_by(office, campaign, "peer", 2, comment="never read")
    opened: list[Row] = []

    def watched(batches: Iterable[Sequence[Row]], *arguments) -> Opened:
        opened.extend(chain.from_iterable(batches))
        return open_all([opened], *arguments)

    monkeypatch.setattr(campaign_closing, "open_all", watched)
    office.close(campaign)
    assert [group for _slot, _envelope, _cell, group, _person in opened] == ["client"] * 3
    assert cells(office, campaign)["peer"].status == CellStatus.WITHHELD
    assert office.session.scalars(select(Comment)).all() == []


def test_comments_of_a_group_of_four_are_never_stored(office: Office):
    campaign = office.open({"client": 4, "supervisor": 1})
    answered_by(office, campaign, "client", 4, comment="too few of us")
    answered_by(office, campaign, "supervisor", 1, comment="my name is on it")
    office.close(campaign)
    assert [comment.text for comment in office.session.scalars(select(Comment))] == ["my name is on it"]


def test_an_item_with_too_few_ratings_in_a_shown_cell_leaves_no_count(office: Office):
    campaign = office.open({"client": 3})
    first, *others = office.nonces(campaign, "client")
    office.answer(first, {"attitude-1": 5, "attitude-2": 5})
    for nonce in others:
        office.answer(nonce, {"attitude-1": 5})
    office.close(campaign)
    assert set(office.session.scalars(select(ItemTotal.item))) == {"attitude-1"}
    assert office.session.scalars(select(Count)).all() == []


@pytest.mark.parametrize(("clients", "per_value"), [(9, 0), (10, 10)])
def test_answers_are_counted_one_by_one_from_ten_on_and_added_up_below(
    office: Office, clients: int, per_value: int
):
    """Whoever has the database after the close reads no more of nine answers than their means."""
    campaign = office.open({"client": clients})
    for place, nonce in enumerate(office.nonces(campaign, "client")):
        office.answer(nonce, {"attitude-1": 1 + place % 5})
    office.close(campaign)
    assert (office.session.scalar(select(func.sum(Count.count))) or 0) == per_value
    totals = office.session.execute(select(ItemTotal.ratings, ItemTotal.points, ItemTotal.top)).all()
    answers = [1 + place % 5 for place in range(clients)]
    best = sum(answer >= 4 for answer in answers)
    assert totals == ([] if per_value else [(clients, 20 * sum(answers), best)])


def test_a_corrupt_ballot_is_counted_as_unreadable_and_stops_nothing(office: Office):
    campaign = office.open({"client": 5})
    answered_by(office, campaign, "client", 5)
    spoiled = office.session.scalars(select(Ballot).where(Ballot.envelope.is_not(None)).limit(1)).one()
    spoiled.envelope = bytes(len(spoiled.envelope))
    office.session.commit()
    office.close(campaign)
    assert campaign.unreadable == 1
    assert cells(office, campaign)["client"].answered == 4


def test_unreadable_ballots_can_withhold_a_cell_and_never_show_one(office: Office):
    campaign = office.open({"client": 3})
    answered_by(office, campaign, "client", 3)
    spoiled = office.session.scalars(select(Ballot).where(Ballot.envelope.is_not(None)).limit(1)).one()
    spoiled.envelope = b""
    office.session.commit()
    office.close(campaign)
    cell = cells(office, campaign)["client"]
    assert cell.status == CellStatus.WITHHELD
    assert counts(office, cell) == 0


def test_a_campaign_closes_early_only_when_told_so_and_that_is_on_record(office: Office):
    campaign = office.open({"client": 3})
    with pytest.raises(NotPossible, match="takes answers until"):
        campaign_closing.close(office.session, office.custody, campaign, actor=ACTOR, now=NOW)
    campaign_closing.close(office.session, office.custody, campaign, actor=ACTOR, now=NOW, early=True)
    entry = office.session.scalars(select(AuditEntry).where(AuditEntry.act == "campaign closed")).one()
    assert (entry.actor, entry.detail) == (ACTOR, {"early": True})


def test_a_campaign_that_nobody_answered_closes(office: Office):
    campaign = office.open({"client": 3})
    office.close(campaign)
    assert cells(office, campaign)["client"].status == CellStatus.ABSENT


def test_a_draft_cannot_be_closed(office: Office):
    with pytest.raises(NotPossible, match="never opened"):
        office.close(office.draft({"client": 3}))


@pytest.mark.parametrize("kind", ["_path", "_box_path"])
def test_without_its_keys_a_campaign_stays_open_and_loses_nothing(office: Office, kind: str):
    campaign = office.open({"client": 3, "peer": 2})
    answered_by(office, campaign, "client", 3)
    answered_by(office, campaign, "peer", 2)
    key = getattr(office.custody, kind)(campaign.code)
    kept = key.read_bytes()
    key.unlink()
    with pytest.raises(NotPossible, match="cannot be opened|not on this server"):
        office.close(campaign)
    office.session.rollback()
    assert campaign.state == CampaignState.OPEN
    assert office.session.scalar(select(func.count(Ballot.envelope))) == 5
    key.write_bytes(kept)
    office.close(campaign)
    assert counts(office, cells(office, campaign)["client"]) == 33


class Killed(Exception):
    pass


def killed(*arguments, **named):
    raise Killed


@pytest.mark.parametrize(
    "step", ["_settle", "_destroy_unopened", "_count", "open_all", "forget_deleted_rows"]
)
def test_a_closing_that_stops_between_two_steps_goes_on_from_there(
    office: Office, monkeypatch: pytest.MonkeyPatch, step: str
):
    campaign = office.open({"client": 4, "peer": 2})
    answered_by(office, campaign, "client", 4)
    answered_by(office, campaign, "peer", 2)
    with monkeypatch.context() as patched:
        patched.setattr(campaign_closing, step, killed)
        with pytest.raises(Killed):
            office.close(campaign)
    office.session.rollback()
    office.close(campaign)
    found = cells(office, campaign)
    assert (found["client"].answered, counts(office, found["client"])) == (4, 44)
    assert found["peer"].status == CellStatus.WITHHELD
    assert not office.custody.holds(campaign.code)


def test_what_is_not_opened_is_gone_before_anything_is(office: Office, monkeypatch: pytest.MonkeyPatch):
    """A closing that stops leaves no empty slot behind, which would tell who has not answered."""
    campaign = office.open({"client": 6, "peer": 2})
    answered_by(office, campaign, "client", 4)
    answered_by(office, campaign, "peer", 2)
    monkeypatch.setattr(campaign_closing, "open_all", killed)
    with pytest.raises(Killed):
        office.close(campaign)
    office.session.rollback()
    left = office.session.scalars(select(Ballot)).all()
    shown = cells(office, campaign)["client"].id
    assert [(ballot.cell_id, ballot.envelope is None) for ballot in left] == [(shown, False)] * 4


def test_the_salt_of_the_counts_is_of_each_campaign_and_no_two_have_the_same(office: Office):
    salts = set()
    for code in ("2026Q3", "2026Q4"):
        campaign = office.open({"client": 3}, code=code)
        answered_by(office, campaign, "client", 3)
        office.close(campaign)
        salts.add(tallies.load(office.session, campaign)[1].salt)
    assert len(salts) == 2 and all(len(salt) == 64 for salt in salts)


@pytest.mark.parametrize(
    ("table", "clients"), [("count", 10), ("item_total", 6), ("comment", 6)], ids=lambda value: str(value)
)
def test_where_the_database_does_not_hold_what_was_counted_no_ballot_is_deleted(
    office: Office, table: str, clients: int
):
    campaign = office.open({"client": clients})
    answered_by(office, campaign, "client", clients, comment="these words")
    lose = f'CREATE TRIGGER lose BEFORE INSERT ON "{table}" BEGIN SELECT RAISE(IGNORE); END'
    office.session.execute(text(lose))
    office.session.commit()
    with pytest.raises(RuntimeError, match="not what was counted"):
        office.close(campaign)
    office.session.rollback()
    assert office.session.scalar(select(func.count(Ballot.envelope))) == clients
    assert campaign.state == CampaignState.CLOSING and office.custody.holds(campaign.code)


def test_closing_again_changes_nothing(office: Office):
    campaign = office.open({"client": 10, "peer": 4})
    answered_by(office, campaign, "client", 10)
    answered_by(office, campaign, "peer", 4)

    def kept() -> list[list[object]]:
        tables = ('SELECT * FROM "count" ORDER BY 1, 2, 3', "SELECT * FROM item_total ORDER BY 1, 2")
        return [list(office.session.execute(text(table))) for table in tables]

    office.close(campaign)
    before = kept()
    assert all(before)
    campaign_closing.close(
        office.session, office.custody, campaign, actor=ACTOR, now=AFTER + timedelta(days=1)
    )
    assert kept() == before


def test_two_processes_that_close_at_once_count_every_ballot_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    campaign = office.open({"client": 4})
    answered_by(office, campaign, "client", 4)
    opening, campaign_id = campaign_closing.open_all, campaign.id

    def overtaken(*arguments):
        monkeypatch.setattr(campaign_closing, "open_all", opening)
        with Session(db.engine) as other:
            campaign_closing.close(
                other, office.custody, other.get(Campaign, campaign_id), actor=ACTOR, now=AFTER
            )
        return opening(*arguments)

    monkeypatch.setattr(campaign_closing, "open_all", overtaken)
    office.close(campaign)
    cell = cells(office, campaign)["client"]
    assert (cell.status, cell.answered, counts(office, cell)) == (CellStatus.SHOWN, 4, 44)


@pytest.mark.parametrize("work", ["looking", "open_all"])
def test_nobody_who_writes_waits_for_ballots_to_be_looked_at_or_opened(
    office: Office, monkeypatch: pytest.MonkeyPatch, work: str
):
    campaign = office.open({"client": 4})
    answered_by(office, campaign, "client", 4)
    where = sealed_answers if work == "looking" else campaign_closing
    at_work = getattr(where, work)

    def write() -> None:
        with db.engine.connect() as other:
            if other.dialect.name == "sqlite":
                other.execute(text("PRAGMA busy_timeout = 0")).close()
            other.execute(text("UPDATE person SET post = 'another'"))
            other.commit()

    def looking(*arguments) -> Callable[[Spread], Found]:
        through = at_work(*arguments)
        return lambda spread: (write(), through(spread))[1]

    def opening(*arguments) -> Opened:
        write()
        return at_work(*arguments)

    monkeypatch.setattr(where, work, looking if work == "looking" else opening)
    office.close(campaign)
    assert cells(office, campaign)["client"].answered == 4


def test_closing_costs_the_same_statements_for_one_subject_and_for_twenty(office: Office):
    few, many = office.open({"client": 3}, code="2026Q1"), office.open(*[{"client": 3}] * 20, code="2026Q2")
    for campaign in (few, many):
        for nonce in office.nonces(campaign, "client"):
            office.answer(nonce)
    spent = []
    for campaign in (few, many):
        with counted(db.engine) as statements:
            office.close(campaign)
        spent.append(len(statements))
    assert spent[0] == spent[1]
