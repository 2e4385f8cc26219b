"""A round in the hands of a director, a reviewer and those it is about: decided, sent back, told, objected to."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.browser.looks import LOOK_NAMES, LOOKS
from tests.browser.test_goals_and_incidents import desk_of

Look = tuple[str, dict[str, int]]
Wrong = Callable[[str], list[str]]
PERIOD = "2026Q3"
CONFIRMED, OBJECTS = {"zh": "A09", "en": "A13"}, {"zh": "A15", "en": "A04"}
SENT_BACK = "A12"


@pytest.fixture(params=LOOKS, ids=LOOK_NAMES)
def look(request: pytest.FixtureRequest) -> Look:
    return request.param


def confirm(page: Page, site: Site, wrong: Wrong, person: str) -> list[str]:
    """By the keyboard alone: ticked, looked at once more, confirmed."""
    found = wrong("/") + wrong("/confirmations") + wrong(f"/confirmations/back/{PERIOD}/{SENT_BACK}")
    found += wrong(f"/confirmations/of/{PERIOD}")
    page.goto(f"{site.url}/confirmations")
    page.focus(f"input[value={person}]")
    page.keyboard.press("Space")
    page.focus("button[name=ticked]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/confirmations/of/{PERIOD}?**")
    expect(page.locator("main table tbody tr")).to_have_count(1)
    page.focus("main form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/confirmations")
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.locator(f"input[value={person}]")).to_have_count(0)
    return found


def send_back(page: Page, site: Site, reason: str) -> None:
    page.goto(f"{site.url}/confirmations/back/{PERIOD}/{SENT_BACK}")
    page.fill("[name=reason]", reason)
    page.click("main form button")
    page.wait_for_url("**/confirmations")


def test_a_director_confirms_after_a_second_look_and_sends_back_with_a_reason(
    chromium: Browser, site: Site, look: Look
):
    with desk_of(chromium, site, "d01", look) as (page, wrong):
        found = confirm(page, site, wrong, CONFIRMED[look[0]])
        found += wrong("/calibrations") + wrong(f"/team?period={PERIOD}")
        if look[0] == "en":
            send_back(page, site, "Say more of the visits.")
    if look[0] == "en":
        with desk_of(chromium, site, "m02", look) as (page, wrong):
            found += wrong(f"/team/of/{PERIOD}/{SENT_BACK}")
            assert "Say more of the visits." in page.inner_text("main")
            page.click("button[name=hand_in]")
            page.wait_for_load_state()
            assert page.locator("textarea[name=strengths]").count() == 0
    assert found == []


def test_a_person_ticks_the_figure_that_he_objects_to(chromium: Browser, site: Site, look: Look):
    person = OBJECTS[look[0]]
    with desk_of(chromium, site, person.lower(), look) as (page, wrong):
        found = wrong(f"/appraisals/of/{PERIOD}/{person}") + wrong(f"/appraisals/figures/{PERIOD}/{person}")
        found += wrong(f"/appraisals/reply/{PERIOD}")
        page.locator("input[name=figures][value=official]").check()
        page.fill("[name=text]", "The invoice of September is missing.")
        page.locator("main form button").last.click()
        page.wait_for_load_state()
        assert "The invoice of September is missing." in page.inner_text("main")
        found += wrong(f"/appraisals/of/{PERIOD}/{person}")
    with desk_of(chromium, site, "hr", look) as (page, wrong):
        found += wrong("/objections") + wrong(f"/objections/of/{PERIOD}/{person}")
        assert "The invoice of September is missing." in page.inner_text("main")
    assert found == []
