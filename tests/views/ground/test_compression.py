"""Files are packed and have a version in their address; of pages only those are packed that bear no secret."""

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import feedback
from feedback.models.accounts import RoleName
from tests.factories import Office
from tests.views.reading import Browsers
from tests.views.survey import Survey

STATIC = Path(feedback.__path__[0]) / "static"
FILES = sorted(path.name for path in STATIC.iterdir())
PACKING = {"Accept-Encoding": "gzip, br"}


def addresses(client: FlaskClient) -> list[str]:
    found: list[str] = re.findall(r'"(/static/[^"]+)"', client.get("/sign-in").text)
    return found


def test_pages_ask_for_files_by_their_version_and_keep_them_for_a_year(client: FlaskClient):
    assert len(addresses(client)) >= 3
    for address in addresses(client):
        assert re.fullmatch(r"/static/[a-z.]+\?v=[0-9a-f]{12}", address)
        kept = client.get(address).headers["Cache-Control"]
        assert "immutable" in kept and "max-age=31536000" in kept
        assert client.get(address.partition("?")[0]).headers["Cache-Control"] == "no-cache"
        assert client.get(address[:-1] + "x").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_the_same_packed_and_plain(client: FlaskClient, name: str):
    plain, packed = client.get(f"/static/{name}"), client.get(f"/static/{name}", headers=PACKING)
    assert plain.data == (STATIC / name).read_bytes()
    assert "Content-Encoding" not in plain.headers
    unpacked = gzip.decompress(packed.data) if "Content-Encoding" in packed.headers else packed.data
    assert unpacked == plain.data
    assert len(packed.data) <= len(plain.data) and "Accept-Encoding" in packed.headers["Vary"]
    again = client.get(f"/static/{name}", headers=PACKING | {"If-None-Match": packed.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_our_stylesheets_take_less_than_a_third_packed(client: FlaskClient):
    sizes = [len(client.get(f"/static/{name}", headers=PACKING).data) for name in ("app.css", "base.css")]
    assert sum(sizes) < sum((STATIC / name).stat().st_size for name in ("app.css", "base.css")) / 3


OUTSIDE = ["/static/", "/static/nothing.css", "/static/../settings.py", "/static/%2e%2e/core.py"]


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_else_is_served_as_a_file(client: FlaskClient, path: str):
    assert client.get(path).status_code == 404


def test_guides_are_packed_for_whoever_takes_it(client: FlaskClient):
    plain, packed = client.get("/help?lang=en"), client.get("/help?lang=en", headers=PACKING)
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert client.get("/help/nothing", headers=PACKING).headers.get("Content-Encoding") is None


def test_no_page_with_a_secret_or_with_what_somebody_sent_is_packed(app: Flask, office: Office):
    survey = Survey.open(app, office, {"client": 4})
    link = survey.link()
    pages = [survey.get(link, headers=PACKING), survey.get(f"{link}/1/decline", headers=PACKING)]
    pages.append(survey._request("POST", "/s", data=f"token={link[3:]}&task=1&comment=x", headers=PACKING))
    pages.append(app.test_client().get("/sign-in", headers=PACKING))
    browser = Browsers(app, office).sign_in(RoleName.HR)
    pages += [browser.client.get(path, headers=PACKING) for path in ("/", "/people?q=x", "/campaigns")]
    assert [page.headers.get("Content-Encoding") for page in pages] == [None] * len(pages)
