"""Return codes and tries, on both databases."""

from datetime import datetime, timedelta

from storage import codes, conversations, tries
from storage.codes import Code
from storage.conversations import Stored
from storage.database import Database

ANA, BEN = "a" * 32, "b" * 32
HOUR = timedelta(hours=1)


async def hold(database: Database, name: str) -> None:
    """A conversation that a worker holds."""
    async with database.write() as tx:
        chat = name[:16].encode()
        await conversations.create(tx, Stored(name, chat, b"key", None, 0, b"place"), me="me")


async def test_a_locator_leads_to_a_conversation_and_its_chat(database: Database, now: datetime) -> None:
    """Another one leads nowhere."""
    await hold(database, ANA)
    async with database.write() as tx:
        assert await codes.put(tx, b"1" * 16, ANA, b"verifier", made_at=now)
    async with database.read() as tx:
        assert await codes.find(tx, b"1" * 16) == Code(ANA, ANA[:16].encode(), b"verifier")
        assert await codes.find(tx, b"2" * 16) is None


async def test_a_new_code_ends_the_old_one(database: Database, now: datetime) -> None:
    """One a conversation, and none after it was revoked."""
    await hold(database, ANA)
    async with database.write() as tx:
        await codes.put(tx, b"1" * 16, ANA, b"old", made_at=now)
        await codes.put(tx, b"2" * 16, ANA, b"new", made_at=now)
        assert await codes.find(tx, b"1" * 16) is None
        found = await codes.find(tx, b"2" * 16)
        await codes.revoke(tx, ANA)
        gone = await codes.find(tx, b"2" * 16)

    assert found is not None
    assert found.verifier == b"new"
    assert gone is None


async def test_a_locator_that_is_taken_is_refused(database: Database, now: datetime) -> None:
    """The other conversation keeps its code; the caller draws again."""
    await hold(database, ANA)
    await hold(database, BEN)
    async with database.write() as tx:
        assert await codes.put(tx, b"1" * 16, ANA, b"hers", made_at=now)
        assert not await codes.put(tx, b"1" * 16, BEN, b"his", made_at=now)
        found = await codes.find(tx, b"1" * 16)

    assert found is not None
    assert found.conversation == ANA


async def test_a_code_goes_with_its_conversation(database: Database, now: datetime) -> None:
    """Erasure leaves nothing that could be asked for it."""
    await hold(database, ANA)
    async with database.write() as tx:
        await codes.put(tx, b"1" * 16, ANA, b"verifier", made_at=now)
        await conversations.erase(tx, ANA)
        assert await codes.find(tx, b"1" * 16) is None


async def test_tries_are_counted_by_key_and_begin_anew_after_their_time(
    database: Database, now: datetime
) -> None:
    """What counts is when the first of them was."""
    counted = []
    for minutes in (0, 30, 59, 60, 61):
        at = now + timedelta(minutes=minutes)
        async with database.write() as tx:
            counted.append(await tries.count(tx, b"a" * 16, now=at, since=at - HOUR))
            await tries.count(tx, b"b" * 16, now=at, since=at - HOUR)

    assert counted == [1, 2, 3, 1, 2]


async def test_a_right_one_is_taken_back_and_old_ones_are_forgotten(
    database: Database, now: datetime
) -> None:
    """Below nothing there is nothing."""
    async with database.write() as tx:
        await tries.count(tx, b"a" * 16, now=now, since=now - HOUR)
        await tries.forgive(tx, b"a" * 16)
        await tries.forgive(tx, b"a" * 16)
        await tries.forgive(tx, b"c" * 16)
        assert await tries.count(tx, b"a" * 16, now=now, since=now - HOUR) == 1
        await tries.forget(tx, before=now)
        assert await tries.count(tx, b"a" * 16, now=now, since=now - HOUR) == 2
        await tries.forget(tx, before=now + HOUR)
        assert await tries.count(tx, b"a" * 16, now=now, since=now - HOUR) == 1
