"""Files that are handed out."""

import re

from flask import Response

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
    safe = NOT_IN_NAMES.sub("-", name)
    headers = {"Content-Disposition": f'attachment; filename="{safe}"'}
    return Response(data, content_type=MEDIA_TYPES[safe.rpartition(".")[2]], headers=headers)
