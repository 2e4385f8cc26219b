"""The state of the database: which migrations ran, and whether its tables are those that the models describe.

Alembic is loaded by who migrates or compares; a server, which only asks whether it may run, never holds it in memory.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text

from feedback.extensions import db

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def upgrade() -> None:
    """Run the migrations that did not run yet on the application's database."""
    from alembic import command

    command.upgrade(_config(), "head")


def newest() -> str:
    """The files of migrations begin with their number."""
    return max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def current(connection: Connection) -> str | None:
    """The last migration that ran; None before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def differences(connection: Connection) -> list[str]:
    """What the tables lack or have too much, compared with the models; a line for each."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return [_describe(difference) for difference in compare_metadata(context, db.metadata)]


def _describe(difference: Any) -> str:
    """Alembic gives the changes of one column as a list of tuples, any other difference as one tuple."""
    parts = difference[0] if isinstance(difference, list) else difference
    names = (getattr(part, "name", part) for part in parts)
    return " ".join(name for name in names if isinstance(name, str))


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
