"""Files that are handed out."""

import re
from pathlib import Path

from flask import Response, send_file

from feedback.services.tables.spreadsheets import MEDIA_TYPE

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "toml": "application/toml",
    "pdf": "application/pdf",
    "xlsx": MEDIA_TYPE,
    "zip": "application/zip",
}
NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")


def attachment(data: bytes, name: str) -> Response:
    """Named in ASCII, by what it holds."""
    safe = _safe(name)
    headers = {"Content-Disposition": f'attachment; filename="{safe}"'}
    return Response(data, content_type=_media_type(safe), headers=headers)


def attached_file(file: Path, name: str) -> Response:
    """The same of a file that is too large to be read at once."""
    safe = _safe(name)
    return send_file(file, _media_type(safe), as_attachment=True, download_name=safe)


def _safe(name: str) -> str:
    return NOT_IN_NAMES.sub("-", name)


def _media_type(name: str) -> str:
    return MEDIA_TYPES[name.rpartition(".")[2]]
