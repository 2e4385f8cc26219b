"""The library and its editor, as human resources use them."""

import re
from collections.abc import Iterator

import pytest

from feedback.models.accounts import RoleName
from feedback.models.library import DefinitionKind
from feedback.services.definitions import definition_drafts, library
from feedback.services.definitions.library import Version
from tests.factories import ACTOR, NOW, Office
from tests.views.markup import Element, Page, faults
from tests.views.reading import Browser, Browsers

QUESTIONNAIRE, SCHEME = DefinitionKind.QUESTIONNAIRE, DefinitionKind.SCHEME
QUESTIONS, SHIPPED = "/questionnaires/account-manager/2", "/questionnaires/account-manager/1"
RULES, SHIPPED_RULES = "/schemes/account-manager/2", "/schemes/account-manager/1"
KINDS_OF = {"questionnaires": QUESTIONNAIRE, "schemes": SCHEME}


@pytest.fixture
def hr(browsers: Browsers) -> Browser:
    return browsers.sign_in(RoleName.HR)


@pytest.fixture(autouse=True)
def copies(office: Office) -> None:
    """Version 2 of both defaults is a draft."""
    for kind in DefinitionKind:
        definition_drafts.copy(
            office.session, library.find(office.session, kind, "account-manager"), actor=ACTOR, now=NOW
        )
    office.session.commit()


def stored(office: Office, kind: DefinitionKind, version: int = 2) -> Version:
    office.session.rollback()
    return library.find(office.session, kind, "account-manager", version)


def fields(html: str) -> dict[str, str | list[str]]:
    """What a browser would send when nothing in the editor's form was touched."""
    editors = [form for form in Page(html).find("form") if form.find("input", name="seen")]
    sent: dict[str, str | list[str]] = {}
    for name, value in _sent(editors[0]):
        sent[name] = (
            [*(sent[name] if isinstance(sent[name], list) else [sent[name]]), value]
            if name in sent
            else value
        )
    return sent


def _sent(form: Element) -> Iterator[tuple[str, str]]:
    for element in form.every():
        name = element.attributes.get("name", "")
        match element.tag, element.attributes.get("type"):
            case "input", "checkbox":
                if "checked" in element.attributes:
                    yield name, element.attributes.get("value", "y")
            case "input", _:
                yield name, element.attributes.get("value", "")
            case "textarea", _:
                yield name, element.text.removeprefix("\r\n").removeprefix("\n")
            case "select", _:
                for option in element.find("option"):
                    if "selected" in option.attributes:
                        yield name, option.attributes["value"]


def send(browser: Browser, path: str, **changes: object):
    return browser.open(path, method="POST", data=fields(browser.get(path).text) | changes)


PAGES = [
    "/questionnaires",
    "/questionnaires/import",
    "/questionnaires/new",
    "/schemes/new",
    SHIPPED_RULES,
    SHIPPED,
    QUESTIONS,
    RULES,
    f"{QUESTIONS}/copy",
    f"{QUESTIONS}/delete",
    *(f"{QUESTIONS}/edit/{section}" for section in ("title", "dimensions", "scales", "item/1", "item/22")),
    *(f"{RULES}/edit/{section}" for section in ("title", "groups", "rating", "people", "bands", "sources")),
    *(f"{RULES}/edit/{section}" for section in ("incidents", "process", "careers")),
    *(f"{RULES}/edit/{section}" for section in ("profile/1", "profile/4", "kpi/1", "kpi/12")),
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_sound_markup(hr: Browser, path: str):
    answer = hr.get(path)
    assert answer.status_code == 200
    page = Page(answer.text)
    assert [fault for fault in faults(page) if fault not in ("<iframe>", "<script>")] == []
    for frame in page.find("iframe"):
        assert frame.attributes["sandbox"] == ""


@pytest.mark.parametrize("path", [path for path in PAGES if "/edit/" in path])
def test_a_form_sent_back_untouched_changes_nothing(hr: Browser, office: Office, path: str):
    kind = QUESTIONNAIRE if path.startswith("/q") else SCHEME
    before = stored(office, kind)
    assert send(hr, path).status_code == 303
    assert stored(office, kind).table == before.table


def test_only_human_resources_and_administrators_come_in(browsers: Browsers, office: Office):
    for role in (RoleName.EMPLOYEE, RoleName.MANAGER):
        browser = browsers.sign_in(role, office.person())
        for path in PAGES:
            assert browser.get(path).status_code == 404
        assert browser.post(f"{QUESTIONS}/delete", {}).status_code in (400, 404)
    assert stored(office, QUESTIONNAIRE)


def test_a_shipped_version_says_that_it_is_read_only_and_offers_a_copy(hr: Browser):
    page = Page(hr.get(f"{SHIPPED}?lang=en").text)
    assert "read-only" in page.one("p", **{"class": "notice"}).text
    assert page.find("a", href=f"{SHIPPED}/copy")
    assert not page.find("a", href=f"{SHIPPED}/edit/title")
    assert hr.get(f"{SHIPPED}/edit/title").status_code == 409


def test_a_used_version_says_since_when_and_cannot_be_changed_or_deleted(hr: Browser, office: Office):
    questionnaire = library.load_questionnaire(office.session, "account-manager", 2)
    draft_page = hr.get(f"{QUESTIONS}/edit/title").text
    campaign = office.open({"client": 3}, questionnaire=questionnaire)
    assert f"Campaign {campaign.code} has opened with this version" in hr.get(f"{QUESTIONS}?lang=en").text
    late = hr.open(f"{QUESTIONS}/edit/title", method="POST", data=fields(draft_page) | {"title-en": "New"})
    assert late.status_code == 409
    assert "has opened with this version" in late.text
    assert hr.post(f"{QUESTIONS}/delete", {}, page=f"{SHIPPED}/copy").status_code == 409
    assert stored(office, QUESTIONNAIRE).title["en"] == "Working with {subject}"


QUESTIONNAIRE_TYPED = {
    "code": "sales",
    "languages": "zh,en",
    "title_zh": "与{subject}共事",
    "title_en": "Working with {subject}",
    "dimension_zh": "服务",
    "dimension_en": "Service",
    "item_zh": "{subject}回复及时。",
    "item_en": "{subject} answers soon.",
    "scale": "agreement",
}
SCHEME_TYPED = {
    "code": "sales",
    "languages": "zh",
    "title_zh": "销售考核",
    "client": "50",
    "supervisor": "49.5",
    "peer": "0.5",
    "subordinate": "",
    "themselves": "y",
}


@pytest.mark.parametrize("languages", ["zh,en", "zh", "en"])
@pytest.mark.parametrize("scale", ["agreement", "satisfaction"])
def test_a_questionnaire_from_nothing_can_be_used_from_the_first_save(
    hr: Browser, office: Office, languages: str, scale: str
):
    typed = QUESTIONNAIRE_TYPED | {"languages": languages, "scale": scale}
    answer = hr.post("/questionnaires/new", typed, page="/questionnaires/new")
    assert (answer.status_code, answer.location) == (303, "/questionnaires/sales/1")
    made = library.load_questionnaire(office.session, "sales")
    assert made.items[0].text.keys() == made.title.keys() == set(languages.split(","))
    assert made.dimensions[0].title["zh" if "zh" in languages else "en"] in ("服务", "Service")
    assert hr.get(answer.location).status_code == 200
    opened = office.open({"client": 3, "self": 1}, questionnaire=made)
    assert library.find(office.session, QUESTIONNAIRE, "sales").used_since == opened.code


def test_a_scheme_from_nothing_asks_the_groups_that_have_a_weight(hr: Browser, office: Office):
    answer = hr.post("/schemes/new", SCHEME_TYPED, page="/schemes/new")
    assert (answer.status_code, answer.location) == (303, "/schemes/sales/1")
    made = library.load_scheme(office.session, "sales")
    assert {group.id: group.weight for group in made.groups} == {
        "client": 50,
        "supervisor": 49.5,
        "peer": 0.5,
        "self": 0,
    }
    assert made.group("client").title == {"zh": "客户"}
    office.open({"client": 3}, scheme=made)


@pytest.mark.parametrize(
    ("collection", "typed", "told"),
    [
        ("questionnaires", {"code": ""}, "Please fill this in."),
        ("questionnaires", {"code": "../x"}, "Letters, digits"),
        ("questionnaires", {"code": "x" * 65}, "Letters, digits"),
        ("questionnaires", {"code": "account-manager"}, "there is already something called account-manager"),
        ("questionnaires", {"title_zh": " "}, "Please fill this in."),
        ("questionnaires", {"languages": "en", "item_en": ""}, "Please fill this in."),
        ("questionnaires", {"languages": "fr"}, "Please correct this first"),
        ("questionnaires", {"languages": ""}, "Please fill this in."),
        ("questionnaires", {"scale": "other"}, "Please correct this first"),
        ("schemes", {"client": "51"}, "The weights must add up to 100."),
        ("schemes", {"client": "", "supervisor": "", "peer": ""}, "The weights must add up to 100."),
        ("schemes", {"client": "-1", "peer": "51.5"}, "A number from 0 to 100."),
        ("schemes", {"client": "nan"}, "A number from 0 to 100."),
        ("schemes", {"client": "1e999"}, "A number from 0 to 100."),
        ("schemes", {"client": "many"}, "A number from 0 to 100."),
        ("schemes", {"code": "mystery-shopper"}, "there is already something called mystery-shopper"),
    ],
)
def test_what_cannot_begin_is_told_and_what_was_typed_is_kept(
    hr: Browser, office: Office, collection: str, typed: dict[str, str], told: str
):
    whole = (QUESTIONNAIRE_TYPED if collection == "questionnaires" else SCHEME_TYPED) | typed
    answer = hr.post(f"/{collection}/new?lang=en", whole, page=f"/{collection}/new")
    assert (answer.status_code, told in answer.text) == (422, True)
    kept = typed.get("title_zh", whole["title_zh"]).strip()
    assert Page(answer.text).one("input", name="title_zh").attributes["value"] == kept
    office.session.rollback()
    assert "sales" not in {entry.code for entry in library.versions(office.session, KINDS_OF[collection])}


def test_the_page_of_a_scheme_shows_what_its_weights_come_to(hr: Browser):
    page = Page(hr.get(f"{SHIPPED_RULES}?lang=en").text)
    text = " ".join(page.one("section", **{"aria-labelledby": "example"}).all_text.split())
    assert "40% × 90 = 36.0" in text and "Feedback score 82.5" in text
    assert "Clients from 3 answers on" in text and "Supervisor attributed, one answer is enough" in text
    assert "If nobody answers as “Direct reports”, the others take over its weight" in text


def test_the_page_of_an_unfinished_scheme_shows_no_example(hr: Browser, office: Office):
    send(hr, f"{RULES}/edit/groups", **{"group-0-weight": "lots"})
    assert stored(office, SCHEME).faults
    assert "What it comes to" not in hr.get(f"{RULES}?lang=en").text


def test_a_copy_is_the_next_version_and_leads_to_its_page(hr: Browser, office: Office):
    answer = hr.post(f"{QUESTIONS}/copy", {"code": "account-manager"}, page=f"{QUESTIONS}/copy")
    assert (answer.status_code, answer.location) == (303, "/questionnaires/account-manager/3")
    assert hr.get(answer.location).status_code == 200


@pytest.mark.parametrize("code", ["", "a b", "../x", "x" * 65, "问卷"])
def test_a_copy_under_a_name_that_is_none_is_refused_at_the_field(hr: Browser, code: str):
    answer = hr.post(f"{QUESTIONS}/copy", {"code": code}, page=f"{QUESTIONS}/copy")
    if code:
        assert answer.status_code == 422
        assert Page(answer.text).one("input", id="code").attributes["aria-invalid"] == "true"
    else:
        assert answer.location == "/questionnaires/account-manager/3"


def test_a_draft_is_deleted_after_asking(hr: Browser, office: Office):
    assert "cannot be brought back" in hr.get(f"{RULES}/delete?lang=en").text
    assert hr.post(f"{RULES}/delete", {}, page=f"{RULES}/delete").status_code == 303
    assert hr.get(RULES).status_code == 404
    assert hr.post(f"{RULES}/delete", {}, page=f"{RULES[:-1]}1/copy").status_code == 404


def test_what_is_wrong_is_kept_and_told_at_its_field_in_the_language_of_the_reader(hr: Browser):
    page = f"{RULES}/edit/groups"
    answer = send(hr, page, **{"group-0-weight": "vierzig", "group-1-minimum": "2"})
    assert answer.location == page
    html = hr.get(f"{page}?lang=zh").text
    field = Page(html).one("input", id="group-0-weight")
    assert field.attributes["value"] == "vierzig"
    assert Page(html).one("p", id="group-0-weight-wrong").text == "必须是数字"
    assert Page(html).find("p", id="group-1-minimum-wrong")


def test_weights_that_do_not_add_up_are_told_with_their_total(hr: Browser, office: Office):
    send(hr, f"{RULES}/edit/groups", **{"group-0-weight": "30"})
    html = hr.get(f"{RULES}?lang=en").text
    assert "the weights add up to 90, not to 100" in html
    assert "Total 90, not 100" in html
    assert not [
        choice for choice in library.choices(office.session, SCHEME) if choice[:2] == ("account-manager", 2)
    ]


def test_rows_are_added_moved_and_removed_before_anything_is_saved(hr: Browser, office: Office):
    page = f"{QUESTIONS}/edit/dimensions"
    added = send(hr, page, do="add:dimension", **{"dimension-0-title-en": "Typed"})
    assert added.status_code == 200
    assert Page(added.text).one("input", id="dimension-5-id").attributes["value"] == ""
    assert Page(added.text).one("input", id="dimension-0-title-en").attributes["value"] == "Typed"
    moved = send(hr, page, do="down:dimension:0")
    assert Page(moved.text).one("input", id="dimension-1-id").attributes["value"] == "attitude"
    assert stored(office, QUESTIONNAIRE).table["dimension"][0]["id"] == "attitude"


@pytest.mark.parametrize(
    "odd",
    [
        {"group-²-id": "x"},
        {"group-99999-id": "x"},
        {"group-0-title-zh": "\x00\x07"},
        {"group-0-family": "\x00"},
        {"group-0-weight": "9" * 5000},
        {"group-0-weight": "nan"},
        {"group-0-weight": "1e999"},
        {"group-0-minimum": "3.5"},
        {"do": "remove:group:99999999999999999999"},
        {"do": "up:group:-1"},
        {"do": "preset:percent:0"},
        {"seen": ""},
    ],
)
def test_whatever_is_sent_is_answered(hr: Browser, odd: dict[str, str]):
    page = f"{RULES}/edit/groups"
    assert send(hr, page, **odd).status_code in (200, 303, 409)
    assert hr.get(page).status_code == hr.get(RULES).status_code == 200


def test_a_preset_sets_the_points_of_a_scale(hr: Browser):
    html = send(hr, f"{QUESTIONS}/edit/scales", do="preset:percent:0").text
    assert Page(html).one("input", id="scale-0-points").attributes["value"] == "0, 25, 50, 75, 100"


def test_items_are_moved_added_and_removed(hr: Browser, office: Office):
    def ids() -> list[str]:
        return [item["id"] for item in stored(office, QUESTIONNAIRE).table["item"]]

    def act(path: str):
        page = Page(hr.get(QUESTIONS).text)
        token, seen = page.find("input", name="csrf_token")[-1], page.find("input", name="seen")[0]
        sent = {"csrf_token": token.attributes["value"], "seen": seen.attributes["value"]}
        return hr.open(f"{QUESTIONS}/edit/item/{path}", method="POST", data=sent)

    before = ids()
    act("2/up")
    assert ids()[:2] == before[1::-1]
    act("1/up")
    act("99/remove")
    assert ids()[:2] == before[1::-1]
    assert act("0/add").location == f"{QUESTIONS}/edit/item/{len(before) + 1}"
    act(f"{len(before) + 1}/remove")
    assert len(ids()) == len(before)


def test_two_people_at_one_draft_do_not_overwrite_each_other(hr: Browser, browsers: Browsers, office: Office):
    other = browsers.sign_in(RoleName.ADMIN)
    page = f"{QUESTIONS}/edit/title"
    opened = fields(other.get(page).text)
    send(hr, page, **{"title-en": "First"})
    late = other.open(page, method="POST", data=opened | {"title-en": "Second"})
    assert late.status_code == 409
    assert Page(late.text).one("input", id="title-en").attributes["value"] == "Second"
    assert stored(office, QUESTIONNAIRE).title["en"] == "First"


def test_who_changed_a_draft_is_on_its_page(hr: Browser):
    send(hr, f"{QUESTIONS}/edit/title", **{"title-en": "First"})
    text = Page(hr.get(f"{QUESTIONS}?lang=en").text).one("section", **{"aria-labelledby": "history"}).all_text
    assert "hr-nobody@example.com" in text
    assert "title.en" in text


def test_an_exported_file_can_be_imported_again(hr: Browser, office: Office):
    exported = hr.get(f"{QUESTIONS}.toml")
    assert (
        exported.headers["Content-Disposition"]
        == 'attachment; filename="questionnaire-account-manager-2.toml"'
    )
    renamed = exported.text.replace('id = "account-manager"', 'id = "ours"', 1)
    answer = hr.post(
        "/questionnaires/import", {"collection": "questionnaires", "text": renamed}, "/questionnaires/import"
    )
    assert answer.location == "/questionnaires/ours/2"


def test_an_import_tells_every_fault_with_its_place_and_keeps_the_text(hr: Browser):
    text = hr.get(f"{RULES}.toml").text.replace("weight = 40.0", "weight = 50.0")
    answer = hr.post(
        "/questionnaires/import?lang=en", {"collection": "schemes", "text": text}, "/questionnaires/import"
    )
    assert answer.status_code == 422
    assert "the weights add up to 110, not to 100" in answer.text
    assert "weight = 50.0" in Page(answer.text).one("textarea").text


@pytest.mark.parametrize("text", ["", "id = ", "\x00", "a = 1", "[[item]]", "é" * 1000])
def test_an_import_of_anything_else_is_refused(hr: Browser, text: str):
    form = {"collection": "questionnaires", "text": text}
    assert hr.post("/questionnaires/import", form, "/questionnaires/import").status_code == 422


def test_the_same_version_with_other_content_is_refused_or_becomes_the_next(hr: Browser, office: Office):
    text = hr.get(f"{QUESTIONS}.toml").text.replace("Working with", "Serving with")
    form = {"collection": "questionnaires", "text": text}
    assert hr.post("/questionnaires/import", form, "/questionnaires/import").status_code == 422
    answer = hr.post("/questionnaires/import", form | {"as_next": "y"}, "/questionnaires/import")
    assert answer.location == "/questionnaires/account-manager/3"


@pytest.mark.parametrize(
    ("group", "word"), [("client", "我们提出的问题"), ("self", "我也会认真对待"), ("peer", "客户提出的问题")]
)
def test_the_preview_shows_the_form_of_each_rater_group(hr: Browser, group: str, word: str):
    answer = hr.get(f"{SHIPPED}/preview?seen_by={group}&seen_in=zh&lang=en")
    assert word in answer.text
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert faults(Page(answer.text)) == []


def test_only_the_preview_may_be_framed_and_only_by_pages_that_show_it(hr: Browser):
    for path in PAGES:
        policy = hr.get(path).headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert ("frame-src 'self'" in policy) == bool(
            Page(hr.get(path).text).find("iframe")
            or path in (RULES, SHIPPED_RULES)
            or any(f"/{part}/" in path for part in ("item", "kpi", "profile"))
        ), path


def test_the_preview_of_an_item_shows_what_is_typed_and_stores_nothing(hr: Browser, office: Office):
    before = stored(office, QUESTIONNAIRE).table
    typed = fields(hr.get(f"{QUESTIONS}/edit/item/1").text) | {
        "text-en": "Typed for {subject}",
        "seen_in": "en",
    }
    answer = hr.open(f"{QUESTIONS}/preview/item", method="POST", data=typed | {"seen_by": "peer"})
    assert "Typed for Alex Chen" in answer.text
    wrong = hr.open(f"{QUESTIONS}/preview/item?lang=en", method="POST", data=typed | {"scale": "ten"})
    assert "item[1].scale: unknown scale" in wrong.text
    not_asked = typed | {"groups": ["peer"], "seen_by": "client", "wording-0-group": "peer"}
    assert re.search(
        "not asked this", hr.open(f"{QUESTIONS}/preview/item", method="POST", data=not_asked).text
    )
    assert stored(office, QUESTIONNAIRE).table == before


@pytest.mark.parametrize(
    "path", ["edit/nothing", "edit/groups", "edit/item/0", "edit/item/23", "edit/item/-1", "edit/kpi/1"]
)
def test_what_a_questionnaire_does_not_have_is_not_found(hr: Browser, path: str):
    assert hr.get(f"{QUESTIONS}/{path}").status_code == 404


def test_a_new_profile_begins_as_the_last_one_and_stands_before_it(hr: Browser, office: Office):
    page = Page(hr.get(RULES).text)
    token, seen = page.find("input", name="csrf_token")[-1], page.find("input", name="seen")[0]
    sent = {"csrf_token": token.attributes["value"], "seen": seen.attributes["value"]}
    answer = hr.open(f"{RULES}/edit/profile/0/add", method="POST", data=sent)
    assert answer.location == f"{RULES}/edit/profile/4"
    profiles = stored(office, SCHEME).table["profile"]
    assert [profile["id"] for profile in profiles] == [
        "junior",
        "senior",
        "key-account",
        "profile-1",
        "general",
    ]
    assert profiles[3]["quarter"] == profiles[4]["quarter"]
    assert "general fits nobody: the profiles above it take everybody" in hr.get(f"{RULES}?lang=en").text
    send(hr, f"{RULES}/edit/profile/4", **{"posts": "account-manager"})
    assert not stored(office, SCHEME).faults


def test_weights_of_a_profile_are_told_by_its_name_and_kind_of_period(hr: Browser, office: Office):
    page = f"{RULES}/edit/profile/1"
    assert send(hr, page, **{"weights-0-quarter": "30"}).location == page
    html = hr.get(f"{page}?lang=en").text
    assert "the KPI weights of junior for a quarter total 105, not 100" in html
    assert "Total 105, not 100" in html
    send(hr, page, **{"weights-0-quarter": "a lot"})
    assert Page(hr.get(page).text).one("input", id="weights-0-quarter").attributes["value"] == "a lot"
    assert Page(hr.get(page).text).find("p", id="weights-0-quarter-wrong")


def test_a_gate_is_added_chosen_and_told_where_it_cannot_hold(hr: Browser, office: Office):
    page = f"{RULES}/edit/bands"
    added = send(hr, page, do="add:band-0-gate").text
    assert Page(added).find("select", id="band-0-gate-2-figure")
    form = fields(added) | {"band-0-gate-2-figure": "kpi:visits.attainment", "band-0-gate-2-from_": "100"}
    assert hr.open(page, method="POST", data=form).location == page
    assert stored(office, SCHEME).table["band"][0]["gate"][2] == {
        "figure": "kpi:visits.attainment",
        "from": 100,
    }
    told = Page(hr.get(f"{page}?lang=en").text).one("p", id="band-0-gate-2-figure-wrong").text
    assert "senior has no KPI 'visits'" in told


def test_weights_follow_a_kpi_that_gets_another_name(hr: Browser, office: Office):
    assert send(hr, f"{RULES}/edit/kpi/1", id="revenue").location == RULES
    table = stored(office, SCHEME).table
    assert table["profile"][0]["quarter"]["revenue"] == 25
    assert not stored(office, SCHEME).faults


def test_a_kpi_may_be_a_dimension_of_a_questionnaire(hr: Browser, office: Office):
    page = f"{RULES}/edit/kpi/1"
    values = {option.attributes["value"] for option in Page(hr.get(page).text).find("option")}
    assert {"feedback.dimension:attitude", "feedback.top2box", "register.in-time"} <= values
    send(hr, page, source="feedback.dimension:attitude")
    html = hr.get(f"{RULES}?lang=en").text
    assert "Is that meant?" in html
    assert "sales-revenue is taken from answers that count in the feedback of junior too" in html


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    "code", ["key-account-manager", "customer-service-representative", "customer-administrator"]
)
def test_the_page_of_a_preset_tells_profiles_gates_and_examples(hr: Browser, code: str, lang: str):
    rules = library.scheme(code)
    text = hr.get(f"/schemes/{code}/1?lang={lang}").text
    page = Page(text)
    for kpi in rules.appraisal.kpis:
        assert kpi.title[lang] in page.one("section", **{"aria-labelledby": "kpis"}).all_text
    bands = page.one("section", **{"aria-labelledby": "bands"}).all_text
    for example in rules.appraisal.bands[0].examples:
        assert example[lang] in bands
    assert (
        "Satisfaction rate, in per cent: at least" if lang == "en" else "满意率（百分数）：不低于"
    ) in bands
