"""People as rows: a log that grows at one end, yeses that go with it, and keys that are stopped in the same commit."""

from datetime import datetime, timedelta

from storage import people
from storage.case import State
from storage.database import Database
from storage.messages import Fate
from storage.people import Stop, Yes
from tests.storage.queue import fill, find, put, take
from tests.storage.test_messages import keep, kept, message


async def append(database: Database, number: int, body: bytes, now: datetime) -> bool:
    """Add a change."""
    async with database.write() as tx:
        return await people.append(tx, number, body, now=now)


async def test_the_log_grows_at_its_end_once(database: Database, now: datetime) -> None:
    """Of two processes that add the same number, one is told that it came second."""
    assert await append(database, 0, b"first", now)
    assert not await append(database, 0, b"another", now)
    assert await append(database, 1, b"second", now)

    async with database.read() as tx:
        assert await people.changes(tx) == [(0, b"first"), (1, b"second")]
        assert await people.changes(tx, after=0) == [(1, b"second")]


async def test_a_yes_is_for_the_next_change_alone(database: Database, now: datetime) -> None:
    """Kept once for each person; void when another change came first."""
    yes = Yes(1, "add", "sami", "rosa", b"boxed")
    async with database.write() as tx:
        await people.agree(tx, yes)
        await people.agree(tx, Yes(1, "add", "sami", "rosa", b"again"))
        await people.agree(tx, Yes(1, "add", "sami", "lin", b"hers"))
        assert [each.by for each in await people.agreed(tx, 1)] == ["lin", "rosa"]
        assert (await people.agreed(tx, 1))[1] == yes

    await append(database, 1, b"changed", now)

    async with database.read() as tx:
        assert await people.agreed(tx, 1) == []


async def test_a_stopped_key_holds_nothing_and_sends_nothing(database: Database, now: datetime) -> None:
    """Its cases wait again, its replies are frozen; a colleague's are not, nor what was read."""
    await fill(database, now, put("a", now, urgency=4), put("b", now))
    await take(database, "rosa", now)
    await take(database, "sami", now)
    states = (Fate.QUEUED, Fate.SHOWN_NOTE, Fate.BLOCKED, Fate.NEEDS_SECOND_LOOK, Fate.READ, Fate.KEPT)
    await keep(database, *(message(number, now, state=state) for number, state in enumerate(states)))

    async with database.write() as tx:
        frozen = await people.stop(tx, "rosa", b"boxed", now=now + timedelta(minutes=1))

    assert sorted(each.number for each in frozen) == [0, 1, 2, 3]
    assert [each.state for each in await kept(database)] == [Fate.FROZEN] * 4 + [Fate.READ, Fate.KEPT]
    assert all(each.text is None for each in await kept(database))
    first, second = await find(database, "a"), await find(database, "b")
    assert (first.state, first.holder, first.lease_until) == (State.WAITING, None, None)
    assert (second.state, second.holder) == (State.CLAIMED, "sami")


async def test_a_key_is_stopped_until_it_is_let_go(database: Database, now: datetime) -> None:
    """Yeses are kept, one for each person; letting go forgets them."""
    async with database.write() as tx:
        await people.stop(tx, "rosa", b"first", now=now)
        await people.stop(tx, "rosa", b"second", now=now)
        await people.would_lift(tx, "rosa", "sami", b"old")
        await people.would_lift(tx, "rosa", "sami", b"new")
        await people.would_lift(tx, "rosa", "lin", b"hers")
    async with database.read() as tx:
        assert await people.stopped(tx) == {"rosa"}
        assert await people.stops(tx) == [Stop("rosa", b"first", (b"hers", b"new"))]

    async with database.write() as tx:
        await people.lift(tx, "rosa")
        assert await people.stopped(tx) == frozenset()
        await people.stop(tx, "rosa", b"third", now=now)
        assert await people.stops(tx) == [Stop("rosa", b"third", ())]
