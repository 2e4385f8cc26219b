"""Alembic comes in here: all migrations run in one transaction, on SQLite as on PostgreSQL, within an app context.

It is that of a command or a test, or made from the environment's settings for Alembic's own command.
"""

import os
from typing import Literal

from alembic import context
from flask import has_app_context
from sqlalchemy import Connection, TypeDecorator, text

from feedback.core import create_core
from feedback.extensions import db
from feedback.settings import Settings


def render_item(kind: str, item: object, autogen_context: object) -> str | Literal[False]:
    """A migration names database types only: our own may have changed by the time it runs."""
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        render_item=render_item,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        if (
            connection.dialect.name == "sqlite"
            and connection.execute(text("PRAGMA foreign_key_check")).first()
        ):
            raise RuntimeError("a migration left rows that point at nothing; nothing was changed")


def run() -> None:
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Batch migrations copy and drop tables. A connection of their own: this cannot change in a transaction.
            connection.detach()
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
        migrate(connection)


if has_app_context():
    run()
else:
    with create_core(Settings.from_environment(os.environ)).app_context():
        run()
