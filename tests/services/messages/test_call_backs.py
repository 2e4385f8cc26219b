"""Cards of clients who ask to be called: who reads them, what they hold, and when they are gone."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Date, LargeBinary, inspect, select
from sqlalchemy.orm import Session

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.jobs import tasks
from feedback.models.accounts import RoleName
from feedback.models.audit import AuditEntry
from feedback.models.call_backs import CallBack
from feedback.models.campaigns import Campaign, Cell
from feedback.models.people import Person
from feedback.services.accounts.reading_rights import Reader
from feedback.services.campaigns import purging
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.messages import call_backs
from feedback.services.messages.call_backs import KEPT_AFTER_CALL, MOST_WAITING, CallBackCard
from feedback.services.oversight import anonymity_audit
from feedback.settings import Settings
from tests.factories import ACTOR, AFTER, NOW, Office

TODAY = date(2026, 10, 5)
DAY = timedelta(days=1)
TOMORROW = TODAY + DAY
CHEN = CallBackCard("Chen Wei, Nanfang", "138 0013 8000", "afternoons", "The delivery was late.")
HR = Reader(None, frozenset({RoleName.HR}))


@pytest.fixture
def campaign(office: Office) -> Campaign:
    """Of two account managers, each with a manager of their own, who have a common one."""
    campaign = office.open({"client": 3}, {"client": 3})
    head = office.person("HEAD")
    for number, subject in enumerate(campaign.subjects):
        subject.person.manager = office.person(f"LEAD{number}", manager=head)
    office.session.commit()
    return campaign


def leave(
    office: Office, campaign: Campaign, card: CallBackCard = CHEN, subject: int = 0, day: date = TODAY
) -> None:
    place = select(Cell.id).where(Cell.subject_id == campaign.subjects[subject].id, Cell.group == "client")
    call_backs.leave(office.session, office.session.scalars(place).one(), card, today=day)
    office.session.commit()


def seen(session: Session, reader: Reader = HR, today: date = TOMORROW) -> list[str]:
    return [card.name for card in call_backs.shown_to(session, reader, 1, today=today).rows]


def of(office: Office, code: str, *roles: RoleName) -> Reader:
    person_id = office.session.scalars(select(Person.id).where(Person.code == code)).one()
    return Reader(person_id, frozenset(roles))


def stored(session: Session) -> list[CallBack]:
    return list(session.scalars(select(CallBack)))


def note(session: Session, card: CallBack, reader: Reader = HR, today: date = TOMORROW) -> None:
    call_backs.note_call(session, reader, card.id.hex(), actor=ACTOR, now=NOW, today=today)
    session.commit()


def test_a_card_is_shown_from_the_day_after_on(office: Office, campaign: Campaign):
    leave(office, campaign)
    assert seen(office.session, today=TODAY) == []
    assert call_backs.still_to_call(office.session, HR, today=TODAY) == 0
    assert seen(office.session) == [CHEN.name]
    assert call_backs.still_to_call(office.session, HR, today=TOMORROW) == 1


def test_on_which_day_it_came_is_forgotten_as_soon_as_it_is_shown(office: Office, campaign: Campaign):
    leave(office, campaign)
    leave(office, campaign, CallBackCard("Sun", "12345", "", ""), day=TOMORROW)
    call_backs.tidy(office.session, TOMORROW)
    assert {card.name: card.shown_from for card in stored(office.session)} == {
        CHEN.name: None,
        "Sun": TOMORROW + DAY,
    }
    assert seen(office.session) == [CHEN.name]


def test_the_calendar_forgets_it_by_itself(office: Office, campaign: Campaign):
    leave(office, campaign)
    assert tasks.tidy_call_backs in tasks.CALENDAR_STEPS
    tasks.tidy_call_backs(office.session, NOW + timedelta(days=30))
    assert [card.shown_from for card in stored(office.session)] == [None]


def test_a_card_refers_to_the_person_it_is_about_and_says_nothing_that_could_be_joined_to_an_answer(
    session: Session,
):
    inspector = inspect(session.connection())
    referred = {key["referred_table"] for key in inspector.get_foreign_keys("call_back")}
    columns = {column["name"]: column["type"] for column in inspector.get_columns("call_back")}
    assert referred == {"subject"}
    assert set(columns) == {
        *("id", "subject_id", "name", "reach", "hours", "message", "shown_from", "called_by", "called")
    }
    assert [name for name, kind in columns.items() if isinstance(kind, Date)] == ["shown_from", "called"]
    assert isinstance(CallBack.__table__.c.id.type, LargeBinary)


@pytest.mark.parametrize("answers", [True, False])
def test_the_rows_are_the_same_whether_the_client_answered_or_not(
    office: Office, campaign: Campaign, answers: bool
):
    if answers:
        office.answer(office.nonces(campaign, "client")[0], 1, "bad")
    leave(office, campaign)
    [card] = stored(office.session)
    facts = {column.name: getattr(card, column.name) for column in CallBack.__table__.columns}
    assert len(facts.pop("id")) == 16
    assert facts == {
        "subject_id": campaign.subjects[0].id,
        "name": CHEN.name,
        "reach": CHEN.reach,
        "hours": CHEN.hours,
        "message": CHEN.message,
        "shown_from": TOMORROW,
        "called_by": None,
        "called": None,
    }


def test_leaving_a_card_is_no_entry_in_the_audit_log(office: Office, campaign: Campaign):
    before = len(office.session.scalars(select(AuditEntry)).all())
    leave(office, campaign)
    assert len(office.session.scalars(select(AuditEntry)).all()) == before


def test_cards_are_listed_by_person_and_not_in_the_order_in_which_they_came(
    office: Office, campaign: Campaign
):
    for number in range(8):
        leave(office, campaign, CallBackCard(f"client {number}", "12345", "", ""), subject=number % 2)
    shown = call_backs.shown_to(office.session, HR, 1, today=TOMORROW).rows
    places = [(card.subject.person.code, card.id) for card in shown]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("code", "roles", "expected"),
    [
        ("HEAD", [RoleName.MANAGER], ["Chen", "Sun"]),
        ("LEAD0", [RoleName.MANAGER], ["Chen"]),
        ("LEAD1", [RoleName.MANAGER], ["Sun"]),
        ("LEAD0", [RoleName.HR], ["Chen", "Sun"]),
        ("LEAD0", [RoleName.ADMIN], ["Chen", "Sun"]),
        ("LEAD0", [RoleName.EMPLOYEE], []),
        ("LEAD0", [RoleName.AUDITOR], []),
        ("subject", [RoleName.EMPLOYEE], []),
        ("subject", [RoleName.MANAGER], []),
        ("subject", [RoleName.HR], ["Sun"]),
        ("subject", [RoleName.ADMIN, RoleName.MANAGER], ["Sun"]),
    ],
)
def test_who_reads_a_card(
    office: Office, campaign: Campaign, code: str, roles: list[RoleName], expected: list[str]
):
    leave(office, campaign, CallBackCard("Chen", "12345", "", ""), subject=0)
    leave(office, campaign, CallBackCard("Sun", "12345", "", ""), subject=1)
    first = campaign.subjects[0].person
    reader = of(office, first.code if code == "subject" else code, *roles)
    assert sorted(seen(office.session, reader)) == expected
    assert call_backs.still_to_call(office.session, reader, today=TOMORROW) == len(expected)
    for card in stored(office.session):
        if card.name not in expected:
            with pytest.raises(NotFound):
                note(office.session, card, reader)


def test_the_same_words_once_more_are_the_same_card(office: Office, campaign: Campaign):
    leave(office, campaign)
    leave(office, campaign)
    assert len(stored(office.session)) == 1
    leave(office, campaign, subject=1)
    leave(office, campaign, CallBackCard(CHEN.name, CHEN.reach, "mornings", CHEN.message))
    assert len(stored(office.session)) == 3


def test_who_was_called_may_ask_again(office: Office, campaign: Campaign):
    leave(office, campaign)
    note(office.session, stored(office.session)[0])
    leave(office, campaign, day=TOMORROW)
    assert len(stored(office.session)) == 2


def test_nobody_can_flood_the_readers_and_the_cards_of_others_are_taken_all_the_same(
    office: Office, campaign: Campaign
):
    for number in range(MOST_WAITING):
        leave(office, campaign, CallBackCard(f"client {number}", "12345", "", ""))
    with pytest.raises(NotPossible, match="Too many"):
        leave(office, campaign)
    leave(office, campaign, subject=1)
    about_first = next(card for card in stored(office.session) if card.subject_id == campaign.subjects[0].id)
    note(office.session, about_first)
    leave(office, campaign)


def test_a_call_is_noted_once_with_who_and_when_and_the_log_names_no_client(
    office: Office, campaign: Campaign
):
    leave(office, campaign)
    [card] = stored(office.session)
    note(office.session, card)
    assert (card.called_by, card.called) == (ACTOR, TOMORROW)
    assert call_backs.still_to_call(office.session, HR, today=TOMORROW) == 0
    with pytest.raises(NotPossible, match="already"):
        note(office.session, card)
    [entry] = office.session.scalars(select(AuditEntry).where(AuditEntry.act == "call noted"))
    assert (entry.target, entry.detail) == (campaign.code, {"subject": campaign.subjects[0].person.code})


def test_a_card_that_is_not_shown_yet_cannot_be_noted(office: Office, campaign: Campaign):
    leave(office, campaign)
    with pytest.raises(NotFound):
        note(office.session, stored(office.session)[0], today=TODAY)


@pytest.mark.parametrize("number", ["", "none", "00", "0" * 32, "g" * 32, "０" * 32])
def test_a_number_that_no_card_has_is_not_found(session: Session, number: str):
    with pytest.raises(NotFound):
        call_backs.note_call(session, HR, number, actor=ACTOR, now=NOW, today=TODAY)


def test_a_card_is_deleted_thirty_days_after_the_call_and_not_before(office: Office, campaign: Campaign):
    leave(office, campaign)
    leave(office, campaign, CallBackCard("Sun", "12345", "", ""))
    [first] = [card for card in stored(office.session) if card.name == CHEN.name]
    note(office.session, first)
    call_backs.tidy(office.session, TOMORROW + KEPT_AFTER_CALL - DAY)
    assert len(stored(office.session)) == 2
    call_backs.tidy(office.session, TOMORROW + KEPT_AFTER_CALL)
    assert [card.name for card in stored(office.session)] == ["Sun"]


def test_purging_a_campaign_deletes_its_cards_and_no_others(office: Office, campaign: Campaign):
    other = office.open({"client": 3}, code="2027Q1")
    leave(office, campaign)
    leave(office, other, CallBackCard("Sun", "12345", "", ""))
    office.close(campaign)
    purging.purge(office.session, campaign, actor=ACTOR, now=AFTER)
    assert [card.name for card in stored(office.session)] == ["Sun"]


def test_both_engines_show_count_note_and_forget_alike(either_engine: Settings):
    with opened(create_app(either_engine)) as app:
        office = Office(db.session(), *(app.extensions[f"feedback.{name}"] for name in ("custody", "tokens")))
        campaign = office.open({"client": 3})
        campaign.subjects[0].person.manager = office.person("LEAD")
        leave(office, campaign, day=date(2026, 1, 1))
        for number in range(8):
            leave(office, campaign, CallBackCard(f"client {number}", "12345", "", ""), day=date(2026, 1, 1))
        keys = either_engine.data_dir / "keys"
        findings = anonymity_audit.run(office.session, office.custody, keys)
        assert [finding.promise for finding in findings if finding.faults] == [
            "the day on which a card came is forgotten when it is over"
        ]
        call_backs.tidy(office.session, TODAY)
        reader = of(office, "LEAD", RoleName.MANAGER)
        assert call_backs.still_to_call(office.session, reader, today=TODAY) == 9
        shown = call_backs.shown_to(office.session, reader, 1, today=TODAY).rows
        assert [card.id for card in shown] == sorted(card.id for card in shown)
        note(office.session, shown[0], reader, today=TODAY)
        assert seen(office.session, reader)[-1] == shown[0].name
        call_backs.tidy(office.session, TODAY + KEPT_AFTER_CALL)
        assert len(stored(office.session)) == 8
