"""Unpacking a spreadsheet file without trusting it, and packing again only what was checked.

What a zip archive says about itself need not be true, and two programs may read the same archive differently.
So the parts are unpacked here within limits, and the spreadsheet library is given a new archive of them.
"""

import io
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from feedback.services.tables.cells import WrongCell
from feedback.services.tables.file_types import unusable
from feedback.services.tables.worksheet_scan import PartScan, Position, damaged, uses_of_texts
from forms.words import N_

MOST_PARTS = 500
LARGEST_UNPACKED = 64 * 1024 * 1024
LONGEST_TEXT = 16 * 1024 * 1024
XML = (".xml", ".rels")
WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
MACROS = "vbaproject.bin"
DAMAGES = (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error)

Flaws = Mapping[Position, WrongCell]


@dataclass(frozen=True)
class CheckedWorkbook:
    """A workbook that may be opened, and by the name of a sheet its cells without a value."""

    data: bytes
    flaws: Mapping[str, Flaws]


def check(data: bytes) -> CheckedWorkbook:
    """Raises InvalidFile if the file is no workbook, or one that is not to be opened."""
    parts = _unpacked(data)
    scans = {name: PartScan(content) for name, content in parts.items()}
    _limit_text(parts, scans)
    part_of = _sheets(parts)
    flaws = {sheet: scans[part].flaws for sheet, part in part_of.items() if part in scans}
    return CheckedWorkbook(_packed(parts), flaws)


def _unpacked(data: bytes) -> dict[str, bytes]:
    """The XML parts by name; names differ by more than case. Pictures and the like are left out."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            entries = {entry.filename.lower(): entry for entry in archive.infolist()}
            _require_workbook(archive.infolist(), entries)
            return _read(archive, {name: entry for name, entry in entries.items() if name.endswith(XML)})
    except DAMAGES:
        raise damaged() from None


def _require_workbook(listed: list[ZipInfo], entries: Mapping[str, ZipInfo]) -> None:
    if len(listed) > MOST_PARTS or len(entries) < len(listed):
        raise damaged()
    if any(entry.flag_bits & 1 for entry in listed):
        raise unusable(N_("the file is protected with a password: save it without one"))
    if any(name.endswith(MACROS) for name in entries):
        raise unusable(N_("the file holds macros (.xlsm): save it as .xlsx"))
    if WORKBOOK not in entries or RELATIONS not in entries:
        raise unusable(N_("this is no spreadsheet of the kind .xlsx: save the table as .xlsx or CSV"))


def _read(archive: ZipFile, entries: Mapping[str, ZipInfo]) -> dict[str, bytes]:
    left, parts = LARGEST_UNPACKED, {}
    for name, entry in entries.items():
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise damaged()
        with archive.open(entry) as part:
            parts[name] = part.read(left + 1)
        left -= len(parts[name])
        if left < 0 or entry.file_size > LARGEST_UNPACKED:
            raise _too_much()
    return parts


def _too_much() -> Exception:
    return unusable(N_("the file unpacks to far more than a table of this kind needs"))


def _limit_text(parts: Mapping[str, bytes], scans: Mapping[str, PartScan]) -> None:
    """Every use of a shared text takes memory of its own."""
    texts = max((scan.texts for scan in scans.values()), key=len)
    if sum(scan.shared for scan in scans.values()) * max(texts, default=0) <= LONGEST_TEXT:
        return
    uses: Counter[int] = Counter()
    for name, scan in scans.items():
        if scan.shared:
            uses.update(uses_of_texts(parts[name]))
    if sum(count * texts[index] for index, count in uses.items() if index < len(texts)) > LONGEST_TEXT:
        raise _too_much()


def _sheets(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The part of each sheet, by the name of the sheet."""
    targets = {
        relation.get("Id"): relation.get("Target", "").lstrip("/").removeprefix("xl/")
        for relation in _elements(parts[RELATIONS])
        if relation.get("Id")
    }
    found = {}
    for element in _elements(parts[WORKBOOK]):
        relation = next((value for key, value in element.items() if key.endswith("}id")), None)
        if element.tag.endswith("}sheet") and relation in targets:
            found[element.get("name", "")] = f"xl/{targets[relation]}".lower()
    return found


def _elements(content: bytes) -> Iterator[ElementTree.Element]:
    """What the scan lets through can still use a prefix that it never declares."""
    try:
        return ElementTree.fromstring(content).iter()
    except ElementTree.ParseError:
        raise damaged() from None


def _packed(parts: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(ZipInfo(name), content)
    return packed.getvalue()
