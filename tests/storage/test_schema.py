"""The schema's versions."""

import asyncio
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from storage import cases, conversations, pages, schema
from storage.conversations import Stored
from storage.database import Database
from tests.storage.queue import OURS


async def test_migrated_schema_equals_the_tables(database: Database) -> None:
    """What the migrations build is what tables.py says."""
    assert await schema.differences(database) == []


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    """A second start finds the schema up to date."""
    await schema.migrate(database)

    assert await schema.current(database) == schema.newest()


async def test_a_case_of_the_first_schema_stays_in_the_queue(database_url: str) -> None:
    """A migration keeps what is there; no responder had given its urgency."""
    database = Database(database_url)
    async with database.write() as tx:
        await tx.run_sync(lambda connection: command.upgrade(schema._config(connection), "0001"))
        await tx.execute(
            text(
                "INSERT INTO cases VALUES ('a', 'c', 4, 'answers', 0, 'organisation', 'victim', 'es', 0, 'waiting',"
                " NULL, NULL, 0, -1, NULL, NULL, false)"
            )
        )
    await schema.migrate(database)

    async with database.read() as tx:
        case = await cases.find(tx, "a", reader=OURS)
    assert (case.urgency, case.regraded) == (4, -1)
    await database.close()


async def test_pages_of_an_earlier_schema_stay(database_url: str) -> None:
    """Also where the table had to be written anew; and each still goes with its case."""
    database = Database(database_url)
    async with database.write() as tx:
        await tx.run_sync(lambda connection: command.upgrade(schema._config(connection), "0014"))
        await tx.execute(
            text(
                "INSERT INTO cases (id, conversation, urgency, urgency_from, rank, classes, flow, language,"
                " received_at, state, amended, opened, relay_open, regraded)"
                " VALUES ('a', 'c', 4, 'answers', 0, 'organisation', 'victim', 'es', 0, 'waiting', 0, -1, true, -1)"
            )
        )
        await tx.execute(
            text(
                'INSERT INTO pages (id, "case", destination, reason, urgency, state, made_at, due_at, changed_at)'
                " VALUES ('p', 'a', 'mail', 'waiting', 4, 'due', 0, 0, 0)"
            )
        )
    await schema.migrate(database)

    async with database.write() as tx:
        (page,) = await pages.recent(tx, most=9)
        assert (page.id, page.case, page.entry, page.tries) == ("p", "a", None, 0)
        await cases.remove(tx, "a")
        assert await pages.recent(tx, most=9) == []
    await database.close()


async def test_an_empty_database_has_no_version(tmp_path: Path) -> None:
    """The doctor can tell an empty database from a current one."""
    empty = Database(f"sqlite+aiosqlite:///{tmp_path}/empty.db")

    assert await schema.current(empty) is None
    await empty.close()


async def test_what_was_erased_is_not_in_the_write_ahead_log(tmp_path: Path) -> None:
    """A wrapped key that was destroyed is nowhere in the database's files."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/wayout.db")
    await schema.migrate(database)
    new = Stored("a" * 32, b"c" * 16, b"a-key-to-be-destroyed", None, 0, b"place")
    async with database.write() as tx:
        await conversations.create(tx, new, me="me")
    assert any(b"a-key-to-be-destroyed" in path.read_bytes() for path in tmp_path.iterdir())
    async with database.write() as tx:
        await conversations.erase(tx, new.id)
    await database.scrub()

    assert not any(b"a-key-to-be-destroyed" in path.read_bytes() for path in tmp_path.iterdir())
    await database.close()


async def test_a_commit_that_fails_lets_the_lock_go(tmp_path: Path) -> None:
    """The next transaction begins at once, in this process and in another."""
    url = f"sqlite+aiosqlite:///{tmp_path}/wayout.db"
    database, other = Database(url), Database(url)
    await schema.migrate(database)

    async def fail() -> None:
        async with database.write() as tx:
            await conversations.create(tx, Stored("a" * 32, b"c" * 16, b"key", None, 0, b"place"), me="me")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with other.write() as tx:
        assert await conversations.load(tx, ["a" * 32]) == []
    await database.close()
    await other.close()


async def test_a_lock_that_another_process_holds_is_waited_for(tmp_path: Path) -> None:
    """A backup or an erasure beside the bot delays a write, and fails none."""
    url = f"sqlite+aiosqlite:///{tmp_path}/wayout.db"
    database, other = Database(url), Database(url)
    await schema.migrate(database)

    async def write_too() -> None:
        async with other.write() as tx:
            await conversations.create(tx, Stored("b" * 32, b"d" * 16, b"key", None, 0, b"place"), me="me")

    async with database.write() as tx:
        await conversations.create(tx, Stored("a" * 32, b"c" * 16, b"key", None, 0, b"place"), me="me")
        waiting = asyncio.create_task(write_too())
        done, _ = await asyncio.wait([waiting], timeout=0.2)
        assert not done
    await waiting
    async with database.read() as tx:
        assert len(await conversations.load(tx, ["a" * 32, "b" * 32])) == 2
    await database.close()
    await other.close()
