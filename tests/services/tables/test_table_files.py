import contextlib
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.errors import InvalidFile
from feedback.services.tables import table_files
from feedback.services.tables.columns import Column

COLUMNS = (
    Column("code", Bilingual("工号", "Code"), required=True, longest=8),
    Column("name", Bilingual("姓名", "Name")),
    Column("name_en", Bilingual("英文名", "English name")),
)
TEXT = "工号,姓名\r\n001,张伟\r\n"


def cells(data: bytes) -> list[dict[str, str]]:
    return [dict(row.cells) for row in table_files.read(data, COLUMNS)]


def faults(data: bytes) -> list[tuple[int, str]]:
    with pytest.raises(InvalidFile) as caught:
        table_files.read(data, COLUMNS)
    return [(fault.row, fault.column) for fault in caught.value.faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_every_encoding_that_spreadsheets_write_is_read(encoding: str) -> None:
    assert cells(TEXT.encode(encoding)) == [{"code": "001", "name": "张伟"}]


@pytest.mark.parametrize("byte_order", ["le", "be"])
def test_utf_16_is_known_by_its_byte_order_mark(byte_order: str) -> None:
    assert cells(f"\ufeff{TEXT}".encode(f"utf-16-{byte_order}")) == [{"code": "001", "name": "张伟"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_that_splits_the_heading_into_known_names(delimiter: str) -> None:
    text = delimiter.join(["code", "name"]) + "\n" + delimiter.join(["1", '"a,b;c"']) + "\n"
    assert cells(text.encode()) == [{"code": "1", "name": "a,b;c"}]


def test_a_delimiter_inside_a_quoted_heading_does_not_split_it() -> None:
    assert cells(b'"code";"name"\n1;"a,b"\n') == [{"code": "1", "name": "a,b"}]
    assert faults(b'"code,name,name_en";name\n1;a\n') == [(1, "code,name,name_en"), (1, "code")]


def test_headings_may_be_chinese_or_english_in_any_case_and_spacing() -> None:
    assert cells("工号,Name,NAME EN\n1,a,b\n".encode()) == [{"code": "1", "name": "a", "name_en": "b"}]


def test_cells_are_stripped_and_blank_rows_skipped_but_counted() -> None:
    rows = table_files.read("code,name\n\n1, a \n , \n2,\u3000b\n".encode(), COLUMNS)
    assert [(row.number, dict(row.cells)) for row in rows] == [
        (3, {"code": "1", "name": "a"}),
        (5, {"code": "2", "name": "b"}),
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(newline: str) -> None:
    assert len(cells(newline.join(["code,name", "1,a", "2,b"]).encode())) == 2


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"", [(1, "")]),
        (b"\n1,a\n", [(1, "")]),
        (b"code,name\n", [(1, "")]),
        (b"code,name\n1\n", [(2, "")]),
        (b"code,name\n1,a,b\n2\n", [(2, ""), (3, "")]),
        (b"name\na\n", [(1, "code")]),
        (b"code,code\n1,2\n", [(1, "code")]),
        (b"code,salary,\n1,2,3\n", [(1, "salary"), (1, "#3")]),
        (b"code,name\n1,a\n2,\0\n", [(3, "")]),
        (b'code,name\n1,a\n2,"b\n', [(3, "")]),
        (b"code,name\n123456789,a\n", [(2, "code")]),
        (b"code,name\n,a\n", [(2, "code")]),
        (b'code,name\n1,"a\nb"\n', [(2, "name")]),
        (b"code,name\n1,\xff\xff\n", [(1, "")]),
        ("code,name\n1,a\n".encode("utf-16-le"), [(1, "")]),
        (b"code," + b"n" * 200_000 + b"\n", [(1, "")]),
    ],
)
def test_a_file_of_the_wrong_form_is_refused_with_the_place(
    data: bytes, where: list[tuple[int, str]]
) -> None:
    assert faults(data) == where


@given(st.binary(max_size=200))
def test_no_bytes_whatever_make_it_fail_in_another_way(data: bytes) -> None:
    for prefix in (b"", b"code,name\n"):
        with contextlib.suppress(InvalidFile):
            table_files.read(prefix + data, COLUMNS)


@pytest.mark.parametrize("operator", "=+-@＝＋－＠﹦﹢﹣﹫⁺₋−")
@pytest.mark.parametrize(
    "before", ["", " ", "\u3000", "\xa0", "\u200b", "\ufeff", "\u202e", "\t", "'", '"', "＇ ", "\x01"]
)
def test_an_operator_in_any_width_behind_whatever_is_invisible_is_no_formula(
    operator: str, before: str
) -> None:
    cell = f"{before}{operator}1+1"
    (heading, row) = csv.reader(io.StringIO(table_files.write([cell], [[cell]]), newline=""))
    assert heading == row == [f"'{cell}"]


@pytest.mark.parametrize(
    "text", ["张伟", "O'Neil", "A-1", "a=b", "（一）", "“=1”", "1＝1", "-7", "+86", "", " "]
)
def test_what_is_no_formula_and_numbers_are_written_as_they_are(text: str) -> None:
    assert list(csv.reader(io.StringIO(table_files.write(["a"], [[text, "."]]), newline="")))[1] == [
        text,
        ".",
    ]


@given(st.lists(st.text("=＝+－@'\" \u200b0aé", min_size=1), min_size=1))
def test_what_is_written_is_read_as_it_was(texts: list[str]) -> None:
    kept = [text.strip() for text in texts]
    columns = [f"c{number}" for number in range(len(texts))]
    grid = table_files.grid(table_files.write(columns, [kept]).encode(), [])
    assert grid[1:] == [kept]


@given(st.lists(st.text("=+-@\t\r0aé", min_size=1), min_size=1))
def test_no_cell_we_write_is_taken_for_a_formula(texts: list[str]) -> None:
    written = list(csv.reader(io.StringIO(table_files.write(["a"] * len(texts), [texts]), newline="")))
    for text, cell in zip(texts, written[1], strict=True):
        assert cell in (text, f"'{text}")
        assert cell[0] not in "=@\t\r"
        assert cell[0] not in "+-" or float(cell) is not None


def test_numbers_are_written_as_numbers() -> None:
    assert (
        table_files.write(["a", "b", "c", "d"], [[-1.5, "-2", "+3.25", None]])
        == "a,b,c,d\r\n-1.5,-2,+3.25,\r\n"
    )
