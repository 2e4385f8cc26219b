"""What people decide about appraisals, by commands: each names the account that answers for it."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from feedback import current
from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.models.accounts import User
from feedback.models.audit import AuditEntry
from feedback.services.appraisals.moves import CALENDAR
from feedback.services.decisions import calibration, confirming, objections
from feedback.services.decisions.deputies import Decider
from feedback.settings import Settings
from tests.cli.conftest import Run
from tests.factories import Office
from tests.rounds import ZONE, Bureau

pytestmark = pytest.mark.usefixtures("tables")
PERIOD = ("--period", "2026Q4")


def office(settings: Settings, act: Callable[[Bureau], None] = lambda bureau: None) -> None:
    """A computed round of three, and what else has happened by now."""
    with opened(create_app(settings)) as app:
        custody, tokens = (app.extensions[f"feedback.{name}"] for name in ("custody", "tokens"))
        bureau = Bureau(
            Office(db.session(), custody, tokens), {"A01": 95, "A02": 80, "A03": 60}, now=current.now()
        )
        act(bureau)
        db.session.commit()


@contextmanager
def database(settings: Settings) -> Iterator[None]:
    with opened(create_app(settings)):
        yield


def by(name: str) -> tuple[str, str]:
    return "--as", f"{name.lower()}@example.com"


def test_a_round_is_reviewed_calibrated_confirmed_and_told(run: Run, settings: Settings):
    office(settings)
    for code in ("A01", "A02"):
        review = ("appraisal", "review", code, *PERIOD, "--strengths", "reliable")
        assert "a draft" in run(*review, *by("M01")).stdout
        assert "handed in" in run("appraisal", "review", code, *PERIOD, "--hand-in", *by("M01")).stdout
    opened_one = run("round", "calibrate", "2026Q4", "--member", "M01", "--chair", "D01", *by("hr"))
    assert "session 1 of 2026Q4, 2026Q4: open, 3 people" in opened_one.stdout
    assert "not reviewed: A03" in opened_one.stdout
    refused = run("round", "calibrate", "2026Q4", "--session", "1", "--close", *by("hr"))
    assert refused.exit_code == 1 and "1 of the pool are not reviewed: A03" in refused.stderr
    run("appraisal", "review", "A03", *PERIOD, "--comment", "too few visits", "--hand-in", *by("M01"))
    change = ("round", "calibrate", "2026Q4", "--session", "1", "--change", "A02=A")
    refused = run(*change, *by("D01"))
    assert "a change needs a reason that the person may read" in refused.stderr
    shown = run(*change, "--reason", "carried a tender", "--close", *by("D01")).stdout
    assert "A02\tM01\t80.00\t[80.00, 80.00]\tB -> A" in shown
    assert "cannot confirm it" in run("round", "confirm", "2026Q4", "--subject", "A01", *by("M01")).stderr
    listed = run("round", "confirm", "2026Q4", "--list", *by("D01")).stdout
    assert "A02\tM01\t80.00\t80.00\tB\t-> A (carried a tender)" in listed
    assert (
        run("round", "confirm", "2026Q4", *by("hr2"), LOGNAME="anna").stdout == "confirmed: A01, A02, A03\n"
    )
    refused = run("round", "notify", "2026Q4", *by("hr"))
    assert (refused.exit_code, refused.stderr) == (1, "Error: record the interview of A03 first\n")
    told = ("--subject", "A01", "--subject", "A02")
    assert run("round", "notify", "2026Q4", *told, *by("hr")).stdout == "notified: A01, A02\n"


def test_the_log_names_who_typed_and_the_account_that_answers_for_it(run: Run, settings: Settings):
    office(settings)
    run("appraisal", "review", "A01", *PERIOD, "--comment", "good", "--hand-in", *by("M01"))
    with database(settings):
        moved = select(AuditEntry.actor).where(AuditEntry.act == "appraisal moved")
        assert any(
            actor.startswith("cli:") and actor.endswith(" for m01@example.com")
            for actor in db.session.scalars(moved)
        )


def test_the_same_hands_do_not_review_and_confirm(run: Run, settings: Settings):
    office(settings)
    run("appraisal", "review", "A01", *PERIOD, "--comment", "good", "--hand-in", *by("M01"))
    for code in ("A02", "A03"):
        run("appraisal", "review", code, *PERIOD, "--comment", "good", "--hand-in", *by("M01"))
    run("round", "calibrate", "2026Q4", *by("hr"))
    run("round", "calibrate", "2026Q4", "--session", "1", "--close", *by("hr"))
    refused = run("round", "confirm", "2026Q4", "--subject", "A01", *by("hr"))
    assert "who reviewed it cannot confirm it" in refused.stderr


def test_what_waits_for_a_confirmation_is_sent_back_by_who_stands_above(run: Run, settings: Settings):
    def calibrated(bureau: Bureau) -> None:
        bureau.review("A02")
        calibration.close(bureau.session, bureau.calibrate("A02"), bureau.by("hr"))

    office(settings, calibrated)
    back = ("appraisal", "send-back", "A02", *PERIOD, "--reason", "say more")
    assert "who reviewed it cannot confirm it" in run(*back, *by("M01")).stderr
    assert run(*back, *by("D01")).stdout == "A02 in 2026Q4 is reviewed anew\n"


def test_an_appraisal_is_reopened_after_it_was_shown_what_falls_away(run: Run, settings: Settings):
    office(settings, lambda bureau: bureau.tell("A02"))
    shown = run("appraisal", "reopen", "A02", *PERIOD, *by("hr")).stdout
    assert "the review is kept as a draft" in shown and "A02 would be computed again" in shown
    done = run("appraisal", "reopen", "A02", *PERIOD, "--reason", "a figure was wrong", *by("hr")).stdout
    assert "A02 is computed again" in done


def test_the_reviewer_is_changed_by_hr_alone(run: Run, settings: Settings):
    office(settings)
    change = ("appraisal", "reviewer", "A02", *PERIOD, "--to", "M02", "--reason", "M01 left")
    assert run(*change, *by("M01")).exit_code == 1
    assert run(*change, *by("hr")).stdout == "A02 in 2026Q4 is reviewed by M02\n"


def test_objections_are_listed_without_words_and_answered(run: Run, settings: Settings):
    def object_to(bureau: Bureau) -> None:
        bureau.tell("A02")
        objections.object_to(bureau.session, bureau.of("A02"), ("band",), "unfair", "", bureau.by("A02"))

    office(settings, object_to)
    listed = run("objections", "list", *PERIOD).stdout
    assert listed.startswith("A02\t2026Q4\tband\t") and "unfair" not in listed
    answer = ("objections", "answer", "A02", *PERIOD, "--outcome", "rejected", "--reason", "looked at again")
    assert "who reviewed it cannot answer" in run(*answer, *by("M01")).stderr
    assert run(*answer, *by("hr")).stdout == "A02 in 2026Q4: rejected; the appraisal is answered\n"
    assert run("objections", "list").stdout == ""


def test_plans_are_listed_and_what_is_due_as_well(run: Run, settings: Settings):
    office(settings, lambda bureau: bureau.plan("A03"))
    assert "\tA03\t2026Q4\timprovement\tpublished\t" in run("plans", "list", *PERIOD).stdout
    assert "\tA03\timprovement\t" in run("plans", "due", "--days", "7").stdout
    assert run("plans", "due", "--days", "1").stdout == ""


def test_final_results_are_handed_on_as_a_file(run: Run, settings: Settings, tmp_path: Path):
    office(settings, lambda bureau: bureau.tell("A01", "A02"))
    made = run("round", "finish", "2026Q4", *by("hr"))
    assert made.stdout == "final: nobody; the round is running\n"  # their time to reply still runs
    with database(settings):
        later = Decider(CALENDAR, current.now() + timedelta(days=30), ZONE)
        confirming.deem_read(db.session(), later)
        confirming.finish_due(db.session(), later)
        db.session.commit()
    export = ("consequences", "export", "2026Q4", "--format")
    assert run(*export, "csv", "-o", tmp_path / "made.csv").exit_code == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "made.csv").read_text("utf-8-sig"))))
    assert [row["subject"] for row in rows] == ["A01", "A02"]
    assert run(*export, "csv").stdout.splitlines()[1].startswith("A01,2026Q4,95.0,A,1.0,1.0,no,")
    assert run(*export, "xlsx", "-o", tmp_path / "made.xlsx").exit_code == 0
    assert (tmp_path / "made.xlsx").read_bytes()[:2] == b"PK"
    assert run(*export, "xlsx").exit_code == 2  # not onto a terminal


def test_an_interview_is_recorded_read_and_confirmed(run: Run, settings: Settings):
    office(settings, lambda bureau: bureau.review("A03"))
    talk = ("appraisal", "interview", "A03", *PERIOD)
    assert "there is no interview with A03" in run(*talk, *by("A03")).stderr
    assert "say on which day" in run(*talk, "--topics", "visits", *by("M01")).stderr
    with database(settings):
        day = f"{current.today():%Y-%m-%d}"
    held = ("--held", day, "--present", "M01 and A03", "--topics", "too few visits")
    wrong = run(*talk, *held, "--agreed", "two visits a week; A03; soon", *by("M01"))
    assert (wrong.exit_code, "soon is no day" in wrong.stderr) == (2, True)
    agreed = ("--agreed", "two visits a week; A03; 2027-03-31", "--agreed", "a list of clients；M01")
    assert run(*talk, *held, *agreed, *by("A03")).exit_code == 1
    assert "A03 is asked to confirm it" in run(*talk, *held, *agreed, *by("M01")).stdout
    shown = run(*talk, *by("A03")).stdout
    assert "agreed: two visits a week (A03, until 2027-03-31)\nagreed: a list of clients (M01)" in shown
    assert "not confirmed by the person" in shown
    confirm = ("appraisal", "confirm-interview", "A03", *PERIOD, "--remark", "also about leave")
    assert run(*confirm, *by("M01")).exit_code == 1
    assert run(*confirm, *by("A03")).stdout == "A03 confirmed the interview of 2026Q4\n"
    assert "remark: also about leave\nconfirmed " in run(*talk, *by("hr")).stdout
    with database(settings):
        read = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "appraisal read"))
        assert [entry.target for entry in read] == ["2026Q4 A03"]


def test_a_draft_of_a_review_is_for_who_writes_it(run: Run, settings: Settings):
    office(settings)
    draft = ("appraisal", "review", "A02", *PERIOD)
    run(*draft, "--comment", "weak", *by("M01"))
    assert "comment: weak" in run(*draft, *by("M01")).stdout
    for other in ("A02", "hr", "D01"):
        refused = run(*draft, *by(other))
        assert (refused.exit_code, "weak" in refused.output) == (1, False)


def test_a_deputy_is_named_acts_for_the_manager_and_is_ended(run: Run, settings: Settings):
    office(settings)
    with database(settings):
        days = ("--from", f"{current.today():%Y-%m-%d}", "--until", f"{current.today():%Y-%m-%d}")
    name = ("deputies", "name", "M01", "--deputy", "M02", *days)
    assert run(*name, *by("M02")).exit_code == 1
    assert "deputy 1: M02 stands in for M01 from " in run(*name, *by("M01")).stdout
    assert run("deputies", "list", "--manager", "M01").stdout.startswith("1\tM01\tM02\t")
    assert run("deputies", "list", "--manager", "M02").stdout == ""
    review = ("appraisal", "review", "A01", *PERIOD, "--strengths", "reliable", "--hand-in")
    assert "handed in" in run(*review, *by("M02")).stdout
    assert "for M01" in run("appraisal", "history", "A01", *PERIOD).stdout
    assert run("deputies", "end", "M02", "1", *by("hr")).exit_code == 1
    assert run("deputies", "end", "M01", "1", *by("hr")).stdout == "deputy 1 of M01: ended\n"


def test_a_paper_is_handed_over_by_hr_and_the_time_to_reply_runs(run: Run, settings: Settings):
    def without_account(bureau: Bureau) -> None:
        bureau.session.execute(update(User).where(User.email == "a02@example.com").values(active=False))
        bureau.tell("A02")

    office(settings, without_account)
    with database(settings):
        today = f"{current.today():%Y-%m-%d}"
    hand_over = ("appraisal", "hand-over", "A02", *PERIOD, "--day", today)
    assert run(*hand_over, *by("M01")).exit_code == 1
    assert "A02 in 2026Q4: handed over, the time to reply ends on " in run(*hand_over, *by("hr")).stdout
    assert "there is no paper of A02 to hand over" in run(*hand_over, *by("hr")).stderr
