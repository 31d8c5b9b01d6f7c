"""Pages: rows that are sent until they arrive, and never after that."""

from dataclasses import replace
from datetime import datetime, timedelta

from storage import cases, pages
from storage.database import Database
from storage.pages import KEPT, Delivery, Page
from tests.storage.queue import fill, put

MINUTE = timedelta(minutes=1)


async def add(
    database: Database, now: datetime, destination: str = "mail", reason: str = "waiting", urgency: int = 4
) -> Page:
    """One page."""
    page = pages.new("a", destination, reason, urgency=urgency, now=now)
    async with database.write() as tx:
        await pages.add(tx, page, instead_of=("waiting", "late"), now=now)
    return page


async def due(database: Database, now: datetime, most: int = 9) -> list[str]:
    """What is to be sent."""
    async with database.read() as tx:
        found = await pages.due(tx, now=now, most=most)
        assert await pages.any_due(tx, now=now) is bool(found)
    return [each.id for each in found]


async def states(database: Database) -> list[Delivery]:
    """What became of all, newest first."""
    async with database.read() as tx:
        return [each.state for each in await pages.recent(tx, most=9)]


async def test_a_page_that_arrived_is_never_sent_again(database: Database, now: datetime) -> None:
    """Whatever the clock says."""
    await fill(database, now, put("a", now))
    page = await add(database, now)
    assert await due(database, now) == [page.id]
    async with database.write() as tx:
        await pages.sent(tx, page, "http_200", now=now)
    assert await due(database, now + timedelta(days=9)) == []
    async with database.read() as tx:
        (found,) = await pages.recent(tx, most=9)
    assert (found.state, found.outcome, found.tries) == (Delivery.SENT, "http_200", 1)


async def test_a_page_that_did_not_arrive_is_tried_when_its_time_comes(
    database: Database, now: datetime
) -> None:
    """With the number of its tries and a code; given up, it is told so."""
    await fill(database, now, put("a", now))
    page = await add(database, now)
    async with database.write() as tx:
        await pages.missed(tx, page, "smtp_451", again=now + MINUTE, now=now)
    assert await due(database, now) == []
    assert await due(database, now + MINUTE) == [page.id]
    async with database.write() as tx:
        await pages.missed(tx, replace(page, tries=1), "smtp_451", again=None, now=now + MINUTE)
    assert await due(database, now + timedelta(days=9)) == []
    assert await states(database) == [Delivery.FAILED]


async def test_a_newer_page_takes_the_place_of_one_that_did_not_get_away(
    database: Database, now: datetime
) -> None:
    """Of the same kind and for the same destination: a channel that comes back is not flooded."""
    await fill(database, now, put("a", now))
    old, other = await add(database, now), await add(database, now, destination="chat")
    danger = await add(database, now, reason="danger")
    newer = await add(database, now + MINUTE)
    assert set(await due(database, now + MINUTE)) == {other.id, danger.id, newer.id}
    assert old.id not in await due(database, now + MINUTE)


async def test_what_is_not_true_any_more_is_dropped(database: Database, now: datetime) -> None:
    """Even while it is on its way and fails; where it arrived after all, that is told."""
    await fill(database, now, put("a", now))
    page, other = await add(database, now), await add(database, now, reason="danger")
    async with database.write() as tx:
        await pages.drop(tx, "a", ("waiting",), now=now)
        await pages.missed(tx, page, "timeout", again=now, now=now)
    assert await due(database, now) == [other.id]
    async with database.write() as tx:
        await pages.sent(tx, page, "ok", now=now)
    assert sorted(await states(database)) == [Delivery.DUE, Delivery.SENT]


async def test_the_most_urgent_goes_first_and_no_destination_crowds_out_another(
    database: Database, now: datetime
) -> None:
    """So many of each at a time."""
    await fill(database, now, put("a", now))
    low = await add(database, now, reason="x", urgency=1)
    high = await add(database, now + MINUTE, reason="y", urgency=3)
    chat = await add(database, now, destination="chat", urgency=2)
    later = now + MINUTE
    assert await due(database, later) == [high.id, chat.id, low.id]
    assert await due(database, later, most=1) == [high.id, chat.id]


async def test_old_pages_are_forgotten_and_erased_cases_leave_none(database: Database, now: datetime) -> None:
    """What waits to be sent stays."""
    await fill(database, now, put("a", now))
    page, waits = await add(database, now), await add(database, now, destination="chat")
    async with database.write() as tx:
        await pages.sent(tx, page, "ok", now=now)
        await pages.forget(tx, now=now + KEPT + MINUTE)
    assert await due(database, now) == [waits.id]
    assert await states(database) == [Delivery.DUE]
    async with database.write() as tx:
        await cases.remove(tx, "a")
    assert await states(database) == []


async def test_a_page_about_an_entry_of_the_audit_has_no_case(database: Database, now: datetime) -> None:
    """It goes the way of all others, and no erasure of a case takes it along."""
    await fill(database, now, put("a", now))
    case = await add(database, now)
    alarm = pages.new("", "mail", "opening_rate", urgency=4, now=now, entry=812)
    async with database.write() as tx:
        await pages.add(tx, alarm, now=now)
        await pages.drop(tx, "a", ("opening_rate",), now=now)
    assert set(await due(database, now)) == {case.id, alarm.id}
    async with database.write() as tx:
        await cases.remove(tx, "a")
    async with database.read() as tx:
        assert await pages.recent(tx, most=9) == [alarm]


async def test_what_went_out_beside_a_page_is_found(database: Database, now: datetime) -> None:
    """For the same reason, about the same, since the oldest that still waits: an earlier round that arrived is none."""
    await fill(database, now, put("a", now), put("b", now))
    earlier = await add(database, now, destination="chat")
    async with database.write() as tx:
        await pages.sent(tx, earlier, "ok", now=now)
    later = now + MINUTE
    page, other = await add(database, later), await add(database, later, destination="chat")
    await add(database, later, reason="danger")
    async with database.write() as tx:
        await pages.add(tx, pages.new("b", "mail", "waiting", urgency=4, now=later), now=later)
        alarms = [pages.new("", name, "rate", urgency=4, now=later, entry=7) for name in ("mail", "chat")]
        for each in (*alarms, pages.new("", "mail", "rate", urgency=4, now=later, entry=8)):
            await pages.add(tx, each, now=later)
        assert {each.id for each in await pages.beside(tx, page)} == {page.id, other.id}
        assert {each.id for each in await pages.beside(tx, alarms[0])} == {each.id for each in alarms}
        await pages.sent(tx, other, "ok", now=later)
        assert {each.id for each in await pages.beside(tx, page)} == {page.id, other.id}


async def test_a_miss_of_what_was_dropped_meanwhile_is_told_as_one(database: Database, now: datetime) -> None:
    """So that nobody is called in its place."""
    await fill(database, now, put("a", now))
    page = await add(database, now)
    async with database.write() as tx:
        assert await pages.missed(tx, page, "timeout", again=now, now=now)
        await pages.drop(tx, "a", ("waiting",), now=now)
        assert not await pages.missed(tx, page, "timeout", again=now, now=now)


async def test_how_destinations_stand_is_known(database: Database, now: datetime) -> None:
    """When each was last reached, and what was tried in vain."""
    await fill(database, now, put("a", now))
    first, second = await add(database, now, destination="chat"), await add(database, now)
    async with database.write() as tx:
        await pages.sent(tx, first, "http_200", now=now + MINUTE)
        await pages.missed(tx, second, "smtp_451", again=now + MINUTE, now=now)
        assert await pages.reached(tx) == {"chat": now + MINUTE}
        assert await pages.stuck(tx) == {"mail": (1, "smtp_451")}
