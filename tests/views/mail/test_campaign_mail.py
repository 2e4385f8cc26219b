"""Pages of the mail of a campaign, as HR uses them; what they show has nothing to do with who answered."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.models.accounts import RoleName
from feedback.models.audit import AuditEntry
from feedback.models.campaigns import Campaign
from feedback.models.clients import Contact
from feedback.models.invitations import Invitation
from feedback.models.mail import Mail, MailKind, MailState
from tests.factories import Office
from tests.views.reading import Browser, Browsers


@pytest.fixture
def hr(browsers: Browsers) -> Browser:
    return browsers.sign_in(RoleName.HR)


@pytest.fixture
def campaign(office: Office, session: Session) -> Campaign:
    """All invitations are sent but the one to Anna, which was refused."""
    office.now = datetime.now(UTC)
    campaign = office.open({"client": 3, "peer": 2})
    anna = session.scalars(select(Contact).order_by(Contact.id)).first()
    anna.name, anna.email = "Anna", "wrong@client.example"
    session.execute(update(Mail).values(state=MailState.SENT))
    session.execute(
        update(Mail)
        .where(Mail.nonce.in_(select(Invitation.nonce).where(Invitation.contact_id == anna.id)))
        .values(state=MailState.REFUSED, error="550 no such user")
    )
    session.commit()
    return campaign


def to_anna(session: Session) -> list[Mail]:
    session.expire_all()
    query = select(Mail).join(Invitation).join(Contact).where(Contact.name == "Anna").order_by(Mail.wave)
    found = list(session.scalars(query))
    session.commit()
    return found


def anna_page(session: Session) -> str:
    return f"/campaigns/2026Q4/mail/{to_anna(session)[0].id}"


def test_refused_addresses_are_in_sight_and_can_be_filtered(hr: Browser, campaign: Campaign):
    page = hr.get("/campaigns/2026Q4/mail?lang=en").text
    assert "550 no such user" in page
    assert "1 invitation was not accepted" in page
    refused = hr.get("/campaigns/2026Q4/mail?state=refused").text
    assert re.findall(r'<th scope="row"><a [^>]+>([^<]+)', refused) == ["Anna"]
    assert len(re.findall(r'<th scope="row">', hr.get("/campaigns/2026Q4/mail?state=sent").text)) == 4
    assert "Anna" in hr.get("/campaigns/2026Q4/mail?search=wrong").text
    assert "Anna" not in hr.get("/campaigns/2026Q4/mail?search=%25").text


@pytest.mark.parametrize("query", ["state=none", "search=%00", "state=%00"])
def test_a_filter_that_does_not_exist_is_not_found(hr: Browser, campaign: Campaign, query: str):
    assert hr.get(f"/campaigns/2026Q4/mail?{query}").status_code == 404


@pytest.mark.parametrize("query", ["page=0", "page=-3", "page=999999999999", "page=x"])
def test_a_page_that_does_not_exist_is_the_nearest_one(hr: Browser, campaign: Campaign, query: str):
    assert "Anna" in hr.get(f"/campaigns/2026Q4/mail?{query}").text


def test_no_page_of_mails_changes_when_somebody_answers(
    hr: Browser, office: Office, session: Session, campaign: Campaign
):
    pages = ["/campaigns/2026Q4/mail", anna_page(session), "/campaigns/2026Q4/remind"]
    before = [without_tokens(hr.get(page).text) for page in pages]
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce)
    assert [without_tokens(hr.get(page).text) for page in pages] == before


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)


def test_a_corrected_address_is_stored_and_gets_the_same_link(
    hr: Browser, session: Session, campaign: Campaign
):
    page = anna_page(session)
    answer = hr.post(page, {"address": " Anna@Client.example "}, page)
    assert answer.status_code == 303
    mails = to_anna(session)
    assert [(mail.wave, mail.state) for mail in mails] == [(0, MailState.REFUSED), (1, MailState.PENDING)]
    assert mails[0].nonce == mails[1].nonce
    assert mails[1].invitation.rater.email == "anna@client.example"
    entry = session.query(AuditEntry).filter_by(act="address corrected").one()
    assert entry.detail["before"] == {"email": "wrong@client.example"}
    assert entry.detail["after"] == {"email": "anna@client.example"}


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b", f"{'x' * 300}@a.example", "c2@client.example", "a@b.example\nBcc: x@y"],
)
def test_an_address_that_is_none_or_is_somebody_else_s_comes_back_with_what_was_typed(
    hr: Browser, session: Session, campaign: Campaign, address: str
):
    session.scalars(select(Contact).order_by(Contact.id)).all()[1].email = "c2@client.example"
    session.commit()
    page = anna_page(session)
    answer = hr.post(page, {"address": address}, page)
    assert answer.status_code == 422
    assert len(to_anna(session)) == 1


@pytest.mark.parametrize("act", ["again", "reissue", "revoke"])
def test_every_act_on_a_link_is_explained_before_it_is_done(
    hr: Browser, session: Session, campaign: Campaign, act: str
):
    page = f"{anna_page(session)}/{act}"
    assert hr.get(page).status_code == 200
    assert len(to_anna(session)) == 1
    assert hr.post(page, {}, page).status_code == 303


def test_sending_again_twice_at_once_owes_one_mail(hr: Browser, session: Session, campaign: Campaign):
    page = f"{anna_page(session)}/again"
    assert [hr.post(page, {}, page).status_code for _ in range(2)] == [303, 409]
    assert len(to_anna(session)) == 2


def test_a_revoked_link_is_shown_as_such_and_can_be_issued_anew(
    hr: Browser, session: Session, campaign: Campaign
):
    page = anna_page(session)
    old = to_anna(session)[0].nonce
    hr.post(f"{page}/revoke", {}, f"{page}/revoke")
    assert "link revoked" in hr.get(f"{page}?lang=en").text
    assert hr.post(f"{page}/again", {}, f"{page}/again").status_code == 409
    hr.post(f"{page}/reissue", {}, f"{page}/reissue")
    mails = to_anna(session)
    assert mails[-1].state == MailState.PENDING
    assert mails[-1].nonce != old


def test_after_the_mail_server_is_mended_all_refused_mails_go_out_again(
    hr: Browser, session: Session, campaign: Campaign
):
    page = "/campaigns/2026Q4/mail"
    assert hr.post(f"{page}/again", {}, page).status_code == 303
    assert [mail.wave for mail in to_anna(session)] == [0, 1]
    assert len(session.scalars(select(Mail)).all()) == 6


def test_a_reminder_by_hand_is_refused_in_words_within_five_days(
    hr: Browser, session: Session, campaign: Campaign
):
    page = hr.get("/campaigns/2026Q4/remind?lang=en").text
    assert "five days later" in page and "Send the reminders" not in page
    assert hr.post("/campaigns/2026Q4/remind", {}, "/campaigns/2026Q4/mail").status_code == 409
    assert session.scalars(select(Mail).where(Mail.kind == MailKind.REMINDER)).all() == []


def test_links_are_handed_out_to_hr_alone_and_as_a_file(
    hr: Browser, browsers: Browsers, session: Session, campaign: Campaign
):
    page = "/campaigns/2026Q4/links"
    for sheet, kind in (("csv", "text/csv"), ("xlsx", "spreadsheetml"), ("qr", "text/html")):
        answer = hr.post(f"{page}/{sheet}", {}, page)
        assert answer.status_code == 200
        assert kind in answer.headers["Content-Type"]
    assert session.query(AuditEntry).filter_by(act="links exported").count() == 3
    admin = browsers.sign_in(RoleName.ADMIN)
    assert admin.get(page).status_code == 404
    assert admin.post(f"{page}/csv", {}, "/").status_code == 404
    assert admin.get("/campaigns/2026Q4/mail").status_code == 200


def test_a_text_is_previewed_without_being_saved_and_saved_when_it_is_right(hr: Browser, session: Session):
    page = "/mail/templates/invitation/en"
    typed = {"subject": "About {campaign}", "body": "Hello {rater}\r\n\r\n{tasks}\r\n\r\n{link}"}
    shown = hr.post(page, typed | {"preview": "1"}, page).text
    assert "About Fourth quarter" in shown and "<li>Zhang Wei</li>" in shown
    assert "About {campaign}" not in hr.get(page).text
    assert hr.post(page, typed, page).status_code == 303
    assert "About {campaign}" in hr.get(page).text
    assert hr.post(f"{page}/reset", {}, page).status_code == 303
    assert "About {campaign}" not in hr.get(page).text
    acts = [entry.act for entry in session.query(AuditEntry).order_by(AuditEntry.id)]
    assert [act for act in acts if "template" in act] == ["mail template changed", "mail template reset"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"subject": "S", "body": "no link"}, "{link}"),
        ({"subject": "{rater}", "body": "{link}"}, "{rater} is not a placeholder here"),
        ({"subject": "S", "body": "{link} <script>{x}</script>"}, "{x} is not a placeholder here"),
        ({"subject": "", "body": "{link}"}, "This is needed."),
        ({"subject": "S" * 201, "body": "{link}"}, "This is too long."),
        ({"subject": "S\0", "body": "{link}"}, "characters"),
    ],
)
def test_a_text_with_a_fault_comes_back_with_the_fault_named(
    hr: Browser, session: Session, typed: dict[str, str], said: str
):
    page = "/mail/templates/invitation/en"
    answer = hr.post(f"{page}?lang=en", typed, page)
    assert answer.status_code == 422
    assert said in answer.text
    assert "<script>" not in answer.text
    assert not session.query(AuditEntry).filter(AuditEntry.act.like("mail template%")).count()


@pytest.mark.parametrize("page", ["/mail/templates/accounts/own_account/en", "/mail/templates/invitation/fr"])
def test_there_is_no_text_for_another_kind_or_language(hr: Browser, page: str):
    assert hr.get(page).status_code == 404


@pytest.mark.parametrize("role", [RoleName.MANAGER, RoleName.EMPLOYEE, RoleName.AUDITOR])
def test_others_find_none_of_these_pages(
    browsers: Browsers, session: Session, campaign: Campaign, role: RoleName
):
    browser = browsers.sign_in(role)
    for page in (
        "/campaigns/2026Q4/mail",
        "/campaigns/2026Q4/links",
        "/campaigns/2026Q4/remind",
        "/mail/templates",
    ):
        assert browser.get(page).status_code == 404
