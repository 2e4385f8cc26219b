"""A mystery shopper's checklist: a campaign with one attributed group, whose raters HR assigns."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from feedback.models.accounts import RoleName
from feedback.services.campaigns import campaigns as service
from feedback.services.reports import reports
from feedback.services.rosters import roster_changes
from forms import questionnaire as questionnaires
from forms import scheme as schemes
from forms.questionnaire import ItemKind, Questionnaire
from tests.factories import ACTOR, SHIPPED, Office
from tests.views.markup import Page, faults
from tests.views.reading import Browsers
from tests.views.survey import Survey

GROUP = "mystery-shopper"


@pytest.fixture
def checklist() -> Questionnaire:
    return questionnaires.load((SHIPPED / "questionnaires/mystery-shopper.toml").read_bytes())


@pytest.fixture
def survey(app: Flask, office: Office, checklist: Questionnaire) -> Survey:
    """Open, with one observer assigned by HR."""
    office.now = datetime.now(UTC)
    scheme = schemes.load((SHIPPED / "schemes/mystery-shopper.toml").read_bytes())
    campaign = office.draft({}, questionnaire=checklist, scheme=scheme)
    subject = roster_changes.find_subject(office.session, campaign, campaign.subjects[0].person.code)
    observer = office.person("SHOPPER")
    office.session.flush()
    rater = roster_changes.find_rater(office.session, observer.code)
    roster_changes.add(office.session, office.custody, subject, GROUP, rater, actor=ACTOR, now=office.now)
    service.open(office.session, office.custody, campaign, actor=ACTOR, now=office.now)
    office.session.commit()
    return Survey(app, office, campaign)


def ticked(checklist: Questionnaire) -> dict[str, str]:
    """Everything as it should be: the last point of each scale."""
    asked = (item for item in checklist.items_for(GROUP) if item.kind is ItemKind.RATING and item.scale)
    return {item.id: str(list(item.scale.values)[-1]) for item in asked}


def test_an_observer_is_told_that_his_answers_bear_his_role_and_fills_in_the_checklist_by_link(
    survey: Survey, checklist: Questionnaire
):
    link = survey.link(GROUP)
    page = survey.get(f"{link}?lang=en").text
    assert faults(Page(page)) == []
    assert "Not anonymous." in page
    answer = survey.post(link, ticked(checklist))
    assert answer.status_code == 303
    assert len(survey.stored()) == 1


def test_the_report_shows_what_the_one_observer_saw_as_attributed(
    survey: Survey, browsers: Browsers, checklist: Questionnaire
):
    comments = {item.id: "The phone rang twelve times." for item in checklist.comment_items}
    survey.post(survey.link(GROUP), ticked(checklist) | comments)
    survey.office.now += timedelta(days=1)
    survey.office.close(survey.campaign)
    subject = survey.campaign.subjects[0]
    report = reports.of_subject(survey.office.session, subject)
    group = next(group for group in report.groups if group.id == GROUP)
    assert (group.attributed, group.ballots) == (True, 1)
    assert group.total == report.feedback.score
    assert {entry.texts for entry in report.comments} <= {("The phone rang twelve times.",)}
    path = f"/reports/{survey.campaign.code}/{subject.person.code}"
    assert "Mystery shopper" in browsers.sign_in(RoleName.HR).get(f"{path}?lang=en").text
