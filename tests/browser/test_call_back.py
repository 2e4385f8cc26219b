"""A client asks to be called on a phone, and a manager notes the call."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Site
from tests.browser.looks import LOOK_NAMES, LOOKS, PHONE, faults, sign_in, troubles


@pytest.mark.parametrize(("language", "size"), LOOKS, ids=LOOK_NAMES)
def test_the_card_looks_right(chromium: Browser, site: Site, language: str, size: dict[str, int]):
    context = chromium.new_context(viewport=size)
    page = context.new_page()
    trouble = troubles(page)
    assert faults(page, f"{site.links['client']}/1/call-back", language) == []
    page.get_by_role("button").click()
    assert page.get_by_role("alert").count() == 1
    assert trouble == []
    context.close()


def test_a_client_leaves_a_card_without_javascript_and_the_manager_sees_it_only_from_tomorrow_on(
    chromium: Browser, site: Site
):
    phone = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = phone.new_page()
    page.goto(f"{site.links['client']}/1/call-back?lang=en")
    page.get_by_label("Your name and company").fill("Canary, Nanfang")
    page.get_by_label("Phone number or e-mail address").fill("138 0013 8000")
    page.get_by_role("button", name="Ask to be called back").click()
    assert page.get_by_role("heading", name="Your request has been taken.").count() == 1
    assert phone.cookies() == []
    office = chromium.new_context(viewport=PHONE).new_page()
    sign_in(office, site, "hr")
    office.goto(f"{site.url}/call-backs?lang=en")
    assert "Canary" not in office.content()
    office.get_by_role("button", name="Note as called Jane Miller, Baltic Foods").click()
    assert office.get_by_role("status").text_content() == "The call is noted."
    assert office.get_by_role("button", name="Note as called Jane Miller").count() == 0
    office.context.close()
    phone.close()
