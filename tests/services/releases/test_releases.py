import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback.models.accounts import RoleName
from feedback.models.audit import AuditEntry
from feedback.models.campaigns import Campaign, CampaignState
from feedback.models.clients import Client
from feedback.models.people import Person
from feedback.models.results import Comment, ReleasedReport
from feedback.services.accounts import accounts
from feedback.services.campaigns import campaigns
from feedback.services.ground.documents import numbered
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.releases import releases
from feedback.services.reports import comment_moderation, reports
from feedback.services.reports.report_document import ReportPart
from feedback.services.rosters.rosters import Request
from tests.factories import ACTOR, AFTER, Office


@pytest.fixture
def campaign(office: Office) -> Campaign:
    campaign = office.open({"client": 4, "peer": 2}, {"client": 1})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce)
    office.close(campaign)
    return campaign


def release(office: Office, campaign: Campaign) -> None:
    releases.release(office.session, campaign, actor=ACTOR, now=AFTER)
    office.session.commit()


def documents(office: Office) -> list[str]:
    return [json.dumps(report.document) for report in office.session.scalars(select(ReleasedReport))]


def test_releasing_stores_a_report_for_every_subject_and_says_who_did_it(office: Office, campaign: Campaign):
    release(office, campaign)
    assert campaign.state == CampaignState.RELEASED and campaign.released_at == AFTER
    assert len(documents(office)) == 2
    entry = office.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry and (entry.actor, entry.act, entry.detail) == (ACTOR, "campaign released", {"reports": 2})


def test_the_stored_report_is_the_one_that_was_previewed(office: Office, campaign: Campaign):
    preview = reports.of_subjects(office.session, campaign, campaign.subjects)
    release(office, campaign)
    released = reports.of_subjects(office.session, campaign, campaign.subjects)
    assert released == [replace(each, released_at=AFTER) for each in preview]


def test_nothing_that_happens_later_changes_a_released_report(office: Office, campaign: Campaign):
    release(office, campaign)
    before = reports.of_subjects(office.session, campaign, campaign.subjects)
    subject = campaign.subjects[0]
    subject.person.name = "另一个名字"
    office.session.commit()
    assert reports.of_subjects(office.session, campaign, campaign.subjects) == before


def test_only_a_closed_campaign_can_be_released_and_only_once(office: Office, campaign: Campaign):
    release(office, campaign)
    with pytest.raises(NotPossible, match="is released"):
        release(office, campaign)
    with pytest.raises(NotPossible, match="is open"):
        release(office, office.open({"client": 1}, code="2026Q3"))


def test_a_correction_is_a_new_release_that_says_why_and_what_changed(office: Office, campaign: Campaign):
    release(office, campaign)
    first, second = campaign.subjects
    first.person.name_en = "Another Name"
    reason = "The name was spelt wrongly."
    assert releases.correct(office.session, campaign, reason, actor=ACTOR, now=AFTER) == [first.id]
    office.session.commit()
    corrected, untouched = reports.released(office.session, [first, second])
    assert corrected.correction and corrected.correction.reason == reason
    assert corrected.correction.changed == (ReportPart.FEEDBACK, ReportPart.OTHER)
    assert untouched.correction is None
    versions = office.session.scalars(select(ReleasedReport).order_by(ReleasedReport.version)).all()
    assert sorted((report.subject_id, report.version) for report in versions) == [
        (first.id, 1),
        (first.id, 2),
        (second.id, 1),
    ]


def test_a_correction_needs_a_reason_and_something_to_correct(office: Office, campaign: Campaign):
    with pytest.raises(NotPossible, match="only a released one"):
        releases.correct(office.session, campaign, "why", actor=ACTOR, now=AFTER)
    release(office, campaign)
    with pytest.raises(NotPossible, match="needs a reason"):
        releases.correct(office.session, campaign, " ", actor=ACTOR, now=AFTER)
    with pytest.raises(NotPossible, match="nothing has changed"):
        releases.correct(office.session, campaign, "why", actor=ACTOR, now=AFTER)


@pytest.mark.parametrize(("factor", "changed"), [(1 + 1e-15, False), (1.0001, True)])
def test_the_last_bits_of_numbers_are_nothing_to_correct(
    office: Office, campaign: Campaign, factor: float, changed: bool
):
    report = reports.build_all(office.session, campaign)[campaign.subjects[0].id]
    text = json.dumps(numbered(report.to_document()))
    other = json.loads(text, parse_float=lambda number: float(number) * factor)
    assert other != json.loads(text)
    assert bool(releases.differing(other, report)) == changed


def commented(office: Office) -> Campaign:
    campaign = office.open({"client": 5})
    for number, nonce in enumerate(office.nonces(campaign, "client")):
        office.answer(nonce, comment=f"remark {number}")
    office.close(campaign)
    return campaign


def test_a_hidden_comment_leaves_its_reason_in_the_report_and_its_text_nowhere(office: Office):
    campaign = commented(office)
    comment = office.session.scalars(select(Comment)).first()
    assert comment is not None
    hidden = comment.text
    comment_moderation.hide(
        office.session, campaign, comment.id, "names a third person", actor=ACTOR, now=AFTER
    )
    release(office, campaign)
    assert hidden not in documents(office)[0] and "names a third person" in documents(office)[0]
    found = reports.of_subjects(office.session, campaign, campaign.subjects)[0].comments
    assert sum(len(each.texts) for each in found) == 4
    entry = office.session.scalars(select(AuditEntry).where(AuditEntry.act == "comment hidden")).one()
    assert hidden not in json.dumps(entry.detail)


def test_comments_are_counted_as_they_are_listed(office: Office):
    campaign = commented(office)
    first, *_others = comment_moderation.of_campaign(office.session, campaign)
    comment_moderation.hide(
        office.session, campaign, bytes.fromhex(first.id), "names a third person", actor=ACTOR, now=AFTER
    )
    listed = comment_moderation.of_campaign(office.session, campaign)
    counted = Counter((each.subject_id, each.hidden_because is not None) for each in listed)
    sizes = comment_moderation.sizes(office.session, campaign)
    assert {(subject_id, hidden): number for subject_id, hidden, number in sizes} == counted
    assert sorted(counted.values()) == [1, 4]


def test_only_a_comment_of_the_campaign_can_be_hidden_and_only_for_a_reason(office: Office):
    campaign = commented(office)
    comment = office.session.scalars(select(Comment)).first()
    assert comment is not None
    with pytest.raises(NotFound):
        comment_moderation.hide(
            office.session,
            office.draft({"client": 1}, code="2027Q1"),
            comment.id,
            "x",
            actor=ACTOR,
            now=AFTER,
        )
    with pytest.raises(NotPossible, match="for a reason"):
        comment_moderation.hide(office.session, campaign, comment.id, "  ", actor=ACTOR, now=AFTER)


def test_nobody_hides_a_comment_about_himself(office: Office):
    campaign = commented(office)
    comment = office.session.scalars(select(Comment)).first()
    assert comment is not None
    rated = campaign.subjects[0].person.code
    accounts.create(office.session, "hr@example.com", None, RoleName.HR, person=rated, actor=ACTOR, now=AFTER)
    with pytest.raises(NotPossible, match="about himself"):
        comment_moderation.hide(
            office.session, campaign, comment.id, "rude", actor="hr@example.com", now=AFTER
        )
    assert comment.hidden_because is None


def test_a_later_report_shows_what_the_earlier_released_ones_said(office: Office, campaign: Campaign):
    release(office, campaign)
    office.now += timedelta(days=90)
    plan = office.plan({"self": 1}, code="2027Q1")
    person = campaign.subjects[0].person
    asked = tuple(Request(person, "client", office.contact(own_client(office, person))) for _ in range(3))
    office.session.flush()
    again = campaigns.create(
        office.session, replace(plan, subjects=(person,), requests=asked), actor=ACTOR, now=office.now
    )
    campaigns.open(office.session, office.custody, again, actor=ACTOR, now=office.now)
    office.session.commit()
    for nonce in office.nonces(again, "client"):
        office.answer(nonce, 5)
    office.close(again)
    report = reports.of_subjects(office.session, again, again.subjects)[0]
    released = reports.released(office.session, [campaign.subjects[0]])[0]
    assert [(point.period, point.score) for point in report.history] == [("2026Q4", released.feedback.score)]


def own_client(office: Office, person: Person) -> Client:
    number = next(office.numbers)
    return Client(code=f"K{number}", name=f"公司{number}", account_manager=person)
