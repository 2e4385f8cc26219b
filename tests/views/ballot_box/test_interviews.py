from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.models.accounts import RoleName, User
from feedback.models.audit import AuditEntry
from feedback.models.campaigns import Cell
from feedback.models.interviews import Interview
from feedback.models.invitations import Invitation, Task
from feedback.models.mail import Mail, MailKind
from feedback.services.reports import reports
from tests.factories import Office
from tests.views.markup import Page, faults
from tests.views.reading import Browser, Browsers
from tests.views.survey import Survey, complete


class CallCentre:
    """An open campaign with eight clients, HR, and somebody who phones."""

    def __init__(self, app: Flask, office: Office, browsers: Browsers) -> None:
        self.survey = Survey.open(app, office, {"client": 8, "peer": 1})
        self.office, self.browsers, self.campaign = office, browsers, self.survey.campaign
        self.path = f"/interviews/{self.campaign.code}"
        self.hr = browsers.sign_in(RoleName.HR)
        self.caller = browsers.sign_in(RoleName.EMPLOYEE, office.person("CALLER"))
        self.nonces = office.nonces(self.campaign, "client")

    def user_id(self, email: str = "employee-CALLER@example.com") -> int:
        return self.office.session.scalar(select(User.id).where(User.email.ilike(email)))

    def key(self, number: int) -> tuple[int, int]:
        query = (
            select(Invitation.contact_id, Task.cell_id).join(Task).where(Task.nonce == self.nonces[number])
        )
        return tuple(self.office.session.execute(query).one())

    def assign(self, *numbers: int, interviewer: int | None = None):
        keys = [self.key(number) for number in numbers]
        form = {
            "clients": [f"{contact}-{cell}" for contact, cell in keys],
            "interviewer": str(interviewer or self.user_id()),
        }
        return self.hr.post(self.path, form, page=self.path)

    def form(self, number: int) -> str:
        contact, cell = self.key(number)
        return f"/interviews/{contact}/{cell}"

    def enter(self, number: int, browser: Browser | None = None, **answers: str):
        page = self.form(number)
        return (browser or self.caller).post(page, complete() | {"lang": "en"} | answers, page="/interviews")

    def interview(self, number: int) -> Interview:
        self.office.session.expire_all()
        return self.office.session.get(Interview, self.key(number))


@pytest.fixture
def centre(app: Flask, office: Office, browsers: Browsers) -> CallCentre:
    return CallCentre(app, office, browsers)


def text(browser: Browser, path: str) -> str:
    html = browser.get(f"{path}?lang=en").text
    assert faults(Page(html)) == []
    return html


def close(centre: CallCentre) -> dict[str, int]:
    """How many of each group answered by phone, as the report says it."""
    centre.office.now = datetime.now(UTC) + timedelta(days=1)
    centre.office.close(centre.campaign)
    report = reports.of_subject(centre.office.session, centre.campaign.subjects[0])
    return {response.title.en: (response.answered, response.by_phone) for response in report.responses}


def test_a_client_is_asked_by_phone_and_counted_like_the_others(centre: CallCentre):
    assert centre.assign(0, 1, 2).status_code == 303
    assert "Begin" in text(centre.caller, "/interviews")
    assert "You are recorded as the interviewer" in text(centre.caller, centre.form(0))
    for number in range(3):
        assert centre.enter(number).status_code == 303
    assert "are sealed" in text(centre.caller, centre.form(0))
    for nonce in centre.nonces[4:]:
        centre.office.answer(nonce)
    assert close(centre) == {"Clients": (7, 3)}
    assert centre.office.session.scalars(select(Interview)).all() == []


def test_who_answered_by_link_before_is_not_counted_twice_and_nobody_is_told(centre: CallCentre):
    centre.assign(0, 1, 2)
    pages = []
    centre.office.answer(centre.nonces[0])
    for number in range(3):
        before = text(centre.caller, centre.form(number))
        entered = centre.enter(number, comment="only heard on the phone")
        pages.append((before.count("<fieldset"), entered.status_code, centre.interview(number).finished))
    assert pages[0] == pages[1] == pages[2]
    assert len(centre.survey.stored()) == 1
    for nonce in centre.nonces[3:]:
        centre.office.answer(nonce)
    assert close(centre) == {"Clients": (8, 3)}


def test_sending_twice_changes_nothing(centre: CallCentre):
    centre.assign(0, 1, 2)
    centre.enter(0)
    first = centre.interview(0).envelope
    centre.enter(0, **{"attitude-1": "1"})
    assert centre.interview(0).envelope == first


def test_the_client_is_told_by_mail_once_and_his_link_is_still_his(centre: CallCentre):
    """Whether he has answered before or not: the mail is the same."""
    centre.assign(0, 1, 2)
    centre.office.answer(centre.nonces[0])
    for number in (0, 0, 1):
        centre.enter(number)
    told = centre.office.session.execute(
        select(Mail.nonce, Mail.wave).where(Mail.kind == MailKind.INTERVIEW)
    ).all()
    assert sorted(told) == sorted((nonce, 1) for nonce in centre.nonces[:2])
    assert "<fieldset" in centre.survey.get(f"/s/{centre.office.tokens.issue(centre.nonces[1])}").text
    assert centre.office.answer(centre.nonces[1], 1)


def test_a_client_who_declines_takes_what_was_entered_for_him_away(centre: CallCentre):
    centre.assign(0, 1, 2)
    centre.enter(0)
    link = f"/s/{centre.office.tokens.issue(centre.nonces[0])}"
    body = f"token={link.removeprefix('/s/')}&task=1&lang=en"
    assert centre.survey.post_body(body.encode(), path="/s/decline").status_code == 303
    centre.office.session.expire_all()
    assert centre.office.session.get(Interview, centre.key(1)) is not None
    left = centre.office.session.scalars(select(Interview.finished)).all()
    assert left == [False, False]


def test_fewer_than_three_clients_are_not_assigned(centre: CallCentre):
    answer = centre.assign(0, 1)
    assert answer.status_code == 422
    assert centre.office.session.scalars(select(Interview)).all() == []
    centre.assign(0, 1, 2)
    assert centre.assign(3).status_code == 303


def test_an_unfinished_form_comes_back_with_what_was_typed(centre: CallCentre):
    centre.assign(0, 1, 2)
    answer = centre.caller.post(
        centre.form(0), {"attitude-1": "4", "surprise": "x", "lang": "en"}, page="/interviews"
    )
    assert answer.status_code == 422
    assert faults(Page(answer.text)) == []
    assert centre.survey.stored() == []
    assert not centre.interview(0).finished


def test_an_interview_is_there_for_its_interviewer_only(centre: CallCentre):
    centre.assign(0, 1, 2)
    other = centre.browsers.sign_in(RoleName.EMPLOYEE, centre.office.person())
    for browser in (other, centre.hr):
        assert browser.get(centre.form(0)).status_code == 404
        assert centre.enter(0, browser).status_code == 404
    assert centre.caller.get(centre.form(3)).status_code == 404
    assert other.get(centre.path).status_code == 404
    assert centre.survey.stored() == []


def test_nobody_interviews_clients_about_himself(centre: CallCentre):
    subject = centre.campaign.subjects[0].person
    centre.browsers.sign_in(RoleName.EMPLOYEE, subject)
    centre.hr.get("/interviews?lang=en")
    answer = centre.assign(0, 1, 2, interviewer=centre.user_id(f"employee-{subject.code}@example.com"))
    assert answer.status_code == 422
    assert "nobody interviews clients about himself" in answer.text


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"clients": "1-1"},
        {"clients": "99-99", "interviewer": "1"},
        {"clients": "x", "interviewer": "1"},
        {"clients": "1-1", "interviewer": "999"},
        {"clients": "1-1", "interviewer": "\0"},
    ],
)
def test_odd_assignments_are_refused(centre: CallCentre, form: dict[str, str]):
    assert centre.hr.post(centre.path, form, page=centre.path).status_code == 422
    assert centre.office.session.scalars(select(Interview)).all() == []


def test_an_assignment_can_be_changed_and_taken_back_until_the_interview_took_place(centre: CallCentre):
    other = centre.browsers.sign_in(RoleName.MANAGER, centre.office.person("OTHER"))
    centre.assign(0, 1, 2)
    centre.assign(0, 1, 2, interviewer=centre.user_id("manager-OTHER@example.com"))
    assert "Begin" in text(other, "/interviews")
    assert "Begin" not in text(centre.caller, "/interviews")
    take_back = f"{centre.form(0)}/take-back"
    assert centre.hr.post(take_back, {}, page=centre.path).status_code == 303
    assert centre.interview(0) is None
    centre.assign(0)
    centre.enter(0)
    assert centre.hr.post(take_back, {}, page=centre.path).status_code == 409


def test_assignments_are_in_the_audit_log_and_answers_are_not(centre: CallCentre):
    centre.assign(0, 1, 2)
    log = select(AuditEntry.act).where(AuditEntry.act.contains("interview"))
    centre.enter(0)
    centre.caller.get(centre.form(0))
    assert centre.office.session.scalars(log).all() == ["interview assigned"] * 3


def test_a_revoked_link_ends_its_interview_too(centre: CallCentre):
    centre.assign(0, 1, 2)
    centre.office.session.get(Invitation, centre.nonces[0]).revoked = True
    centre.office.session.commit()
    assert centre.caller.get(centre.form(0)).status_code == 404
    assert centre.enter(0).status_code == 404


def test_after_the_close_the_form_is_gone(centre: CallCentre):
    centre.assign(0, 1, 2)
    centre.campaign.closes_at = datetime.now(UTC) - timedelta(minutes=1)
    centre.office.session.commit()
    assert centre.caller.get(centre.form(0)).status_code == 409
    assert centre.enter(0).status_code == 409
    assert centre.survey.stored() == []


def test_of_a_group_that_is_not_shown_nothing_is_said_about_phone_calls(centre: CallCentre):
    centre.assign(0, 1, 2)
    for number in range(3):
        centre.enter(number)
    centre.office.answer(centre.nonces[4])
    assert close(centre) == {"Clients": (4, 0)}
    assert centre.office.session.scalar(select(Cell.interviewed).where(Cell.group == "client")) == 3
