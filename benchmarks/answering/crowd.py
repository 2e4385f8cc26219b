"""Respondents, so many at a time: each makes a connection, reads the form, sends it and leaves."""

import socket
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

PATIENCE = 60.0
END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length:"


class WrongAnswer(Exception):
    """What came back is not what a respondent expects."""


@dataclass(frozen=True)
class Respondent:
    """What he asks for, and what he sends."""

    path: str
    body: bytes

    @property
    def asking(self) -> bytes:
        return f"GET {self.path} HTTP/1.1\r\nHost: localhost\r\nAccept-Language: en\r\n\r\n".encode()

    @property
    def sending(self) -> bytes:
        head = (
            "POST /s HTTP/1.1\r\nHost: localhost\r\nAccept-Language: en\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(self.body)}\r\n\r\n"
        )
        return head.encode() + self.body


@dataclass
class Times:
    """In seconds."""

    wall: float = 0.0
    reads: list[float] = field(default_factory=list)
    sends: list[float] = field(default_factory=list)


def answer(port: int, respondents: Iterable[Respondent], at_a_time: int) -> Times:
    """All of them, so many in flight. Raises WrongAnswer unless everybody is thanked."""
    times, waiting, faults = Times(), Shared(respondents), list[Exception]()
    threads = [
        threading.Thread(target=respond, args=(port, waiting, times, faults)) for _ in range(at_a_time)
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.wall = time.perf_counter() - begun
    if faults:
        raise faults[0]
    return times


class Shared:
    """The same respondents for several threads: each is taken once."""

    def __init__(self, respondents: Iterable[Respondent]) -> None:
        self._lock, self._left = threading.Lock(), iter(respondents)

    def __iter__(self) -> Iterator[Respondent]:
        while (one := self._next()) is not None:
            yield one

    def _next(self) -> Respondent | None:
        with self._lock:
            return next(self._left, None)


def respond(port: int, waiting: Shared, times: Times, faults: list[Exception]) -> None:
    try:
        for one in waiting:
            with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
                times.reads.append(asked(connection, one.asking, b"200"))
                times.sends.append(asked(connection, one.sending, b"303"))
    except Exception as fault:
        faults.append(fault)


def asked(connection: socket.socket, message: bytes, status: bytes) -> float:
    begun = time.perf_counter()
    connection.sendall(message)
    head = received(connection)
    if head.split(b" ", 2)[1] != status:
        raise WrongAnswer(head[:2000].decode("utf-8", "replace"))
    return time.perf_counter() - begun


def received(connection: socket.socket) -> bytes:
    """The head of an answer, when all of its body has arrived."""
    data = b""
    while END_OF_HEAD not in data:
        data += piece(connection)
    head, _, body = data.partition(END_OF_HEAD)
    length = next(int(line[len(LENGTH) :]) for line in head.lower().split(b"\r\n") if line.startswith(LENGTH))
    left = length - len(body)
    while left > 0:
        left -= len(piece(connection))
    return head


def piece(connection: socket.socket) -> bytes:
    found = connection.recv(65536)
    if not found:
        raise WrongAnswer("the connection was closed before the answer was complete")
    return found
