"""Whoever sends slowly, or never ends, keeps nobody else waiting."""

import asyncio
import json
import signal
import socket
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request, send_file

from feedback import buffering
from feedback.buffering import PIECE, Buffered
from feedback.settings import Settings
from tests.conftest import settings_in
from tests.ports import free_port
from tests.test_live_server import at_this_moment, fetch, filled_form, post, serving, stored  # noqa: F401

SLOW = 200
HEAD = b"POST /s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
BEGINNINGS = {
    "bodies": HEAD + b"Content-Length: 1000\r\n\r\ntoken=",
    "chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    "headers": HEAD,
    "connections": b"",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A directory of its own: what a killed server leaves running may still write there."""
    return settings_in(tmp_path)


def begin(port: int, sent: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(sent)
    return connection


def test_two_hundred_of_every_kind_keep_one_process_from_nothing(office, settings: Settings, app: Flask):
    links = office.links(office.open({"client": 8}), "client")
    port = free_port()
    with serving(settings, port, workers=1), ExitStack() as slow:
        for sent in BEGINNINGS.values():
            for _ in range(SLOW):
                slow.enter_context(begin(port, sent))
        began = time.monotonic()
        assert [post(port, filled_form(fetch(port, link))) for link in links] == [303] * 8
        assert time.monotonic() - began < 8  # a second each, on a busy machine
    assert stored(office) == 8


def test_a_server_that_is_asked_to_stop_does_not_wait_for_who_asks_nothing(settings: Settings, app: Flask):
    port = free_port()
    with serving(settings, port, workers=1) as server, ExitStack() as slow:
        slow.enter_context(begin(port, BEGINNINGS["connections"]))
        urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=10).close()
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0


# The same part of the server without a network: what arrives is given to it message by message.

Message = dict[str, Any]


def small(app: Flask) -> Flask:
    @app.post("/echo")
    def echo() -> bytes:
        return request.get_data()

    @app.get("/file/<int:size>")
    def file(size: int) -> Any:
        return iter([b"a" * 1000] * (size // 1000) + [b"b" * (size % 1000)]), 200, {"X-Name": "ä"}

    @app.post("/seen/<path:what>")
    def seen(what: str) -> dict[str, Any]:
        names = ("PATH_INFO", "QUERY_STRING", "HTTP_COOKIE", "HTTP_X_FORWARDED_FOR", "CONTENT_LENGTH")
        return {name: request.environ.get(name) for name in names}

    return app


@pytest.fixture
def server() -> Iterator[Buffered]:
    yield Buffered(small(Flask(__name__)))


def ask(
    server: Buffered,
    *parts: bytes | float | None,
    path: str = "/echo",
    method: str = "POST",
    headers: tuple[tuple[bytes, bytes], ...] = (),
) -> list[Message]:
    """What is answered to parts of a body, waits in seconds, and a sender who leaves (None)."""
    sent: list[Message] = []

    async def arriving() -> AsyncIterator[Message]:
        for number, part in enumerate(parts, start=1):
            if isinstance(part, float):
                await asyncio.sleep(part)
            elif part is None:
                yield {"type": "http.disconnect"}
            else:
                yield {"type": "http.request", "body": part, "more_body": number < len(parts)}
        yield {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    raw, _, query = path.partition("?")
    scope = {
        "method": method,
        "raw_path": raw.encode(),
        "query_string": query.encode(),
        "http_version": "1.1",
    }
    scope |= {"scheme": "http", "headers": headers, "client": ("127.0.0.1", 5), "server": ("127.0.0.1", 80)}
    with ThreadPoolExecutor(1) as thread:  # here a browser's loop may be running, of tests before this one
        answering = server(scope, arriving().__anext__, send)  # type: ignore[arg-type]
        thread.submit(asyncio.run, answering).result()
    return sent


def status(messages: list[Message]) -> int:
    return int(messages[0]["status"])


def body(messages: list[Message]) -> bytes:
    return b"".join(message["body"] for message in messages[1:])


def test_a_body_arrives_whole_whatever_its_parts(server: Buffered):
    answer = ask(server, b"a", 0.01, b"b" * 1000, b"", b"c")
    assert (status(answer), body(answer)) == (200, b"a" + b"b" * 1000 + b"c")
    assert body(ask(server)) == b""


def test_a_body_that_takes_too_long_is_told_so_in_both_languages(
    server: Buffered, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(buffering, "SECONDS_FOR_A_BODY", 0.05)
    for trickling in ((b"a", 0.2, b"b"), (b"a", 0.02, b"b", 0.02, b"c", 0.02, b"d", 0.02, b"e")):
        answer = ask(server, *trickling)
        assert status(answer) == 408
        assert (b"connection", b"close") in answer[0]["headers"]
        assert "请重试" in body(answer).decode() and "try again" in body(answer).decode()


def test_a_large_file_has_the_time_that_it_needs(server: Buffered, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(buffering, "SECONDS_FOR_A_BODY", 0.05)
    announced = ((b"content-length", b"%d" % (buffering.BYTES_A_SECOND // 2)),)
    assert status(ask(server, b"a", 0.1, b"b", headers=announced)) == 200


def test_what_is_too_large_is_refused_when_it_is_announced_or_when_it_has_become_so(server: Buffered):
    announced = ((b"content-length", b"%d" % (buffering.LARGEST_BODY + 1)),)
    assert status(ask(server, headers=announced)) == 413
    assert status(ask(server, *[b"a" * 2**20] * 12)) == 413
    assert status(ask(server, *[b"a" * 2**20] * 10)) == 200


def test_all_that_arrives_at_once_is_limited_and_forgotten_when_it_is_answered_or_given_up(
    server: Buffered, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(buffering, "MOST_UNDER_WAY", 100)
    for _ in range(3):
        assert status(ask(server, b"a" * 60)) == 200
        assert ask(server, b"a" * 60, None) == []
        answer = ask(server, b"a" * 60, b"b" * 60)
        assert status(answer) == 503 and (b"retry-after", b"60") in answer[0]["headers"]


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 5])
def test_a_file_is_answered_in_pieces_that_are_fetched_one_by_one(server: Buffered, size: int):
    answer = ask(server, path=f"/file/{size}", method="GET")
    assert body(answer) == b"a" * (size // 1000 * 1000) + b"b" * (size % 1000)
    assert max(len(message["body"]) for message in answer[1:]) <= PIECE
    assert [message.get("more_body", False) for message in answer[1:]] == [True] * (size // PIECE) + [False]
    assert (b"x-name", "ä".encode("latin-1")) in answer[0]["headers"]


def test_what_an_application_holds_open_is_closed_after_the_last_piece(tmp_path: Path):
    app = Flask(__name__)
    (tmp_path / "file").write_bytes(b"x" * (PIECE + 1))
    opened = (tmp_path / "file").open("rb")
    app.add_url_rule("/", view_func=lambda: send_file(opened, "text/plain"))
    assert len(body(ask(Buffered(app), path="/", method="GET"))) == PIECE + 1
    assert opened.closed


def test_the_application_sees_the_request_as_it_was_sent(server: Buffered):
    headers = (
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"x_forwarded_for", b"6.6.6.6"),
        (b"content-length", b"9"),
    )
    answer = ask(server, b"xyz", path="/seen/%E4%BA%BA%2F%FF?q=%00&r", headers=headers)

    assert json.loads(body(answer)) == {
        "PATH_INFO": "/seen/人/".encode().decode("latin-1") + "\xff",
        "QUERY_STRING": "q=%00&r",
        "HTTP_COOKIE": "a=1; b=2",
        "HTTP_X_FORWARDED_FOR": None,
        "CONTENT_LENGTH": "3",
    }
