"""Files that are handed out."""

from flask import Response

from feedback.services.exports import Format
from feedback.services.spreadsheets import MEDIA_TYPE

MEDIA_TYPES = {Format.CSV: "text/csv; charset=utf-8", Format.XLSX: MEDIA_TYPE}


def attachment(data: bytes, name: str) -> Response:
    """Named in ASCII, by what it holds."""
    media_type = MEDIA_TYPES[Format(name.rpartition(".")[2])]
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, mimetype=media_type, headers=headers)
