"""How a form is spoiled: wrong kinds, wrong amounts, bytes that are no text, numbers of no row, days that never are."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from urllib.parse import quote_from_bytes

TABLE = b"code,name,department\nP900,New,east\n"
BOUNDARY = b"0123456789abcdef"
VALUES = (
    *(b"", b" ", b"0", b"-1", b"1e309", b"NaN", b"-0", b"1_000", "²".encode(), "٣".encode(), "１２".encode()),
    *(
        b"9" * 30,
        b"-" + b"9" * 30,
        b"9" * 5000,
        b"0" * 300,
        b"0.0000001",
        b"1,5",
        b"2147483648",
        b"1" + b"0" * 18,
    ),
    *(
        b"0000-00-00",
        b"0001-01-01",
        b"9999-12-31",
        b"99999-01-01",
        b"2026-02-30",
        b"9999-12-31T23:59",
        b"0001Q1",
    ),
    *(
        b"a\0b",
        b"\0",
        b"\xff\xfe\xfd",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        "\u202e\u200b\ufeff\ufffd".encode(),
    ),
    *(
        b"x" * 70_000,
        "长".encode() * 30_000,
        b"a\r\nSet-Cookie: x=1",
        b"%(name)s %s {0.x} {{7*7}}",
        b"<b>'\"&",
    ),
    *(
        b"../../etc/passwd",
        b"[]",
        b"{}",
        b"null",
        b"true",
        b"on",
        b"\t\n\x0b\x0c\x1f\x7f",
        "\U0001f600".encode(),
    ),
)
FILES = (
    b"",
    TABLE,
    b"PK\x03\x04",
    b"\xff\xfe\0",
    b"id = 1",
    b"[[groups]]\n" * 50,
    b"\0" * 100,
    b'"a\n,',
    b"=1+1",
)
BODIES = (b"", b"&" * 5000, b"a=1&" * 5000, b'{"email": ["x"]}', b"\xff" * 99, b"--" + BOUNDARY)
CONTENT_TYPES = (
    *("application/json", "text/plain", "", "nothing", "application/x-www-form-urlencoded; charset=utf-16"),
    *("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=other"),
    *("application/xml", f"multipart/form-data; boundary={'b' * 300}"),
)
HEADERS = {
    "Accept-Language": ("xx", "zh;q=nan", "en;q=", "*" * 200, "zh-Hant-TW, ,;", "e\xe9"),
    "Cookie": ("session=x", "session=.eJ.x.y", "session=" + "a" * 3000, "=;=;", "session=\xff"),
    "Accept": ("application/json", "", "*/*;q=x"),
    "X-Forwarded-For": ("x", "1.2.3.4, ::1", "1" * 500),
    "Range": ("bytes=0-", "bytes=9-1", "x"),
    "If-Modified-Since": ("x", "Mon, 99 Foo 9999 99:99:99 GMT"),
    "Host": ("", "a b", "[::1", "evil.example", "x" * 300),
}


@dataclass(frozen=True)
class Part:
    """What is sent for one field of a form; with a file name it is a file."""

    name: bytes
    value: bytes
    file: bytes | None = None

    def multipart(self) -> bytes:
        file = b'; filename="' + self.file + b'"\r\nContent-Type: text/csv' if self.file is not None else b""
        head = b'Content-Disposition: form-data; name="' + self.name + b'"' + file
        return b"--" + BOUNDARY + b"\r\n" + head + b"\r\n\r\n" + self.value + b"\r\n"

    def urlencoded(self) -> str:
        return f"{quote_from_bytes(self.name)}={quote_from_bytes(self.value)}"


QUESTIONS = (
    *(
        b"page",
        b"lang",
        b"q",
        b"next",
        b"state",
        b"search",
        b"department",
        b"task",
        b"done",
        b"seen_by",
        b"seen_in",
    ),
    *(
        b"collection",
        b"actor",
        b"act",
        b"since",
        b"until",
        b"role",
        b"tier",
        b"person",
        b"sent",
        b"\xff",
        b"page[]",
    ),
)

Spoiling = Callable[[Random, Part], tuple[Part, ...]]


def other_value(dice: Random, part: Part) -> tuple[Part, ...]:
    return (replace(part, value=dice.choice(VALUES)),)


def missing(dice: Random, part: Part) -> tuple[Part, ...]:
    return ()


def repeated(dice: Random, part: Part) -> tuple[Part, ...]:
    others = tuple(replace(part, value=dice.choice(VALUES)[:200]) for _ in range(3))
    return (*others, part, part)


def as_a_list(dice: Random, part: Part) -> tuple[Part, ...]:
    ending = dice.choice((b"[]", b"[0]", b".0", b"-0", b"\0", b"\xff", b" "))
    return (replace(part, name=part.name + ending), part)


def the_other_kind(dice: Random, part: Part) -> tuple[Part, ...]:
    """Text for a file, a file for text, or both."""
    text = replace(part, file=None, value=dice.choice(VALUES))
    file = replace(part, file=dice.choice((b"", b"a.csv", b"a\0b", b"\xff.xlsx")), value=TABLE)
    return dice.choice(((text,), (file,), (text, file), (file, text))) if part.file is None else (text,)


def other_file(dice: Random, part: Part) -> tuple[Part, ...]:
    name = dice.choice(
        (b"", b"a.xlsx", b"a.csv", b"\xff\xfe", b"x" * 3000, b"..\\..\\a", "人员.csv".encode())
    )
    return (replace(part, file=name, value=dice.choice(FILES)),)


SPOILING: tuple[Spoiling, ...] = (
    *(other_value, other_value, other_value, missing),
    *(repeated, as_a_list, the_other_kind, other_file),
)
