"""Several people on one page, in a real browser: on a phone and a desktop, without JavaScript, with the keyboard."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Site
from tests.browser.looks import DESKTOP, LOOK_NAMES, LOOKS, PHONE, axe, faults, troubles

FOUR = "task=1&task=2&task=4&task=5"


def list_of(site: Site) -> str:
    """A supervisor's link, which leads to everybody he is asked about."""
    return site.links["supervisor"].rpartition("/")[0]


@pytest.mark.parametrize(("language", "size"), LOOKS, ids=LOOK_NAMES)
def test_the_list_and_the_page_of_four_people_look_right(
    chromium: Browser, site: Site, language: str, size: dict[str, int]
):
    context = chromium.new_context(viewport=size)
    page = context.new_page()
    trouble = troubles(page)
    assert faults(page, list_of(site), language) == []
    page.goto(f"{list_of(site)}/side-by-side?{FOUR}&lang={language}")
    assert [violation["id"] for violation in axe(page)] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    people = page.locator(".people").first.get_by_role("radiogroup")
    rows = {round(people.nth(place).bounding_box()["y"]) for place in range(4)}
    assert (people.count(), len(rows)) == (4, 1 if size == DESKTOP else 4)
    assert trouble == []
    context.close()


def test_two_people_are_rated_on_a_phone_without_javascript(chromium: Browser, site: Site):
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{list_of(site)}?lang=en")
    for task in ("5", "7"):
        page.locator(f"input[value='{task}']").check()
    page.get_by_role("button", name="Rate them side by side").click()
    page.get_by_role("textbox").first.fill("Kept although the rest was missing.")
    page.get_by_role("button", name="Send all").click()
    assert page.get_by_role("alert").get_by_role("heading", level=3).count() == 2
    for place, question in enumerate(page.get_by_role("radiogroup").all()):
        question.get_by_role("radio").nth(place % 6).check(force=True)
    assert page.get_by_role("textbox").first.input_value() == "Kept although the rest was missing."
    page.get_by_role("button", name="Send all").click()
    assert page.get_by_role("status").count() == 2
    assert context.cookies() == []
    context.close()


def test_the_page_can_be_filled_in_with_the_keyboard_alone(chromium: Browser, site: Site):
    context = chromium.new_context(viewport=DESKTOP)
    page = context.new_page()
    page.goto(f"{list_of(site)}/side-by-side?task=3&task=6&lang=en")
    for _ in range(100):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.type")
        if focused == "radio":
            page.keyboard.press("ArrowRight")
        if focused == "submit":
            break
    page.keyboard.press("Enter")
    # The same value everywhere asks for a second look, for each of them.
    page.get_by_role("button", name="Send as it is now").press("Enter")
    page.wait_for_url("**done=3&done=6")
    assert page.get_by_role("status").count() == 2
    context.close()
