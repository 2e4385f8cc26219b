"""What a chart says to whoever points at it, with a mouse or with the keyboard."""

from playwright.sync_api import Browser

from tests.browser.conftest import Site
from tests.browser.looks import DESKTOP, sign_in


def test_marks_say_their_value_to_the_mouse_and_to_the_keyboard(chromium: Browser, site: Site):
    context = chromium.new_context(viewport=DESKTOP)
    page = context.new_page()
    sign_in(page, site, "hr")
    page.goto(f"{site.url}/reports/2026Q3/A01?lang=en")
    chart, note = page.locator(".chart-area").first, page.locator(".chart-note")
    mark = chart.locator("[data-says]").last  # drawn above what lies close to it
    mark.hover(force=True)
    assert note.inner_text() == mark.get_attribute("data-says")
    chart.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert note.inner_text() == chart.locator("[data-says]").nth(1).get_attribute("data-says")
    page.keyboard.press("Escape")
    assert note.is_hidden()
    context.close()
