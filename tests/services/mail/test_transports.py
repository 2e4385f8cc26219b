import ssl
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from feedback.services.mail.transports import (
    Postponed,
    Refused,
    Rejected,
    Uncertain,
    Unreachable,
    transport,
)
from tests.test_delivery import free_port


class Server:
    """Replies as it is told to."""

    def __init__(self) -> None:
        self.port = free_port()
        self.replies: dict[str, str] = {}
        self.received: list[tuple[str, str]] = []
        self.connections = 0
        self.hang_up_after: int | None = None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        if self.hang_up_after is not None and len(self.received) == self.hang_up_after:
            self.hang_up_after = None
            server.transport.close()
        envelope.mail_from = address
        return self.replies.get("MAIL", "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        reply = self.replies.get("RCPT", "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.received.append((envelope.mail_from, envelope.rcpt_tos[0]))
        if self.replies.get("DATA") == "hang up":
            server.transport.close()
            return "250 OK"
        return self.replies.get("DATA", "250 OK")


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    yield server
    controller.stop()


def letter(to: str = "a@example.com") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "反馈 <feedback@example.com>", to, "主题"
    mail.set_content("正文\n.\nQUIT\n")
    return mail


def url(server: Server) -> str:
    return f"smtp://127.0.0.1:{server.port}"


def test_a_batch_goes_over_one_connection(server: Server):
    with transport(url(server)) as post:
        for number in range(5):
            post.send(letter(f"p{number}@example.com"))
    assert server.received == [("feedback@example.com", f"p{number}@example.com") for number in range(5)]
    assert server.connections == 1


def test_when_the_server_hangs_up_between_two_mails_we_come_back_once(server: Server):
    server.hang_up_after = 2
    with transport(url(server)) as post:
        for _ in range(4):
            post.send(letter())
    assert (len(server.received), server.connections) == (4, 2)


@pytest.mark.parametrize(
    ("command", "reply", "outcome"),
    [
        ("RCPT", "550 5.1.1 no such user", Refused),
        ("RCPT", "452 4.2.2 mailbox full", Postponed),
        ("DATA", "554 5.7.1 we do not like it", Rejected),
        ("DATA", "451 4.3.0 later", Postponed),
        ("DATA", "hang up", Uncertain),
        ("MAIL", "530 5.7.0 sign in first", Unreachable),
        ("MAIL", "421 4.3.2 shutting down", Unreachable),
    ],
)
def test_each_reply_has_its_meaning_and_stops_no_later_mail(
    server: Server, command: str, reply: str, outcome: type[Exception]
):
    with transport(url(server)) as post:
        server.replies = {command: reply}
        with pytest.raises(outcome, match=reply if reply[0].isdigit() else "."):
            post.send(letter())
        server.replies = {}
        post.send(letter("b@example.com"))
    assert server.received[-1] == ("feedback@example.com", "b@example.com")


def test_a_server_that_is_not_there_is_out_of_reach():
    with transport(f"smtp://127.0.0.1:{free_port()}") as post, pytest.raises(Unreachable, match="refused"):
        post.reach()


def certificate(folder: Path) -> tuple[Path, Path]:
    """For 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


def authenticate(server, session, envelope, mechanism, data) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"hr@x", b"p:/@ss")
    return AuthResult(success=known, handled=False)


@pytest.fixture
def guarded(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that takes mail only after STARTTLS and with a password."""
    public, private = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(public, private)
    port = free_port()
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=authenticate,
    )
    controller.start()
    yield f"127.0.0.1:{port}"
    controller.stop()


def test_it_signs_in_over_starttls(server: Server, guarded: str):
    with transport(f"smtp://hr%40x:p%3A%2F%40ss@{guarded}?starttls=1") as post:
        post.send(letter())
    assert len(server.received) == 1


@pytest.mark.parametrize("wrong", ["smtp://hr%40x:guess@{}?starttls=1", "smtp://{}"])
def test_without_the_password_or_without_tls_nothing_is_lost_and_nobody_is_refused(
    server: Server, guarded: str, wrong: str
):
    with transport(wrong.format(guarded)) as post, pytest.raises(Unreachable):
        post.send(letter())
    assert server.received == []


def test_a_spool_holds_whole_mails_that_only_we_can_read(tmp_path: Path):
    with transport(f"file://{tmp_path}/spool") as post:
        for _ in range(3):
            post.send(letter())
    files = sorted((tmp_path / "spool").iterdir())
    assert {path.suffix for path in files} == {".eml"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert len(files) == 3


def test_a_console_shows_whom_and_what(capsys: pytest.CaptureFixture[str]):
    with transport("console:") as post:
        post.send(letter())
    assert "To: a@example.com\nSubject: 主题\n\n正文" in capsys.readouterr().out
