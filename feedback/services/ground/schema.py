"""The tables of the database: made by migrations, and compared with what the models describe."""

from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from feedback.extensions import db
from feedback.services.ground.schema_version import MIGRATIONS


def upgrade() -> None:
    """Run the migrations that did not run yet on the application's database."""
    command.upgrade(_config(), "head")


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
