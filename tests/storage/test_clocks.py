"""Clocks of cases: when they begin, what the pager is shown, and who sees a case by the clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storage import cases, clocks, messages
from storage.audience import ALL, Reader
from storage.case import Case, CaseUnknownError, Put, Regrade
from storage.clocks import AT_ONCE, SECOND_ORGANISATION, Clock, Done
from storage.database import Database
from storage.messages import Fate, Message
from tests.storage.queue import ORGANISATION, OURS, fill, find, leases, opened, put, take

MINUTE = timedelta(minutes=1)
CRITICAL, HIGH = 4, 3


async def clock(database: Database, case: str = "a") -> Clock:
    """A case's clock."""
    async with database.read() as tx:
        return (await clocks.of_cases(tx, [case]))[case][0]


async def looked(database: Database, now: datetime) -> None:
    """The pager has looked at everything, and found nothing to do."""
    async with database.write() as tx:
        for each, _ in await clocks.due(tx, now=now, most=99):
            await clocks.save(tx, replace(each, look_at=None))


async def waiting(database: Database, now: datetime) -> list[str]:
    """What the pager has to look at."""
    async with database.write() as tx:
        found = [each.case for each, _ in await clocks.due(tx, now=now, most=99)]
        assert await clocks.any_due(tx, now=now) is bool(found)
    return found


async def test_a_clock_begins_when_the_case_comes(database: Database, now: datetime) -> None:
    """And the pager looks at it."""
    await fill(database, now, put("a", now, urgency=CRITICAL))
    found = await clock(database)
    assert (found.urgency, found.since, found.free_since) == (CRITICAL, now, now)
    assert await waiting(database, now) == ["a"]
    await looked(database, now)
    assert await waiting(database, now) == []


async def test_it_begins_anew_when_the_case_rises_and_not_otherwise(
    database: Database, now: datetime
) -> None:
    """More that is said leaves it."""
    await fill(database, now, put("a", now, urgency=HIGH))
    await fill(database, now + MINUTE, put("a", now, urgency=HIGH, number=1))
    assert (await clock(database)).since == now
    await fill(database, now + 2 * MINUTE, put("a", now, urgency=CRITICAL, number=2))
    found = await clock(database)
    assert (found.urgency, found.since, found.paged_at) == (CRITICAL, now + 2 * MINUTE, None)


async def test_it_begins_anew_when_a_closed_case_comes_back(database: Database, now: datetime) -> None:
    """The amendment that reopens it starts it."""
    await fill(database, now, put("a", now))
    await take(database, "rosa", now)
    async with database.write() as tx:
        case = await opened(tx, "a")
        await cases.close(tx, case, responder="rosa", now=now, outcome="helped")
    later = now + 60 * MINUTE
    await fill(database, later, put("a", later, number=1))
    assert (await clock(database)).since == later


async def test_what_gives_danger_by_itself_is_kept_as_a_danger(database: Database, now: datetime) -> None:
    """The revision that brought it; what was said before it and is sealed again is none."""
    await fill(database, now, put("a", now, urgency=CRITICAL, news=((0, CRITICAL),)))
    await fill(database, now, put("a", now, urgency=CRITICAL, number=1, news=((0, CRITICAL), (1, HIGH))))
    assert (await clock(database)).danger == 0
    again = put("a", now, urgency=CRITICAL, number=2, news=((0, CRITICAL), (2, CRITICAL)))
    await fill(database, now, again)
    assert (await clock(database)).danger == 2
    await looked(database, now)
    async with database.write() as tx:
        await clocks.save(tx, replace(await clock(database), danger=-1))
    await fill(database, now, replace(again, revisions=()))
    assert (await clock(database)).danger == -1


async def test_every_move_is_looked_at(database: Database, now: datetime) -> None:
    """Claim, renew, regrade, release, close: the pager sees what came of it."""
    await fill(database, now, put("a", now))

    async def claim() -> Case | None:
        return await take(database, "rosa", now)

    async def renew() -> Case:
        async with database.write() as tx:
            return await cases.renew(
                tx, await find(database, "a"), responder="rosa", now=now, leases=leases(now)
            )

    async def regrade() -> Case:
        new = Regrade("a", ORGANISATION, 0, 1, 2, b"sealed", now)
        async with database.write() as tx:
            case = await opened(tx, "a")
            return await cases.regrade(tx, case, new, responder="rosa", now=now, leases=leases(now))

    async def close() -> Case:
        async with database.write() as tx:
            case = await opened(tx, "a")
            return await cases.close(tx, case, responder="rosa", now=now, outcome="helped")

    for move in (claim, renew, regrade, close):
        await looked(database, now)
        await move()
        assert await waiting(database, now) == ["a"]
        assert (await clock(database)).look_at == AT_ONCE


def message(number: int, state: Fate, made_at: datetime, case: str = "a") -> Message:
    """A message in a state."""
    kind = "note" if state is Fate.KEPT else "reply"
    return Message(
        f"{case}{number}",
        case,
        ORGANISATION,
        number,
        kind,
        "rosa",
        state,
        b"boxed",
        None,
        made_at,
        made_at,
        made_at,
    )


async def test_what_was_done_counts_from_when_the_clock_began(database: Database, now: datetime) -> None:
    """Replies by their states, notes for colleagues; what was done before is not done."""
    await fill(database, now, put("a", now), put("b", now), put("c", now))
    async with database.write() as tx:
        await messages.add(tx, message(0, Fate.READ, now - MINUTE))
        await messages.add(tx, message(1, Fate.QUEUED, now + MINUTE))
        await messages.add(tx, message(2, Fate.KEPT, now + MINUTE))
        await messages.add(tx, message(0, Fate.SHOWN_NOTE, now, case="b"))
        await messages.add(tx, message(1, Fate.QUEUED, now, case="b"))
        await messages.add(tx, message(0, Fate.WITHDRAWN, now, case="c"))
    async with database.read() as tx:
        found = {case: done for case, (_, done) in (await clocks.of_cases(tx, ["a", "b", "c", "d"])).items()}
    assert (found["a"].waits, found["a"].told, found["a"].planned) == (True, False, True)
    assert (found["b"].waits, found["b"].told, found["b"].planned) == (False, True, False)
    assert found["c"] == Done()
    assert "d" not in found


def sealed_to_both(case: str, now: datetime) -> Put:
    """A critical case that a second organisation could open."""
    classes = (ORGANISATION, SECOND_ORGANISATION)
    return replace(put(case, now, urgency=CRITICAL), classes=classes, audience=((SECOND_ORGANISATION, ALL),))


SECOND = Reader("sam", ((SECOND_ORGANISATION, ALL),), datetime(2999, 1, 1, tzinfo=UTC))
"""Somebody of the second organisation."""


async def test_the_second_organisation_sees_a_case_from_its_minute_on(
    database: Database, now: datetime
) -> None:
    """Before, it is not in their list, cannot be found and cannot be taken; others see it all the time."""
    await fill(database, now, sealed_to_both("a", now))
    async with database.read() as tx:
        assert await cases.queue(tx, reader=SECOND, most=9) == []
        assert [each.id for each in await cases.queue(tx, reader=OURS, most=9)] == ["a"]
        with pytest.raises(CaseUnknownError):
            await cases.find(tx, "a", reader=SECOND)
    assert await take(database, "sam", now, SECOND) is None
    async with database.write() as tx:
        await clocks.save(tx, replace(await clock(database), second_at=now))
    async with database.read() as tx:
        assert [each.id for each in await cases.queue(tx, reader=SECOND, most=9)] == ["a"]
    taken = await take(database, "sam", now, SECOND)
    assert taken is not None
    assert taken.holder == "sam"


async def test_a_case_that_is_erased_leaves_no_clock(database: Database, now: datetime) -> None:
    """It goes with its case."""
    await fill(database, now, put("a", now))
    async with database.write() as tx:
        await cases.remove(tx, "a")
    async with database.read() as tx:
        assert await clocks.of_cases(tx, ["a"]) == {}
    assert await waiting(database, now) == []


async def test_the_queue_is_ordered_by_urgency_then_rank(database: Database, now: datetime) -> None:
    """And the rank, lowest first, has minors, the nearest deadline and the age in it."""
    await fill(
        database,
        now,
        put("low", now, urgency=1, rank=0),
        put("late", now, urgency=CRITICAL, rank=9),
        put("minor", now, urgency=CRITICAL, rank=1),
        put("high", now, urgency=HIGH, rank=0),
    )
    async with database.read() as tx:
        found = [each.id for each in await cases.queue(tx, reader=OURS, most=9)]
    assert found == ["minor", "late", "high", "low"]
