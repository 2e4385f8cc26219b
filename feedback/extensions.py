from datetime import UTC, datetime
from typing import Any

from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, TypeDecorator, event
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import Pool

from feedback.turns import of_database

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

PRAGMAS = (
    "page_size = 16384",  # of new files: a ballot lies in its row, and no page of its own overflows with it
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "busy_timeout = 30000",
    "secure_delete = ON",
)

TURN = "feedback.turn"
IN_MEMORY = (None, "", ":memory:")


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC on every engine (SQLite itself forgets the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


class ReadWriteSession(Session):
    """A session whose `info["read_only"]` is set begins a reading transaction, every other one a writing one."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        bind = super().get_bind(*args, **kwargs)
        if not self.info.get("read_only"):
            return bind
        # One and the same object each time, or every statement would take a connection of its own.
        reading: Engine | Connection = self.info.setdefault(bind, bind.execution_options(read_only=True))
        return reading


db = SQLAlchemy(model_class=Base, session_options={"class_": ReadWriteSession})
babel = Babel()


@event.listens_for(Engine, "connect")
def prepare_sqlite(connection: Any, record: Any) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = (
            None  # or the driver begins transactions behind our back and loses updates
        )
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if connection.dialect.name == "sqlite" and options.get("isolation_level") != "AUTOCOMMIT":
        mode = "DEFERRED" if options.get("read_only") else "IMMEDIATE"
        if mode == "IMMEDIATE":
            wait_for_turn(connection)
        connection.connection.dbapi_connection.execute(f"BEGIN {mode}")  # type: ignore[union-attr]


def wait_for_turn(connection: Connection) -> None:
    """Writers stand in line until the connection goes back to its pool, after the commit. One without a pool is that of
    a migration."""
    database, record = connection.engine.url.database, connection.connection.record_info
    if record is None or TURN in record or database in IN_MEMORY:
        return
    turns = of_database(str(database))
    if turns.take():
        record[TURN] = turns


@event.listens_for(Pool, "checkin")
def give_turn_back(connection: Any, record: Any) -> None:
    if turns := record.record_info.pop(TURN, None):
        turns.give_back()


@event.listens_for(Engine, "engine_disposed")
def leave_the_line(engine: Engine) -> None:
    if engine.dialect.name == "sqlite" and engine.url.database not in IN_MEMORY:
        of_database(str(engine.url.database)).close()
