"""Surges: the rate of arrival, and what stands for all processes."""

from datetime import datetime, timedelta

from storage import surges
from storage.database import Database
from storage.surges import Mode, Surge


async def test_the_rate_is_of_about_an_hour(database: Database, now: datetime) -> None:
    """Counts of one step add up, and old ones count no more."""
    for minutes, people in ((-70, 100), (-50, 3), (-49, 4), (0, 5)):
        async with database.write() as tx:
            await surges.arrived(tx, people, now=now + timedelta(minutes=minutes))
    async with database.read() as tx:
        assert await surges.rate(tx, now=now) == 12
        assert await surges.rate(tx, now=now + timedelta(hours=2)) == 0
    async with database.write() as tx:
        await surges.forget(tx, now=now + timedelta(hours=4))
        assert await surges.rate(tx, now=now) == 0


async def test_what_stands_is_seen_by_all(database: Database, now: datetime) -> None:
    """One row, which the next replaces."""
    async with database.read() as tx:
        assert await surges.find(tx) is None
    for mode in Mode:
        new = Surge(mode, mode is Mode.ON, now)
        async with database.write() as tx:
            await surges.keep(tx, new)
        async with database.read() as tx:
            assert await surges.find(tx) == new
