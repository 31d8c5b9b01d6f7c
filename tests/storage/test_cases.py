"""The queue: order, claims that are leases, and nothing handed out twice."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from storage import cases
from storage.audience import Reader
from storage.cases import (
    CaseUnknownError,
    NotHolderError,
    NotWaitingError,
    Revision,
    State,
    UnreadError,
)
from storage.database import Database
from tests.storage.queue import ORGANISATION, OURS, fill, find, leases, opened, put, take


async def test_the_most_urgent_comes_first_then_the_lowest_rank(database: Database, now: datetime) -> None:
    """Urgency, then the order within it."""
    await fill(
        database,
        now,
        put("low", now),
        put("late", now, urgency=4, rank=2),
        put("soon", now, urgency=4, rank=1),
    )

    taken = [await take(database, "r", now) for _ in range(4)]

    assert [each.id if each else None for each in taken] == ["soon", "late", "low", None]


async def test_claims_at_the_same_time_get_different_cases(database: Database, now: datetime) -> None:
    """Nothing is handed out twice, however many ask at once."""
    await fill(database, now, *(put(f"case{each}", now, rank=each) for each in range(20)))

    taken = await asyncio.gather(*(take(database, f"r{each}", now) for each in range(20)))

    assert len({each.id for each in taken if each}) == 20


async def test_a_class_sees_only_cases_that_were_sealed_for_it(database: Database, now: datetime) -> None:
    """What a class cannot open is not there for it."""
    await fill(database, now, put("a", now))

    officer = Reader("officer", (("home_police", "KE"), ("host_police", "KE")), now)
    async with database.read() as tx:
        assert await cases.queue(tx, reader=officer, most=9) == []
        with pytest.raises(CaseUnknownError):
            await cases.find(tx, "a", reader=officer)


async def test_the_queue_says_which_path_a_case_is_on_now(database: Database, now: datetime) -> None:
    """Somebody cries for help, and says only then that it is about another person."""
    await fill(database, now, put("a", now, flow="victim"))
    await fill(database, now, put("a", now, flow="family", number=1))

    assert (await find(database, "a")).flow == "family"


async def test_a_claim_that_lapsed_waits_again(database: Database, now: datetime) -> None:
    """A holder who fell asleep does not keep a case."""
    await fill(database, now, put("a", now))
    await take(database, "sleeper", now)

    later = now + timedelta(hours=2)
    taken = await take(database, "waker", later)

    assert taken is not None
    assert taken.holder == "waker"
    with pytest.raises(NotHolderError):
        async with database.write() as tx:
            await cases.close(tx, await find(database, "a"), responder="sleeper", now=later, outcome="helped")


async def test_a_held_case_cannot_be_claimed_by_another(database: Database, now: datetime) -> None:
    """The second to ask is told so; the holder's own claim is renewed."""
    await fill(database, now, put("a", now))
    await take(database, "first", now)
    case = await find(database, "a")

    async with database.write() as tx:
        with pytest.raises(NotWaitingError):
            await cases.claim(tx, case, responder="second", now=now, leases=leases(now))
        again = await cases.claim(
            tx, case, responder="first", now=now, leases=leases(now + timedelta(minutes=5))
        )

    assert again.lease_until == now + timedelta(hours=1, minutes=5)


async def test_releasing_gives_back_and_closing_ends(database: Database, now: datetime) -> None:
    """The moves of the queue, one after the other."""
    await fill(database, now, put("a", now))
    await take(database, "r", now)
    async with database.write() as tx:
        released = await cases.release(tx, await cases.find(tx, "a", reader=OURS), responder="r", now=now)
    assert released.state is State.WAITING

    await take(database, "r", now)
    async with database.write() as tx:
        held = await opened(tx, "a")
        closed = await cases.close(tx, held, responder="r", now=now, outcome="helped")

    assert (closed.state, closed.holder, closed.outcome) == (State.CLOSED, "r", "helped")
    assert await take(database, "r", now) is None


async def test_an_amended_case_only_rises(database: Database, now: datetime) -> None:
    """Whoever holds the phone cannot lower a case."""
    await fill(database, now, put("a", now, urgency=4))
    await fill(database, now, put("a", now, urgency=1, number=1))

    case = await find(database, "a")

    assert (case.urgency, case.amended) == (4, 1)


async def test_an_amendment_reopens_a_closed_case(database: Database, now: datetime) -> None:
    """Somebody who writes again is heard again."""
    await fill(database, now, put("a", now))
    await take(database, "r", now)
    async with database.write() as tx:
        held = await opened(tx, "a")
        await cases.close(tx, held, responder="r", now=now, outcome="helped")
    await fill(database, now, put("a", now, number=1))

    case = await find(database, "a")

    assert (case.state, case.holder, case.outcome) == (State.WAITING, None, None)


async def test_an_amendment_leaves_a_claim_alone(database: Database, now: datetime) -> None:
    """More words come while somebody reads; they keep the case."""
    await fill(database, now, put("a", now))
    await take(database, "r", now)
    await fill(database, now, put("a", now, number=1))

    assert (await find(database, "a")).held_by("r", now)


async def test_revisions_are_kept_side_by_side(database: Database, now: datetime) -> None:
    """A case is a row of sealed files, oldest first."""
    await fill(database, now, put("a", now))
    await fill(database, now, put("a", now, number=1))

    async with database.read() as tx:
        found = await cases.sealed(tx, "a", recipient_class=ORGANISATION)

    assert [each.number for each in found] == [0, 1]


async def test_only_old_closed_cases_are_purged(database: Database, now: datetime) -> None:
    """Retention counts from the closing; what waits stays."""
    await fill(database, now, put("closed", now, urgency=2), put("open", now))
    await take(database, "r", now)
    async with database.write() as tx:
        held = await opened(tx, "closed")
        await cases.close(tx, held, responder="r", now=now, outcome="helped")
        assert await cases.purge(tx, closed_before=now, most=9) == []
        assert await cases.purge(tx, closed_before=now + timedelta(seconds=1), most=9) == ["closed"]
        assert [each.id for each in await cases.queue(tx, reader=OURS, most=9)] == ["open"]
        assert await cases.sealed(tx, "closed", recipient_class=ORGANISATION) == []


async def test_a_case_is_not_closed_unread(database: Database, now: datetime) -> None:
    """Neither without having been opened, nor when something came after that."""
    await fill(database, now, put("a", now))
    await take(database, "r", now)
    async with database.write() as tx:
        with pytest.raises(UnreadError):
            await cases.close(tx, await find(database, "a"), responder="r", now=now, outcome="helped")
        await opened(tx, "a")
    await fill(database, now, put("a", now, number=1))

    async with database.write() as tx:
        held = await cases.find(tx, "a", reader=OURS, to_move=True)
        with pytest.raises(UnreadError):
            await cases.close(tx, held, responder="r", now=now, outcome="helped")


async def test_old_files_of_the_same_part_are_dropped(database: Database, now: datetime) -> None:
    """Each file is whole; a long conversation does not pile them up, and other sessions' files stay."""
    earlier = Revision("a", 0, "core", ORGANISATION, b"boxed", now, "an earlier session")
    await fill(database, now, replace(put("a", now), revisions=(earlier,)))
    for number in range(1, 30):
        await fill(database, now, put("a", now, number=number))

    async with database.read() as tx:
        kept = [each.number for each in await cases.sealed(tx, "a", recipient_class=ORGANISATION)]

    assert kept == [0, *range(21, 30)]


async def test_what_another_has_opened_is_unread_for_the_next_holder(
    database: Database, now: datetime
) -> None:
    """Closing means that the one who closes has read it."""
    await fill(database, now, put("a", now))
    await take(database, "first", now)
    async with database.write() as tx:
        await cases.release(tx, await opened(tx, "a"), responder="first", now=now)
    await take(database, "second", now)

    async with database.write() as tx:
        with pytest.raises(UnreadError):
            await cases.close(tx, await find(database, "a"), responder="second", now=now, outcome="helped")
