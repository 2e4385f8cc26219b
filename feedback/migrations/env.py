"""Alembic comes in here: all migrations run in one transaction, on SQLite as on PostgreSQL, within an app context."""

from typing import Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection, TypeDecorator, text

db = current_app.extensions["migrate"].db


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


with db.engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        # Batch migrations copy and drop tables; a connection of their own, since this cannot change in a transaction.
        connection.detach()
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")
    migrate(connection)
