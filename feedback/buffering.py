"""Requests are received whole before a thread is taken for them, so that nobody who sends slowly keeps others waiting.

The WSGI application for a server of ASGI. While a body is on its way it costs its memory and no thread. How long it may
take, how large it may be and how much may be under way altogether is limited here, and told in one line: nothing is
known yet of who asks for what in which language. Why: docs/decisions/0027.
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Any
from urllib.parse import unquote_to_bytes

# Python runs one thread at a time, and a thread holds a database connection: more of them only wait.
THREADS = 4

LARGEST_BODY = 11 * 1024 * 1024  # a file that is handed in, and what stands around it
MOST_UNDER_WAY = 64 * 1024 * 1024  # of all bodies that a process is receiving
SECONDS_FOR_A_BODY = 20.0
BYTES_A_SECOND = 64 * 1024  # of what is announced, above what comes in that time at this pace
PIECE = 256 * 1024  # of an answer, in memory at once

Scope = dict[str, Any]
Environ = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


REASONS = {
    408: "This took too long to arrive. Please try again.\n传输时间过长，请重试。",
    413: "This is too large.\n内容过大。",
    503: "Too much is arriving at the moment. Please try again in a minute.\n目前请求过多，请在一分钟后重试。",
}


class RefusedRequest(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class SenderLeft(Exception):
    """Whoever was sending has left."""


@dataclass
class Head:
    """Status and headers of an answer, as the application gives them."""

    status: int = 500
    headers: tuple[tuple[bytes, bytes], ...] = ()

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        self.status = int(status.partition(" ")[0])
        self.headers = tuple(
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
        )


class Threads:
    """A few that run what they are given and tell the event loop, with no more ado than that."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[Job] = SimpleQueue()
        self._started = False

    async def run(self, work: Callable[[], bytes]) -> bytes:
        loop = asyncio.get_running_loop()
        told: asyncio.Future[bytes] = loop.create_future()
        self._start()
        self._waiting.put(Job(work, loop, told))
        return await told

    def _start(self) -> None:
        """With the first request: a process that only imports us, or forks first, has none of them."""
        if not self._started:
            self._started = True
            for _ in range(THREADS):
                Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        while True:
            self._waiting.get().do()


@dataclass(frozen=True)
class Job:
    work: Callable[[], bytes]
    loop: asyncio.AbstractEventLoop
    told: asyncio.Future[bytes]

    def do(self) -> None:
        try:
            tell = partial(self.told.set_result, self.work())
        except BaseException as error:
            tell = partial(self.told.set_exception, error)
        with suppress(RuntimeError):  # the loop has ended, and nobody waits
            self.loop.call_soon_threadsafe(self._tell, tell)

    def _tell(self, tell: Callable[[], None]) -> None:
        if not self.told.done():  # whoever waited has left
            tell()


class Buffered:
    """An application, with threads of its own in each process."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._threads = Threads()
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self._in_time(announced(scope), receive) if has_body(scope) else b""
        except RefusedRequest as refused:
            await refuse(refused.status, send)
        except SenderLeft:
            pass
        else:
            await self._answer(environ_of(scope, body), send)

    async def _in_time(self, size: int, receive: Receive) -> bytes:
        if size > LARGEST_BODY:
            raise RefusedRequest(413)
        try:
            async with asyncio.timeout(max(SECONDS_FOR_A_BODY, size / BYTES_A_SECOND)):
                return await self._received(receive)
        except TimeoutError:
            raise RefusedRequest(408) from None

    async def _received(self, receive: Receive) -> bytes:
        body, more = bytearray(), True
        try:
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise SenderLeft
                part, more = message.get("body", b""), message.get("more_body", False)
                body += part
                self._under_way += len(part)
                self._check(len(body))
            return bytes(body)
        finally:
            self._under_way -= len(body)

    def _check(self, size: int) -> None:
        if size > LARGEST_BODY:
            raise RefusedRequest(413)
        if self._under_way > MOST_UNDER_WAY:
            raise RefusedRequest(503)

    async def _answer(self, environ: Environ, send: Send) -> None:
        """Whoever reads slowly holds no thread either: each piece of a file is fetched when the last one is sent."""
        head = Head()
        pieces = self._pieces(environ, head)
        piece = await self._threads.run(partial(fetch, pieces))
        await send({"type": "http.response.start", "status": head.status, "headers": head.headers})
        while len(piece) == PIECE:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            piece = await self._threads.run(partial(fetch, pieces))
        await send({"type": "http.response.body", "body": piece})

    def _pieces(self, environ: Environ, head: Head) -> Iterator[bytes]:
        """The answer in pieces of one size and a shorter last one, which may be empty."""
        parts, kept = self._application(environ, head.start), bytearray()
        try:
            for part in parts:
                kept += part
                while len(kept) >= PIECE:
                    yield bytes(kept[:PIECE])
                    del kept[:PIECE]
            yield bytes(kept)
        finally:
            if close := getattr(parts, "close", None):
                close()


def fetch(pieces: Iterator[bytes]) -> bytes:
    piece = next(pieces)
    if len(piece) < PIECE:
        next(pieces, None)  # ends it, in this thread
    return piece


async def refuse(status: int, send: Send) -> None:
    """What is still on its way is not waited for: the connection ends."""
    text = f"{status}: {REASONS[status]}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(text)),
        (b"connection", b"close"),
        *([(b"retry-after", b"60")] if status == 503 else []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})


def has_body(scope: Scope) -> bool:
    if scope["method"] not in ("GET", "HEAD"):
        return True
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])


def announced(scope: Scope) -> int:
    sizes = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(sizes[0]) if sizes and sizes[0].isdigit() else 0


def environ_of(scope: Scope, body: bytes) -> Environ:
    """As PEP 3333 has it: text stands for bytes."""
    client, server = scope.get("client") or ("", 0), scope.get("server") or ("localhost", 0)
    return {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": str(client[0]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **headers_of(scope),
        "CONTENT_LENGTH": str(len(body)),
    }


def headers_of(scope: Scope) -> dict[str, str]:
    """A name with an underscore is left out: it would pass for that with a dash, which a proxy has set."""
    found: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1").upper()
        if "_" in name or name in ("CONTENT-LENGTH", "TRANSFER-ENCODING"):
            continue
        key = "CONTENT_TYPE" if name == "CONTENT-TYPE" else f"HTTP_{name.replace('-', '_')}"
        joined = "; " if name == "COOKIE" else ","
        found[key] = joined.join(filter(None, (found.get(key), value.decode("latin-1"))))
    return found
