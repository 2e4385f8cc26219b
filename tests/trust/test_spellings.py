"""A secret is found however it is written down."""

import base64
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.attacks.spellings import sightings

SECRET = "金丝雀 sings in the coal mine"
WRITTEN = {
    "as it is": SECRET.encode(),
    "hex": SECRET.encode().hex().encode(),
    "base64": base64.b64encode(SECRET.encode()),
    "base64 in something longer": base64.b64encode(b"ab" + SECRET.encode() + b"cde"),
    "url-safe base64 in something longer": base64.urlsafe_b64encode(b"a" + SECRET.encode()),
    "utf-16": SECRET.encode("utf-16"),
    "an address": quote(SECRET).encode(),
    "the Chinese of Windows": SECRET.encode("gbk"),
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_a_secret_in_a_file_is_found_however_it_is_written(tmp_path: Path, written: bytes):
    (tmp_path / "file").write_bytes(b"before " + written + b" after")
    (tmp_path / "other").write_bytes(b"nothing")
    assert {found.where.name for found in sightings({"it": SECRET}, tmp_path.iterdir())} == {"file"}


def test_a_secret_in_the_name_of_a_file_is_found(tmp_path: Path):
    (tmp_path / "token-0123456789").write_text("")
    assert list(sightings({"it": "token-0123456789"}, tmp_path.iterdir()))
