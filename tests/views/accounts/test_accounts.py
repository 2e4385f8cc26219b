"""Accounts as administrators keep them."""

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.models.accounts import RoleName, User
from feedback.models.audit import AuditEntry
from feedback.services.accounts import account_changes
from feedback.services.ground import lock_outs
from feedback.services.ground.errors import NotPossible
from tests.factories import ACTOR, NOW, Office
from tests.views.letters import letters
from tests.views.markup import Page, faults
from tests.views.reading import PASSWORD, Browser, Browsers

ADMIN = "admin-nobody@example.com"
NEW = {"email": "New@example.com", "person": "", "roles": ["hr", "auditor"]}


@pytest.fixture
def admin(browsers: Browsers) -> Browser:
    return browsers.sign_in(RoleName.ADMIN)


def account(office: Office, email: str) -> User:
    return office.session.scalars(select(User).where(User.email == email)).unique().one()


def entries(office: Office, act: str) -> list[AuditEntry]:
    return list(office.session.scalars(select(AuditEntry).where(AuditEntry.act == act)))


def act(admin: Browser, user: User, name: str):
    page = f"/accounts/{user.id}/{name}"
    assert faults(Page(admin.get(page).text)) == []
    return admin.post(page, {}, page=page)


def test_a_new_account_gets_a_link_and_no_password_that_anybody_knows(
    admin: Browser, browsers: Browsers, office: Office
):
    made = admin.post("/accounts/new", NEW, page="/accounts/new")
    assert made.status_code == 303
    user = account(office, "new@example.com")
    assert user.role_names == {"hr", "auditor"}
    letter = letters(office)[0]
    assert (letter.address, "new@example.com" in letter.text) == (user.email, True)
    owner = browsers.anonymous()
    form = {"password": PASSWORD, "password_confirm": PASSWORD}
    assert owner.post(letter.link, form, page=letter.link).location == "/sign-in"
    assert owner.post("/sign-in", {"email": user.email, "password": PASSWORD}).status_code == 302
    assert owner.get("/settings").status_code == 200
    assert entries(office, "account created")[-1].detail["after"]["roles"] == ["auditor", "hr"]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"email": ADMIN}, "there is already an account"),
        ({"email": "no address"}, "no address"),
        ({"email": ""}, "This is needed."),
        ({"roles": []}, "at least one role"),
        ({"roles": ["emperor"]}, 'id="roles-wrong"'),
        ({"person": "Z9"}, "there is no person Z9"),
        ({"person": "x" * 300}, "too long"),
        ({"email": "x" * 300 + "@example.com"}, "too long"),
        ({"email": "a@example.com\0"}, "a@example.com"),
        ({"person": "\0"}, "there is no person"),
    ],
)
def test_an_account_that_cannot_be_is_refused_and_what_was_typed_is_kept(
    admin: Browser, office: Office, form: dict[str, object], said: str
):
    admin.get("/accounts?lang=en")
    answer = admin.post("/accounts/new", NEW | form, page="/accounts/new")
    assert answer.status_code == 422
    assert said in answer.text
    assert faults(Page(answer.text)) == []
    assert len(office.session.scalars(select(User)).unique().all()) == 1
    assert letters(office) == []


def test_roles_are_changed_with_what_was_before_in_the_audit_log(
    admin: Browser, browsers: Browsers, office: Office
):
    user = browsers.account(RoleName.HR)
    page = f"/accounts/{user.id}"
    assert admin.post(page, {"roles": ["manager", "employee"]}, page=page).status_code == 303
    office.session.refresh(user)
    assert user.role_names == {"manager", "employee"}
    detail = entries(office, "roles changed")[0].detail
    assert (detail["before"]["roles"], detail["after"]["roles"]) == (["hr"], ["employee", "manager"])


def test_the_same_roles_again_are_no_act(admin: Browser, browsers: Browsers, office: Office):
    user = browsers.account(RoleName.HR)
    admin.post(f"/accounts/{user.id}", {"roles": ["hr"]}, page=f"/accounts/{user.id}")
    assert entries(office, "roles changed") == []


def test_a_role_that_is_taken_is_gone_at_once_and_its_owner_signs_in_anew(
    admin: Browser, browsers: Browsers, office: Office
):
    hr = browsers.sign_in(RoleName.HR)
    assert hr.get("/accounts").status_code == 404
    user = account(office, "hr-nobody@example.com")
    admin.post(f"/accounts/{user.id}", {"roles": ["auditor"]}, page=f"/accounts/{user.id}")
    assert hr.get("/people").location == "/sign-in?next=/people"
    hr.post("/sign-in", {"email": user.email, "password": PASSWORD})
    assert [hr.get(page).status_code for page in ("/settings", "/people")] == [200, 404]


@pytest.mark.parametrize("typed", ["A7", " A7 ", ""])
def test_an_account_made_before_its_person_was_imported_is_linked_later(
    admin: Browser, browsers: Browsers, office: Office, typed: str
):
    employee = browsers.sign_in(RoleName.EMPLOYEE)
    user = account(office, "employee-nobody@example.com")
    office.person("A7", email=user.email)
    page = f"/accounts/{user.id}"
    assert admin.post(f"{page}/person", {"person": typed}, page=page).status_code == 303
    office.session.refresh(user)
    assert user.person and user.person.code == "A7"
    detail = entries(office, "account linked")[0].detail
    assert (detail["before"]["person"], detail["after"]["person"]) == (None, "A7")
    assert employee.get("/nominations").status_code == 200
    assert admin.post(f"{page}/unlink", {}, page=page).status_code == 303
    office.session.refresh(user)
    assert user.person is None
    assert entries(office, "account unlinked")[0].detail["before"]["person"] == "A7"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Z9", "there is no person Z9"),
        ("", "there is no person with the address"),
        ("A8", "A8 has an account already"),
        ("\0", "there is no person with the address"),
        ("x" * 300, "there is no person xxx"),
    ],
)
def test_a_link_that_cannot_be_is_told_and_changes_nothing(
    admin: Browser, browsers: Browsers, office: Office, typed: str, told: str
):
    browsers.account(RoleName.EMPLOYEE, person=office.person("A8"))
    user = browsers.account(RoleName.HR)
    admin.get("/accounts?lang=en")
    answer = admin.post(f"/accounts/{user.id}/person", {"person": typed}, page=f"/accounts/{user.id}")
    assert (answer.status_code, told in answer.text, faults(Page(answer.text))) == (422, True, [])
    office.session.refresh(user)
    assert user.person is None and entries(office, "account linked") == []


def test_nobody_links_his_own_account(admin: Browser, office: Office):
    office.person("A7")
    me = account(office, ADMIN)
    answer = admin.post(f"/accounts/{me.id}/person", {"person": "A7"}, page=f"/accounts/{me.id}")
    assert answer.status_code == 422
    office.session.refresh(me)
    assert me.person is None


def test_nobody_takes_a_role_from_himself_or_disables_himself(
    admin: Browser, browsers: Browsers, office: Office
):
    browsers.account(RoleName.ADMIN, RoleName.HR)
    me = account(office, ADMIN)
    page = f"/accounts/{me.id}"
    assert admin.post(page, {"roles": ["hr"]}, page=page).status_code == 422
    assert admin.post(page, {"roles": ["admin", "hr"]}, page=page).status_code == 303
    assert admin.post(f"{page}/disable", {}, page=page).status_code == 409
    office.session.refresh(me)
    assert me.active and me.role_names == {"admin", "hr"}


def test_there_is_always_an_administrator_who_can_sign_in(browsers: Browsers, office: Office):
    only, disabled = browsers.account(RoleName.ADMIN), browsers.account(RoleName.ADMIN, RoleName.HR)
    account_changes.disable(office.session, disabled, actor=ACTOR, now=NOW)
    with pytest.raises(NotPossible):
        account_changes.disable(office.session, only, actor=ACTOR, now=NOW)
    with pytest.raises(NotPossible):
        account_changes.change_roles(office.session, only, [RoleName.HR], actor=ACTOR, now=NOW)
    account_changes.enable(office.session, disabled, actor=ACTOR, now=NOW)
    account_changes.disable(office.session, only, actor=ACTOR, now=NOW)


def test_a_disabled_account_is_signed_out_and_stays_out_until_it_is_enabled(
    admin: Browser, browsers: Browsers, office: Office
):
    hr = browsers.sign_in(RoleName.HR)
    user = account(office, "hr-nobody@example.com")
    assert act(admin, user, "disable").status_code == 303
    assert hr.get("/").location.startswith("/sign-in")
    form = {"email": user.email, "password": PASSWORD}
    assert browsers.anonymous().post("/sign-in", form).status_code == 200
    assert act(admin, user, "enable").status_code == 303
    assert browsers.anonymous().post("/sign-in", form).status_code == 302
    assert hr.get("/").location.startswith("/sign-in")


def test_a_locked_account_can_be_unlocked(admin: Browser, browsers: Browsers, office: Office):
    user = browsers.account(RoleName.HR)
    form = {"email": user.email, "password": "wrong password"}
    for _ in range(lock_outs.MOST_FAILURES):
        browsers.anonymous().post("/sign-in", form)
    assert "/unlock" in admin.get(f"/accounts/{user.id}").text
    act(admin, user, "unlock")
    assert browsers.anonymous().post("/sign-in", form | {"password": PASSWORD}).status_code == 302
    assert entries(office, "account unlocked")[0].detail["before"] == {"locked": True}


def test_a_second_factor_can_be_reset(admin: Browser, browsers: Browsers, office: Office):
    user = browsers.account(RoleName.HR)
    user.tf_primary_method, user.tf_totp_secret = "authenticator", "lost with the phone"
    user.mf_recovery_codes = ["lost as well"]
    form = {"email": user.email, "password": PASSWORD}
    assert browsers.anonymous().post("/sign-in", form).location.startswith("/sign-in/code")
    act(admin, user, "reset-factor")
    assert browsers.anonymous().post("/sign-in", form).location == "/"


def test_a_link_can_be_sent_again(admin: Browser, browsers: Browsers, office: Office):
    user = browsers.account(RoleName.HR)
    act(admin, user, "send-link")
    assert [letter.address for letter in letters(office)] == [user.email]
    assert entries(office, "password link sent")[0].target == user.email


def test_accounts_are_found_by_address_name_code_and_role_and_come_in_pages(
    admin: Browser, browsers: Browsers, office: Office
):
    person = office.person("A17", name="王芳")
    browsers.account(RoleName.EMPLOYEE, person=person)
    for number in range(60):
        office.session.add(User(email=f"u{number:02}@example.com", password="", fs_uniquifier=str(number)))
    for search in ("search=EMPLOYEE-a17", "search=王芳", "search=A17", "role=employee"):
        page = admin.get(f"/accounts?{search}").text
        assert "employee-A17@example.com".lower() in page and ADMIN + "</a></th>" not in page
        assert "u01@example.com" not in page
    assert "u59@example.com" not in admin.get("/accounts").text
    assert "u59@example.com" in admin.get("/accounts?page=2").text
    assert admin.get("/accounts?page=99999999999999999999").status_code == 200
    assert "u01@example.com" not in admin.get("/accounts?search=%25").text
    assert admin.get("/accounts?search=%00").status_code == 404


def test_settings_are_shown_without_secrets(admin: Browser, app: Flask):
    page = admin.get("/settings").text
    assert "FEEDBACK_PUBLIC_URL" in page
    assert app.config["SECRET_KEY"] not in page


@pytest.mark.parametrize("path", ["/accounts", "/accounts/new", "/accounts/1", "/settings", "/account"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_are_labelled_and_obey_the_content_policy(admin: Browser, path: str, language: str):
    assert faults(Page(admin.get(f"{path}?lang={language}").text)) == []


def test_the_language_chosen_stays_with_the_account(admin: Browser, browsers: Browsers, office: Office):
    admin.post("/account/language", {"language": "en"}, page="/account")
    assert "Your account" in admin.get("/account").text
    browser = browsers.anonymous()
    browser.post("/sign-in", {"email": ADMIN, "password": PASSWORD})
    assert "Your account" in browser.get("/account").text
    assert admin.post("/account/language", {"language": "fr"}, page="/account").status_code == 422


def test_those_with_much_in_their_hands_are_advised_to_set_up_a_second_factor(
    admin: Browser, browsers: Browsers
):
    advice = "We advise you to set up a second factor."
    assert advice in admin.get("/account?lang=en").text
    assert advice not in browsers.sign_in(RoleName.EMPLOYEE).get("/account?lang=en").text
