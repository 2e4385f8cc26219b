"""What somebody who writes to the database gains: nothing but faults that are found."""

import json
from collections.abc import Callable, Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask
from sqlalchemy import select, update

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, Cell, CellStatus
from feedback.models.invitations import Invitation, Task
from feedback.models.people import Person
from feedback.models.results import Comment, Count
from feedback.services.ballot_box import invitations
from feedback.services.campaigns import campaigns
from feedback.services.closing import campaign_closing
from feedback.services.ground.errors import BoxRefused, CountedAlready
from feedback.settings import Settings
from tests.factories import ACTOR, AFTER, NOW, Office
from tests.views.survey import Survey, complete


@pytest.fixture
def app(either_engine: Settings) -> Iterator[Flask]:
    with opened(create_app(either_engine)) as app:
        yield app


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(db.session(), *(app.extensions[f"feedback.{name}"] for name in ("custody", "tokens")))


def write(office: Office, statement: object) -> None:
    """Past everything that the product checks."""
    office.session.execute(statement, execution_options={"synchronize_session": False})
    office.session.commit()
    office.session.expire_all()


def client_cell(office: Office) -> Cell:
    office.session.expire_all()
    return office.session.scalars(select(Cell).where(Cell.group == "client")).one()


def copy_one(office: Office) -> None:
    """The envelope of one rater over all others of his cell, and into the empty slots."""
    one = select(Ballot.envelope).where(Ballot.envelope.is_not(None)).limit(1)
    envelope = office.session.scalar(one)
    write(office, update(Ballot).values(envelope=envelope).where(Ballot.cell_id == client_cell(office).id))


def swap_two(office: Office) -> None:
    slots = office.session.execute(
        select(Ballot.slot, Ballot.envelope).where(Ballot.envelope.is_not(None)).limit(2)
    ).all()
    for place, other in (slots, slots[::-1]):
        write(office, update(Ballot).where(Ballot.slot == place.slot).values(envelope=other.envelope))


def count_by_itself(office: Office) -> None:
    """What was counted with others would be shown alone, and say whether it was answered."""
    write(office, update(Cell).where(Cell.group == "peer").values(unit="supervisor"))


def move_to_another_group(office: Office) -> None:
    """Supervisors answer under their names, so that one of them is shown alone."""
    write(office, update(Cell).where(Cell.group == "supervisor").values(group="elsewhere"))
    write(office, update(Cell).where(Cell.group == "client").values(group="supervisor"))
    write(office, update(Cell).where(Cell.group == "elsewhere").values(group="client"))


@pytest.mark.parametrize("attack", [copy_one])
def test_a_ballot_that_lies_elsewhere_than_it_was_cast_is_unreadable(
    office: Office, attack: Callable[[Office], None]
):
    campaign = office.open({"client": 6, "peer": 3})
    first, *others = office.nonces(campaign, "client")[:5]
    office.answer(first, 1, "only one of them wrote this")
    for nonce in others:
        office.answer(nonce, 5)
    attack(office)
    office.close(campaign)
    values = set(office.session.scalars(select(Count.value).where(Count.item == "attitude-1")))
    assert campaign.unreadable and values in (set(), {5})
    assert not office.session.scalars(select(Comment)).all()
    assert CellStatus.SHOWN not in {cell.status for cell in campaign.subjects[0].cells if cell.answered == 1}


def test_two_ballots_that_changed_places_are_unreadable_both(office: Office):
    campaign = office.open({"client": 6})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce)
    swap_two(office)
    office.close(campaign)
    assert (campaign.unreadable, client_cell(office).answered) == (2, 4)


def test_of_six_copies_of_one_ballot_one_is_counted_and_so_none_is_shown(office: Office):
    campaign = office.open({"client": 6})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce, 2, "mine")
    copy_one(office)
    office.close(campaign)
    cell = client_cell(office)
    assert (cell.answered, cell.status, campaign.unreadable) == (1, CellStatus.WITHHELD, 6 + 6 - 1)
    assert not office.session.scalars(select(Count)).all()


def swap_the_key(office: Office) -> None:
    foreign = X25519PrivateKey.generate().public_key().public_bytes_raw()
    write(office, update(Campaign).values(public_key=foreign))


def shorten_the_envelopes(office: Office) -> None:
    write(office, update(Campaign).values(envelope_size=4000))


def lower_the_promise(office: Office) -> None:
    scheme = json.loads(office.session.scalars(select(Campaign.scheme)).one())
    scheme["group"][0] |= {"attributed": True, "minimum": 1}
    write(office, update(Campaign).values(scheme=json.dumps(scheme)))


def ask_something_else(office: Office) -> None:
    asked = json.loads(office.session.scalars(select(Campaign.questionnaire)).one())
    asked["item"][0]["text"]["en"] = "Did you enjoy our gifts?"
    write(office, update(Campaign).values(questionnaire=json.dumps(asked)))


def give_a_link_the_seat_of_another(office: Office) -> None:
    """As by a rater who also looks after the database, before the other one has answered."""
    mine, other = office.session.scalars(select(Task).order_by(Task.nonce).limit(2))
    seats = mine.seat, other.seat
    write(office, update(Task).where(Task.nonce == other.nonce).values(seat=999))
    write(office, update(Task).where(Task.nonce == mine.nonce).values(seat=seats[1]))
    write(office, update(Task).where(Task.seat == 999).values(seat=seats[0]))


def give_a_link_to_another_rater(office: Office) -> None:
    first = office.session.scalars(select(Invitation).order_by(Invitation.nonce)).first()
    person = office.session.scalar(select(Person.id))
    write(
        office,
        update(Invitation).where(Invitation.nonce == first.nonce).values(person_id=person, contact_id=None),
    )


@pytest.mark.parametrize(
    "attack",
    [
        swap_the_key,
        shorten_the_envelopes,
        lower_the_promise,
        ask_something_else,
        give_a_link_the_seat_of_another,
        give_a_link_to_another_rater,
    ],
)
def test_where_the_database_is_not_what_it_was_nothing_is_sealed_and_the_rater_is_told(
    app: Flask, office: Office, attack: Callable[[Office], None]
):
    survey = Survey.open(app, office, {"client": 3})
    nonce = office.session.scalars(select(Invitation.nonce).order_by(Invitation.nonce)).first()
    link = f"/s/{office.tokens.issue(nonce)}"
    attack(office)
    for answer in (survey.get(f"{link}?lang=en"), survey.post(link, complete())):
        assert answer.status_code == 503
        assert "takes no answers at the moment" in answer.text
    assert office.session.scalars(select(Ballot.envelope).where(Ballot.envelope.is_not(None))).all() == []


@pytest.mark.parametrize(
    "attack",
    [
        swap_the_key,
        shorten_the_envelopes,
        lower_the_promise,
        ask_something_else,
        move_to_another_group,
        count_by_itself,
    ],
)
def test_what_was_changed_keeps_the_campaign_from_closing_until_it_is_mended(
    office: Office, attack: Callable[[Office], None]
):
    campaign = office.open({"client": 3})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce)
    kept = ("group", "unit")
    cells = {cell.id: {name: getattr(cell, name) for name in kept} for cell in campaign.subjects[0].cells}
    columns = ("public_key", "envelope_size", "scheme", "questionnaire")
    before = {name: getattr(campaign, name) for name in columns}
    attack(office)
    with pytest.raises(BoxRefused, match="changed in the database"):
        campaign_closing.close(office.session, office.custody, campaign, actor=ACTOR, now=AFTER)
    office.session.rollback()
    write(office, update(Campaign).values(**before))
    for id in cells:
        write(office, update(Cell).where(Cell.id == id).values(group=str(id)))
    for id, names in cells.items():
        write(office, update(Cell).where(Cell.id == id).values(**names))
    office.close(campaign)
    assert (client_cell(office).answered, client_cell(office).status) == (3, CellStatus.SHOWN)


def test_a_campaign_without_its_keys_takes_no_answers(office: Office):
    campaign = office.open({"client": 3})
    office.custody._box_path(campaign.code).unlink()
    with pytest.raises(BoxRefused, match="not on this server"):
        invitations.visit(office.session, office.custody, office.nonces(campaign, "client")[0], now=NOW)


def test_a_campaign_that_was_counted_takes_no_answers_whatever_the_database_says(office: Office):
    campaign = office.open({"client": 3})
    nonce = office.nonces(campaign, "client")[0]
    office.custody.mark_counted(campaign.code)
    with pytest.raises(CountedAlready):
        invitations.visit(office.session, office.custody, nonce, now=NOW)
    with pytest.raises(CountedAlready):
        office.close(campaign)


def test_a_code_that_was_counted_is_not_opened_again(office: Office):
    draft = office.draft({"client": 3})
    office.custody.mark_counted(draft.code)
    with pytest.raises(CountedAlready, match="counted on this server already"):
        campaigns.open(office.session, office.custody, draft, actor=ACTOR, now=NOW)
