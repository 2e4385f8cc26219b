"""The way of almost every answer, past Flask: a form that is read, answers that are valid, and the thanks.

All that is to be decided is decided by the same services as in `respond`; what is not served from here goes there,
with what was found of its link: lists, forms that are shown again, links that are closed or unknown, faults.
"""

import io
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from flask import Flask
from markupsafe import escape
from werkzeug.utils import redirect

from feedback.extensions import db
from feedback.presentation.locales import chosen, language_of
from feedback.services.ballot_box import invitations
from feedback.services.ballot_box.ballots import Answers
from feedback.services.ballot_box.invitations import Bare, Holding, Instructions, OpenTask, Visit
from feedback.settings import Settings
from feedback.views.ballot_box.kept_pages import Books
from feedback.views.ballot_box.respond import FOUND, TOLD, FoundLink, task_of
from feedback.views.ground import headers
from feedback.views.ground.request_limits import LARGEST_OF_STRANGERS, MOST_FIELDS_OF_STRANGERS

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]
Posted = dict[str, list[str]]

ADDRESS = re.compile(r"/s/(?P<token>[A-Za-z0-9_.-]+)(?:/(?P<position>[0-9]{1,4}))?", re.ASCII)
QUERY = re.compile(r"(?:lang=(?P<lang>[a-z]{2}))?", re.ASCII)
HOST = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*(?::[0-9]{1,5})?", re.ASCII)
FORM = "application/x-www-form-urlencoded"
PLACE = "/place"
REDIRECTION = redirect(PLACE, 303).get_data(as_text=True)
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": headers.POLICY,
    **headers.SECURITY,
    **headers.NOT_KEPT,
}


def register(app: Flask) -> None:
    app.wsgi_app = FastLane(app)  # type: ignore[method-assign, assignment]


class FastLane:
    def __init__(self, app: Flask) -> None:
        self._others: Application = app.wsgi_app
        self._settings: Settings = app.extensions["feedback.settings"]
        self._tokens, self._custody = (app.extensions[f"feedback.{name}"] for name in ("tokens", "custody"))
        self._books = Books(app)
        with app.app_context():
            self._engine = db.engine
        self._reading = self._engine.execution_options(read_only=True)
        # SQLite has one writer at a time: links are looked at before it is our turn.
        self._holds = self._engine.dialect.name != "sqlite"

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        try:
            answer = self._answer(environ)
        except Exception as error:  # its page is made where all pages of faults are
            environ[FOUND] = error
            answer = None
        if answer is None:
            return self._others(environ, start)
        status, facts, body = answer
        start(status, [*HEADERS.items(), ("Content-Length", str(len(body))), *facts])
        return [body]

    def _answer(self, environ: Environ) -> tuple[str, list[tuple[str, str]], bytes] | None:
        if not environ["PATH_INFO"].startswith("/s") or environ["SCRIPT_NAME"]:
            return None
        if not HOST.fullmatch(environ.get("HTTP_HOST", "")):
            return None
        if environ["REQUEST_METHOD"] == "GET":
            page = self._shown(environ)
            return ("200 OK", [], page.encode()) if page else None
        place = self._stored(environ) if environ["REQUEST_METHOD"] == "POST" else None
        if place is None:
            return None
        body = REDIRECTION.replace(PLACE, escape(place))
        return ("303 SEE OTHER", [("Location", place)], body.encode())

    def _shown(self, environ: Environ) -> str | None:
        address = ADDRESS.fullmatch(environ["PATH_INFO"])
        query = QUERY.fullmatch(environ.get("QUERY_STRING", ""))
        if not address or not query:
            return None
        with self._reading.connect() as connection:
            visit = self._visit(connection, address["token"], Holding.NOT)
            environ[FOUND] = FoundLink(visit)
            if len(visit.tasks) > 1 and not address["position"]:
                return None
            task = task_of(visit, address["position"] or str(visit.tasks[0].position))
            instructions = invitations.instructions(connection, visit, task)
        environ[FOUND] = FoundLink(visit, instructions)
        language = self._language(environ, query["lang"] or "")
        return self._books.page(address["token"], visit, task, instructions, language)

    def _stored(self, environ: Environ) -> str | None:
        """Where to go when the answers are in the box."""
        posted = fields(environ)
        if posted is None:
            return None
        token, position, lang = (taken(posted, name) for name in invitations.ADDRESS_FIELDS)
        told = taken(posted, TOLD).split()
        with self._engine.connect() as connection:
            connection.execution_options(read_only=not self._holds)
            visit = self._visit(connection, token, Holding.SHARED if self._holds else Holding.NOT)
            task = task_of(visit, position)
            instructions = invitations.instructions(connection, visit, task)
            if not instructions.answered:
                answers = self._valid(visit, task, instructions, posted, told)
                if answers is None:
                    environ[FOUND] = FoundLink(visit, instructions)
                    return None
                if not self._cast(connection, visit, task, answers):
                    return None
        done = f"&done={task.position}" if len(visit.tasks) > 1 or visit.shared else ""
        return f"/s/{token}?lang={self._language(environ, lang)}{done}"

    def _visit(self, connection: Bare, token: str, holding: Holding) -> Visit:
        nonce, now = self._tokens.read(token), datetime.now(UTC)
        return invitations.visit(connection, self._custody, nonce, now=now, holding=holding)

    def _language(self, environ: Environ, asked: str) -> str:
        accepted = environ.get("HTTP_ACCEPT_LANGUAGE", "")
        return language_of(chosen(asked, accepted, self._settings.default_locale))

    def _valid(
        self, visit: Visit, task: OpenTask, instructions: Instructions, posted: Posted, told: list[str]
    ) -> Answers | None:
        table = self._books.of(visit, instructions).tables[task.group]
        found = table.read(posted)
        if found is None or not table.is_told(found, instructions.group(task), told):
            return None
        return Answers.of(instructions.questionnaire, found.ratings, found.comments)

    def _cast(self, connection: Bare, visit: Visit, task: OpenTask, answers: Answers) -> bool:
        """False: the link or the campaign is not what it was a moment ago."""
        envelope = invitations.sealed(visit, task, answers)
        if not self._holds:
            connection.rollback()
            connection.execution_options(read_only=False)
        stored = invitations.cast(connection, visit, task, envelope)
        connection.commit()
        return stored is not None


def fields(environ: Environ) -> Posted | None:
    """What a form sends, by name. None for what only Flask takes apart, which then finds it untouched."""
    length = environ.get("CONTENT_LENGTH") or ""
    if environ["PATH_INFO"] != "/s" or environ.get("QUERY_STRING") or environ.get("CONTENT_TYPE") != FORM:
        return None
    if not length.isdigit() or int(length) > LARGEST_OF_STRANGERS:
        return None
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    if body.count(b"&") >= MOST_FIELDS_OF_STRANGERS:
        return None
    found: Posted = {}
    for pair in filter(None, body.decode("utf-8", "replace").split("&")):
        name, _, value = pair.partition("=")
        found.setdefault(decoded(name), []).append(decoded(value))
    return found


def decoded(text: str) -> str:
    """As `parse_qsl` does, which takes its time also over what is as it was typed."""
    return unquote_plus(text, errors="replace") if "%" in text or "+" in text else text


def taken(posted: Posted, name: str) -> str:
    """The first one, and none is left."""
    return posted.pop(name, [""])[0]
