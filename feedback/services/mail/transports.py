"""How a mail leaves: by SMTP, into a directory, or onto the console. The URL in the settings decides.

A transport is opened once for a batch of mails and says precisely what became of each of them.
"""

import os
import secrets
import smtplib
import ssl
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

TIMEOUT = 30.0
ERROR_LENGTH = 300

# Replies of SMTP servers.
ACCEPTED = 250
WILL_FORWARD = 251
TRANSIENT = range(400, 500)
GOING_AWAY = 421


class NotSent(Exception):
    """The mail did not go out, or nobody knows; the text is for those who look after deliveries."""


class Unreachable(NotSent):
    """The fault is the mail server's or the settings': no mail goes out, whoever it is for."""


class Refused(NotSent):
    """The server does not accept this address, now or later."""


class Rejected(NotSent):
    """The server does not accept this mail, now or later."""


class Postponed(NotSent):
    """The server asks to try again later."""


class Uncertain(NotSent):
    """The connection broke while the mail was handed over: it may have gone out."""


class Transport(Protocol):
    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None: ...

    def reach(self) -> None:
        """Make sure that mail can be handed over, without sending any. Raises Unreachable."""

    def send(self, message: EmailMessage) -> None:
        """Hand one mail over. Raises a kind of NotSent."""


def transport(url: str) -> Transport:
    parts = urlsplit(url)
    if parts.scheme in ("smtp", "smtps"):
        return SmtpTransport(SmtpServer.of(parts))
    if parts.scheme == "file":
        return SpoolTransport(Path(unquote(parts.path)))
    return ConsoleTransport()


@dataclass(frozen=True)
class SmtpServer:
    host: str
    port: int
    user: str
    password: str
    tls: bool
    starttls: bool

    @classmethod
    def of(cls, parts: SplitResult) -> "SmtpServer":
        tls = parts.scheme == "smtps"
        starttls = parse_qs(parts.query).get("starttls", ["0"])[-1] == "1"
        return cls(
            host=parts.hostname or "localhost",
            port=parts.port or (465 if tls else 587 if starttls else 25),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=tls,
            starttls=starttls and not tls,
        )

    def connect(self) -> smtplib.SMTP:
        client = self._client()
        try:
            if self.starttls:
                client.starttls(context=ssl.create_default_context())
            if self.user:
                client.login(self.user, self.password)
            client.ehlo_or_helo_if_needed()
        except BaseException:
            client.close()
            raise
        return client

    def _client(self) -> smtplib.SMTP:
        # Our own name is nobody's business, and looking it up can take longer than sending.
        own_name = "localhost"
        if self.tls:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, own_name, timeout=TIMEOUT, context=context)
        return smtplib.SMTP(self.host, self.port, own_name, timeout=TIMEOUT)


@dataclass
class SmtpTransport:
    server: SmtpServer
    _client: smtplib.SMTP | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._client is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._client.quit()
            self._drop()

    def reach(self) -> None:
        self._connected()

    def send(self, message: EmailMessage) -> None:
        sender, recipient = (message[name].addresses[0].addr_spec for name in ("From", "To"))
        client = self._announced(sender, recipient)
        try:
            answer: tuple[int, bytes | str] = client.data(message.as_bytes(policy=SMTP))
        except smtplib.SMTPDataError as error:
            answer = error.smtp_code, error.smtp_error
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise Uncertain(one_line(str(error) or type(error).__name__)) from None
        code, reply = answer
        if code != ACCEPTED:
            self._reset(client, code)
            raise (Postponed if code in TRANSIENT else Rejected)(described(code, reply))

    def _announced(self, sender: str, recipient: str) -> smtplib.SMTP:
        """A connection on which the server has accepted sender and recipient; nothing was sent yet.

        Servers close connections after a while or after so many mails: then we come back once.
        """
        is_reused = self._client is not None
        try:
            return self._announce(self._connected(), sender, recipient)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self._drop()
            if not is_reused:
                raise Unreachable(one_line(str(error))) from None
        return self._announced(sender, recipient)

    def _announce(self, client: smtplib.SMTP, sender: str, recipient: str) -> smtplib.SMTP:
        code, reply = client.mail(sender)
        if code != ACCEPTED:
            self._reset(client, code)
            raise Unreachable(described(code, reply))
        code, reply = client.rcpt(recipient)
        if code not in (ACCEPTED, WILL_FORWARD):
            self._reset(client, code)
            raise (Postponed if code in TRANSIENT else Refused)(described(code, reply))
        return client

    def _connected(self) -> smtplib.SMTP:
        if self._client is None:
            try:
                self._client = self.server.connect()
            except smtplib.SMTPResponseException as error:
                raise Unreachable(described(error.smtp_code, error.smtp_error)) from None
            except (smtplib.SMTPException, OSError) as error:
                raise Unreachable(one_line(str(error) or type(error).__name__)) from None
        return self._client

    def _reset(self, client: smtplib.SMTP, code: int) -> None:
        """Whatever comes next starts anew."""
        if code == GOING_AWAY:
            self._drop()
            return
        try:
            client.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def described(code: int, reply: bytes | str) -> str:
    return one_line(f"{code} {reply.decode(errors='replace') if isinstance(reply, bytes) else reply}")


def one_line(text: str) -> str:
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())[:ERROR_LENGTH]


@dataclass(frozen=True)
class SpoolTransport:
    """One file per mail, complete or not there at all."""

    directory: Path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def reach(self) -> None:
        try:
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not os.access(self.directory, os.W_OK):
                raise PermissionError(f"{self.directory} cannot be written")
        except OSError as error:
            raise Unreachable(one_line(str(error))) from None

    def send(self, message: EmailMessage) -> None:
        self.reach()
        name = secrets.token_hex(16)
        partial, complete = self.directory / f".{name}", self.directory / f"{name}.eml"
        try:
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(message.as_bytes(policy=SMTP))
            partial.rename(complete)
        except OSError as error:
            raise Unreachable(one_line(str(error))) from None


@dataclass(frozen=True)
class ConsoleTransport:
    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def reach(self) -> None:
        pass

    def send(self, message: EmailMessage) -> None:
        text = message.get_body(("plain",))
        heading = f"To: {message['To']}\nSubject: {message['Subject']}\n\n"
        sys.stdout.write(f"{heading}{text.get_content() if text else ''}\n")
        sys.stdout.flush()
