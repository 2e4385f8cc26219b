"""The address that a server listens on, for one server only."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from feedback.services.ground.errors import NotPossible

SENTENCES = {
    errno.EADDRINUSE: "port {port} of {host} is taken: stop the server that listens there, or choose another --port",
    errno.EACCES: "this user may not open port {port}: choose a --port of 1024 or more and put a proxy in front",
    errno.EADDRNOTAVAIL: "{host} is not an address of this machine",
}


@dataclass(frozen=True)
class Reservation:
    address: str
    """Numeric."""
    port: int
    holder: socket.socket


@contextmanager
def reserved(host: str, port: int) -> Iterator[Reservation]:
    """The address to listen on, closed to every other server for as long as this one runs.

    The processes of one server share their port (SO_REUSEPORT), and so would those of a second server: each would
    answer a part of the requests, with another database perhaps.
    """
    family, address = _resolve(host)
    try:
        holder = _reserve(family, address, port)
    except OSError as error:
        sentence = SENTENCES.get(error.errno or 0, "port {port} of {host} cannot be opened: {error.strerror}")
        raise NotPossible(sentence.format(host=host, port=port, error=error)) from None
    with holder:
        yield Reservation(address, port, holder)


def _resolve(host: str) -> tuple[int, str]:
    """A server takes one address of a name: for localhost 127.0.0.1, which proxies are usually told."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise NotPossible(f"{host} is neither an address nor a name that leads to one") from None
    family, *_, address = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    return family, str(address[0])


def _reserve(family: int, address: str, port: int) -> socket.socket:
    """Listening decides between two that come at once. Then we stay bound without listening, so that nobody else can
    bind, and let our own processes in."""
    holder = socket.socket(family, socket.SOCK_STREAM)
    try:
        holder.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # connections of a server that just stopped
        holder.bind((address, port))
        holder.listen()
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.shutdown(socket.SHUT_RDWR)
    except OSError:
        holder.close()
        raise
    return holder
