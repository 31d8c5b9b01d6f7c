"""The schema's versions: bring a database up to date, and say whether it is."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.database import Database
from storage.whole_schema import metadata

_MIGRATIONS = Path(__file__).parent / "migrations"
# One number for all processes that migrate the same PostgreSQL at once.
_LOCK = 0x57A7


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def newest() -> str | None:
    """The revision that the code needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    command.upgrade(_config(connection), "head")


async def migrate(database: Database) -> None:
    """Bring the database to the newest revision, in one transaction."""
    async with database.write() as tx:
        await tx.run_sync(_upgrade)


async def current(database: Database) -> str | None:
    """The revision that the database is at; None when it is empty."""
    async with database.read() as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


async def differences(database: Database) -> list[object]:
    """What the migrated schema lacks of `metadata`, or has beyond it."""
    async with database.read() as connection:
        return await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), metadata)
        )
