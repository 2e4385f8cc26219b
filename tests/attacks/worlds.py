"""An installation that can be put back to where it was, and acts in processes of their own that may be killed."""

import os
import pickle
import shutil
import signal
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import URL, make_url, text

from feedback import current
from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.services.ground import schema
from feedback.settings import Settings
from tests.conftest import settings_in
from tests.engines import new_database, run
from tests.factories import Office

T = TypeVar("T")

# A secret that an environment variable can hold.
SECRET = "s" * 40


class Killed(Exception):
    """The process of an act ended before the act did."""


@dataclass
class World:
    """An application on an engine, with a data directory of its own. Its context is that of the current thread."""

    app: Flask
    settings: Settings
    office: Office = field(init=False)

    def __post_init__(self) -> None:
        self.office = office_in(self.app)

    @property
    def engine(self) -> str:
        return make_url(self.settings.database_url).get_backend_name()

    @property
    def _url(self) -> URL:
        return make_url(self.settings.database_url)

    @property
    def _server(self) -> URL:
        return self._url.set(drivername="postgresql", database="postgres")

    def rest(self) -> None:
        """Nothing is open that a copy or another process would collide with."""
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
        current.queue().close()
        self.office = office_in(self.app)

    def save(self) -> None:
        """The way it is, in place of what was saved before."""
        self.rest()
        shutil.rmtree(self._copy, ignore_errors=True)
        shutil.copytree(self.settings.data_dir, self._copy)
        if self.engine == "postgresql":
            run(self._server, f"DROP DATABASE IF EXISTS {self._saved}")
            run(self._server, f"CREATE DATABASE {self._saved} TEMPLATE {self._url.database}")

    def restore(self) -> None:
        self.rest()
        shutil.rmtree(self.settings.data_dir)
        shutil.copytree(self._copy, self.settings.data_dir)
        if self.engine == "postgresql":
            run(self._server, f"DROP DATABASE {self._url.database} WITH (FORCE)")
            run(self._server, f"CREATE DATABASE {self._url.database} TEMPLATE {self._saved}")

    @property
    def _copy(self) -> Path:
        return self.settings.data_dir.with_name(f"{self.settings.data_dir.name}-saved")

    @property
    def _saved(self) -> str:
        return f"{self._url.database}_saved"

    def files(self) -> list[Path]:
        """All that is kept: what lies beside the data directory as well, and what PostgreSQL has of this database."""
        self.rest()
        places = [self.settings.data_dir.parent]
        if self.engine == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("CHECKPOINT"))
                server = Path(connection.scalar(text("SHOW data_directory")))
                number = connection.scalar(
                    text("SELECT oid FROM pg_database WHERE datname = current_database()")
                )
            places += [server / "base" / str(number), server / "pg_wal", server / "log"]
        return [path for place in places for path in sorted(place.rglob("*")) if path.is_file()]

    def elsewhere(self, act: Callable[["World"], T]) -> T:
        """What an act says that runs in a process of its own, with an application that knows nothing yet."""
        self.rest()
        return in_child(lambda: self._anew(act))

    def _anew(self, act: Callable[["World"], T]) -> T:
        with opened(create_app(self.settings)) as app:
            return act(World(app, self.settings))


def office_in(app: Flask) -> Office:
    return Office(db.session(), *(app.extensions[f"feedback.{name}"] for name in ("custody", "tokens")))


@contextmanager
def world(engine: str, server: URL | None, secret: str = SECRET) -> Iterator[World]:
    """A new one, gone afterwards; a server is needed for PostgreSQL."""
    with TemporaryDirectory(prefix="feedback-world-") as directory, _database(engine, server) as url:
        settings = replace(settings_in(Path(directory) / "data"), secret_keys=(secret,))
        settings.data_dir.mkdir()
        with inhabited(replace(settings, database_url=url) if url else settings) as found:
            yield found


@contextmanager
def inhabited(settings: Settings) -> Iterator[World]:
    with opened(create_app(settings)) as app:
        schema.upgrade()
        yield World(app, settings)


@contextmanager
def _database(engine: str, server: URL | None) -> Iterator[str | None]:
    if engine == "sqlite" or server is None:
        yield None
        return
    with new_database(server, "template1") as url:
        yield url
        run(server, f"DROP DATABASE IF EXISTS {make_url(url).database}_saved")


def in_child(act: Callable[[], T]) -> T:
    """What it returns; Killed if it did not come to that. A fault of it is raised here."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of threads, of which the child takes none along
        child = os.fork()
    if child == 0:
        _work(act, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as answers:
        told = answers.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        raise Killed(signal.Signals(os.WTERMSIG(status)).name)
    done, result = pickle.loads(told)
    if not done:
        raise RuntimeError(result)
    return result  # type: ignore[no-any-return]


def _work(act: Callable[[], Any], writer: int) -> None:
    """The rest of a child's life: nothing of its parent's is cleared away by it."""
    try:
        told = (True, act())
    except BaseException:
        told = (False, traceback.format_exc())
    with os.fdopen(writer, "wb") as parent:
        pickle.dump(told, parent)
    os._exit(0)
