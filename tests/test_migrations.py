from collections.abc import Iterator

import pytest
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import CheckConstraint, inspect, text

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.services.ground import schema
from feedback.settings import Settings


@pytest.fixture
def migrated(either_empty_engine: Settings) -> Iterator[Flask]:
    with opened(create_app(either_empty_engine)) as app:
        schema.upgrade()
        yield app


def test_the_migrations_make_exactly_the_tables_that_the_models_describe(migrated: Flask) -> None:
    with db.engine.connect() as connection:
        assert schema.differences(connection) == []
        assert schema.current(connection) == schema.newest()


def test_the_numbers_of_the_files_tell_the_newest_migration(migrated: Flask) -> None:
    with db.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == schema.newest()


def test_an_empty_database_is_at_no_migration(either_empty_engine: Settings) -> None:
    with opened(create_app(either_empty_engine)), db.engine.connect() as connection:
        assert schema.current(connection) is None


def test_upgrading_again_changes_nothing(migrated: Flask) -> None:
    schema.upgrade()
    with db.engine.connect() as connection:
        assert schema.differences(connection) == []


def test_a_missing_column_and_a_strange_table_are_noticed(migrated: Flask) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE comment DROP COLUMN text"))
        connection.execute(text("CREATE TABLE diary (note VARCHAR(10))"))
    with db.engine.connect() as connection:
        assert sorted(schema.differences(connection)) == ["add_column comment text", "remove_table diary"]


def test_checks_and_tables_without_rowid_are_as_in_the_models(migrated: Flask) -> None:
    """What Alembic does not compare."""
    inspector = inspect(db.engine)
    for table in db.metadata.sorted_tables:
        declared = {
            constraint.name for constraint in table.constraints if isinstance(constraint, CheckConstraint)
        }
        assert {check["name"] for check in inspector.get_check_constraints(table.name)} == declared
        if db.engine.dialect.name == "sqlite":
            without_rowid = not table.dialect_options["sqlite"]["with_rowid"]
            with db.engine.connect() as connection:
                query = text("SELECT wr FROM pragma_table_list WHERE name = :name")
                assert connection.scalar(query, {"name": table.name}) == without_rowid
