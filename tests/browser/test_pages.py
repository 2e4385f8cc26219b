"""Every page as people meet it: on a phone and a desktop, in both languages, with a keyboard and without JavaScript."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Site

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
LANGUAGES = ("zh", "en")
GROUPS = ("client", "peer", "subordinate", "supervisor", "self")


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that fails its test for any script error, refused resource or request to another host."""
    context = chromium.new_context(viewport=request.param)
    page = context.new_page()
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on(
        "request",
        lambda sent: (
            None if "127.0.0.1" in sent.url or sent.url.startswith("data:") else trouble.append(sent.url)
        ),
    )
    yield page
    context.close()
    unexpected = [text for text in trouble if "status of 4" not in text]
    assert unexpected == []


def sign_in(page: Page, site: Site, person: str) -> None:
    page.goto(f"{site.url}/sign-in")
    page.fill("input[name=email]", f"{person}@demo.example")
    page.fill("input[name=password]", site.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/")


def looks_right(page: Page, url: str) -> None:
    """Title, language, no sideways scrolling, and nothing that axe can find."""
    for language in LANGUAGES:
        page.goto(f"{url}?lang={language}")
        assert page.title()
        assert page.locator("html").get_attribute("lang").startswith(language)
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, f"{url} in {language} is {width} px too wide"
        found = Axe().run(page)
        assert found.violations_count == 0, f"{url} in {language}:\n{found.generate_report()}"


@pytest.mark.parametrize("group", GROUPS)
def test_the_form_of_each_rater_group_looks_right(page: Page, site: Site, group: str):
    looks_right(page, site.links[group])


def test_the_page_of_an_unknown_link_looks_right(page: Page, site: Site):
    looks_right(page, f"{site.url}/s/nonsense")


@pytest.mark.parametrize("path", ["/sign-in", "/no-such-page", "/privacy", "/help", "/help/operator"])
def test_public_pages_look_right(page: Page, site: Site, path: str):
    looks_right(page, site.url + path)


@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("hr", "/"),
        ("hr", "/reports/2026Q3"),
        ("hr", "/reports/2026Q4"),
        ("hr", "/quality/2026Q3"),
        ("hr", "/releases/2026Q3"),
        ("hr", "/releases/2026Q3/comments"),
        ("hr", "/releases/2026Q3/correction"),
        ("a01", "/releases/2026Q3/reply"),
        ("m01", "/"),
        ("m01", "/reports/2026Q3"),
        ("a01", "/"),
        ("a01", "/reports/2026Q3/A01"),
    ],
)
def test_signed_in_pages_look_right(page: Page, site: Site, person: str, path: str):
    sign_in(page, site, person)
    looks_right(page, site.url + path)


@pytest.mark.parametrize("subject", [f"A{number:02}" for number in (2, 5, 10, 14, 19, 21)])
def test_reports_of_every_kind_look_right(page: Page, site: Site, subject: str):
    """Merged and withheld groups, insufficient scores, a pending and a confirmed veto, missing goals."""
    sign_in(page, site, "hr")
    looks_right(page, f"{site.url}/reports/2026Q3/{subject}")


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
