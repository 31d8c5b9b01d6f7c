"""Screens: when the clock has to look at one, what was still to be shown there, and who is forgotten when."""

from datetime import UTC, datetime, timedelta

from alembic import command
from sqlalchemy import text

from storage import conversations, outbox, schema
from storage.conversations import Saved, Stored
from storage.database import Database
from storage.outbox import SCREEN, Intent

ANA, CHAT = "a" * 32, b"c" * 16


async def hold(database: Database) -> None:
    """A conversation that a worker holds."""
    async with database.write() as tx:
        await conversations.create(tx, Stored(ANA, CHAT, b"key", None, 0, b"place"), me="me")


async def test_a_screen_is_due_at_its_moment_and_no_other(database: Database, now: datetime) -> None:
    """It is set with the place; without one there is nothing to look at."""
    await hold(database)
    for at, due in ((now, True), (now + timedelta(seconds=1), False), (None, False)):
        async with database.write() as tx:
            await conversations.save_places(tx, [(CHAT, b"moved", at)])
        async with database.read() as tx:
            found = await conversations.screens_due(tx, now=now, most=9)
        assert found == ([(ANA, CHAT, now)] if due else [])


async def test_who_takes_a_conversation_learns_what_was_to_be_shown(
    database: Database, now: datetime
) -> None:
    """With how often it was tried; a removal is no screen."""
    await hold(database)
    async with database.write() as tx:
        await outbox.add(
            tx, [Intent(ANA, SCREEN, 3, b"show", now, 2), Intent(ANA, "remove-3", 3, b"remove", now)]
        )
    async with database.read() as tx:
        (stored,) = await conversations.load(tx, [ANA])
    assert (stored.screen, stored.attempts) == (b"show", 2)
    async with database.write() as tx:
        await outbox.withdraw(tx, [ANA])
        await outbox.withdraw(tx, [])
    async with database.read() as tx:
        (stored,) = await conversations.load(tx, [ANA])
        left = await outbox.ready(tx, me="me", now=now, most=9)

    assert (stored.screen, stored.attempts) == (None, None)
    assert [each.slot for each in left] == ["remove-3"]


async def test_nobody_is_forgotten_while_something_is_on_the_screen(
    database: Database, now: datetime
) -> None:
    """Nor while something is to be done there: the key that opens the way to the chat is needed for it."""
    await hold(database)

    async def there() -> bool:
        async with database.write() as tx:
            await conversations.erase_orphans(tx)
            return bool(await conversations.known(tx, [ANA]))

    async with database.write() as tx:
        await conversations.save(tx, [Saved(ANA, b"state", 1, None, None)])
        await conversations.save_places(tx, [(CHAT, b"place", now)])
        await outbox.add(tx, [Intent(ANA, "wipe", 1, b"wipe", now)])
        await conversations.release(tx, [ANA])
    assert await there()
    async with database.write() as tx:
        await conversations.save_places(tx, [(CHAT, b"place", None)])
    assert await there()
    async with database.write() as tx:
        await outbox.remove(tx, [Intent(ANA, "wipe", 1, b"", now)])
    assert not await there()


async def test_screens_of_an_earlier_schema_go_once_it_is_silent(database_url: str) -> None:
    """Nothing is known of their age: they go with the silence, or at once where there is none to come."""
    database = Database(database_url)
    async with database.write() as tx:
        await tx.run_sync(lambda connection: command.upgrade(schema._config(connection), "0002"))
        for name, silence in (("a", "5000"), ("b", "NULL")):
            await tx.execute(
                text(f"INSERT INTO conversations VALUES ('{name}', '', NULL, 1, NULL, {silence}, NULL)")  # noqa: S608
            )
            await tx.execute(text(f"INSERT INTO chats VALUES ('{name}', '{name}', '')"))  # noqa: S608
    await schema.migrate(database)
    async with database.read() as tx:
        due = await conversations.screens_due(tx, now=datetime.fromtimestamp(5, UTC), most=9)

    assert {name: at.timestamp() for name, _, at in due} == {"a": 5, "b": 0}
    await database.close()
