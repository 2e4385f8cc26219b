"""A port belongs to one server: a second one is refused in words, before it starts or changes anything."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from feedback.cli.server.demo import Directory
from feedback.cli.server.listening import reserved
from feedback.services.ground.errors import NotPossible
from feedback.settings import Settings
from tests.cli.conftest import Run
from tests.cli.serving import ROOT, served, status
from tests.ports import free_port

NOBODY = 65534
TAKEN = "port {port} of {host} is taken"
ALIKE = [
    ("127.0.0.1", "127.0.0.1"),
    ("127.0.0.1", "localhost"),
    ("127.0.0.1", "0.0.0.0"),
    ("0.0.0.0", "127.0.0.1"),
    ("::1", "::1"),
    ("::1", "::"),
    ("::", "127.0.0.1"),
]

Listen = Callable[..., int]


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Makes another program's server; with shared=True one that lets others in, as Granian's processes do."""
    sockets = []

    def listen(host: str, shared: bool = False) -> int:
        server = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        sockets.append(server)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, shared)
        server.bind((host, 0))
        server.listen()
        return int(server.getsockname()[1])

    yield listen
    for server in sockets:
        server.close()


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize(("taken", "asked"), ALIKE)
def test_a_port_that_another_program_has_is_refused(
    tables: None, run: Run, listen: Listen, taken: str, asked: str, shared: bool
):
    port = listen(taken, shared)
    result = run("serve", "--host", asked, "--port", port)
    assert (result.exit_code, TAKEN.format(port=port, host=asked) in result.stderr) == (1, True)


@pytest.mark.parametrize("second", ["127.0.0.1", "0.0.0.0"])
def test_of_two_servers_the_second_is_refused_and_the_first_goes_on(
    tables: None, run: Run, settings: Settings, second: str
):
    port = free_port()
    with served(settings, "--port", str(port)):
        assert status(f"http://127.0.0.1:{port}/sign-in") == 200
        result = run("serve", "--host", second, "--port", port)
        assert (result.exit_code, TAKEN.format(port=port, host=second) in result.stderr) == (1, True)
        assert status(f"http://127.0.0.1:{port}/sign-in") == 200


def test_a_server_speaks_the_newer_protocol_too(tables: None, settings: Settings):
    port = free_port()
    with served(settings, "--host", "::1", "--port", str(port)):
        assert status(f"http://[::1]:{port}/sign-in") == 200


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("192.0.2.1", "192.0.2.1 is not an address of this machine"),
        ("nowhere.invalid", "nowhere.invalid is neither an address nor a name that leads to one"),
        (70 * "a", "is neither an address nor a name that leads to one"),
        ("fe80::1%lo", "of fe80::1%lo cannot be opened"),
    ],
)
def test_what_is_no_address_of_this_machine_is_said_in_words(
    tables: None, run: Run, host: str, sentence: str
):
    result = run("serve", "--host", host)
    assert (result.exit_code, sentence in result.stderr) == (1, True)


# What Python would import on the way may lie where nobody may read.
ASK_AS_NOBODY = f"""
import encodings.idna, os
from feedback.cli.server.listening import reserved
os.getuid() or os.setuid({NOBODY})
with reserved("127.0.0.1", 1):
    pass
"""


def test_a_port_that_only_root_may_open_is_said_in_words():
    """In a process of its own: who runs the tests may be root."""
    result = subprocess.run([sys.executable, "-c", ASK_AS_NOBODY], cwd=ROOT, capture_output=True, text=True)
    assert "this user may not open port 1: choose a --port of 1024 or more" in result.stderr


def test_the_port_of_a_server_that_just_stopped_is_free():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        server.accept()[0].close()  # whoever hangs up first keeps the connection for a minute
        client.close()
    with reserved("127.0.0.1", port) as place:
        assert (place.address, place.port) == ("127.0.0.1", port)


def test_of_two_servers_that_start_at_once_exactly_one_does():
    port, barrier = free_port(), Barrier(2)

    def start(_: int) -> bool:
        barrier.wait()
        try:
            with reserved("127.0.0.1", port):
                barrier.wait()
        except NotPossible:
            barrier.wait()
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        for _ in range(100):
            assert sorted(pool.map(start, range(2))) == [False, True]


def test_the_demo_is_refused_too_and_deletes_nothing_before(
    run: Run, listen: Listen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    demo = Directory(tmp_path / "demo")
    demo.settings(8000)
    port = listen("127.0.0.1")
    result = run("demo", "--reset", "--port", port, FEEDBACK_DATA_DIR=str(demo.path))
    assert (result.exit_code, TAKEN.format(port=port, host="127.0.0.1") in result.stderr) == (1, True)
    assert demo.environment.exists()
