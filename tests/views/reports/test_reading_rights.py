"""Who may read what: every role against every report. What is not for a reader does not exist."""

from dataclasses import dataclass

import pytest

from feedback.models.accounts import RoleName
from feedback.models.campaigns import Campaign
from feedback.models.people import Person
from feedback.services.releases import releases
from tests.factories import ACTOR, AFTER, Office
from tests.views.reading import Browser, Browsers


@dataclass
class Team:
    """head leads boss, boss leads the subject; the boss is rated too. The outsider leads somebody else."""

    office: Office
    campaign: Campaign
    subject: Person
    boss: Person
    head: Person
    outsider: Person

    def release(self) -> None:
        releases.release(self.office.session, self.campaign, actor=ACTOR, now=AFTER)
        self.office.session.commit()

    def path(self, person: Person) -> str:
        return f"/reports/{self.campaign.code}/{person.code}"


@pytest.fixture
def team(office: Office) -> Team:
    campaign = office.open({"client": 3}, {"client": 3})
    subject, boss = (subject.person for subject in campaign.subjects)
    head, outsider, other = office.person("HEAD"), office.person("OUT"), office.person("OTHER")
    subject.manager, boss.manager, other.manager = boss, head, outsider
    for place in (0, 1):
        for nonce in office.nonces(campaign, "client", place):
            office.answer(nonce)
    office.close(campaign)
    return Team(office, campaign, subject, boss, head, outsider)


def may_read(browser: Browser, path: str) -> bool:
    status = browser.get(path).status_code
    assert status in (200, 404)
    return status == 200


@pytest.mark.parametrize("role", [RoleName.HR, RoleName.ADMIN])
def test_hr_and_administrators_read_every_report_from_closing_on(
    browsers: Browsers, team: Team, role: RoleName
):
    browser = browsers.sign_in(role)
    assert may_read(browser, team.path(team.subject)) and may_read(browser, team.path(team.boss))


def test_managers_read_reports_on_people_they_lead_directly_or_through_others(browsers: Browsers, team: Team):
    assert may_read(browsers.sign_in(RoleName.MANAGER, team.boss), team.path(team.subject))
    head = browsers.sign_in(RoleName.MANAGER, team.head)
    assert may_read(head, team.path(team.subject)) and may_read(head, team.path(team.boss))


def test_a_manager_reads_his_own_report_only_after_release(browsers: Browsers, team: Team):
    boss = browsers.sign_in(RoleName.MANAGER, team.boss)
    assert not may_read(boss, team.path(team.boss))
    team.release()
    assert may_read(boss, team.path(team.boss))


def test_other_managers_read_nothing(browsers: Browsers, team: Team):
    team.release()
    assert not may_read(browsers.sign_in(RoleName.MANAGER, team.outsider), team.path(team.subject))


def test_subjects_read_their_own_report_after_release_and_no_other(browsers: Browsers, team: Team):
    subject = browsers.sign_in(RoleName.EMPLOYEE, team.subject)
    assert not may_read(subject, team.path(team.subject))
    team.release()
    assert may_read(subject, team.path(team.subject))
    assert not may_read(subject, team.path(team.boss))


def test_leading_people_without_the_role_of_a_manager_opens_no_report(browsers: Browsers, team: Team):
    team.release()
    assert not may_read(browsers.sign_in(RoleName.EMPLOYEE, team.boss), team.path(team.subject))


def test_an_account_without_a_person_reads_nothing(browsers: Browsers, team: Team):
    team.release()
    for role in (RoleName.MANAGER, RoleName.EMPLOYEE):
        assert not may_read(browsers.sign_in(role), team.path(team.subject))


def test_a_circle_of_managers_ends_and_nobody_leads_himself(browsers: Browsers, team: Team):
    team.head.manager = team.subject
    boss = browsers.sign_in(RoleName.MANAGER, team.boss)
    assert may_read(boss, team.path(team.subject))
    assert not may_read(boss, team.path(team.boss))


def test_nobody_reads_anything_while_answers_are_sealed(browsers: Browsers, office: Office):
    campaign = office.open({"client": 3})
    path = f"/reports/{campaign.code}/{campaign.subjects[0].person.code}"
    assert not may_read(browsers.sign_in(RoleName.HR), path)


def test_strangers_are_asked_to_sign_in_and_come_back(browsers: Browsers, team: Team):
    answer = browsers.anonymous().get(team.path(team.subject))
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?next=")


def test_a_forbidden_report_looks_like_an_absent_one(browsers: Browsers, team: Team):
    subject = browsers.sign_in(RoleName.EMPLOYEE, team.subject)
    forbidden, absent = subject.get(team.path(team.boss)), subject.get("/reports/none/NOBODY")
    assert (forbidden.status_code, forbidden.data) == (absent.status_code, absent.data)


def test_a_campaign_page_lists_only_what_its_reader_may_open(browsers: Browsers, team: Team):
    path = f"/reports/{team.campaign.code}"
    everybody = browsers.sign_in(RoleName.HR).get(path).text
    assert team.subject.code in everybody and team.boss.code in everybody
    boss = browsers.sign_in(RoleName.MANAGER, team.boss).get(path).text
    assert f"{path}/{team.subject.code}" in boss and f"{path}/{team.boss.code}" not in boss
    assert not may_read(browsers.sign_in(RoleName.EMPLOYEE, team.subject), path)


def test_start_pages_show_each_role_its_own(browsers: Browsers, team: Team):
    subject = browsers.sign_in(RoleName.EMPLOYEE, team.subject)
    assert team.path(team.subject) not in subject.get("/").text
    team.release()
    assert team.path(team.subject) in subject.get("/").text
    assert team.path(team.subject) in browsers.sign_in(RoleName.MANAGER, team.boss).get("/").text
    assert "3" in browsers.sign_in(RoleName.HR).get("/").text
