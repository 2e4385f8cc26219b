"""Spreadsheets that people hand in: what is read, and what is never opened."""

import io
import time
import zipfile
from collections.abc import Callable, Mapping

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter.worksheet import Worksheet

from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.errors import InvalidFile
from feedback.services.tables import spreadsheets, table_files, worksheets
from feedback.services.tables.columns import Column

COLUMNS = (
    Column("code", Bilingual("工号", "Code"), required=True),
    Column("name", Bilingual("姓名", "Name"), longest=200),
    Column("active", Bilingual("在用", "Active")),
)
SHEET = "xl/worksheets/sheet1.xml"
SHARED = "xl/sharedStrings.xml"


def workbook(*fillers: Callable[[Worksheet], None], names: tuple[str, ...] = ()) -> bytes:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True, "strings_to_formulas": False}) as book:
        for place, fill in enumerate(fillers):
            fill(book.add_worksheet(names[place] if names else None))
    return packed.getvalue()


def sheet(*rows: tuple[object, ...]) -> Callable[[Worksheet], None]:
    def fill(page: Worksheet) -> None:
        for number, row in enumerate((("工号", "Name", "Active"), *rows)):
            page.write_row(number, 0, row)

    return fill


def edited(data: bytes, parts: Mapping[str, bytes | None]) -> bytes:
    """The archive with some parts replaced, added, or left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {**dict.fromkeys(old.namelist()), **parts}:
            content = parts[name] if name in parts else old.read(name)
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def cells(data: bytes) -> list[dict[str, str]]:
    return [dict(row.cells) for row in table_files.read(data, COLUMNS)]


def faults(data: bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(InvalidFile) as caught:
        table_files.read(data, COLUMNS)
    return [(fault.row, fault.column, fault.message) for fault in caught.value.faults]


def refusal(data: bytes) -> str:
    """What is wrong with the file as such."""
    [(row, column, message)] = faults(data)
    assert (row, column) == (1, "")
    return message


PLAIN = workbook(sheet(("A1", "张伟", "")))


def test_cells_become_what_a_person_reads_in_them() -> None:
    data = workbook(sheet((12.0, "007", True), ("0012", 0.25, False), (1e15, -3, 1)))
    assert [tuple(row.values()) for row in cells(data)] == [
        ("12", "007", "yes"),
        ("0012", "0.25", "no"),
        ("1000000000000000.0", "-3", "1"),
    ]


def test_a_text_that_looks_like_a_formula_is_a_text() -> None:
    assert cells(workbook(sheet(("A1", "=1+1", ""))))[0]["name"] == "=1+1"


def test_a_formula_counts_as_its_stored_result() -> None:
    def fill(page: Worksheet) -> None:
        sheet(("A1",))(page)
        page.write_formula("B2", '="a"&"b"', value="ab")

    assert cells(workbook(fill))[0]["name"] == "ab"


def test_a_formula_without_a_result_and_an_error_are_faults_of_their_cells() -> None:
    def fill(page: Worksheet) -> None:
        sheet(("A1",), ("A2",))(page)
        page.write_formula("B2", "=A1", value="calculated")
        page.write_formula("B3", "=1/0", value="#DIV/0!")

    data = workbook(fill)
    without = part(data, SHEET).replace(b"<v>calculated</v>", b"")
    found = faults(edited(data, {SHEET: without}))
    assert [place for *place, _ in found] == [[2, "name"], [3, "name"]]
    assert "formula" in found[0][2]
    assert "#DIV/0!" in found[1][2]


def test_the_sheet_is_the_first_with_the_headings_that_we_know() -> None:
    def notes(page: Worksheet) -> None:
        page.write_row(0, 0, ("About", "this", "file"))

    assert (
        cells(workbook(notes, sheet(("A1", "right", "")), sheet(("A2", "later", ""))))[0]["name"] == "right"
    )


def test_hidden_sheets_are_not_read() -> None:
    def hidden(page: Worksheet) -> None:
        sheet(("A9", "hidden", ""))(page)
        page.hide()

    def visible(page: Worksheet) -> None:
        sheet(("A1", "seen", ""))(page)
        page.activate()
        page.set_first_sheet()

    assert cells(workbook(visible, hidden))[0]["name"] == "seen"


def test_formatted_empty_cells_do_not_make_a_table_larger() -> None:
    with_format = part(PLAIN, SHEET).replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    )
    assert len(cells(edited(PLAIN, {SHEET: with_format}))) == 1


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "old Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"PK\x03\x04 and nothing more", "damaged"),
        (b"PK\x05\x06" + b"\0" * 18, "no spreadsheet"),
        (PLAIN[: len(PLAIN) // 2], "damaged"),
        (edited(PLAIN, {"xl/vbaProject.bin": b"macro"}), "macros"),
        (edited(PLAIN, {"xl/workbook.xml": None, "word/document.xml": b"<w/>"}), "no spreadsheet"),
        (edited(PLAIN, {"xl/workbook.xml": b"<workbook"}), "damaged"),
        (edited(PLAIN, {SHEET: b"<worksheet><sheetData><row r='x'/></sheetData></worksheet>"}), "damaged"),
        (edited(PLAIN, {f"docProps/{n}.xml": b"<a/>" for n in range(600)}), "damaged"),
        (edited(PLAIN, {"XL/Workbook.xml": b"<a/>"}), "damaged"),
        (workbook(lambda page: None), "empty"),
        (workbook(lambda page: page.write(100_001, 0, "x")), "larger"),
        (workbook(lambda page: page.write(50_000, 60, "x")), "larger"),
        (workbook(lambda page: page.write_row(0, 0, ["x"] * 101)), "larger"),
        (b"code,name\n" + b"A,b\n" * 100_001, "larger"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused_in_clear_words(data: bytes, word: str) -> None:
    assert word in refusal(data)


@pytest.mark.parametrize(
    "name", [SHEET, SHARED, "xl/workbook.xml", "docProps/core.xml", "xl/_rels/workbook.xml.rels"]
)
def test_no_part_may_define_entities(name: str) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    assert "entities" in refusal(edited(PLAIN, {name: bomb}))


def test_a_document_type_is_seen_in_every_encoding() -> None:
    bomb = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'
    assert "entities" in refusal(edited(PLAIN, {SHARED: bomb.encode("utf-16")}))


def test_a_small_archive_that_unpacks_to_much_is_not_unpacked() -> None:
    bomb = edited(PLAIN, {SHARED: b"<sst>" + b" " * 200_000_000 + b"</sst>"})
    assert len(bomb) < 1_000_000
    begun = time.process_time()
    assert "unpacks" in refusal(bomb)
    assert time.process_time() - begun < 2


def test_an_archive_that_lies_about_its_sizes_is_not_believed() -> None:
    bomb = bytearray(edited(PLAIN, {SHARED: b"<sst>" + b" " * 100_000_000 + b"</sst>"}))
    real, small = (100_000_011).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    assert bomb.count(real) == 2
    assert faults(bytes(bomb.replace(real, small)))


@pytest.mark.parametrize(
    "cell", [b'<c r="XFD1048576"><v>1</v></c>', b'<c r="A9999999"><v>1</v></c>', b'<c r="AAAA1"><v>1</v></c>']
)
@pytest.mark.parametrize("root", [b"worksheet", b"anything"])
def test_one_cell_far_away_takes_no_memory(cell: bytes, root: bytes) -> None:
    content = b"<%s><sheetData><row r='1'>%s</row></sheetData></%s>" % (root, cell, root)
    assert refusal(edited(PLAIN, {SHEET: content}))


def test_a_long_text_that_many_cells_share_is_not_copied_into_each() -> None:
    strings = b"<sst><si><t>" + b"x" * 1_000_000 + b"</t></si></sst>"
    rows = b"".join(b"<row r='%d'><c r='A%d' t='s'><v>0</v></c></row>" % (n, n) for n in range(1, 10_000))
    content = b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"
    assert "unpacks" in refusal(edited(PLAIN, {SHARED: strings, SHEET: content}))


@settings(max_examples=150)
@given(st.integers(0, len(PLAIN) - 1), st.binary(min_size=1, max_size=8), st.integers(0, 30))
def test_no_damage_makes_it_fail_in_another_way(place: int, inserted: bytes, removed: int) -> None:
    try:
        table_files.read(PLAIN[:place] + inserted + PLAIN[place + removed :], COLUMNS)
    except InvalidFile as error:
        assert error.faults


@settings(max_examples=150)
@given(st.data())
def test_no_damage_inside_a_part_makes_it_fail_in_another_way(data: st.DataObject) -> None:
    name = data.draw(
        st.sampled_from([SHEET, SHARED, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
    )
    content = part(PLAIN, name)
    place = data.draw(st.integers(0, len(content) - 1))
    damaged = (
        content[:place] + data.draw(st.binary(max_size=5)) + content[place + data.draw(st.integers(0, 9)) :]
    )
    try:
        table_files.read(edited(PLAIN, {name: damaged}), COLUMNS)
    except InvalidFile as error:
        assert error.faults


@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_prefix_that_nobody_declared_is_damage(name: str) -> None:
    content = part(PLAIN, name).replace(b"</", b"<q:x/></", 1)
    assert "damaged" in refusal(edited(PLAIN, {name: content}))


def test_a_sheet_that_we_write_has_texts_numbers_and_nothing_that_calculates() -> None:
    data = spreadsheets.write(["a", "b"], [["=1+1", 2.5], ["@x", None], ["https://example.com", -1.0]], "s")
    content = part(data, SHEET)
    assert b"<f>" not in content
    assert b"<hyperlink" not in content
    assert b"<v>2.5</v>" in content
    assert b'state="frozen"' in content
    assert b"<autoFilter" in content


@pytest.mark.parametrize("letter", ["a", "中", "😀"])
def test_a_text_that_no_cell_can_hold_is_cut_and_not_left_out(letter: str) -> None:
    (cell,) = best_sheet_cells(spreadsheets.write(["name"], [[letter * 40_000]], "s"))
    assert cell.startswith(letter * 10_000) and cell.endswith("…")
    assert len(cell.encode("utf-16-le")) // 2 in (worksheets.LONGEST_CELL, worksheets.LONGEST_CELL - 1)


def best_sheet_cells(data: bytes) -> list[str]:
    """What stands under the heading."""
    return [str(row[0]) for row in spreadsheets.best_sheet(data, COLUMNS).cells[1:]]
