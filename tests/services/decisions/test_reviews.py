"""Reviews, who writes them, and the interview."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from feedback.models.audit import AuditEntry
from feedback.models.rounds import AppraisalMove, AppraisalReviewer, AppraisalVersion, VersionCause
from feedback.services.appraisals import versions
from feedback.services.decisions import (
    confirming,
    deputies,
    interviews,
    reopening,
    results,
    reviewers,
    reviews,
)
from feedback.services.decisions.interviews import Agreement, InterviewRecord
from feedback.services.decisions.reviews import ReviewChanged, ReviewText
from feedback.services.ground.errors import NotFound, NotPossible
from tests.factories import Office
from tests.rounds import STARTED, Bureau, scheme


def test_of_two_who_write_at_once_the_second_keeps_both_texts(bureau: Bureau):
    session, one = bureau.session, bureau.of("A01")
    deputies.appoint(
        session,
        bureau.people["M01"],
        bureau.people["M02"],
        date(2027, 1, 1),
        date(2027, 1, 31),
        bureau.by("M01"),
    )
    reviews.save(session, one, ReviewText(comment="from the deputy"), 0, bureau.by("M02"))
    with pytest.raises(ReviewChanged, match=r"^M02 changed this at 10:00$") as refused:
        reviews.save(session, one, ReviewText(comment="from the reviewer"), 0, bureau.by("M01", days=0.1))
    assert refused.value.own.comment == "from the reviewer"
    assert refused.value.newer.text.comment == "from the deputy"
    assert (refused.value.newer.by, refused.value.newer.on_behalf_of) == ("M02", "M01")
    reviews.save(session, one, refused.value.own, refused.value.newer.edition, bureau.by("M01"))
    assert reviews.of(session, one).text.comment == "from the reviewer"


def test_a_change_of_an_earlier_day_is_told_with_its_date(bureau: Bureau):
    reviews.save(bureau.session, bureau.of("A01"), ReviewText(comment="first"), 0, bureau.by("M01"))
    with pytest.raises(ReviewChanged, match="M01 changed this at 2027-01-04 10:00"):
        reviews.save(bureau.session, bureau.of("A01"), ReviewText(comment="x"), 0, bureau.by("M01", days=2))


def test_nobody_reviews_himself_not_even_as_a_deputy(bureau: Bureau):
    session = bureau.session
    deputies.appoint(
        session,
        bureau.people["M01"],
        bureau.people["A01"],
        date(2027, 1, 1),
        date(2027, 1, 31),
        bureau.by("M01"),
    )
    with pytest.raises(NotPossible, match="^nobody reviews himself$"):
        reviews.save(session, bureau.of("A01"), ReviewText(comment="I am great"), 0, bureau.by("A01"))
    reviews.hand_in(session, bureau.of("A02"), ReviewText(comment="good"), 0, bureau.by("A01"))
    assert bureau.state("A02") == "reviewed"


def test_a_deputy_acts_between_his_dates_only_and_what_he_does_says_for_whom(bureau: Bureau):
    session = bureau.session
    deputies.appoint(
        session,
        bureau.people["M01"],
        bureau.people["M02"],
        date(2027, 1, 5),
        date(2027, 1, 6),
        bureau.by("hr"),
    )
    for days in (0, 3):
        with pytest.raises(NotPossible, match="not yours"):
            reviews.save(session, bureau.of("A01"), ReviewText(comment="x"), 0, bureau.by("M02", days=days))
    with pytest.raises(NotFound):
        deputies.find_appraisal(session, "2026Q4", "A01", bureau.by("M02"))
    during = bureau.by("M02", days=1)
    found = deputies.find_appraisal(session, "2026Q4", "A01", during)
    reviews.hand_in(session, found, ReviewText(comment="good"), 0, during)
    assert reviews.of(session, found).on_behalf_of == "M01"
    steps = select(AppraisalMove).where(AppraisalMove.appraisal_id == found.id)
    last = session.scalars(steps.order_by(AppraisalMove.id.desc())).first()
    assert (last.actor, last.on_behalf_of) == ("m02@example.com", "M01")


def test_a_deputy_who_reviewed_cannot_confirm_later(office: Office):
    bureau = Bureau(office, {"A01": 95}, scheme=scheme(calibration=False))
    session = bureau.session
    deputies.appoint(
        session,
        bureau.people["M01"],
        bureau.people["D01"],
        date(2027, 1, 4),
        date(2027, 1, 6),
        bureau.by("hr"),
    )
    reviews.hand_in(session, bureau.of("A01"), ReviewText(comment="good"), 0, bureau.by("D01"))
    with pytest.raises(NotPossible, match="^who reviewed it cannot confirm it$"):
        confirming.confirm(session, bureau.of("A01"), bureau.by("D01", days=10))


def test_a_handed_in_review_is_read_only_until_hr_reopens_and_is_a_draft_again_then(bureau: Bureau):
    bureau.review("A01", text=ReviewText(comment="as it was"))
    with pytest.raises(NotPossible, match="ask HR to reopen it"):
        reviews.save(bureau.session, bureau.of("A01"), ReviewText(comment="other"), 1, bureau.by("M01"))
    reopening.reopen(bureau.session, bureau.of("A01"), "a figure was wrong", bureau.by("hr"))
    state = reviews.of(bureau.session, bureau.of("A01"))
    assert (bureau.state("A01"), state.text.comment, state.handed_in_at) == ("computed", "as it was", None)


def test_a_held_appraisal_is_not_reviewed_and_the_reason_of_a_pending_incident_is_not_told(bureau: Bureau):
    bureau.of("A01").held = "incident"
    with pytest.raises(NotPossible, match=r"^the appraisal is held: a decision is pending$"):
        reviews.hand_in(bureau.session, bureau.of("A01"), ReviewText(comment="x"), 0, bureau.by("M01"))


def test_no_adjustment_where_the_scheme_allows_none(bureau: Bureau):
    with pytest.raises(NotPossible, match="at most 0 points"):
        reviews.hand_in(
            bureau.session, bureau.of("A01"), ReviewText(comment="x", adjustment=1), 0, bureau.by("M01")
        )


def test_an_adjustment_within_the_limit_makes_a_version_and_needs_a_comment(office: Office):
    bureau = Bureau(office, {"A01": 88}, scheme=scheme(limit=3))
    session = bureau.session
    for text, said in (
        (ReviewText(comment="a lot", adjustment=3.5), "at most 3 points"),
        (ReviewText(strengths="strong", adjustment=2), "an adjustment needs a comment"),
        (ReviewText(adjustment=2), "a review needs words"),
    ):
        with pytest.raises(NotPossible, match=said):
            reviews.hand_in(session, bureau.of("A01"), text, 0, bureau.by("M01"))
        session.rollback()
    reviews.hand_in(
        session, bureau.of("A01"), ReviewText(comment="took over", adjustment=2), 0, bureau.by("M01")
    )
    session.commit()
    version = session.get(AppraisalVersion, (bureau.of("A01").id, 2))
    assert version.cause == VersionCause.ADJUSTMENT
    document = versions.document(session, bureau.of("A01"))
    assert (document.computed.shown, document.official.shown) == ("88.00", "90.00")
    layers = results.standing(session, bureau.of("A01"))
    assert (layers.computed.band.id, layers.adjusted.band.id) == ("B", "A")
    assert (layers.adjusted.by, layers.adjusted.reason) == ("M01", "took over")


def test_the_reviewer_is_changed_with_a_reason_and_who_was_it_keeps_what_he_may_read(bureau: Bureau):
    session, one = bureau.session, bureau.of("A01")
    reviews.save(session, one, ReviewText(comment="begun"), 0, bureau.by("M01"))
    with pytest.raises(NotPossible, match="needs a reason"):
        reviewers.change(session, one, bureau.people["M02"], " ", bureau.by("hr"))
    with pytest.raises(NotPossible, match="nobody reviews himself"):
        reviewers.change(session, one, bureau.people["A01"], "he knows best", bureau.by("hr"))
    with pytest.raises(NotPossible, match="not yours"):
        reviewers.change(session, one, bureau.people["M02"], "I am busy", bureau.by("M01"))
    reviewers.change(session, one, bureau.people["M02"], "M01 left the company", bureau.by("hr"))
    session.flush()
    assert deputies.find_appraisal(session, "2026Q4", "A01", bureau.by("M01")).id == one.id
    with pytest.raises(NotPossible, match="not yours"):
        reviews.save(session, one, ReviewText(comment="mine"), 1, bureau.by("M01"))
    reviews.hand_in(session, one, reviews.of(session, one).text, 1, bureau.by("M02"))
    changed = session.scalars(select(AuditEntry).where(AuditEntry.act == "reviewer changed")).one()
    assert (changed.detail["before"], changed.detail["after"]) == ({"manager": "M01"}, {"manager": "M02"})


def test_a_former_reviewer_of_the_period_is_asked_for_words_and_gives_no_score(bureau: Bureau):
    session, one = bureau.session, bureau.of("A01")
    session.add(
        AppraisalReviewer(
            appraisal_id=one.id,
            reviewer_id=bureau.people["M02"].id,
            at=STARTED,
            actor="calendar",
            contributes=True,
        )
    )
    session.flush()
    (asked,) = reviewers.contributions(session, one)
    assert (asked.person.code, asked.text) == ("M02", None)
    with pytest.raises(NotPossible, match="not yours"):
        reviewers.contribute(session, one, "I know him", bureau.by("D01"))
    reviewers.contribute(session, one, " Led the tender in October. ", bureau.by("M02"))
    assert reviewers.contributions(session, one)[0].text == "Led the tender in October."
    bureau.review("A01")
    with pytest.raises(NotPossible, match="ask HR to reopen it"):
        reviewers.contribute(session, one, "too late", bureau.by("M02"))


def test_an_interview_is_confirmed_by_both_and_after_a_change_anew(bureau: Bureau):
    session = bureau.session
    bureau.review("A01")
    bureau.talk("A01")
    interviews.confirm(session, bureau.of("A01"), "I see it otherwise", bureau.by("A01"))
    kept = interviews.of(session, bureau.of("A01"))
    assert kept.remark == "I see it otherwise" and kept.person_confirmed_at and kept.reviewer_confirmed_at
    with pytest.raises(NotPossible, match="already"):
        interviews.confirm(session, bureau.of("A01"), "", bureau.by("A01"))
    bureau.talk("A01")
    assert interviews.of(session, bureau.of("A01")).person_confirmed_at is None
    assert [one.text for one in kept.agreements] == ["two visits a week"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"day": STARTED.date() + timedelta(days=1)}, "after it was held"),
        ({"present": " "}, "who was present"),
        ({"agreements": (Agreement("visits", "", None),)}, "who does it"),
    ],
)
def test_an_incomplete_record_is_refused(bureau: Bureau, change: dict[str, object], said: str):
    bureau.review("A01")
    whole = {"day": STARTED.date(), "present": "both", "topics": "all", "agreements": ()}
    with pytest.raises(NotPossible, match=said):
        interviews.record(
            bureau.session, bureau.of("A01"), InterviewRecord(**whole | change), bureau.by("M01")
        )


def test_an_interview_needs_a_review_and_is_the_reviewer_s_to_record(bureau: Bureau):
    said = InterviewRecord(STARTED.date(), "both", "all", ())
    with pytest.raises(NotPossible, match="about a reviewed result"):
        interviews.record(bureau.session, bureau.of("A01"), said, bureau.by("M01"))
    bureau.review("A01")
    for name in ("hr", "A02"):
        with pytest.raises(NotPossible, match="not yours"):
            interviews.record(bureau.session, bureau.of("A01"), said, bureau.by(name))
