"""What is promised to raters, held against the schema, the files and the outputs."""

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import DateTime, Integer, MetaData, Table, inspect, select, text
from sqlalchemy.orm import Session

from feedback.extensions import db
from feedback.jobs import tasks
from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, CampaignState
from feedback.models.invitations import Invitation
from feedback.services.ballot_box import envelopes
from feedback.services.ballot_box.box_keys import MARK_SIZE
from feedback.services.ballot_box.custody import Custody
from feedback.services.closing import counts_export, sealed_answers, tallies
from feedback.services.ground.errors import NotPossible
from feedback.services.reports import reports
from feedback.settings import Settings
from tests.factories import NOW, Office

RESPONDENT_SIDE = (
    *("invitation", "task", "ballot", "count", "item_total", "comment", "released_report", "interview"),
    *("sealed_suggestion", "suggestion", "call_back"),
)
WITHOUT_ROWID = (
    *("invitation", "task", "ballot", "count", "item_total", "comment", "interview"),
    *("sealed_suggestion", "suggestion", "call_back"),
)
TELLING_NAMES = re.compile(
    r"(^|_)(at|on|time|date|day|created|updated|opened|ip|inet|addr|address|agent|browser|seq)($|_)"
)


def telling_columns(table: Table) -> list[str]:
    """Columns that could tell when, where or in which order somebody answered."""
    found = []
    for column in table.columns:
        serial = column is table.autoincrement_column and not column.foreign_keys
        if isinstance(column.type, DateTime) or serial or TELLING_NAMES.search(column.name):
            found.append(f"{table.name}.{column.name}")
    return found


@pytest.mark.parametrize("table", RESPONDENT_SIDE)
def test_no_respondent_side_column_is_a_time_a_serial_an_address_or_an_agent(table: str):
    assert telling_columns(db.metadata.tables[table]) == []


@pytest.mark.parametrize(
    "column",
    [
        db.Column("created_at", Integer),
        db.Column("moment", DateTime),
        db.Column("ip", Integer),
        db.Column("user_agent", Integer),
        db.Column("number", Integer, primary_key=True),
    ],
    ids=lambda column: column.name,
)
def test_a_telling_column_would_be_found(column):
    assert telling_columns(Table("leak", MetaData(), column)) == [f"leak.{column.name}"]


@pytest.mark.parametrize("table", WITHOUT_ROWID)
def test_ballots_and_results_have_no_rowid_on_sqlite(session: Session, table: str):
    with pytest.raises(Exception, match="no such column: rowid"):
        session.execute(text(f'SELECT rowid FROM "{table}"'))


def test_every_table_that_touches_an_answer_is_on_the_list(session: Session):
    known = {*RESPONDENT_SIDE, "alembic_version"}
    administrative = {
        *("person", "department", "client", "contact", "campaign", "subject", "cell", "crowd"),
        *("assignment", "figure", "figure_import", "register_entry"),
        *("user", "role", "user_role", "audit_entry"),
        *("signed_in_browser", "clock_record"),
        *(
            "report_reply",
            "nomination",
            "trustee",
            "response_day",
            "definition",
            "upload",
            "suggestion_batch",
            "batch",
        ),
        *("mail", "mail_template", "reminder"),
        *("goal", "goal_version", "milestone", "goal_note", "goal_rating"),
        *("incident", "incident_step"),
        *("round", "appraisal", "appraisal_reviewer", "appraisal_version", "appraisal_move"),
        *(
            "appraisal_line",
            "appraisal_reply",
            "appraisal_interview",
            "interview_agreement",
            "confirmed_result",
        ),
        *("calibration_session", "calibration_place", "calibration_member", "calibration_opinion"),
        *("calibration_change", "review", "reviewer_contribution", "handover", "deputy", "notice"),
        *("development_plan", "plan_item", "plan_follow_up", "plan_step", "consequence", "dimension_measure"),
    }
    assert set(inspect(session.connection()).get_table_names()) <= known | administrative


def everything_on_disk(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file())


def test_a_token_an_answer_or_a_comment_is_nowhere_on_disk_while_the_campaign_is_open(
    office: Office, settings: Settings
):
    campaign = office.open({"client": 5})
    nonce = office.nonces(campaign, "client")[0]
    office.answer(nonce, 4, "the canary sings 金丝雀")
    disk = everything_on_disk(settings.data_dir)
    assert b"canary" not in disk
    assert "金丝雀".encode() not in disk
    assert office.tokens.issue(nonce).encode() not in disk


def test_after_closing_no_ballot_slot_or_withheld_comment_is_left_in_any_file(
    office: Office, settings: Settings
):
    campaign = office.open({"client": 5, "peer": 2})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce, 4, "shown canary")
    for nonce in office.nonces(campaign, "peer"):
        office.answer(nonce, 1, "withheld canary")
    sealed = select(Ballot.envelope).where(Ballot.envelope.is_not(None))
    traces = [*office.session.scalars(select(Ballot.slot)), *office.session.scalars(sealed)]
    office.close(campaign)
    disk = everything_on_disk(settings.data_dir)
    assert b"shown canary" in disk
    assert b"withheld canary" not in disk
    assert not any(trace[:24] in disk for trace in traces)


def test_what_somebody_who_was_reading_kept_in_the_log_is_cut_off_afterwards(
    office: Office, settings: Settings
):
    campaign = office.open({"client": 5})
    slots = list(office.session.scalars(select(Ballot.slot)))
    with closing(sqlite3.connect(settings.data_dir / "feedback.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM person").fetchone()
        office.close(campaign)
        assert any(slot in everything_on_disk(settings.data_dir) for slot in slots)
    tasks.cut_log(office.session, NOW)
    assert not any(slot in everything_on_disk(settings.data_dir) for slot in slots)
    assert office.session.scalar(text("PRAGMA busy_timeout")) == 30_000


def test_a_backup_taken_while_the_campaign_was_open_opens_with_nothing_that_is_left(
    office: Office, settings: Settings, tmp_path_factory: pytest.TempPathFactory
):
    campaign = office.open({"client": 5})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce, 4, "secret")
    backup = tmp_path_factory.mktemp("backup") / "feedback.db"
    with (
        closing(sqlite3.connect(settings.data_dir / "feedback.db")) as source,
        closing(sqlite3.connect(backup)) as target,
    ):
        source.backup(target)
    office.close(campaign)
    engine = db.create_engine(f"sqlite:///{backup}")
    with engine.connect() as old:
        with Session(old) as session:
            sealed = list(sealed_answers.by_link(session, session.scalars(select(Campaign)).one()))
        states = old.scalars(text("SELECT state FROM campaign")).all()
    engine.dispose()
    assert (len(sealed), states) == (5, [CampaignState.OPEN])
    left = Custody(settings.data_dir / "keys", settings.secret_keys)
    for lost in (left.private_key, left.box):
        with pytest.raises(NotPossible, match="counted on this server already"):
            lost(campaign.code)
    other = office.open({"client": 3}, code="2027Q1")
    key = left.private_key(other.code)
    for one in sealed:
        with pytest.raises(envelopes.Unreadable):
            envelopes.unseal(one.envelope[MARK_SIZE:], key, one.place.to_bytes())


def test_links_are_stored_as_random_numbers_in_no_order(office: Office):
    campaign = office.open({"client": 30})
    stored = list(
        office.session.scalars(select(Invitation.nonce).where(Invitation.campaign_id == campaign.id))
    )
    assert len(set(stored)) == 30
    assert {len(nonce) for nonce in stored} == {15}


def test_nobody_who_reads_a_report_can_try_which_answers_of_a_small_group_have_its_digest(office: Office):
    """Of three answers to a question there are 35 sets: whoever guesses right must not see that he did."""
    campaign = office.open({"client": 3})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce, 4)
    office.close(campaign)
    (report,) = reports.build_all(office.session, campaign).values()
    grid, result = tallies.load(office.session, campaign)
    assert report.basis.counts == counts_export.digest(result, grid.questionnaire, grid.scheme)
    right_guess = replace(result, salt="")
    assert report.basis.counts != counts_export.digest(right_guess, grid.questionnaire, grid.scheme)
    assert result.salt and result.salt not in json.dumps(report.to_document())
