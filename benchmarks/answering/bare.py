"""The least that Flask could do: a form, one UPDATE of its token and one INSERT of the answers.

Nothing is sealed, and nothing is anonymous. As a careful programmer would write it for speed alone: the driver without
a layer above it, a connection for each thread, no look at the database before somebody sends. BARE_PAGE says whether
Jinja renders the page each time or the token is put into one that is kept.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask, abort, redirect, request
from markupsafe import escape
from werkzeug.wrappers import Response

from benchmarks.answering.questions import LABELS, SECTIONS, TITLE

SPENT = "UPDATE invitation SET used = 1 WHERE token = {0} AND used = 0"
STORED = "INSERT INTO answer (document) VALUES ({0})"
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "busy_timeout = 30000")
PLACE = "THE-PLACE-OF-THE-TOKEN"

kept = threading.local()


def create_app(database: str, page: str) -> Flask:
    app = Flask(__name__)
    template = app.jinja_env.from_string((Path(__file__).with_name("form.html")).read_text())

    def rendered(token: str) -> str:
        return template.render(token=token, title=TITLE, sections=SECTIONS, labels=LABELS)

    cached = rendered(PLACE)

    def filled(token: str) -> str:
        return cached.replace(PLACE, str(escape(token)))

    store = on_postgresql if database.startswith("postgresql") else on_sqlite
    answering(app, rendered if page == "rendered" else filled, store(database))
    return app


def answering(app: Flask, page: Callable[[str], str], store: Callable[[str, str], bool]) -> None:
    @app.get("/s/<token>")
    def show(token: str) -> str:
        return page(token)

    @app.post("/s")
    def submit() -> Response:
        answers = request.form.to_dict()
        token = answers.pop("token", "")
        if not all(answers[item].isdigit() for section in SECTIONS for item in section.names):
            abort(422)
        if not store(token, json.dumps(answers)):
            abort(404)
        return redirect(f"/s/{token}", 303)


def on_sqlite(path: str) -> Callable[[str, str], bool]:
    def connection() -> sqlite3.Connection:
        if not hasattr(kept, "connection"):
            kept.connection = sqlite3.connect(path, isolation_level=None)
            for pragma in PRAGMAS:
                kept.connection.execute(f"PRAGMA {pragma}")
        return kept.connection  # type: ignore[no-any-return]

    @contextmanager
    def transaction() -> Iterator[sqlite3.Connection]:
        connection().execute("BEGIN IMMEDIATE")
        yield connection()
        connection().execute("COMMIT")

    return storing(transaction, "?")


def on_postgresql(url: str) -> Callable[[str, str], bool]:
    @contextmanager
    def transaction() -> Iterator[Any]:
        if not hasattr(kept, "connection"):
            kept.connection = psycopg.connect(url)
        yield kept.connection
        kept.connection.commit()

    return storing(transaction, "%s")


def storing(transaction: Callable[[], Any], mark: str) -> Callable[[str, str], bool]:
    spent, stored = SPENT.format(mark), STORED.format(mark)

    def store(token: str, document: str) -> bool:
        with transaction() as connection:
            if connection.execute(spent, (token,)).rowcount != 1:
                return False
            connection.execute(stored, (document,))
        return True

    return store


if "BARE_DATABASE" in os.environ:
    app = create_app(os.environ["BARE_DATABASE"], os.environ["BARE_PAGE"])
