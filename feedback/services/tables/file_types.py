"""Telling by its first bytes what a file is that should have been a table, to say what to do instead."""

from feedback.services.ground.errors import InvalidFile, RowFault
from feedback.services.tables.columns import HEADING
from forms.words import N_

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# How a compound file spells the name of the part that holds an encrypted workbook.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
FOREIGN = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"BM",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"{\\rtf",
)


def require_table(data: bytes) -> None:
    """Raise InvalidFile for what is surely neither text nor a spreadsheet that we open."""
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\x00\r\n\t "):
        raise unusable(N_("there is no heading: the file or its first row is empty"))
    if data.startswith(COMPOUND) and ENCRYPTED in data:
        raise unusable(N_("the file is protected with a password: save it without one"))
    if data.startswith(COMPOUND):
        raise unusable(N_("this is a file of an old Excel or Word (.xls, .doc): save it as .xlsx or CSV"))
    if data.startswith(FOREIGN):
        raise unusable(N_("this is a picture, a PDF or another kind of file: save the table as .xlsx or CSV"))


def unusable(sentence: str, **facts: object) -> InvalidFile:
    """The fault is the file itself."""
    return InvalidFile([RowFault(HEADING, "", sentence, facts)])
