"""Erasure: a conversation goes with its cases, files and key; not while a responder holds a case."""

from datetime import datetime, timedelta

import pytest

from storage import cases, conversations, erasure
from storage.case import CaseUnknownError
from storage.conversations import Stored
from storage.database import Database
from tests.storage.queue import fill, find, put, take

CONVERSATION = "conversation-a"


async def keep(database: Database) -> None:
    """A conversation that has a case."""
    new = Stored(CONVERSATION, b"chat", b"key", b"state", 0, b"place")
    async with database.write() as tx:
        await conversations.create(tx, new, me="worker")


async def destroy(database: Database, now: datetime) -> list[str] | None:
    """Destroy it."""
    async with database.write() as tx:
        return await erasure.destroy(tx, CONVERSATION, now=now)


async def key(database: Database) -> bytes | None:
    """Its data key."""
    async with database.read() as tx:
        return await conversations.data_key(tx, CONVERSATION)


async def test_everything_of_it_goes_and_nothing_else(database: Database, now: datetime) -> None:
    """Its cases and its key; another person's case stays."""
    await keep(database)
    await fill(database, now, put("a", now), put("b", now))

    assert await destroy(database, now) == ["a"]

    assert await key(database) is None
    with pytest.raises(CaseUnknownError):
        await find(database, "a")
    assert (await find(database, "b")).id == "b"


async def test_while_a_responder_holds_it_nothing_goes(database: Database, now: datetime) -> None:
    """Until it was given back, or the claim has lapsed."""
    await keep(database)
    await fill(database, now, put("a", now))
    await take(database, "r", now)

    assert await destroy(database, now + timedelta(minutes=59)) is None
    assert await key(database) == b"key"
    async with database.read() as tx:
        assert await cases.sealed(tx, "a", recipient_class="organisation")

    assert await destroy(database, now + timedelta(hours=2)) == ["a"]
    assert await key(database) is None
