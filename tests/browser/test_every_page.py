"""Every kind of page that links lead to, looked at by axe on a phone in Chinese and on a desktop in English.

With FEEDBACK_SCREENSHOTS=DIRECTORY each of them is also kept as a picture, in both languages and widths.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from tests.browser.conftest import Site
from tests.browser.looks import DESKTOP, LOOK_NAMES, LOOKS, PHONE, faults, sign_in, troubles

PICTURES = os.environ.get("FEEDBACK_SCREENSHOTS")
ALL_LOOKS = tuple((language, size) for language in ("zh", "en") for size in (PHONE, DESKTOP))
READERS = ("hr", "admin", "auditor", "compliance", "m01", "a01")
OWN_TO_EACH_ROLE = {"home.start", "reports.campaign", "reports.show"}


def pages_linked(
    context: BrowserContext, site: Site, routes: MapAdapter, met: set[str]
) -> Iterator[tuple[str, str]]:
    """(endpoint, path) of the first page of each kind not met yet that links lead to from the start."""
    waiting = [("/", "")]
    met -= OWN_TO_EACH_ROLE
    while waiting:
        path, linked_from = waiting.pop(0)
        try:
            endpoint, _ = routes.match(path, method="GET")
        except HTTPException:
            continue
        if endpoint in met or endpoint.endswith("static"):
            continue
        answer = context.request.get(site.url + path)
        met.add(endpoint)
        if "html" not in answer.headers.get("content-type", ""):
            continue
        assert answer.status == 200, f"{linked_from} links to {path}, which answers {answer.status}"
        yield endpoint, path
        hrefs = re.findall(r'href="(/[^"#?]*)', answer.text())
        waiting += [(urlsplit(href).path, path) for href in hrefs]


def keep(page: Page, site: Site, person: str, visited: list[tuple[str, str]]) -> None:
    directory = Path(str(PICTURES))
    directory.mkdir(parents=True, exist_ok=True)
    for language, size in ALL_LOOKS:
        page.set_viewport_size(size)
        for endpoint, path in visited:
            page.goto(f"{site.url}{path}?lang={language}")
            name = f"{person}-{endpoint.replace('.', '-')}-{language}-{size['width']}.png"
            page.screenshot(path=directory / name, full_page=True)


@pytest.fixture(scope="module")
def visits(application: Flask, chromium: Browser, site: Site) -> dict[str, list[tuple[str, str]]]:
    """The pages that each reader is led to, followed once for all looks at them."""
    routes = application.url_map.bind("127.0.0.1")
    met: set[str] = set()
    found = {}
    for person in READERS:
        context = chromium.new_context()
        sign_in(context.new_page(), site, person)
        found[person] = list(pages_linked(context, site, routes, met))
        context.close()
    assert len(met) > 60
    return found


@pytest.mark.parametrize(("language", "size"), LOOKS, ids=LOOK_NAMES)
def test_every_kind_of_page_that_links_lead_to_looks_right(
    chromium: Browser,
    site: Site,
    visits: dict[str, list[tuple[str, str]]],
    language: str,
    size: dict[str, int],
) -> None:
    found: list[str] = []
    for person, visited in visits.items():
        context = chromium.new_context(viewport=size)
        page = context.new_page()
        trouble = troubles(page)
        sign_in(page, site, person)
        for _, path in visited:
            found += [f"{person}: {fault}" for fault in faults(page, site.url + path, language)]
        found += trouble
        if PICTURES and size == PHONE:
            keep(page, site, person, visited)
        context.close()
    assert found == []
