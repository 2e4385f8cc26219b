"""How a page is looked at: on a phone in Chinese and on a desktop in English."""

from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

from tests.browser.conftest import Site

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
LOOKS = (("zh", PHONE), ("en", DESKTOP))
LOOK_NAMES = ("phone", "desktop")
AXE = Axe()
CONTRAST_ONCE = Path(__file__).with_name("contrast_once.js").read_text(encoding="utf-8")


def sign_in(page: Page, site: Site, person: str) -> None:
    page.goto(f"{site.url}/sign-in")
    page.fill("input[name=email]", f"{person}@demo.example")
    page.fill("input[name=password]", site.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/")


def troubles(page: Page) -> list[str]:
    """Fills with every script error, refused resource and request to another host from now on."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if is_trouble(message) else None)
    page.on("request", lambda sent: None if is_ours(sent.url) else found.append(sent.url))
    return found


def is_trouble(message: ConsoleMessage) -> bool:
    """Pages that are not there, or not possible now, answer with a status that the console notes."""
    return message.type == "error" and "status of 4" not in message.text


def is_ours(url: str) -> bool:
    return "127.0.0.1" in url or url.startswith("data:")


def faults(page: Page, url: str, language: str) -> list[str]:
    """What is wrong with a page: its title, language or width, or something that axe finds."""
    page.goto(f"{url}?lang={language}")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = [violation["id"] for violation in axe(page)]
    if not page.title():
        found.append("no title")
    if not page.locator("html").get_attribute("lang").startswith(language):
        found.append("another language")
    if overflow > 0:
        found.append(f"{overflow} px too wide")
    return [f"{urlsplit(url).path} in {language}: {fault}" for fault in found]


def axe(page: Page) -> list[dict[str, object]]:
    """Contrast, which takes most of the time, is looked at on desktops: a phone has the same colours."""
    page.evaluate(AXE.axe_script)
    wide = page.viewport_size == DESKTOP
    if wide:
        page.evaluate(CONTRAST_ONCE)
    rules = {"color-contrast": {"enabled": wide}}
    options = {"resultTypes": ["violations"], "rules": rules}
    return page.evaluate("async options => (await axe.run(options)).violations", options)
