"""The inbox: every update is kept once and handled once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from storage import conversations, inbox, workers
from storage.conversations import Saved, StaleError, Stored
from storage.database import Database
from storage.inbox import Arrival
from storage.tables import inbox as table
from storage.workers import FencedError

CHAT = b"c" * 16
OTHER = b"o" * 16


def arrival(number: int, now: datetime, chat: bytes = CHAT) -> Arrival:
    """An update of the one bot."""
    return Arrival("bot", number, chat, b"sealed", now)


async def numbers(database: Database, me: str) -> Sequence[int]:
    """What waits for a worker, in order."""
    async with database.read() as tx:
        return [each.arrival.number for each in await inbox.waiting(tx, me=me, each=8, most=100)]


async def hold(database: Database, conversation: str, chat: bytes, me: str) -> None:
    """Make a conversation that a worker holds."""
    async with database.write() as tx:
        await conversations.create(tx, Stored(conversation, chat, b"key", None, 0, b"place"), me=me)


async def test_a_redelivered_update_is_kept_once(database: Database, now: datetime) -> None:
    """Telegram may send an update again; there is one row."""
    for _ in range(2):
        async with database.write() as tx:
            await inbox.journal(tx, [arrival(1, now), arrival(2, now)])

    assert await numbers(database, "me") == [1, 2]


async def test_a_handled_update_that_comes_again_does_not_wait(database: Database, now: datetime) -> None:
    """The emptied row is the memory of what was handled."""
    async with database.write() as tx:
        await inbox.journal(tx, [arrival(1, now)])
        await inbox.mark_handled(tx, [arrival(1, now)], now=now)
    async with database.write() as tx:
        await inbox.journal(tx, [arrival(1, now)])

    assert await numbers(database, "me") == []


async def test_a_handled_update_is_emptied(database: Database, now: datetime) -> None:
    """Nothing that was written stays in the inbox."""
    async with database.write() as tx:
        await inbox.journal(tx, [arrival(1, now)])
        await inbox.mark_handled(tx, [arrival(1, now)], now=now)

    async with database.read() as tx:
        assert (await tx.execute(select(table.c.body))).scalar_one() is None


async def test_the_lowest_number_comes_first_whenever_it_arrived(database: Database, now: datetime) -> None:
    """A late update is handled, in its place."""
    async with database.write() as tx:
        await inbox.journal(tx, [arrival(9, now), arrival(3, now + timedelta(seconds=5))])

    assert await numbers(database, "me") == [3, 9]


async def test_what_a_living_worker_holds_is_not_shown_to_another(database: Database, now: datetime) -> None:
    """A conversation is worked on in one place."""
    async with database.write() as tx:
        await workers.enter(tx, "first", now=now, alone=False)
        await workers.enter(tx, "second", now=now, alone=False)
        await inbox.journal(tx, [arrival(1, now), arrival(2, now, OTHER)])
    await hold(database, "a" * 32, CHAT, "first")

    assert await numbers(database, "first") == [1, 2]
    assert await numbers(database, "second") == [2]


async def test_what_a_dead_worker_held_is_free(database: Database, now: datetime) -> None:
    """Silence frees a worker's conversations, and fences the worker off."""
    async with database.write() as tx:
        await workers.enter(tx, "first", now=now, alone=False)
        await workers.enter(tx, "second", now=now + timedelta(minutes=1), alone=False)
        await inbox.journal(tx, [arrival(1, now)])
    await hold(database, "a" * 32, CHAT, "first")
    async with database.write() as tx:
        await workers.beat(tx, "second", now=now + timedelta(minutes=1))

    assert await numbers(database, "second") == [1]
    with pytest.raises(FencedError):
        async with database.write() as tx:
            await workers.fence(tx, "first")


async def test_a_conversation_can_be_taken_by_one_worker_only(database: Database, now: datetime) -> None:
    """The second to ask does not get it."""
    async with database.write() as tx:
        for each in ("first", "second"):
            await workers.enter(tx, each, now=now, alone=False)
    await hold(database, "a" * 32, CHAT, "first")

    async with database.write() as tx:
        assert await conversations.take(tx, ["a" * 32], me="second") == []
        assert await conversations.take(tx, ["a" * 32], me="first") == ["a" * 32]


async def test_a_chat_leads_to_one_conversation(database: Database, now: datetime) -> None:
    """Two workers that meet a stranger at once make one conversation."""
    await hold(database, "a" * 32, CHAT, "first")

    async with database.write() as tx:
        made = await conversations.create(tx, Stored("b" * 32, CHAT, b"key", None, 0, b"place"), me="second")
        stored = await conversations.load(tx, ["a" * 32, "b" * 32])

    assert not made
    assert [each.id for each in stored] == ["a" * 32]


async def test_old_memory_is_forgotten_and_waiting_updates_never(database: Database, now: datetime) -> None:
    """Only what was handled long ago goes."""
    async with database.write() as tx:
        await inbox.journal(tx, [arrival(1, now), arrival(2, now)])
        await inbox.mark_handled(tx, [arrival(1, now)], now=now)
        await inbox.forget(tx, handled_before=now + timedelta(days=2), shelved_before=now)

    async with database.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(table))).scalar_one() == 1
    assert await numbers(database, "me") == [2]


async def test_a_lease_has_one_holder_until_they_die(database: Database, now: datetime) -> None:
    """One process polls; another takes over when it is silent."""
    async with database.write() as tx:
        await workers.enter(tx, "first", now=now, alone=False)
        await workers.enter(tx, "second", now=now + timedelta(minutes=1), alone=False)
        assert await workers.take_lease(tx, "poller", "first")
        assert not await workers.take_lease(tx, "poller", "second")
        await workers.beat(tx, "second", now=now + timedelta(minutes=1))

        assert await workers.take_lease(tx, "poller", "second")
        assert not await workers.take_lease(tx, "poller", "first")


async def test_a_flood_from_one_chat_does_not_keep_the_others_waiting(
    database: Database, now: datetime
) -> None:
    """A few of each chat are shown, whoever came first."""
    async with database.write() as tx:
        await inbox.journal(tx, [arrival(number, now) for number in range(50)])
        await inbox.journal(tx, [arrival(99, now, OTHER)])
        shown = await inbox.waiting(tx, me="me", each=3, most=4)

    assert [each.arrival.number for each in shown] == [0, 99, 1, 2]


async def test_what_nothing_works_on_is_kept_sealed(database: Database, now: datetime) -> None:
    """Shelved: handled no more, and not emptied, whatever its age."""
    async with database.write() as tx:
        await inbox.journal(tx, [arrival(1, now)])
        await inbox.shelve(tx, arrival(1, now), now=now)
        await inbox.forget(tx, handled_before=now + timedelta(days=9), shelved_before=now)
        assert (await tx.execute(select(table.c.body))).scalar_one() == b"sealed"
        await inbox.forget(tx, handled_before=now, shelved_before=now + timedelta(days=91))
        assert (await tx.execute(select(table.c.body))).first() is None

    assert await numbers(database, "me") == []


async def test_a_state_that_is_not_the_next_is_refused(database: Database, now: datetime) -> None:
    """What was computed from an old state is never written over a newer one."""
    await hold(database, "a" * 32, CHAT, "first")
    newer = Saved("a" * 32, b"newer", 1, None, None)
    async with database.write() as tx:
        await conversations.save(tx, [newer])

    with pytest.raises(StaleError):
        async with database.write() as tx:
            await conversations.save(tx, [newer])
