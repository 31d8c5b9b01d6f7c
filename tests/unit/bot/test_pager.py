"""The pager at work on both databases, with real channels and a clock that is handed in."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.pager import patience
from bot.record import Record, seal_record
from storage import cases, clocks, conversations, messages, pages, workers
from storage.box import Box, DataKey
from storage.conversations import Stored
from storage.database import Database
from storage.messages import Fate, Message
from storage.pages import Delivery
from tests.conftest import NOON
from tests.storage.queue import ORGANISATION, OURS, fill, leases, put, take
from tests.unit.bot.line import Line, opened

CRITICAL = 4
MINUTE = timedelta(minutes=1)
PLACES = {"mail", "hook", "push"}


@pytest.fixture
async def line(database: Database, tmp_path: Path) -> AsyncIterator[Line]:
    """A hotline with nobody in its queue."""
    async with opened(database, tmp_path) as found:
        yield found


async def test_danger_reaches_every_destination_once(line: Line) -> None:
    """However often the pager looks until it is time to page again."""
    pager = line.pager()
    await fill(line.database, line.now, put("a", line.now, urgency=CRITICAL))
    for seconds in range(5):
        line.now = NOON + timedelta(seconds=seconds)
        await line.sweep(pager)
    assert [len(line.here.letters), len(line.here.of("/hook")), len(line.here.of("/duty"))] == [1, 1, 1]
    assert await line.states() == dict.fromkeys(PLACES, Delivery.SENT)
    line.now = NOON + 10 * MINUTE
    await line.sweep(pager)
    assert [len(line.here.letters), len(line.here.of("/hook")), len(line.here.of("/duty"))] == [2, 2, 2]


async def test_a_kill_at_any_moment_loses_no_page(line: Line) -> None:
    """Killed before it looked, and after it wrote the pages down: the next process sends them."""
    await fill(line.database, line.now, put("a", line.now, urgency=CRITICAL))
    killed = line.pager()
    await killed._look(line.now)
    assert await line.states() == dict.fromkeys(PLACES, Delivery.DUE)
    await line.sweep(line.pager())
    assert await line.states() == dict.fromkeys(PLACES, Delivery.SENT)
    assert await line.count() == 3


async def test_a_channel_that_fails_is_tried_again_and_holds_up_no_other(line: Line) -> None:
    """With growing patience, and never after it succeeded."""
    pager = line.pager()
    line.here.trouble["mail"] = 451
    await fill(line.database, line.now, put("a", line.now, urgency=CRITICAL))
    await line.sweep(pager)
    assert await line.states() == {"mail": Delivery.DUE, "hook": Delivery.SENT, "push": Delivery.SENT}
    line.now += timedelta(seconds=4)
    await line.sweep(pager)
    assert line.here.letters == []
    async with line.database.read() as tx:
        (mail,) = [each for each in await pages.recent(tx, most=9) if each.destination == "mail"]
    assert (mail.tries, mail.outcome) == (1, "smtp_451")
    del line.here.trouble["mail"]
    line.now += timedelta(seconds=1)
    await line.sweep(pager)
    assert len(line.here.letters) == 1
    assert await line.states() == dict.fromkeys(PLACES, Delivery.SENT)


def test_patience_grows_to_five_minutes() -> None:
    """And stays there."""
    waits = [patience(tries).total_seconds() for tries in (1, 2, 3, 4, 9, 5000)]
    assert waits == [5, 10, 20, 40, 300, 300]


async def test_what_did_not_arrive_for_a_day_is_given_up(line: Line) -> None:
    """Newer pages have come by then."""
    pager = line.pager()
    line.here.trouble["/hook"] = 500
    await fill(line.database, line.now, put("a", line.now, urgency=CRITICAL))
    await pager._look(line.now)
    await take(line.database, "rosa", line.now)
    async with line.database.write() as tx:
        await clocks.save(tx, replace((await clocks.of_cases(tx, ["a"]))["a"][0], look_at=None))
    line.now = NOON + timedelta(hours=25)
    await line.sweep(pager)
    assert (await line.states())["hook"] == Delivery.FAILED


async def test_a_claim_stops_it_and_takes_back_what_did_not_get_away(line: Line) -> None:
    """Nobody is woken for a case that somebody has."""
    pager = line.pager()
    line.here.trouble["/hook"] = 500
    await fill(line.database, line.now, put("a", line.now, urgency=CRITICAL))
    await line.sweep(pager)
    await take(line.database, "rosa", line.now)
    del line.here.trouble["/hook"]
    line.now += 15 * MINUTE
    await line.sweep(pager)
    assert (await line.states())["hook"] == Delivery.DROPPED
    assert (len(line.here.of("/hook")), len(line.here.of("/duty"))) == (0, 1)


async def test_a_destination_that_was_taken_out_of_the_file_is_given_up(line: Line) -> None:
    """Its pages are told as failed."""
    await fill(line.database, line.now, put("a", line.now, urgency=CRITICAL))
    await line.pager()._look(line.now)
    await line.sweep(line.pager(nobody=True))
    assert await line.states() == dict.fromkeys(PLACES, Delivery.FAILED)


async def test_of_two_processes_one_pages(line: Line) -> None:
    """As long as it lives."""
    async with line.database.write() as tx:
        await workers.enter(tx, "you", now=NOON, alone=False)
    await fill(line.database, line.now, put("a", line.now, urgency=CRITICAL))
    first, second = line.pager(), line.pager()
    second.me = "you"
    await line.sweep(first)
    line.now += 10 * MINUTE
    await fill(line.database, line.now, put("b", line.now, urgency=CRITICAL))
    await line.sweep(second)
    assert await line.count() == 3
    async with line.database.write() as tx:
        await workers.leave(tx, "me")
    await line.sweep(second)
    assert await line.count() == 9


async def talks(line: Line, case: str, record: Record) -> None:
    """The contact of this case has said how to write back."""
    key = DataKey.generate()
    name = f"conversation-{case}"
    stored = Stored(
        name, name.encode()[-16:], line.box.wrap(key, name), seal_record(record, key, name), 0, b"place"
    )
    async with line.database.write() as tx:
        await conversations.create(tx, stored, me="me")


async def reply(line: Line, case: str, state: Fate) -> None:
    """A responder has written."""
    message = Message(
        "m", case, ORGANISATION, 0, "reply", "rosa", state, b"x", None, line.now, line.now, line.now
    )
    async with line.database.write() as tx:
        await messages.add(tx, message)
        await clocks.look(tx, case)


MORNING = {"reply": "certain_hours", "account": "mine", "clock": "+0000", "hours_18_24": ""}


async def test_duty_is_paged_when_the_hours_of_a_waiting_reply_begin(line: Line) -> None:
    """The server knows the moment before, and nothing but a moment is kept."""
    pager = line.pager()
    await fill(line.database, line.now, put("a", line.now, urgency=CRITICAL))
    await talks(line, "a", Record(reach=MORNING))
    await hold(line)
    await reply(line, "a", Fate.QUEUED)
    await line.sweep(pager)
    async with line.database.read() as tx:
        clock, done = (await clocks.of_cases(tx, ["a"]))["a"]
    assert (clock.opens_at, done.waits) == (NOON + 6 * 60 * MINUTE, True)
    line.now = NOON + 6 * 60 * MINUTE
    await hold(line)
    await line.sweep(pager)
    async with line.database.read() as tx:
        newest = [each for each in await pages.recent(tx, most=99) if each.made_at == line.now]
    assert {(each.reason, each.destination) for each in newest} == {("window", each) for each in PLACES}


async def hold(line: Line) -> None:
    """Rosa has the case, from now on for an hour."""
    async with line.database.write() as tx:
        case = await cases.find(tx, "a", reader=OURS, to_move=True)
        await cases.claim(tx, case, responder="rosa", now=line.now, leases=leases(line.now))


@pytest.mark.parametrize(
    "record",
    [Record(reach=MORNING, hushed=True), Record(reach={"reply": "i_write"}), Record()],
    ids=["made to write", "they write first", "nothing said"],
)
async def test_no_hours_are_known_where_nothing_may_be_sent(line: Line, record: Record) -> None:
    """Every doubt is read as the safer."""
    await fill(line.database, line.now, put("a", line.now, urgency=CRITICAL))
    await talks(line, "a", record)
    await line.sweep(line.pager())
    async with line.database.read() as tx:
        assert (await clocks.of_cases(tx, ["a"]))["a"][0].opens_at is None


async def test_a_conversation_that_cannot_be_opened_stops_nothing(line: Line) -> None:
    """Its case is paged all the same."""
    await fill(line.database, line.now, put("a", line.now, urgency=CRITICAL))
    await talks(line, "a", Record(reach=MORNING))
    line.box = Box({"00000002": bytes([1]) * 32})
    await line.sweep(line.pager())
    assert await line.states() == dict.fromkeys(PLACES, Delivery.SENT)
