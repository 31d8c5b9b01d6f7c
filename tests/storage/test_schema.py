"""The schema's versions."""

from pathlib import Path

from storage import schema
from storage.database import Database


async def test_migrated_schema_equals_the_tables(database: Database) -> None:
    """What the migrations build is what tables.py says."""
    assert await schema.differences(database) == []


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    """A second start finds the schema up to date."""
    await schema.migrate(database)

    assert await schema.current(database) == schema.newest()


async def test_an_empty_database_has_no_version(tmp_path: Path) -> None:
    """The doctor can tell an empty database from a current one."""
    empty = Database(f"sqlite+aiosqlite:///{tmp_path}/empty.db")

    assert await schema.current(empty) is None
    await empty.close()
