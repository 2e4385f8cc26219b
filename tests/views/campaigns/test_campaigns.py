"""HR makes a campaign in the browser and takes it along its whole way."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from feedback.models.accounts import RoleName
from feedback.models.campaigns import Campaign, CampaignState, KeyCustody, Subject
from feedback.models.clients import Client
from feedback.models.invitations import Invitation
from feedback.models.nominations import Nomination, NominationState
from feedback.services.planning import wizard
from tests.factories import Office, shipped_scheme
from tests.views.markup import Page, faults
from tests.views.reading import Browser, Browsers

BASICS = {
    "kind": "both",
    "period": "2026Q4",
    "title_zh": "",
    "title_en": "",
    "questionnaire": "account-manager/1",
    "scheme": "account-manager/1",
    "languages": "zh,en",
    "starts_on": "2099-01-04",
}


@pytest.fixture
def staff(office: Office) -> dict[str, object]:
    """An account manager with a boss, an assistant and three contacts, and colleagues."""
    boss = office.person("M1")
    subject = office.person("A1", level="senior", manager=boss)
    office.person("S1", manager=subject)
    client = Client(code="K1", name="澜桥", account_manager=subject)
    for _ in range(3):
        office.contact(client)
    peers = [office.person(f"C{number}") for number in range(8)]
    office.session.commit()
    return {"boss": boss, "subject": subject, "peers": peers}


@pytest.fixture
def hr(browsers: Browsers, staff: dict[str, object]) -> Browser:
    return browsers.sign_in(RoleName.HR)


def only_campaign(office: Office) -> Campaign:
    office.session.expire_all()
    return office.session.scalars(select(Campaign)).one()


def made(hr: Browser, **fields: str) -> str:
    answer = hr.post("/campaigns/new", BASICS | fields, page="/campaigns/new")
    assert answer.status_code == 303, Page(answer.text).one("main").all_text
    return answer.location.split("/")[2]


def step(hr: Browser, code: str, name: str) -> None:
    path = f"/campaigns/{code}/steps/{name}"
    assert faults(Page(hr.get(path).text)) == []
    answer = hr.post(path, {}, page=path)
    assert answer.status_code == 303, answer.text


def test_a_campaign_is_handed_out_as_the_file_that_makes_it(hr: Browser, office: Office):
    code = made(hr)
    page = Page(hr.get(f"/campaigns/{code}?lang=en").text)
    [link] = [link for link in page.find("a") if link.text == "Campaign file (TOML)"]
    answer = hr.get(link.attributes["href"])
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{code}.toml"'
    assert tomllib.loads(answer.text)["subjects"] == {"people": ["A1"]}


def test_a_campaign_with_definitions_of_its_own_is_handed_out_with_them(hr: Browser, office: Office):
    scheme = replace(shipped_scheme(), id="of-a-file")
    office.draft({"client": 3}, scheme=scheme)
    answers = [hr.get("/campaigns/2026Q4/file") for _ in range(2)]
    with ZipFile(BytesIO(answers[0].data)) as archive:
        assert archive.namelist() == ["2026Q4.toml", "2026Q4-scheme.toml"]
    assert answers[0].data == answers[1].data


@pytest.mark.parametrize("chosen", [{"selection": "people"}, {"selection": "levels", "levels": "none-such"}])
def test_a_campaign_about_nobody_is_refused_on_the_same_page(
    hr: Browser, office: Office, chosen: dict[str, str]
):
    campaign = office.draft({"client": 3})
    page = f"/campaigns/{campaign.code}/subjects"
    hr.get("/campaigns?lang=en")
    answer = hr.post(page, chosen, page=page)
    assert (answer.status_code, "needs somebody to be about" in answer.text) == (422, True)
    assert len(campaign.subjects) == 1


def test_five_clicks_make_a_campaign_that_asks_everybody(hr: Browser, office: Office):
    code = made(hr)
    subjects = f"/campaigns/{code}/subjects"
    chosen = hr.post(subjects, {"selection": "all"}, page=subjects)
    assert chosen.location == f"/campaigns/{code}/terms"
    terms = Page(hr.get(chosen.location).text)
    values = {field.attributes["name"]: field.attributes.get("value", "") for field in terms.find("input")}
    kept = {
        name: value for name, value in values.items() if "minimum" in name or name.endswith(("until", "_on"))
    }
    saved = hr.post(chosen.location, kept | {"key_custody": "server"}, page=chosen.location)
    assert saved.location == f"/campaigns/{code}"
    step(hr, code, "open")
    campaign = only_campaign(office)
    assert (campaign.state, campaign.title_en) == (CampaignState.OPEN, "Appraisal of account managers 2026Q4")
    assert len(office.session.scalars(select(Invitation)).all()) == 6


def test_a_campaign_walks_its_way_and_every_page_on_it_is_sound(hr: Browser, office: Office):
    code = made(hr, kind="360")
    step(hr, code, "nominate")
    step(hr, code, "open")
    assert hr.get(f"/campaigns/{code}").status_code == 200
    for name in ("close", "release", "purge"):
        step(hr, code, name)
        assert faults(Page(hr.get(f"/campaigns/{code}").text)) == []
    assert only_campaign(office).state == CampaignState.PURGED
    assert faults(Page(hr.get("/campaigns").text)) == []


def test_a_campaign_never_goes_back(hr: Browser):
    code = made(hr)
    for name in ("close", "release", "purge"):
        assert hr.get(f"/campaigns/{code}/steps/{name}").status_code == 409
    step(hr, code, "open")
    for name in ("nominate", "open", "discard"):
        assert hr.post(f"/campaigns/{code}/steps/{name}", {}, page="/campaigns/new").status_code == 409
    for page in ("basics", "subjects", "terms"):
        assert hr.get(f"/campaigns/{code}/{page}").status_code == 409


def test_pressing_open_twice_opens_once(hr: Browser, office: Office):
    code = made(hr)
    path = f"/campaigns/{code}/steps/open"
    statuses = [hr.post(path, {}, page="/campaigns/new").status_code for _ in range(2)]
    assert statuses == [303, 409]
    assert len(office.session.scalars(select(Invitation)).all()) == 6


def test_a_draft_is_deleted_only_after_a_question(hr: Browser, office: Office):
    code = made(hr)
    step(hr, code, "discard")
    assert office.session.scalars(select(Campaign)).all() == []
    assert office.session.scalars(select(Subject)).all() == []


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"period": "Q4"}, "period"),
        ({"kind": "none"}, "kind"),
        ({"questionnaire": "nothing/1"}, "questionnaire"),
        ({"scheme": "account-manager/9"}, "scheme"),
        ({"starts_on": "tomorrow"}, "starts_on"),
        ({"title_en": "x" * 201}, "title_en"),
        ({"languages": "fr"}, "languages"),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_stays(hr: Browser, fields: dict[str, str], name: str):
    answer = hr.post("/campaigns/new", BASICS | {"title_zh": "我的标题"} | fields, page="/campaigns/new")
    assert answer.status_code == 422
    page = Page(answer.text)
    assert f"#{name}" in {link.attributes["href"] for link in page.find("a")}
    assert page.one("input", name="title_zh").attributes["value"] == "我的标题"


def test_thresholds_can_be_raised_never_lowered(hr: Browser, office: Office):
    code = made(hr)
    path, good = f"/campaigns/{code}/terms", {"closes_on": "2099-02-01", "key_custody": "server"}
    minima = {"minimum_0": "5", "minimum_1": "4", "minimum_2": "3"}
    assert hr.post(path, good | minima, page=path).status_code == 303
    scheme = wizard.read_scheme(only_campaign(office).scheme)
    assert [scheme.group(name).minimum for name in ("client", "peer", "subordinate")] == [5, 4, 3]
    for value in ("2", "-1", "many", ""):
        assert hr.post(path, good | minima | {"minimum_0": value}, page=path).status_code == 422
    assert hr.post(path, good | minima | {"minimum_0": "3"}, page=path).status_code == 303


def test_three_trustees_can_hold_the_key_and_no_other_number(hr: Browser, office: Office, browsers: Browsers):
    code = made(hr)
    path = f"/campaigns/{code}/terms"
    fields = {"closes_on": "2099-02-01", "key_custody": "trustees", "minimum_0": "3", "minimum_1": "3"}
    fields["minimum_2"] = "3"
    assert hr.post(path, fields, page=path).status_code == 422
    for role in (RoleName.ADMIN, RoleName.AUDITOR):
        browsers.sign_in(role)
    options = Page(hr.get(path).text).find("input", type="checkbox", name="trustees")
    ids = [option.attributes["value"] for option in options]
    assert hr.post(path, fields | {"trustees": ids}, page=path).status_code == 303
    assert only_campaign(office).key_custody == KeyCustody.TRUSTEES
    assert "passphrase" in hr.get(f"/campaigns/{code}/steps/open", query_string={"lang": "en"}).text


def ticked(browser: Browser, path: str, name: str) -> list[str]:
    boxes = Page(browser.get(path).text).find("input", type="checkbox", name=name)
    return [box.attributes["value"] for box in boxes if "checked" in box.attributes]


def test_the_forms_of_a_draft_show_what_is_stored(hr: Browser, browsers: Browsers):
    code = made(hr, recurring="y")
    for role in (RoleName.ADMIN, RoleName.AUDITOR):
        browsers.sign_in(role)
    path = f"/campaigns/{code}/terms"
    boxes = Page(hr.get(path).text).find("input", type="checkbox", name="trustees")
    ids = [box.attributes["value"] for box in boxes]
    minima = {f"minimum_{place}": "3" for place in range(3)}
    chosen = {"closes_on": "2099-02-01", "key_custody": "trustees", "trustees": ids}
    assert hr.post(path, chosen | minima, page=path).status_code == 303
    assert sorted(ticked(hr, path, "trustees")) == sorted(ids)
    assert ticked(hr, f"/campaigns/{code}/basics", "recurring") == ["y"]


def test_who_is_selected_but_not_found_by_a_search_stays_selected(hr: Browser, office: Office):
    office.person("A2", level="junior", name="欧阳")
    office.session.commit()
    code = made(hr)
    page = Page(hr.get(f"/campaigns/{code}/subjects", query_string={"q": "欧阳"}).text)
    hidden = [field.attributes["value"] for field in page.find("input", type="hidden", name="people")]
    shown = [field.attributes["value"] for field in page.find("input", type="checkbox", name="people")]
    assert (hidden, shown) == (["A1"], ["A2"])


def test_hr_adds_and_takes_off_raters_before_opening(hr: Browser, office: Office):
    code = made(hr)
    path = f"/campaigns/{code}/roster/A1"
    assert hr.post(path, {"rater": "C1", "group": "peer"}, page=path).status_code == 303
    for rater, group in (
        ("C1", "peer"),
        ("A1", "peer"),
        ("nobody", "peer"),
        ("C2", "client"),
        ("C2", "none"),
    ):
        assert hr.post(path, {"rater": rater, "group": group}, page=path).status_code == 422
    added = office.session.scalars(select(Nomination).where(Nomination.group == "peer")).one()
    remove = f"/campaigns/{code}/roster-changes/{added.id}/remove"
    assert hr.post(remove, {}, page=path).status_code == 303
    assert office.session.scalars(select(Nomination).where(Nomination.group == "peer")).all() == []


def test_the_campaign_page_shows_changes_of_the_roster_since_opening(hr: Browser, office: Office):
    code = made(hr)
    step(hr, code, "open")
    path = f"/campaigns/{code}/roster/A1"
    assert hr.post(path, {"rater": "C1", "group": "peer"}, page=path).status_code == 303
    added = office.session.scalars(select(Nomination).where(Nomination.group == "peer")).one()
    ask = f"/campaigns/{code}/roster-changes/{added.id}"
    assert faults(Page(hr.get(ask).text)) == []
    assert hr.post(f"{ask}/reissue", {}, page=ask).status_code == 303
    assert hr.post(f"{ask}/remove", {}, page=ask).status_code == 303
    text = hr.get(f"/campaigns/{code}", query_string={"lang": "en"}).text
    assert "C1 added for A1" in text and "C1 withdrawn for A1" in text and "new link for C1" in text


def test_a_nomination_of_one_campaign_cannot_be_changed_through_another(hr: Browser, office: Office):
    first, second = made(hr), made(hr)
    listed = office.session.scalars(select(Nomination)).first()
    other = second if listed.subject.campaign.code == first else first
    for act in ("remove", "ask", "reissue"):
        path = f"/campaigns/{other}/roster-changes/{listed.id}/{act}"
        assert hr.post(path, {}, page="/campaigns/new").status_code == 404


@pytest.fixture
def nominating(hr: Browser) -> str:
    code = made(hr)
    step(hr, code, "nominate")
    return code


def test_a_subject_proposes_a_manager_approves_and_nobody_else_sees_it(
    nominating: str, browsers: Browsers, office: Office, staff: dict[str, object]
):
    subject = browsers.sign_in(RoleName.EMPLOYEE, staff["subject"])
    manager = browsers.sign_in(RoleName.MANAGER, staff["boss"])
    path = f"/nominations/{nominating}/A1"
    assert "C1" not in subject.get(path).text
    assert faults(Page(subject.get(path, query_string={"q": "人员"}).text)) == []
    assert (
        subject.post(path, {"act": "propose", "rater": "C1", "group": "peer"}, page=path).status_code == 303
    )
    proposed = office.session.scalars(select(Nomination).where(Nomination.group == "peer")).one()
    assert proposed.state == NominationState.PROPOSED
    decision = {"nomination": str(proposed.id), "act": "approve"}
    assert subject.post(path, decision, page=path).status_code == 409
    assert manager.post(path, decision, page=path).status_code == 303
    office.session.expire_all()
    assert proposed.state == NominationState.APPROVED
    for role, person in ((RoleName.EMPLOYEE, staff["peers"][1]), (RoleName.MANAGER, staff["peers"][2])):
        assert browsers.sign_in(role, person).get(path).status_code == 404
    for browser in (subject, manager):
        assert faults(Page(browser.get("/nominations").text)) == []


@pytest.mark.parametrize("rater", ["A1", "M1", "S1", "nobody", "", "C1\0"])
def test_nobody_is_proposed_who_cannot_be_or_is_asked_already(
    nominating: str, browsers: Browsers, staff: dict[str, object], rater: str
):
    subject = browsers.sign_in(RoleName.EMPLOYEE, staff["subject"])
    path = f"/nominations/{nominating}/A1"
    form = {"act": "propose", "rater": rater, "group": "peer"}
    expected = 303 if rater == "C1\0" else 404 if rater in ("nobody", "") else 409
    assert subject.post(path, form, page=path).status_code == expected


@pytest.mark.parametrize("form", [{}, {"act": "explode"}, {"act": "approve", "nomination": "x"}])
def test_nonsense_changes_nothing(
    nominating: str, browsers: Browsers, staff: dict[str, object], form: dict[str, str], office: Office
):
    before = office.session.scalars(select(Nomination.state)).all()
    manager = browsers.sign_in(RoleName.MANAGER, staff["boss"])
    path = f"/nominations/{nominating}/A1"
    assert manager.post(path, form, page=path).status_code in (400, 404)
    assert office.session.scalars(select(Nomination.state)).all() == before


def test_when_the_time_is_over_subject_and_manager_only_look(
    nominating: str, browsers: Browsers, staff: dict[str, object], office: Office
):
    campaign = only_campaign(office)
    campaign.nominations_until = campaign.approvals_until = datetime(2020, 1, 1, tzinfo=UTC)
    office.session.commit()
    path = f"/nominations/{nominating}/A1"
    form = {"act": "propose", "rater": "C1", "group": "peer"}
    for role, person in ((RoleName.EMPLOYEE, staff["subject"]), (RoleName.MANAGER, staff["boss"])):
        browser = browsers.sign_in(role, person)
        assert browser.get(path).status_code == 200
        assert browser.post(path, form, page=path).status_code == 409


def test_after_opening_only_hr_sees_who_is_asked(
    nominating: str, hr: Browser, browsers: Browsers, staff: dict[str, object]
):
    step(hr, nominating, "open")
    path = f"/nominations/{nominating}/A1"
    for role, person in ((RoleName.EMPLOYEE, staff["subject"]), (RoleName.MANAGER, staff["boss"])):
        assert browsers.sign_in(role, person).get(path).status_code == 404
    assert hr.get(f"/campaigns/{nominating}/roster/A1").status_code == 200


def test_the_next_quarter_is_prepared_by_one_button(hr: Browser, office: Office):
    code = made(hr)
    assert hr.post(f"/campaigns/{code}/next", {}, page="/campaigns/new").status_code == 409
    step(hr, code, "open")
    answer = hr.post(f"/campaigns/{code}/next", {}, page=f"/campaigns/{code}")
    assert answer.location == "/campaigns/2027Q1"
    assert hr.get(answer.location).status_code == 200
    assert hr.post(f"/campaigns/{code}/next", {}, page=f"/campaigns/{code}").status_code == 409


def test_results_are_read_after_the_names_have_been_purged(
    hr: Browser, browsers: Browsers, staff: dict[str, object]
):
    code = made(hr)
    for name in ("open", "close", "release", "purge"):
        step(hr, code, name)
    assert hr.get(f"/reports/{code}/A1").status_code == 200
    assert browsers.sign_in(RoleName.EMPLOYEE, staff["subject"]).get(f"/reports/{code}/A1").status_code == 200


def test_what_was_never_released_is_read_by_no_employee_after_purging(
    hr: Browser, browsers: Browsers, staff: dict[str, object]
):
    code = made(hr)
    for name in ("open", "close", "purge"):
        step(hr, code, name)
    assert hr.get(f"/reports/{code}/A1").status_code == 200
    assert browsers.sign_in(RoleName.EMPLOYEE, staff["subject"]).get(f"/reports/{code}/A1").status_code == 404
