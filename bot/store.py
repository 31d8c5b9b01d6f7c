"""The database, opened for an operator's command: only where it is there, and of this version."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import SQLAlchemyError

from bot.failures import SetupError
from bot.settings import Places
from storage import schema
from storage.database import Database


@asynccontextmanager
async def opened(settings: Places) -> AsyncIterator[Database]:
    """The database; SetupError where there is none, or one of another version."""
    database = Database(settings.database)
    try:
        if await _version(database) != schema.newest():
            raise SetupError(
                "there is no database of this version yet",
                "`wayout migrate`, or `wayout run`; WAYOUT_DATA_DIR or WAYOUT_DATABASE_URL says where it is",
            )
        yield database
    finally:
        await database.close()


async def _version(database: Database) -> str | None:
    try:
        return await schema.current(database)
    except SQLAlchemyError:
        return None
