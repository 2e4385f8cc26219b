import json

import pytest
from sqlalchemy import select

from feedback.models.appraisals import GoalScore
from feedback.models.audit import AuditEntry
from feedback.models.campaigns import Campaign, CampaignState
from feedback.models.results import ReleasedReport
from feedback.services import releases, reports
from feedback.services.errors import NotPossible
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
    assert reports.of_subjects(office.session, campaign, campaign.subjects) == preview


def test_nothing_that_happens_later_changes_a_released_report(office: Office, campaign: Campaign):
    release(office, campaign)
    before = reports.of_subjects(office.session, campaign, campaign.subjects)
    subject = campaign.subjects[0]
    subject.person.name = "另一个名字"
    office.session.add(GoalScore(person=subject.person, period=campaign.period, score=1))
    office.session.commit()
    assert reports.of_subjects(office.session, campaign, campaign.subjects) == before


def test_only_a_closed_campaign_can_be_released_and_only_once(office: Office, campaign: Campaign):
    release(office, campaign)
    with pytest.raises(NotPossible, match="is released"):
        release(office, campaign)
    with pytest.raises(NotPossible, match="is open"):
        release(office, office.open({"client": 1}, code="2026Q3"))
