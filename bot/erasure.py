"""Erasure at a person's request: their case, its files, and the key that closed everything else of theirs."""

from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from bot import auditing
from bot.auditing import Done
from bot.failures import SetupError
from bot.settings import Places
from protocol.audit import OPERATOR, Act
from storage import cases, conversations, inbox, schema
from storage.case import CaseUnknownError
from storage.database import Database


async def erase(settings: Places, case: str, now: datetime) -> None:
    """Erase a case and its conversation; SetupError when there is no such case."""
    database = Database(settings.database)
    if not await _exists(database):
        await database.close()
        raise SetupError(
            "there is no database yet", "WAYOUT_DATA_DIR or WAYOUT_DATABASE_URL says where it is"
        )
    try:
        async with database.write() as tx:
            found, conversation = await cases.remove(tx, case)
            await inbox.erase(tx, conversation)
            await conversations.erase(tx, conversation)
            await auditing.write(tx, Done(OPERATOR, Act.PURGED, found), now=now)
        await database.scrub()
    except CaseUnknownError:
        raise SetupError(
            "there is no such case, or more than one", "give its id, or a beginning that no other has"
        ) from None
    finally:
        await database.close()


async def _exists(database: Database) -> bool:
    try:
        return await schema.current(database) is not None
    except SQLAlchemyError:
        return False
