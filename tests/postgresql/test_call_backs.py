from datetime import date
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.accounts import RoleName
from feedback.models.audit import AuditEntry
from feedback.models.call_backs import CallBack
from feedback.models.campaigns import Cell, Subject
from feedback.services.accounts.reading_rights import Reader
from feedback.services.campaigns import purging
from feedback.services.ground import secure_deletion
from feedback.services.messages import call_backs
from feedback.services.messages.call_backs import CallBackCard
from tests.factories import ACTOR, AFTER, NOW, Office
from tests.postgresql.moments import Raced
from tests.postgresql.test_answering_and_closing import files_of_tables

LONG_AGO, TODAY = date(2026, 1, 1), date(2026, 10, 5)
HR = Reader(None, frozenset({RoleName.HR}))


def test_of_two_who_note_the_same_call_one_is_told_that_it_was_noted(office: Office, refused: Raced):
    office.open({"client": 3})
    cell_id = office.session.scalars(select(Cell.id).where(Cell.group == "client")).one()
    call_backs.leave(office.session, cell_id, CallBackCard("Chen", "12345", "", ""), today=LONG_AGO)
    number = office.session.scalars(select(CallBack.id)).one().hex()

    def note(session: Session, actor: str) -> None:
        call_backs.note_call(session, HR, number, actor=actor, now=NOW, today=TODAY)

    refused("already", partial(note, actor="first"), partial(note, actor="second"))
    assert office.session.scalars(select(CallBack.called_by)).one() == "first"
    noted = select(AuditEntry.actor).where(AuditEntry.act == "call noted")
    assert office.session.scalars(noted).all() == ["first"]


def test_the_card_of_a_purged_campaign_is_in_no_file_though_another_one_shares_its_table(office: Office):
    for code, name in (("2027Q1", "stays here"), ("2026Q4", "flown canary")):
        campaign = office.open({"client": 3}, code=code)
        cell_id = office.session.scalars(
            select(Cell.id).join(Subject).where(Cell.group == "client", Subject.campaign_id == campaign.id)
        ).one()
        call_backs.leave(office.session, cell_id, CallBackCard(name, "12345", "", ""), today=LONG_AGO)
    office.close(campaign)
    assert b"flown canary" in files_of_tables(office)
    purging.purge(office.session, campaign, actor=ACTOR, now=AFTER)
    secure_deletion.forget_deleted_rows(office.session)
    left = files_of_tables(office)
    assert b"flown canary" not in left and b"stays here" in left
