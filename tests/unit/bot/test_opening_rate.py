"""The alarm on unusual opening rates: a plain rule on what a card did, told once."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import auditing, opening_rate
from bot.auditing import Done
from bot.opening_rate import Alarm, unusual
from protocol.audit import SERVER, Act
from storage import schema
from storage.database import Database
from tests.unit.bot.hotline import NOON as NOW

CARD = "abcdefgh23456777"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def openings(count: int, at: datetime, *, first: int = 0) -> list[tuple[datetime, str]]:
    """So many cases, a second apart."""
    return [(at + timedelta(seconds=n), f"case-{first + n}") for n in range(count)]


@pytest.mark.parametrize(
    ("busiest", "opened", "told"),
    [
        (0, 10, False),
        (0, 11, True),
        (3, 10, False),
        (3, 11, True),
        (4, 12, False),
        (4, 13, True),
        (20, 60, False),
    ],
)
def test_more_than_ten_and_than_three_times_the_busiest_hour(busiest: int, opened: int, told: bool) -> None:
    """Both have to be passed."""
    before = openings(busiest, NOW - 3 * DAY, first=1000)
    alarm = unusual(CARD, [*before, *openings(opened, NOW - 30 * MINUTE)], now=NOW)
    assert alarm == (Alarm(CARD, opened, busiest) if told else None)


def test_the_same_case_counts_once() -> None:
    """A case that is opened again and again is one case."""
    again = [(NOW - MINUTE, "case") for _ in range(50)]
    assert unusual(CARD, again, now=NOW) is None


@pytest.mark.parametrize("before", [timedelta(minutes=61), 31 * DAY])
def test_only_the_last_hour_is_an_alarm_and_only_thirty_days_are_usual(before: timedelta) -> None:
    """What was an hour ago is no news; what was longer ago than thirty days excuses nothing."""
    old = openings(40, NOW - before - MINUTE)
    assert unusual(CARD, old, now=NOW) is None
    recent = openings(11, NOW - MINUTE, first=500)
    told = unusual(CARD, [*old, *recent], now=NOW)
    assert (told is None) == (before < 30 * DAY)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty one."""
    made = Database(f"sqlite+aiosqlite:///{tmp_path}/wayout.db")
    await schema.migrate(made)
    yield made
    await made.close()


async def open_cases(
    database: Database, cases: Sequence[str], *, act: Act = Act.OPENED, refused: bool = False
) -> None:
    """A card opens them."""
    facts = {"refused": "not_holder"} if refused else {}
    async with database.write() as tx:
        for case in cases:
            await auditing.write(tx, Done(CARD, act, case, facts), now=NOW)


async def look(database: Database, now: datetime) -> list[Alarm]:
    """A minute's look."""
    async with database.write() as tx:
        return await opening_rate.look(tx, now=now)


async def test_an_alarm_is_told_once_an_hour_and_stays_in_the_audit(database: Database) -> None:
    """However often, and by however many processes, it is looked for."""
    await open_cases(database, [f"{n:032x}" for n in range(8)])
    await open_cases(database, [f"{n:032x}" for n in range(8, 12)], act=Act.COMPARED)
    assert await look(database, NOW + MINUTE) == [Alarm(CARD, 12, 0, entry=13)]
    assert await look(database, NOW + 2 * MINUTE) == []
    async with database.read() as tx:
        assert await opening_rate.raised(tx, since=NOW) == [(NOW + MINUTE, Alarm(CARD, 12, 0, entry=13))]
        assert await opening_rate.raised(tx, since=NOW + 2 * MINUTE) == []


async def test_what_was_refused_was_not_opened(database: Database) -> None:
    """Nor what was only listed, claimed or renewed."""
    await open_cases(database, [f"{n:032x}" for n in range(20)], refused=True)
    await open_cases(database, [f"{n:032x}" for n in range(20)], act=Act.CLAIMED)
    assert await look(database, NOW + MINUTE) == []


async def test_an_alarm_whose_facts_were_taken_away_stops_nothing(database: Database) -> None:
    """Somebody who writes into the database does not stop the clock of the bot."""
    async with database.write() as tx:
        await auditing.write(tx, Done(SERVER, Act.OPENING_RATE), now=NOW)
    assert await look(database, NOW) == []
