"""Mail about appraisals: one letter a day, with no score and no name of another, and nothing of what is over."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from feedback.models.mail import Mail, MailKind, MailState
from feedback.models.measures import DimensionMeasure
from feedback.models.notices import Notice, NoticeKind
from feedback.models.plans import PlanKind
from feedback.models.rounds import AppraisalReviewer
from feedback.services.decisions import objections, reminders, reviewers
from feedback.services.mail import mail_sending, notices
from feedback.services.mail.mail_sending import PostOffice
from feedback.services.plans import plans
from feedback.services.plans.plans import ItemText, PlanText
from tests.opinions import answered_by_clients
from tests.post import Clock, Post
from tests.rounds import STARTED, Bureau


def collect(bureau: Bureau, *, days: float = 0) -> int:
    by = bureau.by("hr", days=days)
    number = notices.collect(bureau.session, now=by.now, today=by.today)
    bureau.session.commit()
    return number


def told(bureau: Bureau, *, days: float = 0) -> set[tuple[NoticeKind, str]]:
    """What the calendar tells at ten o'clock of that day: kind and person."""
    reminders.note_due(bureau.session, bureau.calendar(days=days))
    bureau.session.commit()
    found = bureau.session.scalars(select(Notice).where(Notice.at == STARTED + timedelta(days=days)))
    return {(one.kind, one.person.code if one.person else one.user.email) for one in found}


def test_one_letter_a_day_has_all_news_in_the_reader_s_language(
    bureau: Bureau, post: Post, post_office: PostOffice, clock: Clock
):
    bureau.people["A02"].language = "en"
    bureau.tell("A02")  # an interview to confirm, then a result
    assert collect(bureau) >= 1
    clock.now = STARTED
    mail_sending.send_due(bureau.session, post_office)
    (letter,) = [one for one in post.sent if one["To"] == bureau.people["A02"].email]
    text = letter.get_body(("plain",)).get_content()
    assert "2026Q4: an interview was recorded; please confirm it" in text
    assert "2026Q4: your appraisal is ready; you can reply until January 11, 2027" in text
    assert "http" in text and not re.search(r"80[.]00|\bM01\b|人员", text)
    objections.object_to(bureau.session, bureau.of("A02"), ("band",), "unfair", "", bureau.by("A02"))
    bureau.session.commit()
    collect(bureau)
    mail_sending.send_due(bureau.session, post_office)
    assert len([one for one in post.sent if one["To"] == bureau.people["A02"].email]) == 1
    clock.now = STARTED + timedelta(days=1)
    collect(bureau, days=1)
    mail_sending.send_due(bureau.session, post_office)
    letters = [one for one in post.sent if one["To"] == bureau.people["A02"].email]
    assert "your objection was received" in letters[1].get_body(("plain",)).get_content()


def test_what_is_over_when_the_mail_leaves_is_not_said_and_an_empty_letter_is_not_sent(
    bureau: Bureau, post: Post, post_office: PostOffice, clock: Clock
):
    assert (NoticeKind.REVIEW_DUE, "M01") in told(bureau)
    collect(bureau)
    bureau.review("A01", "A02", "A03")
    clock.now = STARTED
    mail_sending.send_due(bureau.session, post_office)
    assert bureau.people["M01"].email not in post.recipients
    assert bureau.session.scalars(select(Mail).where(Mail.kind == MailKind.APPRAISAL)).all() == []
    assert collect(bureau) == 0


def test_several_people_to_review_are_one_line(
    bureau: Bureau, post: Post, post_office: PostOffice, clock: Clock
):
    told(bureau)
    collect(bureau)
    clock.now = STARTED
    mail_sending.send_due(bureau.session, post_office)
    (letter,) = [one for one in post.sent if one["To"] == bureau.people["M01"].email]
    assert letter.get_body(("plain",)).get_content().count("2026Q4") == 1


def test_hr_accounts_without_a_person_get_theirs_at_their_address(
    bureau: Bureau, post: Post, post_office: PostOffice, clock: Clock
):
    bureau.tell("A02")
    objections.object_to(bureau.session, bureau.of("A02"), ("band",), "unfair", "", bureau.by("A02"))
    bureau.session.commit()
    collect(bureau)
    clock.now = STARTED
    mail_sending.send_due(bureau.session, post_office)
    assert {"hr@example.com", "hr2@example.com"} <= set(post.recipients)
    sent = bureau.session.scalars(select(Mail).where(Mail.kind == MailKind.APPRAISAL))
    assert {mail.state for mail in sent} == {MailState.SENT}


def test_who_has_left_or_has_no_address_gets_no_mail(bureau: Bureau):
    bureau.tell("A02")
    bureau.people["A02"].email = None
    bureau.people["A03"].active = False
    bureau.session.commit()
    collect(bureau)
    mails = bureau.session.scalars(select(Mail).where(Mail.kind == MailKind.APPRAISAL)).all()
    assert not {bureau.people["A02"].id, bureau.people["A03"].id} & {mail.person_id for mail in mails}


def test_the_calendar_tells_each_thing_once_and_only_in_working_hours(bureau: Bureau):
    assert reminders.note_due(bureau.session, bureau.calendar(days=-0.5)) == 0  # ten in the evening
    first = told(bureau)
    assert first == {(NoticeKind.REVIEW_DUE, "M01")}
    assert told(bureau, days=1) == set()


def test_two_working_days_before_a_deadline_it_is_told_again(bureau: Bureau):
    bureau.round.review_by = date(2027, 1, 11)  # a Monday: two working days before is Thursday
    bureau.round.figures_by = date(2027, 1, 8)
    told(bureau)
    assert told(bureau, days=2) == {
        (NoticeKind.FIGURES_DUE, "hr@example.com"),
        (NoticeKind.FIGURES_DUE, "hr2@example.com"),
    }
    assert told(bureau, days=3) == {(NoticeKind.REVIEW_DUE, "M01")}


def test_the_end_of_the_time_to_object_is_told_two_working_days_before(bureau: Bureau):
    bureau.tell("A02")
    told(bureau)
    assert told(bureau, days=2) == set()
    assert told(bureau, days=3) == {(NoticeKind.TIME_TO_OBJECT_ENDS, "A02")}


def test_a_plan_is_told_and_its_dates_are_told_to_both_the_day_before_and_when_overdue(bureau: Bureau):
    bureau.tell("A03")
    item = ItemText("visits", "the register", date(2027, 1, 20), "A03")
    text = PlanText(PlanKind.IMPROVEMENT, "60 of 100", date(2027, 1, 31), (item,), (date(2027, 1, 20),))
    plan = plans.draft(bureau.session, bureau.of("A03"), text, bureau.by("M01"))
    plans.publish(bureau.session, plan, bureau.by("M01"))
    told(bureau)
    assert bureau.session.scalars(select(Notice.id).where(Notice.kind == NoticeKind.PLAN_PUBLISHED)).all()
    due, overdue = NoticeKind.FOLLOW_UP_DUE, NoticeKind.FOLLOW_UP_OVERDUE
    assert {(due, "A03"), (due, "M01")} <= told(bureau, days=15)
    assert {(overdue, "A03"), (overdue, "M01")} == told(bureau, days=17)


def test_a_new_reviewer_and_the_one_before_and_the_person_are_told_without_names(bureau: Bureau):
    reviewers.change(bureau.session, bureau.of("A01"), bureau.people["M02"], "M01 left", bureau.by("hr"))
    bureau.session.flush()
    found = bureau.session.scalars(select(Notice).where(Notice.kind == NoticeKind.REVIEWER_CHANGED)).all()
    assert {one.person.code for one in found} == {"A01", "M01", "M02"}


def test_former_reviewers_are_asked_for_their_words_after_the_period(bureau: Bureau):
    bureau.session.add(
        AppraisalReviewer(
            appraisal_id=bureau.of("A01").id,
            reviewer_id=bureau.people["M02"].id,
            at=STARTED,
            actor="calendar",
            contributes=True,
        )
    )
    assert (NoticeKind.CONTRIBUTION_ASKED, "M02") in told(bureau)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_has_a_line_in_both_languages_without_a_name(language: str):
    assert set(notices.LINES) == set(NoticeKind)
    lines = [
        notices._line(Notice(kind=kind, period="2026Q4", day=date(2027, 1, 11)), language)
        for kind in NoticeKind
    ]
    assert len(set(lines)) == len(lines)
    assert all(line.startswith("2026Q4") and "%" not in line for line in lines)


def test_a_measure_is_told_to_its_owner_the_day_before_and_to_hr_too_when_overdue(bureau: Bureau):
    campaign = answered_by_clients(bureau.office, 12)
    measure = DimensionMeasure(
        campaign=campaign,
        dimension="attitude",
        text="Listen first",
        owner=bureau.people["M02"],
        due=date(2027, 1, 20),
    )
    bureau.session.add(measure)
    told(bureau)
    due, overdue = NoticeKind.MEASURE_DUE, NoticeKind.MEASURE_OVERDUE
    assert told(bureau, days=14) & {(due, "M02")} == set()
    assert (due, "M02") in told(bureau, days=15)
    found = told(bureau, days=17)
    assert {(overdue, "M02"), (overdue, "hr@example.com"), (overdue, "hr2@example.com")} <= found
    measure.outcome, measure.done_at, measure.done_by = "done", STARTED, "hr"
    assert not {kind for kind, _ in told(bureau, days=18)} & {due, overdue}
