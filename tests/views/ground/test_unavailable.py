"""A full disk, a lock that nobody gives back, a database that is gone: words, what was typed, nothing half stored."""

import io
import logging
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, func, make_url, select, text
from werkzeug.test import TestResponse

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.ballots import Ballot
from feedback.models.call_backs import CallBack
from feedback.models.invitations import Invitation
from feedback.models.suggestions import SealedSuggestion
from feedback.models.uploads import Upload
from feedback.settings import Settings
from tests.postgresql.moments import office_of
from tests.views.markup import Page, faults
from tests.views.reading import Browsers
from tests.views.survey import Survey, complete

COMMENT = "He never answers <on> Fridays & 周末."
ROWS = "code,name,department\n" + "Z9,新人,east\n" * 2000

Trouble = Callable[[Flask], AbstractContextManager[None]]


@contextmanager
def with_each_connection(statement: str) -> Iterator[None]:
    """SQLite's own limits are those of a connection; the engine is left as it was."""
    engine = db.engine

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(statement)

    event.listen(engine, "checkout", limit)
    try:
        yield
    finally:
        event.remove(engine, "checkout", limit)
        engine.dispose()


def disk_full(app: Flask) -> AbstractContextManager[None]:
    """On small pages, and none with room for an answer."""
    db.engine.dispose()
    with closing(sqlite3.connect(str(db.engine.url.database), isolation_level=None)) as connection:
        for statement in ("journal_mode = DELETE", "page_size = 512"):
            connection.execute(f"PRAGMA {statement}")
        connection.execute("VACUUM")
        connection.execute("PRAGMA journal_mode = WAL")
    return with_each_connection("PRAGMA max_page_count = 1")  # which means: as many as there are


def read_only(app: Flask) -> AbstractContextManager[None]:
    return with_each_connection("PRAGMA query_only = ON")


@contextmanager
def no_byte_more(app: Flask) -> Iterator[None]:
    """The system refuses to let any file grow, SQLite's among them."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def locked(app: Flask) -> Iterator[None]:
    other = sqlite3.connect(str(make_url(app.extensions["feedback.settings"].database_url).database))
    other.isolation_level = None
    other.execute("BEGIN IMMEDIATE")
    with with_each_connection("PRAGMA busy_timeout = 20"):
        yield
    other.close()


def address_of(app: Flask, **other: str) -> str:
    """Of the database, or of another one on the same server, for somebody with patience."""
    url = make_url(app.extensions["feedback.settings"].database_url)
    url = url.set(drivername="postgresql", query={"host": url.query["host"]}).set(**other)
    return url.render_as_string(hide_password=False)


@contextmanager
def beside(app: Flask, *statements: str) -> Iterator[None]:
    """In a transaction of somebody else, which lasts."""
    with psycopg.connect(address_of(app)) as other:
        for statement in statements:
            other.execute(statement)
        yield
        other.rollback()


def campaign_locked(app: Flask) -> AbstractContextManager[None]:
    return beside(app, "select 1 from campaign for update", "lock table upload in share mode")


def everything_locked(app: Flask) -> AbstractContextManager[None]:
    return beside(app, "lock table campaign, upload, ballot in access exclusive mode")


def refusing(state: str) -> Trouble:
    """The server says so itself, with the code that it has for this."""

    @contextmanager
    def trouble(app: Flask) -> Iterator[None]:
        function = f"begin raise exception 'no' using errcode = '{state}'; end"
        with db.engine.begin() as connection:
            connection.execute(
                text(f"create function refuse() returns trigger language plpgsql as $$ {function} $$")
            )
            for table in ("ballot", "upload", "task", "call_back", "sealed_suggestion"):
                connection.execute(
                    text(
                        f"create trigger refuse before insert or update or delete on {table} execute function refuse()"
                    )
                )
        yield
        with db.engine.begin() as connection:
            connection.execute(text("drop function refuse cascade"))

    return trouble


@contextmanager
def shut(app: Flask) -> Iterator[None]:
    """The connections are cut, and no new one is let in."""
    name = make_url(address_of(app)).database

    def run(*statements: str) -> None:
        with psycopg.connect(address_of(app, database="postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    cut = f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
    run(f"alter database {name} allow_connections false", cut)
    yield
    run(f"alter database {name} allow_connections true")


ON_SQLITE = {"disk full": disk_full, "read only": read_only, "no byte more": no_byte_more, "locked": locked}
ON_POSTGRESQL = {
    "campaign locked": campaign_locked,
    "everything locked": everything_locked,
    "shut": shut,
    **{state: refusing(state) for state in ("53100", "53300", "57P01", "57014", "58030", "40001", "40P01")},
}
UNREADABLE = {"everything locked", "shut"}


@pytest.fixture(params=[*ON_SQLITE, *ON_POSTGRESQL])
def trouble_name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def app(
    trouble_name: str, settings: Settings, migrated_database: Path, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    if trouble_name in ON_SQLITE:
        app = request.getfixturevalue("application_to_break")
        yield app
        return
    url = make_url(request.getfixturevalue("postgres_url")).update_query_dict(
        {"options": "-c lock_timeout=100"}
    )
    patient = replace(settings, database_url=url.render_as_string(hide_password=False))
    with opened(create_app(patient)) as app:
        yield app


@pytest.fixture
def trouble(app: Flask, trouble_name: str) -> AbstractContextManager[None]:
    """Nothing can be stored in here."""
    db.session.commit()
    return (ON_SQLITE | ON_POSTGRESQL)[trouble_name](app)


@pytest.fixture
def survey(app: Flask) -> Survey:
    return Survey.open(app, office_of(app), {"client": 3, "self": 1})


def number(*conditions: object, of: type) -> int:
    found = db.session.scalar(select(func.count()).select_from(of).where(*conditions)) or 0
    db.session.commit()
    return found


def answers_stored() -> int:
    return number(Ballot.envelope.is_not(None), of=Ballot)


def check_words(answer: TestResponse, language: str) -> Page:
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "Set-Cookie" not in answer.headers
    page = Page(answer.text)
    assert faults(page) == []
    assert page.one("html").attributes["lang"] == {"zh": "zh-Hans", "en": "en"}[language]
    return page


def sent_by(page: Page) -> dict[str, str]:
    """What the only form of this page sends if it is sent as it is."""
    inputs = [x.attributes for x in page.one("form").find("input")]
    kept = [x for x in inputs if x.get("type") == "hidden" or "checked" in x or x.get("type") is None]
    return {x["name"]: x["value"] for x in kept} | {
        x.attributes["name"]: x.text.removeprefix("\n") for x in page.one("form").find("textarea")
    }


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_rater_gets_the_form_back_with_all_answers_and_sends_it_again(
    survey: Survey,
    trouble: AbstractContextManager[None],
    trouble_name: str,
    language: str,
    caplog: pytest.LogCaptureFixture,
):
    link, answers = survey.link(), complete(comment=COMMENT)
    with caplog.at_level(logging.WARNING), trouble:
        page = check_words(survey.post(link, answers, lang=language), language)
    assert answers_stored() == 0
    shows_questions = bool(page.find("fieldset"))
    assert shows_questions == (trouble_name not in UNREADABLE)
    kept = sent_by(page)
    assert kept.items() >= answers.items()
    assert not any(secret in caplog.text for secret in (COMMENT, link))
    assert "nothing can be stored" in caplog.text
    again = {name: value for name, value in kept.items() if name not in ("token", "task", "lang")}
    assert survey.post(link, again, lang=language).status_code == 303
    assert answers_stored() == 1


@pytest.mark.parametrize("trouble_name", ["read only", "locked", "shut", "53100", "40P01"], indirect=True)
def test_declining_asking_for_a_call_and_a_suggestion_come_back_too(
    survey: Survey, trouble: AbstractContextManager[None]
):
    card = {"name": "Chen", "reach": "13800138000", "hours": "", "message": COMMENT}
    sent, link = {"/s/decline": {}, "/s/call-back": card}, survey.link()
    with trouble:
        for path, fields in sent.items():
            page = check_words(survey.post(link, fields, path=path), "en")
            assert page.one("form").attributes["action"] == path
            assert sent_by(page).items() >= fields.items()
        body = f"lang=en&text={COMMENT.replace('&', '%26')}".encode()
        page = check_words(survey.post_body(body, path="/suggestions/box"), "en")
        assert sent_by(page)["text"] == COMMENT
    assert (
        number(of=CallBack) == number(of=SealedSuggestion) == number(Invitation.revoked, of=Invitation) == 0
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whoever_is_signed_in_is_told_and_nothing_is_stored(
    app: Flask, survey: Survey, trouble: AbstractContextManager[None], trouble_name: str, language: str
):
    hr = Browsers(app, survey.office).sign_in(RoleName.HR)
    token = Page(hr.get(f"/imports/people?lang={language}").text).find("input", name="csrf_token")[0]

    def hand_in() -> TestResponse:
        file = (io.BytesIO(ROWS.encode()), "people.csv")
        return hr.open(
            "/imports/people", method="POST", data={"file": file, "csrf_token": token.attributes["value"]}
        )

    with trouble:
        answer = hand_in()
    if trouble_name in ("40001", "40P01"):  # two at once
        assert answer.status_code == 409
    else:
        assert check_words(answer, language).one("h1").text
    assert number(of=Upload) == 0
    assert hand_in().status_code == 303


@pytest.mark.parametrize("trouble_name", ["read only", "locked", "shut", "53100"], indirect=True)
def test_those_rated_side_by_side_come_back_with_all_answers(
    app: Flask, trouble: AbstractContextManager[None], trouble_name: str
):
    survey = Survey.open_for_a_colleague(app, office_of(app))
    link = survey.link("self")
    named = {f"{task}:{item}": value for task in (2, 3) for item, value in complete("peer").items()}
    head = [("token", link.removeprefix("/s/")), ("lang", "en"), ("task", "2"), ("task", "3")]
    body = urlencode([*head, *named.items()]).encode()
    with trouble:
        page = check_words(survey.post_body(body, path="/s/side-by-side"), "en")
    assert answers_stored() == 0
    assert bool(page.find("fieldset")) == (trouble_name not in UNREADABLE)
    assert sent_by(page).items() >= named.items()
    assert survey.post_body(body, path="/s/side-by-side").status_code == 303
    assert answers_stored() == 2
