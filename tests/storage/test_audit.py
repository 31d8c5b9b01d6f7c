"""The audit's rows: one chain, whoever appends, and looks that repeat are counted."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from storage import audit
from storage.audit import STEP, Look, Row
from storage.audit_tables import audit as table
from storage.database import Database

MINUTE = timedelta(minutes=1)
NOTHING_YET = "0" * 64


async def append(database: Database, who: str, now: datetime, *, act: str = "opened") -> int:
    """One more row, whose hash is its number."""

    def make(number: int, previous: str) -> Row:
        return Row(number, now, who, act, "", "{}", previous, f"{number:064x}")

    async with database.write() as tx:
        return await audit.append(tx, make)


async def everything(database: Database, after: int = 0) -> list[Row]:
    """All rows."""
    return [row async for row in audit.rows(database, after=after)]


async def test_rows_follow_one_another(database: Database, now: datetime) -> None:
    """Each has the number after the last, and its hash as the one before."""
    assert [await append(database, "rosa", now) for _ in range(3)] == [1, 2, 3]
    rows = await everything(database)
    assert [row.number for row in rows] == [1, 2, 3]
    assert [row.previous for row in rows] == [NOTHING_YET, rows[0].hash, rows[1].hash]
    assert await everything(database, after=2) == rows[2:]
    async with database.read() as tx:
        assert await audit.end(tx) == (3, rows[2].hash)


async def test_many_pages_are_read_in_order(database: Database, now: datetime) -> None:
    """No row is left out between two pages."""

    def make(number: int, previous: str) -> Row:
        return Row(number, now, "rosa", "opened", "", "{}", previous, f"{number:064x}")

    async with database.write() as tx:
        for _ in range(1003):
            await audit.append(tx, make)
    assert [row.number for row in await everything(database)] == list(range(1, 1004))


async def test_those_who_append_at_once_do_not_fork_the_chain(database_url: str, now: datetime) -> None:
    """Several processes on one database: no number twice, none left out, every link fits."""
    from storage import schema

    first = Database(database_url)
    await schema.migrate(first)
    others = [Database(database_url) for _ in range(3)]
    await asyncio.gather(
        *(append(each, f"card{n}", now) for n, each in enumerate((first, *others)) for _ in range(25))
    )
    rows = await everything(first)
    assert [row.number for row in rows] == list(range(1, 101))
    assert [row.previous for row in rows[1:]] == [row.hash for row in rows[:-1]]
    for each in (first, *others):
        await each.close()


async def test_what_is_rolled_back_leaves_no_gap(database: Database, now: datetime) -> None:
    """The number is given again."""

    async def fail() -> None:
        async with database.write() as tx:
            await audit.append(tx, lambda n, p: Row(n, now, "rosa", "opened", "", "{}", p, "f" * 64))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await append(database, "rosa", now) == 1


@pytest.mark.parametrize("change", [update(table).values(who="ben"), delete(table)], ids=["edit", "delete"])
async def test_the_database_refuses_to_change_what_was_written(
    database: Database, now: datetime, change: object
) -> None:
    """A mistake of ours does not touch it."""
    await append(database, "rosa", now)
    with pytest.raises(DBAPIError):
        async with database.write() as tx:
            await tx.execute(change)
    assert [row.who for row in await everything(database)] == ["rosa"]


async def look(database: Database, now: datetime, case: str = "") -> Look | None:
    """Rosa looks at the queue."""
    async with database.write() as tx:
        return await audit.look(tx, "rosa", "listed", case, now=now)


async def test_looks_that_repeat_are_counted(database: Database, now: datetime) -> None:
    """The first is written down; those of ten minutes come with the next; another case has a count of its own."""
    assert await look(database, now) == Look("rosa", "listed", "", now, 0)
    assert [await look(database, now + n * MINUTE) for n in (1, 5, 9)] == [None] * 3
    assert await look(database, now + MINUTE, "c") == Look("rosa", "listed", "c", now + MINUTE, 0)
    assert await look(database, now + STEP) == Look("rosa", "listed", "", now, 3)
    assert await look(database, now + STEP + MINUTE) is None


async def test_what_was_counted_of_those_who_left_is_not_lost(database: Database, now: datetime) -> None:
    """It is taken once, when the step is over."""
    await look(database, now)
    await look(database, now + MINUTE)
    await look(database, now, "c")

    async def over(at: datetime) -> list[Look]:
        async with database.write() as tx:
            return await audit.looks_over(tx, now=at)

    assert await over(now + 9 * MINUTE) == []
    assert await over(now + STEP) == [Look("rosa", "listed", "", now, 1)]
    assert await over(now + STEP) == []


async def test_what_somebody_did_is_found_by_kind_and_time(database: Database, now: datetime) -> None:
    """Oldest first; another's, another kind's and older ones are left out."""
    for minute, who, act in (
        (0, "rosa", "opened"),
        (1, "ben", "opened"),
        (2, "rosa", "listed"),
        (3, "rosa", "opened"),
    ):
        await append(database, who, now + minute * MINUTE, act=act)
    async with database.read() as tx:
        found = await audit.done_by(tx, "rosa", acts=["opened"])
        late = await audit.done_by(tx, "rosa", acts=["opened"], since=now + MINUTE)
        both = await audit.doers(tx, acts=["opened"], since=now)
        one = await audit.doers(tx, acts=["opened"], since=now + 2 * MINUTE)
    assert [row.number for row in found] == [1, 4]
    assert [row.number for row in late] == [4]
    assert (both, one) == (["ben", "rosa"], ["rosa"])


async def test_heads_are_kept_and_the_first_of_a_number_stays(database: Database, now: datetime) -> None:
    """In the order of what they cover."""
    async with database.write() as tx:
        assert await audit.last_signed(tx) is None
        await audit.keep_head(tx, 4, b"four", now=now)
        await audit.keep_head(tx, 9, b"nine", now=now + MINUTE)
        await audit.keep_head(tx, 4, b"another", now=now + MINUTE)
        assert await audit.heads(tx) == [b"four", b"nine"]
        assert await audit.last_signed(tx) == now + MINUTE
