"""The state of the database: which migrations ran, and whether its tables are those that the models describe."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from feedback.extensions import db

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def upgrade() -> None:
    """Run the migrations that did not run yet on the application's database."""
    command.upgrade(_config(), "head")


def newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def current(connection: Connection) -> str | None:
    """The last migration that ran; None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def differences(connection: Connection) -> list[str]:
    """What the tables lack or have too much, compared with the models; a line for each."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return [_describe(difference) for difference in compare_metadata(context, db.metadata)]


def _describe(difference: Any) -> str:
    """Alembic gives the changes of one column as a list of tuples, any other difference as one tuple."""
    parts = difference[0] if isinstance(difference, list) else difference
    names = (getattr(part, "name", part) for part in parts)
    return " ".join(name for name in names if isinstance(name, str))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
