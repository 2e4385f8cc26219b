"""Every page as people meet it: on a phone and a desktop, in both languages, with a keyboard and without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Site
from tests.browser.looks import DESKTOP, LOOK_NAMES, LOOKS, PHONE, axe, faults, sign_in, troubles

GROUPS = ("client", "peer", "subordinate", "supervisor", "self")


@pytest.fixture(params=LOOKS, ids=LOOK_NAMES)
def look(request: pytest.FixtureRequest) -> tuple[str, dict[str, int]]:
    return request.param


@pytest.fixture
def language(look: tuple[str, dict[str, int]]) -> str:
    return look[0]


@pytest.fixture
def page(chromium: Browser, look: tuple[str, dict[str, int]]) -> Iterator[Page]:
    """A page that fails its test for any script error, refused resource or request to another host."""
    context = chromium.new_context(viewport=look[1])
    page = context.new_page()
    trouble = troubles(page)
    yield page
    context.close()
    assert trouble == []


def test_one_pale_cell_among_many_dark_ones_would_be_noticed(chromium: Browser):
    page = chromium.new_page(viewport=DESKTOP)
    cells = ["<td>dark</td>"] * 20
    cells[9] = '<td style="color: #bbb">pale</td>'
    cells[15] = '<td class="x"><b style="background: #333">dark on dark</b></td>'
    page.set_content(f"<body style='color: #222; background: #fff'><table><tr>{''.join(cells)}</table>")
    (contrast,) = [violation for violation in axe(page) if violation["id"] == "color-contrast"]
    assert [node["html"] for node in contrast["nodes"]] == [cells[9], cells[15][14:-5]]
    assert page.locator("[data-like-others]").count() == 16
    page.close()


@pytest.mark.parametrize("group", GROUPS)
def test_the_form_of_each_rater_group_looks_right(page: Page, site: Site, language: str, group: str):
    assert faults(page, site.links[group], language) == []


@pytest.mark.parametrize("path", ["/sign-in", "/privacy", "/no-such-page", "/s/nonsense"])
def test_pages_for_strangers_look_right(page: Page, site: Site, language: str, path: str):
    assert faults(page, site.url + path, language) == []


def test_reports_of_every_kind_look_right(page: Page, site: Site, language: str):
    """Merged and withheld groups, insufficient scores."""
    sign_in(page, site, "hr")
    subjects = [f"2026Q3/A{number:02}" for number in (2, 5, 10, 14, 19, 21)]
    found = [faults(page, f"{site.url}/reports/{report}", language) for report in (*subjects, "2026Q4")]
    assert sum(found, []) == []


def test_a_client_answers_on_a_phone_without_javascript(chromium: Browser, site: Site):
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.links['client']}?lang=en")
    page.get_by_role("button", name="Send").click()
    assert page.get_by_role("alert").count() == 1
    questions = page.get_by_role("radiogroup").all()
    for question in questions:
        question.get_by_role("radio").nth(3).check(force=True)
    page.get_by_role("textbox").fill("Clear answers, quickly. 很专业。")
    page.get_by_role("button", name="Send").click()
    assert len(questions) == 11
    assert page.locator("form").count() == 0
    page.goto(site.links["client"])
    assert page.locator("form").count() == 0
    assert context.cookies() == []
    context.close()


def test_a_form_can_be_filled_in_with_the_keyboard_alone(chromium: Browser, site: Site):
    context = chromium.new_context(viewport=DESKTOP)
    page = context.new_page()
    page.goto(f"{site.links['subordinate']}?lang=en")
    for _ in range(200):
        page.keyboard.press("Tab")
        focused = page.evaluate("[document.activeElement.type, document.activeElement.textContent.trim()]")
        if focused[0] == "radio":
            page.keyboard.press("ArrowRight")
        if focused[0] == "submit":
            break
    page.keyboard.press("Enter")
    # The first value everywhere asks for a second look.
    page.get_by_role("button", name="Send as it is now").press("Enter")
    page.wait_for_load_state()
    assert page.locator("form").count() == 0
    context.close()
