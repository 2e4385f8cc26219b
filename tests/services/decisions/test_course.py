"""One appraisal from its review to the end, with every step refused to whom it does not belong."""

from datetime import date

import pytest
from sqlalchemy import select

from feedback.models.audit import AuditEntry
from feedback.models.rounds import AppraisalMove, AppraisalState
from feedback.services.appraisals import computing, moves
from feedback.services.decisions import calibration, confirming, objections, reopening, results
from feedback.services.dossiers import confirmations, desk
from feedback.services.ground.errors import NotPossible
from tests.factories import Office
from tests.rounds import PERIOD, Bureau, scheme


def test_a_round_goes_from_computed_to_final_and_ends(bureau: Bureau):
    bureau.tell("A01", "A02")
    objections.read(bureau.session, bureau.of("A01"), bureau.by("A01"))
    assert (
        confirming.deem_read(bureau.session, bureau.calendar(days=7)) == 0
    )  # until Monday, five working days
    assert bureau.of("A02").reply_until == date(2027, 1, 11)
    assert confirming.finish_due(bureau.session, bureau.calendar(days=7)) == 0  # he may still object
    assert confirming.deem_read(bureau.session, bureau.calendar(days=8)) == 1
    assert confirming.finish_due(bureau.session, bureau.calendar(days=8)) == 2
    assert (bureau.state("A01"), bureau.state("A02"), bureau.state("A03")) == ("final", "final", "computed")


def test_silence_is_deemed_read_and_never_called_agreed(bureau: Bureau):
    bureau.tell("A02")
    confirming.deem_read(bureau.session, bureau.calendar(days=8))
    assert bureau.state("A02") == "deemed read"
    assert objections.of(bureau.session, bureau.of("A02")) == []


def test_who_reviewed_it_cannot_confirm_it_nor_can_the_person(office: Office):
    bureau = Bureau(office, {"A01": 95}, scheme=scheme(calibration=False))
    bureau.review("A01")
    for name in ("M01", "A01"):
        with pytest.raises(NotPossible, match=r"cannot confirm it|about yourself"):
            confirming.confirm(bureau.session, bureau.of("A01"), bureau.by(name))
    confirming.confirm(bureau.session, bureau.of("A01"), bureau.by("D01"))  # somebody above the reviewer
    assert bureau.state("A01") == "confirmed"


def test_instead_of_confirming_it_who_may_sends_it_back_with_a_reason(bureau: Bureau):
    bureau.review("A02")
    calibration.close(bureau.session, bureau.calibrate("A02"), bureau.by("hr"))
    one = bureau.of("A02")
    for name, why, words in (
        ("M01", "more visits", "who reviewed it cannot confirm it"),
        ("M02", "more visits", "this step is not yours to take"),
        ("D01", " ", "this needs a reason"),
    ):
        with pytest.raises(NotPossible, match=words):
            reopening.send_back(bureau.session, one, why, bureau.by(name))
    reopening.send_back(bureau.session, one, "more about the visits", bureau.by("D01"))
    assert bureau.state("A02") == "computed" and bureau.of("A02").calibrated_band is None
    returned = desk.find(bureau.session, PERIOD, "A02", bureau.by("M01")).returned
    assert (returned.actor, returned.reason) == ("d01@example.com", "more about the visits")
    with pytest.raises(NotPossible, match=r"^A02 does not wait for a confirmation$"):
        reopening.send_back(bureau.session, bureau.of("A02"), "again", bureau.by("D01"))
    bureau.review("A02")
    assert desk.find(bureau.session, PERIOD, "A02", bureau.by("M01")).returned is None


def test_what_changed_since_it_was_looked_at_is_not_confirmed(bureau: Bureau):
    bureau.review("A01", "A02")
    calibration.close(bureau.session, bureau.calibrate("A01", "A02"), bureau.by("hr"))
    (pool,) = confirmations.waiting(bureau.session, bureau.by("D01"))
    seen = {row.appraisal.person.code: row.seen for row in pool.rows}
    bureau.figure("A02", 99)
    computing.compute(
        bureau.session, bureau.round, reason="late invoice", decided=True, actor="hr", now=bureau.now
    )
    with pytest.raises(NotPossible, match=r"^changed since you looked: A02$"):
        confirming.confirm_seen(bureau.session, bureau.round, seen, bureau.by("D01"))
    assert bureau.state("A01") == "calibrated"
    del seen["A02"]
    confirming.confirm_seen(bureau.session, bureau.round, seen, bureau.by("D01"))
    with pytest.raises(NotPossible, match=r"^changed since you looked: A01$"):
        confirming.confirm_seen(bureau.session, bureau.round, seen, bureau.by("hr"))  # somebody was faster


def test_the_last_band_is_talked_to_before_it_is_told(bureau: Bureau):
    bureau.decide("A01", "A03")
    with pytest.raises(NotPossible, match=r"^record the interview of A03 first$"):
        confirming.notify(bureau.session, bureau.round, bureau.by("hr"))
    bureau.session.rollback()
    assert bureau.state("A01") == "confirmed"  # one act: nobody of the pool was told
    bureau.talk("A03")
    assert len(confirming.notify(bureau.session, bureau.round, bureau.by("hr"))) == 2


def test_band_c_without_an_improvement_plan_is_not_final_by_hand_and_waits_by_the_calendar(bureau: Bureau):
    bureau.tell("A03")
    confirming.deem_read(bureau.session, bureau.calendar(days=8))
    with pytest.raises(NotPossible, match=r"^A03 has band C and no improvement plan$"):
        confirming.finish(bureau.session, bureau.round, bureau.by("hr", days=8))
    assert confirming.finish_due(bureau.session, bureau.calendar(days=8)) == 0
    bureau.people["A03"].active = False  # for somebody who has left, plans fall away
    assert confirming.finish_due(bureau.session, bureau.calendar(days=8)) == 1


def test_a_leaver_without_an_account_is_handed_a_paper_and_his_time_runs_from_there(bureau: Bureau):
    bureau.people["A02"].active = False
    bureau.tell("A02")
    assert bureau.of("A02").reply_until is None
    assert confirming.deem_read(bureau.session, bureau.calendar(days=30)) == 0
    confirming.hand_over(bureau.session, bureau.of("A02"), date(2027, 1, 6), bureau.by("hr", days=3))
    assert bureau.of("A02").reply_until == date(2027, 1, 13)
    assert confirming.deem_read(bureau.session, bureau.calendar(days=10)) == 1


def test_every_step_is_in_the_audit_log_without_words_of_the_review(bureau: Bureau):
    bureau.tell("A02")
    acts = [(entry.act, entry.target) for entry in bureau.session.scalars(select(AuditEntry))]
    moved = [target for act, target in acts if act == "appraisal moved" and target == "2026Q4 A02"]
    steps = bureau.session.scalars(
        select(AppraisalMove).where(AppraisalMove.appraisal_id == bureau.of("A02").id)
    )
    assert len(moved) == len(steps.all()) == 5
    assert "reliable" not in str([entry.detail for entry in bureau.session.scalars(select(AuditEntry))])


def test_the_layers_stand_side_by_side_with_who_and_when(bureau: Bureau):
    bureau.tell("A02")
    (told,) = results.history(bureau.session, bureau.of("A02"))
    assert [layer.kind for layer in told.in_order] == ["computed", "final"]
    assert (told.final.shown, told.final.band.id, told.bonus) == ("80.00", "B", 1.0)
    assert told.final.by == "hr@example.com" and told.number == 1


def test_hr_does_nothing_about_itself(office: Office):
    bureau = Bureau(office, {"A01": 95}, scheme=scheme(calibration=False))
    bureau.review("A01")
    own = bureau.by("hr")
    own = type(own)(
        type(own.mover)(own.name, type(own.reader)(bureau.people["A01"].id, own.reader.roles)),
        own.now,
        own.zone,
    )
    with pytest.raises(NotPossible, match="this is about yourself; another HR account has to do it"):
        confirming.confirm(bureau.session, bureau.of("A01"), own)
    with pytest.raises(NotPossible, match="nothing to confirm"):
        confirming.confirm_pool(bureau.session, bureau.round, own)


def test_finishing_ends_the_round_when_nobody_is_left(bureau: Bureau):
    bureau.tell("A01", "A02")
    out = AppraisalState.NOT_APPRAISED
    moves.move(
        bureau.session, bureau.of("A03"), out, by=bureau.by("hr").mover, now=bureau.now, reason="long leave"
    )
    confirming.deem_read(bureau.session, bureau.calendar(days=8))
    confirming.finish_due(bureau.session, bureau.calendar(days=8))
    assert bureau.round.state == "ended"
