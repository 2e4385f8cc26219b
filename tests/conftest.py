import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.jobs import waking
from feedback.services.accounts import accounts
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.tokens import Tokens
from feedback.services.closing import passphrases
from feedback.services.ground import schema
from feedback.settings import Settings
from feedback.views.accounts.sign_in import SIGN_IN
from feedback.views.ground.rate_limits import limiter
from tests.factories import Office

pytest_plugins = ["tests.engines"]

# How long an example takes says something about the machine, not about the product.
hypothesis.settings.register_profile(
    "tests", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("tests")

# A guess costs an attacker a tenth of a second, and would cost that each of a thousand tests that sign in.
SIGN_IN["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"] = {"argon2__time_cost": 1, "argon2__memory_cost": 64}
accounts.HASHER = PasswordHasher(time_cost=1, memory_cost=64)
passphrases.MEMORY_KIB = 64

# Processes that tests start find the bytecode of those before: to compile all modules takes each most of a second.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

compile_builder = Rule._compile_builder
BUILDERS: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}


def compile_builder_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """Most of the making of an application is the compiling of two functions for each route, from its text alone.

    Every command and every test with settings of its own makes one, so that this is done once for all of them.
    """
    if rule.defaults:
        return compile_builder(rule, append_unknown)
    made_of = (rule.rule, *rule._trace, append_unknown)
    if made_of not in BUILDERS:
        BUILDERS[made_of] = compile_builder(rule, append_unknown)
    return BUILDERS[made_of]


Rule._compile_builder = compile_builder_once

SECRET_KEY = "a secret of the tests that is long enough to be one"
DATABASE = "feedback.db"


def pytest_collection_finish() -> None:
    """What is there by now stays to the end: no later search for garbage, now rarer, has to walk through all of it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


def settings_in(directory: Path) -> Settings:
    return Settings(
        secret_keys=(SECRET_KEY,),
        public_url="http://localhost",
        data_dir=directory,
        database_url=f"sqlite:///{directory / DATABASE}",
        queue_url=f"sqlite:///{directory / 'queue.db'}",
        mail_url=f"file://{directory / 'mail'}",
        mail_from="feedback@example.com",
    )


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application of a whole run: its routes and templates are compiled once."""
    return create_app(settings_in(tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="session")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A second application, for a copy of the database that something was changed in."""
    return create_app(settings_in(tmp_path_factory.mktemp("twin")))


@pytest.fixture
def settings(application: Flask) -> Settings:
    """Settings with a data directory that is empty, whatever the test before left there."""
    settings: Settings = application.extensions["feedback.settings"]
    shutil.rmtree(settings.data_dir, ignore_errors=True)
    settings.data_dir.mkdir(exist_ok=True)
    return settings


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as `feedback db upgrade` makes it, to be copied."""
    directory = tmp_path_factory.mktemp("migrated")
    with opened(create_app(settings_in(directory))):
        schema.upgrade()
    return directory / DATABASE


@pytest.fixture
def app(application: Flask, settings: Settings, migrated_database: Path) -> Iterator[Flask]:
    """The real application on an empty database, with a queue and limits that nothing has used.

    It is one of its own where a test wants other settings.
    """
    shutil.copy(migrated_database, settings.data_dir / DATABASE)
    shared = application.extensions["feedback.settings"] == settings
    app = application if shared else create_app(settings)
    waking.register(app, settings)
    with opened(app):
        limiter.init_app(app)
        yield app


@pytest.fixture
def application_to_break(settings: Settings, migrated_database: Path) -> Iterator[Flask]:
    """An application for one test alone, which may change its views."""
    shutil.copy(migrated_database, settings.data_dir / DATABASE)
    with opened(create_app(settings)) as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def session(app: Flask) -> Session:
    return db.session()


@pytest.fixture
def custody(app: Flask) -> Custody:
    return app.extensions["feedback.custody"]


@pytest.fixture
def tokens(app: Flask) -> Tokens:
    return app.extensions["feedback.tokens"]


@pytest.fixture
def office(session: Session, custody: Custody, tokens: Tokens) -> Office:
    """Makes people and campaigns, and answers through links as raters would."""
    return Office(session, custody, tokens)
