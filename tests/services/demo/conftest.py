"""The demo company as `feedback demo` makes it, once for all tests of it, whichever process runs them."""

import fcntl
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.cli.server import demo
from feedback.extensions import db
from feedback.services.demo.demo_company import DemoCompany
from tests.conftest import settings_in


@pytest.fixture(scope="session")
def demo_directory(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    base = tmp_path_factory.getbasetemp()
    directory = (base if worker_id == "master" else base.parent) / "demo-company"
    directory.mkdir(exist_ok=True)
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (directory / "complete").exists():
            app = create_app(settings_in(directory))
            with opened(app):
                demo.fill(app, "a password of the demo", DemoCompany())
            (directory / "complete").touch()
    return directory


@pytest.fixture(scope="session")
def demo_application(demo_directory: Path) -> Flask:
    return create_app(settings_in(demo_directory))


@pytest.fixture
def session(demo_application: Flask) -> Iterator[Session]:
    with opened(demo_application):
        yield db.session()
