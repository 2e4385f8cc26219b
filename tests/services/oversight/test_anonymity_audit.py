"""The self-audit finds nothing in an honest database, and every fault that is planted in one."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import delete, select, text, update

from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, Cell, CellStatus
from feedback.models.results import Comment, Count, ItemTotal
from feedback.services.ballot_box import ballots, invitations
from feedback.services.ballot_box.ballots import Answers
from feedback.services.ballot_box.invitations import Visit
from feedback.services.definitions.frozen_definitions import read_questionnaire
from feedback.services.ground.errors import NotPossible
from feedback.services.messages import call_backs
from feedback.services.messages.call_backs import CallBackCard
from feedback.services.oversight import anonymity_audit
from feedback.services.oversight.anonymity_audit import CHECKS
from feedback.settings import Settings
from tests import trustees
from tests.factories import NOW, Office

PROMISES = {check.__name__: promise for promise, check in CHECKS.items()}


@pytest.fixture
def counted(office: Office) -> Campaign:
    """A counted campaign with a shown and a withheld group, beside one that is open."""
    campaign = office.open({"client": 6, "peer": 2})
    for group in ("client", "peer"):
        for nonce in office.nonces(campaign, group):
            office.answer(nonce, 4, "fine")
    office.close(campaign)
    office.open({"client": 3}, code="2027Q1")
    return campaign


def broken(office: Office, settings: Settings, campaign: str | None = None) -> set[str]:
    office.session.commit()
    findings = anonymity_audit.run(office.session, office.custody, settings.data_dir / "keys", campaign)
    return {finding.promise for finding in findings if finding.faults}


def cell(office: Office, campaign: Campaign, group: str) -> Cell:
    subject = campaign.subjects[0]
    return office.session.scalars(select(Cell).where(Cell.subject == subject, Cell.group == group)).one()


def test_an_honest_database_has_no_fault(office: Office, counted: Campaign, settings: Settings):
    assert broken(office, settings) == set()


def add_column(office: Office, campaign: Campaign) -> None:
    office.session.execute(text("ALTER TABLE ballot ADD COLUMN created_at DATETIME"))


def number_rows(office: Office, campaign: Campaign) -> None:
    office.session.execute(text("ALTER TABLE suggestion RENAME TO old"))
    office.session.execute(text("CREATE TABLE suggestion (id BLOB PRIMARY KEY, text TEXT)"))


def watch_the_box(office: Office, campaign: Campaign) -> None:
    act = "BEGIN UPDATE cell SET answered = answered WHERE id = NEW.cell_id; END"
    office.session.execute(text(f"CREATE TRIGGER watch AFTER UPDATE ON ballot {act}"))


def open_one(office: Office) -> Visit:
    """Of the campaign that is open."""
    second = office.session.scalars(select(Campaign).where(Campaign.code == "2027Q1")).one()
    return invitations.visit(office.session, office.custody, office.nonces(second, "client")[0], now=NOW)


def seal_without_padding(office: Office, campaign: Campaign) -> None:
    visit, asked = open_one(office), read_questionnaire(campaign.questionnaire)
    (task,), keys = visit.tasks, replace(visit.keys, envelope_size=visit.keys.envelope_size + 1)
    answers = Answers.of(asked, {"attitude-1": 5}, {})
    ballots.cast(office.session, task.slot, ballots.seal(answers, keys, visit.place(task, task.slot)))


def copy_an_answer(office: Office, campaign: Campaign) -> None:
    """One UPDATE, as by an administrator of the database."""
    visit, asked = open_one(office), read_questionnaire(campaign.questionnaire)
    invitations.submit(office.session, visit, visit.tasks[0], Answers.of(asked, {"attitude-1": 5}, {}))
    one = select(Ballot.envelope).where(Ballot.envelope.is_not(None)).limit(1).scalar_subquery()
    office.session.execute(
        update(Ballot).where(Ballot.cell_id == visit.tasks[0].cell_id).values(envelope=one)
    )


def swap_the_key(office: Office, campaign: Campaign) -> None:
    other = X25519PrivateKey.generate().public_key().public_bytes_raw()
    office.session.execute(update(Campaign).where(Campaign.code == "2027Q1").values(public_key=other))


def promise_less(office: Office, campaign: Campaign) -> None:
    """Peers are made to answer under their names, which shows a single one."""
    scheme = json.loads(campaign.scheme)
    next(group for group in scheme["group"] if group["id"] == "peer")["attributed"] = True
    second = update(Campaign).where(Campaign.code == "2027Q1")
    office.session.execute(second.values(scheme=json.dumps(scheme)))


def count_alone(office: Office, campaign: Campaign) -> None:
    second = office.session.scalars(select(Campaign).where(Campaign.code == "2027Q1")).one()
    cells = select(Cell.id).where(Cell.subject_id == second.subjects[0].id, Cell.group == "peer")
    office.session.execute(update(Cell).where(Cell.id.in_(cells)).values(unit="supervisor"))


def forget_the_mark(office: Office, campaign: Campaign) -> None:
    office.custody._counted_path(campaign.code).unlink()


def keep_a_rare_item(office: Office, campaign: Campaign) -> None:
    shown = cell(office, campaign, "client")
    office.session.add(ItemTotal(cell_id=shown.id, item="knowledge-2", ratings=2, points=200))


def keep_the_answers_of_nine(office: Office, campaign: Campaign) -> None:
    shown = cell(office, campaign, "client")
    office.session.add_all(
        Count(cell_id=shown.id, item="knowledge-2", value=value, count=value) for value in (4, 5)
    )


def keep_a_hidden_sum(office: Office, campaign: Campaign) -> None:
    hidden = cell(office, campaign, "peer")
    office.session.add(ItemTotal(cell_id=hidden.id, item="attitude-1", ratings=3, points=240))


def keep_a_ballot(office: Office, campaign: Campaign) -> None:
    office.session.add(Ballot(slot=bytes(32), cell_id=cell(office, campaign, "client").id))


def keep_the_key(office: Office, campaign: Campaign) -> None:
    office.custody.create(campaign.code)


def leave_half_a_key(office: Office, campaign: Campaign) -> None:
    (office.custody._directory / "2027Q1.key.0123abcd").touch(mode=0o600)


def lose_a_key(office: Office, campaign: Campaign) -> None:
    office.custody.destroy("2027Q1")


def swap_the_key_of_a_trustee(office: Office, campaign: Campaign) -> None:
    draft = office.draft({"client": 3}, code="2027Q2")
    appointed = trustees.appoint(office, draft)
    trustees.enrol(office, draft, appointed)
    appointed[0].public_key, appointed[0].salt = bytes(32), bytes(16)


def lower_a_minimum(office: Office, campaign: Campaign) -> None:
    scheme = json.loads(campaign.scheme)
    next(group for group in scheme["group"] if group["id"] == "client")["minimum"] = 1
    campaign.scheme = json.dumps(scheme)


def show_a_small_group(office: Office, campaign: Campaign) -> None:
    small = cell(office, campaign, "peer")
    small.status, small.unit = CellStatus.SHOWN, "peer"


def show_a_pool_below_a_larger_minimum(office: Office, campaign: Campaign) -> None:
    """Of one group that needs six answers, and five that came."""
    scheme = json.loads(campaign.scheme)
    next(group for group in scheme["group"] if group["id"] == "client")["minimum"] = 6
    campaign.scheme = json.dumps(scheme)
    clients = cell(office, campaign, "client")
    clients.status = CellStatus.MERGED
    pool = {
        "group": "clients-other",
        "is_pool": True,
        "status": CellStatus.SHOWN,
        "invited": 6,
        "answered": 5,
    }
    office.session.add(Cell(subject=campaign.subjects[0], **pool))
    for table in (Count, ItemTotal, Comment):
        office.session.execute(delete(table))


def divide_a_unit(office: Office, campaign: Campaign) -> None:
    """As a report would have it that said of two groups which of them answered."""
    peers, others = (cell(office, campaign, group) for group in ("peer", "subordinate"))
    peers.unit = others.unit = "colleagues-other"
    others.status = CellStatus.ABSENT


def answer_for_too_few(office: Office, campaign: Campaign) -> None:
    cell(office, campaign, "peer").status = CellStatus.ABSENT


def phone_most_of_a_shown_group(office: Office, campaign: Campaign) -> None:
    cell(office, campaign, "client").interviewed = 4
    office.session.execute(delete(Comment))


def keep_a_hidden_count(office: Office, campaign: Campaign) -> None:
    hidden = cell(office, campaign, "peer")
    office.session.add(Count(cell_id=hidden.id, item="attitude-1", value=4, count=10))


def keep_an_early_comment(office: Office, campaign: Campaign) -> None:
    office.session.add(
        Comment(id=bytes(16), cell_id=cell(office, campaign, "client").id, item="comment", text="x")
    )
    cell(office, campaign, "client").answered = 4


def join_cards_to_links(office: Office, campaign: Campaign) -> None:
    act = "ALTER TABLE call_back ADD COLUMN nonce BLOB REFERENCES invitation (nonce)"
    office.session.execute(text(act))


def keep_influence_of_few(office: Office, campaign: Campaign) -> None:
    """As of fifty ballots, but six clients answered."""
    of_dimensions = {
        "weight_interval": [[0.1, 0.2]] * 5,
        "share_interval": [[0.1, 0.3]] * 5,
        "clear": [True] * 5,
    }
    kept = {"n": 50, "correlations": [0.5] * 15, "resamples": 500, **of_dimensions}
    campaign.statistics = (campaign.statistics or {}) | {"influence": kept}


def keep_whole_ballots(office: Office, campaign: Campaign) -> None:
    campaign.statistics = (campaign.statistics or {}) | {"ballots": [[4, 5, 3]]}


def keep_an_alpha_of_few(office: Office, campaign: Campaign) -> None:
    few = {"value": [0.8], "interval": [[0.7, 0.9]], "n": [9.0]}
    campaign.statistics = (campaign.statistics or {}) | {"alpha": few}


def keep_the_day_of_a_card(office: Office, campaign: Campaign) -> None:
    card = CallBackCard("Chen", "12345", "", "")
    call_backs.leave(office.session, cell(office, campaign, "client").id, card, today=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("plant", "check"),
    [
        (add_column, "telling_columns"),
        (number_rows, "row_numbers"),
        (watch_the_box, "triggers"),
        (join_cards_to_links, "cards_with_links"),
        (keep_the_day_of_a_card, "cards_with_days"),
        (seal_without_padding, "uneven_envelopes"),
        (keep_a_rare_item, "rare_items"),
        (keep_the_answers_of_nine, "small_distributions"),
        (keep_a_hidden_sum, "hidden_counts"),
        (keep_a_ballot, "ballots_left"),
        (keep_the_key, "keys_left"),
        (leave_half_a_key, "keys_left"),
        (lose_a_key, "keys_missing"),
        (swap_the_key, "keys_missing"),
        (copy_an_answer, "foreign_ballots"),
        (promise_less, "promises_changed"),
        (count_alone, "cells_changed"),
        (forget_the_mark, "marks_missing"),
        (swap_the_key_of_a_trustee, "keys_of_trustees"),
        (lower_a_minimum, "low_minima"),
        (show_a_small_group, "small_cells_shown"),
        (phone_most_of_a_shown_group, "small_cells_shown"),
        (show_a_pool_below_a_larger_minimum, "small_cells_shown"),
        (divide_a_unit, "divided_units"),
        (answer_for_too_few, "divided_units"),
        (keep_a_hidden_count, "hidden_counts"),
        (keep_influence_of_few, "telling_statistics"),
        (keep_whole_ballots, "telling_statistics"),
        (keep_an_alpha_of_few, "telling_statistics"),
        (keep_an_early_comment, "early_comments"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_planted_fault_is_found(
    office: Office, counted: Campaign, settings: Settings, plant: Callable[..., None], check: str
):
    plant(office, counted)
    assert broken(office, settings) == {PROMISES[check]}


def test_a_key_that_others_may_read_is_found(office: Office, counted: Campaign, settings: Settings):
    (settings.data_dir / "keys" / "2027Q1.key").chmod(0o644)
    assert broken(office, settings) == {PROMISES["keys_readable"]}


def test_one_campaign_can_be_looked_at_by_itself(office: Office, counted: Campaign, settings: Settings):
    keep_a_ballot(office, counted)
    assert broken(office, settings, counted.code) == {PROMISES["ballots_left"]}
    assert broken(office, settings, "2027Q1") == set()
    with pytest.raises(NotPossible, match="no campaign"):
        broken(office, settings, "none")
