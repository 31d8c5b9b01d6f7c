"""Erasure at a person's request: their case, its files, and the key that closed everything else of theirs."""

from bot.failures import SetupError
from bot.settings import Places
from storage import cases, conversations
from storage.case import CaseUnknownError
from storage.database import Database


async def erase(settings: Places, case: str) -> None:
    """Erase a case and its conversation; SetupError when there is no such case."""
    database = Database(settings.database)
    try:
        async with database.write() as tx:
            await conversations.erase(tx, await cases.remove(tx, case))
    except CaseUnknownError:
        raise SetupError(
            "there is no such case", "give the whole id, as `wayout-responder list --json` shows it"
        ) from None
    finally:
        await database.close()
