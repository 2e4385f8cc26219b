"""What is the same for everybody is sent compressed; files have the digest of what is in them in their address.

No other page is compressed: of one that bears a secret and repeats what somebody sent, the size would tell the secret
bit by bit (docs/decisions/0040).
"""

import gzip
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

PUBLIC = "privacy"  # the blueprint of pages without account, secret or anything of the request in them
SMALLEST = 500  # bytes; what is shorter fits into one packet as it is
VERSION = "v"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


@dataclass(frozen=True)
class StaticFile:
    kind: str
    version: str
    plain: bytes
    packed: bytes


def register(app: Flask) -> None:
    app.view_functions["static"] = static_file
    app.url_defaults(add_version)
    app.after_request(pack_public_pages)


def add_version(endpoint: str, values: dict[str, str]) -> None:
    """After an upgrade no page meets a stylesheet that was kept from before."""
    if endpoint == "static" and (file := find(values["filename"])):
        values.setdefault(VERSION, file.version)


def static_file(filename: str) -> Response:
    file = find(filename)
    if file is None:
        raise NotFound
    packs = request.accept_encodings["gzip"] > 0 and len(file.packed) < len(file.plain)
    response = Response(file.packed if packs else file.plain, content_type=file.kind)
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.set_etag(f"{file.version}{'-gzip' if packs else ''}")
    response.headers["Cache-Control"] = FOR_EVER if request.args.get(VERSION) == file.version else ASK_AGAIN
    response.make_conditional(request)
    return response


def find(filename: str) -> StaticFile | None:
    place = safe_join(str(current_app.static_folder), filename)
    path = Path(place) if place else None
    if path is None or not path.is_file():
        return None
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(path: Path, changed: int) -> StaticFile:
    data = path.read_bytes()
    kind = guess_type(path.name)[0] or "application/octet-stream"
    written = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    return StaticFile(written, sha256(data).hexdigest()[:12], data, packed(data))


def pack_public_pages(response: Response) -> Response:
    if request.blueprint != PUBLIC or response.status_code != 200:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] > 0 and len(data := response.get_data()) >= SMALLEST:
        response.set_data(packed(data))
        response.headers["Content-Encoding"] = "gzip"
    return response


def packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)
