"""What pages about many people show of each: the same whether it is read from a release or made of a report."""

import json
from collections.abc import Sequence

import pytest
from sqlalchemy import select

from feedback.models.campaigns import Campaign, Subject
from feedback.models.results import ReleasedReport
from feedback.services.ground.documents import numbered
from feedback.services.releases import releases
from feedback.services.reports import report_summaries, reports
from feedback.services.reports.report_summaries import Member
from tests.factories import ACTOR, AFTER, Office


@pytest.fixture
def campaign(office: Office) -> Campaign:
    """One with enough answers, and one with too few."""
    campaign = office.open({"client": 6, "self": 1}, {"client": 2})
    for place in range(2):
        for nonce in office.nonces(campaign, "client", place):
            office.answer(nonce, 5 - place, "Known by this very sentence.")
    office.close(campaign)
    return campaign


def of_reports(office: Office, campaign: Campaign, subjects: Sequence[Subject]) -> list[Member]:
    return [Member.of(report) for report in reports.of_subjects(office.session, campaign, subjects)]


def test_it_is_the_same_before_a_release_in_the_midst_of_one_and_after_it(office: Office, campaign: Campaign):
    subjects = campaign.subjects
    for codes in ([], [subjects[0].person.code], [subjects[1].person.code]):
        releases.release_some(office.session, campaign, codes, actor=ACTOR, now=AFTER)
        office.session.commit()
        found = report_summaries.of_subjects(office.session, campaign, subjects)
        assert found == of_reports(office, campaign, subjects)
    assert [member.released_at for member in found] == [AFTER, AFTER]


def test_it_survives_its_storage(office: Office, campaign: Campaign):
    for member in of_reports(office, campaign, campaign.subjects):
        assert Member.from_document(json.loads(json.dumps(numbered(member.to_document())))) == member


def test_it_is_a_small_part_of_a_report_and_holds_no_comment(office: Office, campaign: Campaign):
    releases.release(office.session, campaign, actor=ACTOR, now=AFTER)
    office.session.commit()
    for stored in office.session.scalars(select(ReleasedReport)):
        document, summary = json.dumps(stored.document), json.dumps(stored.summary)
        assert "very sentence" not in summary
        assert len(summary) < len(document) / 2
