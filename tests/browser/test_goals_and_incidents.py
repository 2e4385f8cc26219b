"""A goal from proposal to rating and an incident from report to decision, in the hands of those who do it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Site
from tests.browser.looks import LOOK_NAMES, LOOKS, faults, sign_in, troubles

Opened = Callable[[str], Page]


@pytest.fixture(params=LOOKS, ids=LOOK_NAMES)
def look(request: pytest.FixtureRequest) -> tuple[str, dict[str, int]]:
    return request.param


@contextmanager
def desk_of(
    chromium: Browser, site: Site, person: str, look: tuple[str, dict[str, int]]
) -> Iterator[tuple[Page, Callable[[str], list[str]]]]:
    """A signed-in page, and what is wrong with one at an address."""
    context = chromium.new_context(viewport=look[1])
    page = context.new_page()
    trouble = troubles(page)
    sign_in(page, site, person)
    yield page, lambda path: faults(page, f"{site.url}{path}", look[0])
    context.close()
    assert trouble == []


def path_of(page: Page, site: Site) -> str:
    return page.url.removeprefix(site.url).partition("?")[0]


def press(page: Page, within: str, number: int = 0) -> None:
    page.locator(f"form[action$='{within}'] button").nth(number).click()
    page.wait_for_load_state()


def test_a_goal_is_proposed_agreed_noted_and_rated(
    chromium: Browser, site: Site, look: tuple[str, dict[str, int]]
):
    found, name = [], f"Pass the course ({look[0]})"
    with desk_of(chromium, site, "a01", look) as (page, wrong):
        page.goto(f"{site.url}/goals/new/A01")
        page.fill("[name=title]", name)
        page.fill("[name=period]", "2027Q1")
        page.fill("[name=weight]", "40")
        page.select_option("[name=measure]", "milestones")
        page.fill("[name=milestones]", "Exam passed; 2; 2027-02-15; Wang Fang\nTalk held; 1")
        page.locator("button[name=propose]").click()
        page.wait_for_url(re.compile(r"/goals/\d+$"))
        goal = path_of(page, site)
        found += wrong(goal) + wrong("/goals") + wrong("/goals/new/A01") + wrong(f"{goal}/edit")
    with desk_of(chromium, site, "m01", look) as (page, wrong):
        found += wrong("/goals") + wrong(goal)
        press(page, "/agree")
        press(page, "/milestone")
        page.locator("details", has=page.locator("[name=rating-reason]")).locator("summary").click()
        page.fill("[name=rating-reason]", "The exam came first.")
        press(page, "/rating")
        assert "The exam came first." in page.inner_text("main")
        found += wrong(goal) + wrong("/goals/of/A01")
    with desk_of(chromium, site, "a01", look) as (page, wrong):
        page.goto(f"{site.url}{goal}")
        assert "66.7" in page.inner_text("main")
        found += wrong("/goals")
    assert found == []


def test_an_incident_is_reported_confirmed_and_told(
    chromium: Browser, site: Site, look: tuple[str, dict[str, int]]
):
    found, accused = [], {"zh": "A03", "en": "A04"}[look[0]]
    with desk_of(chromium, site, "hr", look) as (page, wrong):
        found += wrong("/incidents/new")
        page.fill("[name=person]", accused)
        page.check("[name=severity][value=minor]")
        page.fill("[name=category]", "gifts")
        page.fill("[name=occurred]", "2026-10-05")
        page.fill("[name=evidence]", "CASE-7")
        page.fill("[name=summary]", "A watch of some worth.")
        page.locator("main form.panel button").click()
        page.wait_for_url(re.compile(r"/incidents/\d+$"))
        incident = path_of(page, site)
        found += wrong(incident)
    with desk_of(chromium, site, "compliance", look) as (page, wrong):
        found += wrong("/") + wrong("/incidents") + wrong(incident)
        page.fill("[name=confirm-reason]", "The watch was handed in.")
        press(page, "/confirm")
        assert "The watch was handed in." in page.inner_text("main")
        found += wrong(incident) + wrong("/incidents?state=confirmed")
    with desk_of(chromium, site, accused.lower(), look) as (page, wrong):
        found += wrong("/") + wrong("/incidents/about-me")
        assert "CASE-7" in page.inner_text("main")
    assert found == []
