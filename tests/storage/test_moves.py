"""Moves: a chat is led to another conversation, and the one that it leaves goes with its last case."""

from datetime import datetime, timedelta

from storage import conversations, inbox, outbox
from storage.conversations import Led, Saved, Stored
from storage.database import Database
from storage.inbox import Arrival
from storage.outbox import Intent

OLD, NEW, STRANGER = "a" * 32, "b" * 32, "c" * 32
HERE, THERE = b"h" * 16, b"t" * 16


async def hold(database: Database, now: datetime) -> None:
    """Two conversations, each with its chat."""
    async with database.write() as tx:
        for name, chat in ((OLD, HERE), (NEW, THERE)):
            await conversations.create(tx, Stored(name, chat, b"key", None, 0, b"place"), me="me")
            await conversations.save(tx, [Saved(name, b"state", 1, now, now)])
            await outbox.add(tx, [Intent(name, "screen", 1, b"show", now)])


async def move(database: Database, now: datetime) -> None:
    """The chat there leads to the old conversation, the chat here to a stranger's."""
    async with database.write() as tx:
        await conversations.add(tx, Stored(STRANGER, HERE, b"key", b"state", 0, b""), me="me")
        led = [Led(HERE, STRANGER, b"emptied", now), Led(THERE, OLD, b"moved", None)]
        await conversations.lead(tx, led)
        await outbox.clear(tx, [OLD, NEW])
        await conversations.part(tx, NEW)


async def test_chats_lead_elsewhere_with_their_places(database: Database, now: datetime) -> None:
    """And nothing that was to be done before is done after."""
    await hold(database, now)
    async with database.read() as tx:
        assert {each.conversation for each in await outbox.of(tx, [OLD, NEW])} == {OLD, NEW}
    await move(database, now)
    async with database.read() as tx:
        found = {each.id: each for each in await conversations.load(tx, [OLD, NEW, STRANGER])}
        leads = [await conversations.of_chat(tx, each) for each in (HERE, THERE, b"x" * 16)]
        screens = await conversations.screens_due(tx, now=now, most=9)
        unsent = await outbox.of(tx, [OLD, NEW, STRANGER])

    assert leads == [STRANGER, OLD, None]
    assert {name: (each.chat, each.place, each.screen) for name, each in found.items()} == {
        OLD: (THERE, b"moved", None),
        STRANGER: (HERE, b"emptied", None),
    }
    assert [(name, chat) for name, chat, _ in screens] == [(STRANGER, HERE)]
    assert unsent == []


async def test_who_is_left_has_no_clock_and_is_forgotten(database: Database, now: datetime) -> None:
    """Without a case there is nothing to keep it for; the others stay."""
    await hold(database, now)
    await move(database, now)
    async with database.write() as tx:
        due = await conversations.due(tx, now=now + timedelta(days=1), most=9)
        await conversations.erase_orphans(tx)
        left = await conversations.known(tx, [OLD, NEW, STRANGER])

    assert [each.id for each in due] == [OLD]
    assert left == {OLD, STRANGER}


async def test_what_waits_from_one_source_follows(database: Database, now: datetime) -> None:
    """What people wrote stays with the chat that they wrote in."""
    await hold(database, now)
    async with database.write() as tx:
        await inbox.journal(tx, [Arrival(each, 1, HERE, b"", now) for each in ("desk:a", "desk:b", "bot")])
        await inbox.mark_handled(tx, [Arrival("desk:b", 1, HERE, b"", now)], now=now)
        await inbox.readdress(tx, HERE, THERE, source="desk")
    async with database.read() as tx:
        found = await inbox.waiting(tx, me="me", each=9, most=9)

    assert {each.arrival.source: each.arrival.chat for each in found} == {"desk:a": THERE, "bot": HERE}
