"""What was deleted is still in the engine's files: free pages, logs, dead rows. Here it is dropped for good."""

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

# Tables in which closing, opening suggestions or purging delete what nobody shall find again.
FORGOTTEN = (
    *("ballot", "campaign", "interview", "sealed_suggestion", "comment", "released_report"),
    *("invitation", "task", "nomination", "mail", "reminder", "call_back"),
)


def forget_deleted_rows(session: Session) -> None:
    """After ballots were counted, suggestions opened, a campaign purged. Commits."""
    session.commit()
    engine = session.get_bind().engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("VACUUM"))
        else:
            for table in FORGOTTEN:
                _write_anew(connection, table)
    cut_log(session)


def cut_log(session: Session) -> None:
    """SQLite's log keeps older pages, in the order in which they were written.

    It can be cut only while nobody reads; whoever does is not waited for, since every minute it is tried again.
    """
    session.commit()
    engine = session.get_bind().engine
    if engine.dialect.name != "sqlite":
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        patience = connection.scalar(text("PRAGMA busy_timeout"))
        connection.execute(text("PRAGMA busy_timeout = 500")).close()
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).close()
        connection.execute(text(f"PRAGMA busy_timeout = {patience}")).close()


def _write_anew(connection: Connection, table: str) -> None:
    """FULL, since a plain one leaves the bytes of deleted rows in pages that others share.

    Nobody is kept waiting for long: a table that is being read, by a backup for instance, is left to the next closing.
    """
    connection.execute(text("SET lock_timeout = '300ms'"))
    try:
        connection.execute(text(f"VACUUM FULL {table}"))
    except OperationalError:
        connection.execute(text(f"VACUUM (SKIP_LOCKED) {table}"))
    finally:
        connection.execute(text("RESET lock_timeout"))
