"""Staffing: when responders were there, kept coarsely, and how long people waited for them."""

from datetime import datetime, timedelta

from storage import cases, staffing
from storage.database import Database
from storage.staffing import Wait
from tests.storage.queue import fill, put

MINUTE = timedelta(minutes=1)


async def see(database: Database, card: str, now: datetime) -> None:
    """One signed request."""
    async with database.write() as tx:
        await staffing.seen(tx, card, now=now)


async def test_when_a_card_was_there_is_kept_in_steps(database: Database, now: datetime) -> None:
    """Ten minutes, and it does not go back."""
    await see(database, "rosa", now + 14 * MINUTE)
    await see(database, "rosa", now + 3 * MINUTE)
    await see(database, "ben", now + 3 * MINUTE)
    await see(database, "ben", now + 29 * MINUTE)
    async with database.read() as tx:
        found = await staffing.shifts(tx)
    assert found == {"rosa": now + 10 * MINUTE, "ben": now + 20 * MINUTE}


async def test_who_was_not_there_for_a_month_is_forgotten(database: Database, now: datetime) -> None:
    """A card that was struck off leaves nothing behind."""
    await see(database, "rosa", now)
    async with database.write() as tx:
        await staffing.forget(tx, now=now + timedelta(days=31))
    async with database.read() as tx:
        assert await staffing.shifts(tx) == {}


async def test_only_the_first_look_and_the_first_answer_count(database: Database, now: datetime) -> None:
    """Newest case first; a case that nobody had has no times, and one of another day is left out."""
    await fill(database, now - timedelta(days=8), put("old", now))
    await fill(database, now, put("a", now))
    await fill(database, now + MINUTE, put("b", now))
    async with database.write() as tx:
        for minute in (5, 9):
            await staffing.read(tx, "a", now=now + minute * MINUTE)
            await staffing.answered(tx, "a", now=now + (minute + 1) * MINUTE)
    async with database.read() as tx:
        found = await staffing.waits(tx, since=now, until=now + timedelta(hours=1), most=9)
        reads = await staffing.last_reads(tx, until=now + timedelta(hours=1), most=9)
        earlier = await staffing.last_reads(tx, until=now + 5 * MINUTE, most=9)
        newest = await staffing.waits(tx, since=now, until=now + timedelta(hours=1), most=1)
    assert found == [Wait(now + MINUTE, None, None), Wait(now, now + 5 * MINUTE, now + 6 * MINUTE)]
    assert newest == found[:1]
    assert (reads, earlier) == ([now + 5 * MINUTE], [])


async def test_an_erased_case_leaves_no_times(database: Database, now: datetime) -> None:
    """They go with it."""
    await fill(database, now, put("a", now))
    async with database.write() as tx:
        await staffing.read(tx, "a", now=now)
        await cases.remove(tx, "a")
    async with database.read() as tx:
        assert await staffing.waits(tx, since=now, until=now + MINUTE, most=9) == []
