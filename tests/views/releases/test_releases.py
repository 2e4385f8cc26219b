"""Releasing, replying, correcting and moderating, as those do it who may, and as others try to."""

import pytest
from sqlalchemy import func, select

from feedback.models.accounts import RoleName
from feedback.models.appraisals import ReportReply
from feedback.models.audit import AuditEntry
from feedback.models.campaigns import Campaign, CampaignState
from feedback.models.mail import Mail, MailKind
from feedback.models.results import Comment, ReleasedReport
from feedback.services.releases import releases
from tests.factories import ACTOR, AFTER, Office
from tests.views.markup import Page, faults
from tests.views.reading import Browser, Browsers

SAID = "He never answers on Fridays."


@pytest.fixture
def closed(office: Office) -> Campaign:
    """Two people rated; the first is led by a manager, and six clients wrote about him."""
    campaign = office.open({"client": 6}, {"client": 6})
    for number in (0, 1):
        for nonce in office.nonces(campaign, "client", number):
            office.answer(nonce, comment=SAID)
    campaign.subjects[0].person.manager = office.person(code="BOSS")
    office.close(campaign)
    office.session.commit()
    return campaign


@pytest.fixture
def hr(browsers: Browsers) -> Browser:
    return browsers.sign_in(RoleName.HR)


@pytest.fixture
def manager(browsers: Browsers, closed: Campaign) -> Browser:
    return browsers.sign_in(RoleName.MANAGER, closed.subjects[0].person.manager)


@pytest.fixture
def subject(browsers: Browsers, closed: Campaign) -> Browser:
    return browsers.sign_in(RoleName.EMPLOYEE, closed.subjects[0].person)


def codes(campaign: Campaign) -> list[str]:
    return [subject.person.code for subject in campaign.subjects]


def released(office: Office) -> int:
    office.session.commit()
    return office.session.scalar(select(func.count()).select_from(ReleasedReport)) or 0


def release(office: Office, campaign: Campaign) -> None:
    releases.release(office.session, campaign, actor=ACTOR, now=AFTER)
    office.session.commit()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_labelled_and_obeys_the_content_policy(
    hr: Browser, subject: Browser, office: Office, closed: Campaign, language: str
):
    comment = office.session.scalars(select(Comment)).first()
    paths = [f"/releases/{closed.code}{rest}" for rest in ("", "/comments", f"/comments/{comment.id.hex()}")]
    pages = [hr.get(f"{path}?lang={language}") for path in paths]
    release(office, closed)
    pages += [hr.get(f"{path}?lang={language}") for path in (paths[0], f"{paths[0]}/correction")]
    pages.append(subject.get(f"{paths[0]}/reply?lang={language}"))
    for page in pages:
        assert page.status_code == 200 and faults(Page(page.text)) == []


def test_a_manager_releases_the_reports_of_his_people_and_no_other(
    manager: Browser, subject: Browser, browsers: Browsers, office: Office, closed: Campaign
):
    page, (own, other) = f"/releases/{closed.code}", codes(closed)
    stranger = browsers.sign_in(RoleName.EMPLOYEE, closed.subjects[1].person)
    assert other not in manager.get(page).text
    answer = manager.post(page, {"person": [own, other]}, page=page)
    assert answer.status_code == 303 and released(office) == 1
    assert subject.get(f"/reports/{closed.code}/{own}").status_code == 200
    assert stranger.get(f"/reports/{closed.code}/{other}").status_code == 404
    office.session.refresh(closed)
    assert closed.state == CampaignState.CLOSED


def test_the_campaign_is_released_with_the_last_report_and_each_person_is_told_once(
    manager: Browser, hr: Browser, office: Office, closed: Campaign
):
    page, (own, _) = f"/releases/{closed.code}", codes(closed)
    manager.post(page, {"person": own}, page=page)
    hr.post(page, {"person": codes(closed)}, page=page)
    hr.post(page, {"person": codes(closed)}, page=page)
    office.session.refresh(closed)
    told = office.session.scalars(select(Mail.person_id).where(Mail.kind == MailKind.RELEASE)).all()
    assert closed.state == CampaignState.RELEASED and released(office) == 2
    assert sorted(told) == sorted(subject.person_id for subject in closed.subjects)


def test_who_leads_nobody_in_the_campaign_meets_no_page(browsers: Browsers, closed: Campaign, office: Office):
    other = browsers.sign_in(RoleName.MANAGER, office.person())
    assert other.get(f"/releases/{closed.code}").status_code == 404


def test_a_subject_replies_once_and_his_manager_reads_it(
    subject: Browser, manager: Browser, office: Office, closed: Campaign
):
    page = f"/releases/{closed.code}/reply"
    assert subject.get(page).status_code == 404
    release(office, closed)
    objection = {"kind": "objected", "text": "The sales figure is of another region."}
    assert subject.post(page, objection | {"text": " "}, page=page).status_code == 422
    assert subject.post(page, objection, page=page).status_code == 303
    assert subject.post(page, {"kind": "acknowledged"}, page="/account").status_code == 409
    assert "another region" in manager.get(f"/releases/{closed.code}").text
    assert "another region" in manager.get(f"/reports/{closed.code}/{codes(closed)[0]}").text
    entry = office.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry.act == "report objected" and "region" not in str(entry.detail)
    office.session.commit()


@pytest.mark.parametrize("role", [RoleName.HR, RoleName.MANAGER])
def test_an_objection_stands_on_the_start_page_until_it_is_answered_and_its_author_reads_the_answer(
    subject: Browser, browsers: Browsers, office: Office, closed: Campaign, role: RoleName
):
    release(office, closed)
    rated = closed.subjects[0].person
    other = browsers.sign_in(role, rated.manager)
    task, page = "1 objection that nobody has answered", f"/releases/{closed.code}/reply"
    assert task not in other.get("/?lang=en").text
    subject.post(page, {"kind": "objected", "text": "The figure is of another region."}, page=page)
    assert (
        task in other.get("/?lang=en").text
        and "Nobody has answered yet" in subject.get(f"{page}?lang=en").text
    )
    form = f"/releases/{closed.code}/objection/1/{rated.code}"
    assert form in other.get(f"/releases/{closed.code}?lang=en").text
    assert "of another region" in other.get(form).text and faults(Page(other.get(form).text)) == []
    assert other.post(form, {"words": " "}, page=form).status_code == 422
    assert other.post(form, {"words": "It is <yours>."}, page=form).status_code == 303
    assert other.post(form, {"words": "Again."}, page="/account").status_code == 409
    assert task not in other.get("/?lang=en").text
    for address in (page, f"/reports/{closed.code}/{rated.code}"):
        assert "It is &lt;yours&gt;." in subject.get(address).text
    assert form not in other.get(f"/releases/{closed.code}").text


def test_who_does_not_lead_the_author_meets_no_objection(
    subject: Browser, browsers: Browsers, office: Office, closed: Campaign
):
    release(office, closed)
    page, code = f"/releases/{closed.code}/reply", closed.subjects[0].person.code
    subject.post(page, {"kind": "objected", "text": "Look again."}, page=page)
    form = f"/releases/{closed.code}/objection/1/{code}"
    stranger = browsers.sign_in(RoleName.MANAGER, office.person())
    assert stranger.get(form).status_code == 404
    assert stranger.post(form, {"words": "No."}, page="/account").status_code == 404
    assert subject.get(form).status_code in (403, 404)


def test_a_correction_is_asked_for_with_the_reports_and_parts_that_differ_and_may_be_replied_to(
    hr: Browser, subject: Browser, office: Office, closed: Campaign
):
    release(office, closed)
    subject.post(f"/releases/{closed.code}/reply", {"kind": "acknowledged"}, f"/releases/{closed.code}/reply")
    page = f"/releases/{closed.code}/correction"
    assert "Nothing to correct" in hr.get(f"{page}?lang=en").text
    hide_first(hr, office, closed)
    assert "comments" in hr.get(page).text
    assert hr.post(page, {"reason": ""}, page=page).status_code == 422
    assert hr.post(page, {"reason": "A comment named somebody."}, page=page).status_code == 303
    assert released(office) == 3
    assert "A comment named somebody." in subject.get(f"/reports/{closed.code}/{codes(closed)[0]}").text
    answer = subject.post(
        f"/releases/{closed.code}/reply", {"kind": "acknowledged"}, f"/releases/{closed.code}/reply"
    )
    assert answer.status_code == 303
    assert office.session.scalar(select(func.count()).select_from(ReportReply)) == 2
    office.session.commit()


def hide_first(hr: Browser, office: Office, closed: Campaign, reason: str = "names a third person") -> str:
    """Hide a comment on the first subject; its address."""
    subject_id = closed.subjects[0].id
    found = releases.reports.comment_moderation.of_campaign(office.session, closed)
    office.session.commit()
    chosen = next(comment for comment in found if comment.subject_id == subject_id)
    page = f"/releases/{closed.code}/comments/{chosen.id}"
    assert hr.post(f"{page}/hide", {"reason": reason}, page=page).status_code == 303
    return page


def test_a_hidden_comment_leaves_the_reports_with_its_reason_and_can_come_back(
    hr: Browser, office: Office, closed: Campaign
):
    report = f"/reports/{closed.code}/{codes(closed)[0]}"
    before = hr.get(report).text.count(SAID)
    page = hide_first(hr, office, closed)
    hidden = hr.get(report).text
    assert hidden.count(SAID) == before - 1 and "names a third person" in hidden
    hr.post(f"{page}/show", {}, page=page)
    assert hr.get(report).text.count(SAID) == before


def test_hiding_needs_a_reason_and_the_log_keeps_it_without_the_words(
    hr: Browser, office: Office, closed: Campaign
):
    page = hide_first(hr, office, closed)
    assert hr.post(f"{page}/hide", {"reason": " "}, page=page).status_code == 422
    entries = office.session.scalars(select(AuditEntry).where(AuditEntry.act == "comment hidden")).all()
    assert "third person" in str(entries[0].detail) and SAID not in str(entries[0].detail)
    office.session.commit()


def test_comments_are_looked_through_by_hr_alone(manager: Browser, subject: Browser, closed: Campaign):
    for browser in (manager, subject):
        assert browser.get(f"/releases/{closed.code}/comments").status_code == 404


def test_there_are_no_comments_to_look_at_while_a_campaign_is_open(hr: Browser, office: Office):
    campaign = office.open({"client": 6}, code="2027Q1")
    office.answer(office.nonces(campaign, "client")[0], comment=SAID)
    assert SAID not in hr.get(f"/releases/{campaign.code}/comments").text
    assert hr.get(f"/releases/{campaign.code}").status_code == 404
