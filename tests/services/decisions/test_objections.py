"""Objections: to figures, with words, answered by somebody else within a clock of the company."""

from datetime import date

import pytest
from sqlalchemy import select

from feedback.models.audit import AuditEntry
from feedback.models.confirmed_results import AnswerOutcome
from feedback.models.rounds import AppraisalVersion, VersionCause
from feedback.services.appraisals import computing, versions
from feedback.services.decisions import answers, confirming, objections, reopening, results
from feedback.services.ground.errors import NotFound, NotPossible
from tests.factories import Office
from tests.rounds import Bureau, scheme

UPHELD, PARTLY, REJECTED = AnswerOutcome.UPHELD, AnswerOutcome.PARTLY, AnswerOutcome.REJECTED


def object_to(bureau: Bureau, *, days: float = 1, figures: tuple[str, ...] = ("band",)) -> None:
    by = bureau.by("A02", days=days)
    objections.object_to(bureau.session, bureau.of("A02"), figures, "a contract is missing", "CRM-7", by)
    bureau.session.commit()


def answer(
    bureau: Bureau, outcome: AnswerOutcome, *, who: str = "hr", days: float = 2, band: str | None = None
):
    by = bureau.by(who, days=days)
    return answers.answer(bureau.session, bureau.of("A02"), outcome, "the contract is in", by, band=band)


def test_an_objection_names_a_figure_of_the_derivation_and_says_why(bureau: Bureau):
    bureau.tell("A02")
    one, by = bureau.of("A02"), bureau.by("A02")
    for figures, text in (((), "unfair"), (("band",), " ")):
        with pytest.raises(NotPossible, match="an objection needs words: what should be looked at again"):
            objections.object_to(bureau.session, one, figures, text, "", by)
    with pytest.raises(NotPossible, match="moon is no figure of this appraisal"):
        objections.object_to(bureau.session, one, ("moon",), "unfair", "", by)
    with pytest.raises(NotPossible, match="not yours"):
        objections.object_to(bureau.session, one, ("band",), "for him", "", bureau.by("M01"))
    lines = versions.document(bureau.session, one).derivation
    objections.object_to(bureau.session, one, (lines[0].id, "band"), "a contract is missing", "", by)
    assert bureau.state("A02") == "objected"


def test_the_company_has_a_clock_of_working_days_and_the_most_urgent_comes_first(bureau: Bureau):
    bureau.tell("A02")
    object_to(bureau)
    (line,) = objections.listed(bureau.session, bureau.by("hr", days=9))
    assert (line.reply.answer_until, line.days_left, line.is_second) == (date(2027, 1, 12), -1, False)
    assert objections.listed(bureau.session, bureau.by("M02")) == []


def test_after_the_deadline_nobody_objects(bureau: Bureau):
    bureau.tell("A02")
    with pytest.raises(NotPossible, match=r"^the time to object ended on 2027-01-11; ask HR to reopen it$"):
        object_to(bureau, days=8)
    confirming.deem_read(bureau.session, bureau.calendar(days=8))
    with pytest.raises(NotPossible, match="the time to object ended on 2027-01-11"):
        object_to(bureau, days=9)


def test_on_the_last_evening_where_people_live_one_may_still_object(bureau: Bureau):
    bureau.tell("A02")
    object_to(bureau, days=7 + 13.5 / 24)  # half past eleven in Shanghai
    assert bureau.state("A02") == "objected"


def test_who_has_read_it_may_still_object_in_time(bureau: Bureau):
    bureau.tell("A02")
    objections.read(bureau.session, bureau.of("A02"), bureau.by("A02"))
    object_to(bureau)
    (said,) = objections.of(bureau.session, bureau.of("A02"))
    assert said.kind == "objected"


def test_neither_the_reviewer_nor_the_person_answers_and_an_answer_has_a_reason(bureau: Bureau):
    bureau.tell("A02")
    object_to(bureau)
    with pytest.raises(NotPossible, match="who reviewed it cannot answer"):
        answer(bureau, REJECTED, who="M01")
    with pytest.raises(NotPossible, match="about yourself"):
        answer(bureau, REJECTED, who="A02")
    with pytest.raises(NotPossible, match="not yours"):
        answer(bureau, REJECTED, who="M02")
    with pytest.raises(NotPossible, match="needs a reason that the person may read"):
        answers.answer(bureau.session, bureau.of("A02"), REJECTED, " ", bureau.by("hr"))
    answer(bureau, REJECTED)
    assert bureau.state("A02") == "answered"
    assert confirming.finish_due(bureau.session, bureau.calendar(days=3)) == 1
    with pytest.raises(NotFound, match="no objection of A02"):
        answer(bureau, REJECTED)


def test_hr_names_somebody_else_to_answer_who_is_neither_of_the_two(bureau: Bureau):
    bureau.tell("A02")
    object_to(bureau)
    session, one = bureau.session, bureau.of("A02")
    for code in ("M01", "A02"):
        with pytest.raises(NotPossible, match="neither by the reviewer nor by the person"):
            objections.appoint(session, one, bureau.people[code], bureau.by("hr"))
    objections.appoint(session, one, bureau.people["M02"], bureau.by("hr"))
    session.flush()
    assert len(objections.listed(session, bureau.by("M02"))) == 1
    objections.state(session, one, "I had not seen it", bureau.by("M01"))
    answer(bureau, REJECTED, who="M02")
    (said,) = objections.of(session, one)
    assert (said.statement, said.answered_by) == ("I had not seen it", "m02@example.com")


def test_upheld_is_computed_anew_told_anew_and_both_results_stay(bureau: Bureau):
    bureau.tell("A02")
    object_to(bureau)
    with pytest.raises(NotPossible, match="upheld changes something"):
        answer(bureau, UPHELD)
    bureau.session.rollback()
    bureau.figure("A02", 93)
    answer(bureau, UPHELD, days=2)
    bureau.session.commit()
    one = bureau.of("A02")
    assert (one.state, one.version, one.reply_until) == ("notified", 2, date(2027, 1, 13))
    version = bureau.session.get(AppraisalVersion, (one.id, 2))
    assert version.cause == VersionCause.OBJECTION
    assert "contract" not in version.reason
    newer, older = results.history(bureau.session, one)
    assert (newer.final.shown, newer.final.band.id) == ("93.00", "A")
    assert (older.final.shown, older.final.band.id) == ("80.00", "B")


def test_partly_upheld_may_change_the_band_alone_with_the_reason_that_the_person_reads(bureau: Bureau):
    bureau.tell("A02")
    object_to(bureau)
    answer(bureau, PARTLY, band="A")
    told = results.standing(bureau.session, bureau.of("A02"))
    assert (told.final.shown, told.final.band.id) == ("80.00", "A")
    assert told.calibrated.reason == "the contract is in"


def test_a_rejected_objection_changes_no_band(bureau: Bureau):
    bureau.tell("A02")
    object_to(bureau)
    with pytest.raises(NotPossible, match="a rejected objection changes no band"):
        answer(bureau, REJECTED, band="A")


def test_a_second_objection_is_answered_by_the_line_and_that_is_the_end_of_it(bureau: Bureau):
    bureau.tell("A02")
    object_to(bureau)
    bureau.figure("A02", 85)
    answer(bureau, PARTLY, days=2)
    object_to(bureau, days=3)
    assert objections.listed(bureau.session, bureau.by("hr"))[0].is_second
    with pytest.raises(
        NotPossible,
        match=r"^a second objection is answered by somebody above the reviewer, and that is the end of it$",
    ):
        answer(bureau, REJECTED, days=4)
    bureau.figure("A02", 91)
    answer(bureau, UPHELD, who="D01", days=4)
    assert bureau.state("A02") == "answered"  # no new time to reply
    assert results.standing(bureau.session, bureau.of("A02")).final.band.id == "A"
    with pytest.raises(NotPossible, match="cannot become objected"):
        object_to(bureau, days=4)


def test_the_scheme_may_leave_the_second_answer_to_hr(office: Office):
    bureau = Bureau(office, {"A02": 80}, scheme=scheme(second="hr"))
    bureau.tell("A02")
    object_to(bureau)
    answer(bureau, PARTLY, band="A")
    object_to(bureau, days=3)
    answer(bureau, REJECTED, days=4)
    assert bureau.state("A02") == "answered"


def test_the_audit_log_has_the_outcome_and_neither_words_nor_figures(bureau: Bureau):
    bureau.tell("A02")
    object_to(bureau)
    answer(bureau, REJECTED)
    bureau.session.flush()
    entries = bureau.session.scalars(select(AuditEntry)).all()
    answered = next(entry for entry in entries if entry.act == "objection answered")
    assert answered.detail["after"] == {"outcome": "rejected"}
    said = str([(entry.act, entry.target, entry.detail) for entry in entries])
    assert "contract" not in said and "CRM-7" not in said


def test_reopening_shows_beforehand_what_falls_away(bureau: Bureau):
    bureau.tell("A02")
    before = reopening.preview(bureau.session, bureau.of("A02"))
    assert (before.becomes, before.review, before.confirmed) == ("computed", True, True)
    assert bureau.state("A02") == "notified"
    with pytest.raises(NotPossible, match="needs a reason"):
        reopening.reopen(bureau.session, bureau.of("A02"), "", bureau.by("hr"))
    with pytest.raises(NotPossible, match="not yours"):
        reopening.reopen(bureau.session, bureau.of("A02"), "I was wrong", bureau.by("M01"))
    reopening.reopen(bureau.session, bureau.of("A02"), "a figure was wrong", bureau.by("hr"))
    assert bureau.state("A02") == "computed"
    assert results.history(bureau.session, bureau.of("A02"))[0].fell_at is not None
    assert results.standing(bureau.session, bureau.of("A02")).final is None


def test_a_final_result_is_corrected_with_a_reason_and_told_again(bureau: Bureau):
    bureau.tell("A02")
    confirming.deem_read(bureau.session, bureau.calendar(days=8))
    confirming.finish_due(bureau.session, bureau.calendar(days=8))
    assert reopening.preview(bureau.session, bureau.of("A02")).becomes == "notified"
    bureau.figure("A02", 95)
    people = [bureau.people["A02"]]
    computing.compute(bureau.session, bureau.round, people, actor="hr@example.com", now=bureau.now)
    reopening.reopen(bureau.session, bureau.of("A02"), "revenue was booked late", bureau.by("hr", days=20))
    one = bureau.of("A02")
    assert (one.state, one.reply_until) == ("notified", date(2027, 1, 29))
    newer, older = results.history(bureau.session, one)
    assert (newer.final.shown, older.final.shown) == ("95.00", "80.00")
    assert older.fell_at is not None
    object_to(bureau, days=21)
    assert bureau.state("A02") == "objected"
