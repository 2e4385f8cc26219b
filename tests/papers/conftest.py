from dataclasses import replace

import pytest

from feedback.models.campaigns import Campaign
from feedback.services.reports import reports
from feedback.services.reports.report_document import Report
from tests.factories import AFTER, Office


@pytest.fixture
def campaign(office: Office) -> Campaign:
    """Clients shown, peers and reports merged, the supervisor silent; a second subject with too few answers."""
    sizes = {"client": 12, "supervisor": 1, "peer": 2, "subordinate": 2, "self": 1}
    campaign = office.open(sizes, {"client": 2, "peer": 2})
    for place, groups in enumerate([("client", "peer", "subordinate", "self"), ("client", "peer")]):
        for group in groups:
            for number, nonce in enumerate(office.nonces(campaign, group, place)):
                office.answer(nonce, 3 + number % 3, "=SUM(A1) <b>很好</b>")
    office.close(campaign)
    return campaign


@pytest.fixture
def all_reports(office: Office, campaign: Campaign) -> list[Report]:
    return reports.of_subjects(office.session, campaign, sorted(campaign.subjects, key=lambda each: each.id))


@pytest.fixture
def report(all_reports: list[Report]) -> Report:
    return replace(all_reports[0], released_at=AFTER)
