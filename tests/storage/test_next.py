"""Which case comes next: urgency, then language as a preference that ends, and a load that critical cases pass."""

import asyncio
from datetime import datetime, timedelta

import pytest

from storage import cases, staffing
from storage.case import LoadFullError
from storage.claims import HELD_FOR_A_READER, LANGUAGE_COUNTS, Taker
from storage.database import Database
from tests.storage.queue import fill, leases, put, take, to_move

CRITICAL, HIGH, LOW = 4, 3, 1
SECOND = timedelta(seconds=1)
SPANISH = Taker(("es",))
BESIDE_AMHARIC = Taker(("es",), ("am", "en"))


async def order(database: Database, now: datetime, taker: Taker) -> list[str]:
    """The ids in the order in which a responder is given them."""
    taken = []
    while (case := await take(database, "rosa", now, taker=taker)) is not None:
        taken.append(case.id)
    return taken


async def test_what_they_read_comes_first_inside_an_urgency(database: Database, now: datetime) -> None:
    """Urgency goes before language; a language that is not known counts as read."""
    await fill(
        database,
        now,
        put("foreign", now, urgency=LOW, language="am"),
        put("unknown", now, urgency=LOW, rank=1, language=""),
        put("own", now, urgency=LOW, rank=2),
        put("high", now, urgency=HIGH, language="am", rank=3),
    )

    assert await order(database, now, SPANISH) == ["high", "unknown", "own", "foreign"]


async def test_a_card_without_languages_has_no_preference(database: Database, now: datetime) -> None:
    """Rank alone decides then."""
    await fill(database, now, put("a", now, language="am"), put("b", now, rank=1))

    assert await order(database, now, Taker()) == ["a", "b"]


@pytest.mark.parametrize(
    ("card", "language", "reads"),
    [
        ("zh", "zh_Hans", True),
        ("zh_Hans", "zh_Hans", True),
        ("zh_Hant", "zh_Hans", False),
        ("z", "zh", False),
    ],
)
async def test_a_language_is_read_in_each_of_its_scripts(
    database: Database, now: datetime, card: str, language: str, reads: bool
) -> None:
    """A card for Chinese reads both; one for a script reads that."""
    await fill(database, now, put("it", now, rank=1, language=language), put("other", now, language="am"))

    assert await order(database, now, Taker((card,))) == (["it", "other"] if reads else ["other", "it"])


@pytest.mark.parametrize(
    ("urgency", "until"), [(CRITICAL, HELD_FOR_A_READER), (HIGH, LANGUAGE_COUNTS), (LOW, LANGUAGE_COUNTS)]
)
async def test_no_language_waits_for_ever(
    database: Database, now: datetime, urgency: int, until: timedelta
) -> None:
    """Two minutes where it is critical, half an hour where it is not; from then on the rank decides."""
    await fill(database, now, put("foreign", now, urgency=urgency, language="am"))
    await fill(database, now, put("own", now, urgency=urgency, rank=1))
    before = await take(database, "rosa", now + until - SECOND, taker=SPANISH)
    async with database.write() as tx:
        assert before is not None
        await cases.release(tx, before, responder="rosa", now=now)
    after = await take(database, "rosa", now + until, taker=SPANISH)

    assert before.id == "own"
    assert after is not None
    assert after.id == "foreign"


async def test_a_reader_who_is_there_has_two_minutes(database: Database, now: datetime) -> None:
    """Then urgency outranks every language again; it never waits where nobody there reads it."""
    await fill(database, now, put("foreign", now, urgency=CRITICAL, language="am"), put("own", now))
    soon = now + HELD_FOR_A_READER - SECOND

    left = await take(database, "rosa", soon, taker=BESIDE_AMHARIC)
    async with database.write() as tx:
        assert left is not None
        await cases.release(tx, left, responder="rosa", now=soon)
    assert left.id == "own"
    assert await order(database, now + HELD_FOR_A_READER, BESIDE_AMHARIC) == ["foreign", "own"]


async def test_urgency_goes_first_where_nobody_there_reads_it(database: Database, now: datetime) -> None:
    """Nobody reads Amharic at three in the morning: the critical case is given at once."""
    await fill(database, now, put("foreign", now, urgency=CRITICAL, language="am"), put("own", now))

    assert await order(database, now, SPANISH) == ["foreign", "own"]


async def test_what_waits_alone_is_given_whatever_its_language(database: Database, now: datetime) -> None:
    """A preference withholds nothing."""
    await fill(database, now, put("foreign", now, language="am"))

    assert await order(database, now, BESIDE_AMHARIC) == ["foreign"]


async def test_a_full_load_gets_critical_cases_alone(database: Database, now: datetime) -> None:
    """Past what else waits; an empty queue is no refusal; what lapsed makes room."""
    full = Taker(most=1)
    await fill(database, now, put("first", now))
    await take(database, "rosa", now, taker=full)
    assert await take(database, "rosa", now, taker=full) is None

    await fill(database, now, put("second", now))
    with pytest.raises(LoadFullError):
        await take(database, "rosa", now, taker=full)
    await fill(database, now, put("urgent", now, urgency=CRITICAL, language="am"))
    given = await take(database, "rosa", now, taker=Taker(("es",), ("am",), 1))
    later = await take(database, "rosa", now + timedelta(hours=2), taker=full)

    assert given is not None
    assert given.id == "urgent"
    assert later is not None


async def test_a_certain_case_is_refused_to_a_full_load_unless_critical(
    database: Database, now: datetime
) -> None:
    """And the holder's own claim is renewed all the same."""
    await fill(database, now, put("a", now), put("b", now, rank=1), put("urgent", now, urgency=CRITICAL))

    async def claim(case: str) -> str | None:
        async with database.write() as tx:
            found = await to_move(tx, case)
            held = await cases.claim(tx, found, responder="rosa", now=now, leases=leases(now), most=1)
        return held.holder

    assert await claim("a") == "rosa"
    with pytest.raises(LoadFullError):
        await claim("b")
    assert await claim("urgent") == "rosa"
    assert await claim("a") == "rosa"


async def test_requests_at_once_do_not_pass_the_load(database: Database, now: datetime) -> None:
    """Eight presses on one button give as many cases as one may hold."""
    await fill(database, now, *(put(f"case{each}", now, rank=each) for each in range(9)))
    async with database.write() as tx:
        await staffing.seen(tx, "rosa", now=now)

    async def press() -> bool:
        try:
            return await take(database, "rosa", now, taker=Taker(most=3)) is not None
        except LoadFullError:
            return False

    assert sum(await asyncio.gather(*(press() for _ in range(8)))) == 3
