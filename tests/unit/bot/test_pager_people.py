"""The pager and people: whose case it is, whose turn, who cannot be reached, and whose key opens too much."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from bot import auditing, opening_rate
from bot.auditing import Done
from bot.bookkeeping import Bookkeeping
from bot.logs import Log
from bot.pager import UNHEARD, Pager
from protocol.audit import Act
from protocol.card import card_id
from protocol.signing import SigningKey
from storage.case import Put
from storage.clocks import SECOND_ORGANISATION
from storage.database import Database
from storage.pages import Delivery
from tests.conftest import NOON
from tests.storage.queue import ORGANISATION, fill, put, take
from tests.storage.queue import opened as read_to_the_end
from tests.unit.bot.line import Line, card, opened

CRITICAL, HIGH = 4, 3
MINUTE = timedelta(minutes=1)
ROSA, BEN = card("Rosa Canaryname"), card("Ben Canaryname")


@pytest.fixture
async def line(database: Database, tmp_path: Path) -> AsyncIterator[Line]:
    """A hotline with two who are enrolled."""
    async with opened(database, tmp_path) as found:
        found.cards = (ROSA, BEN)
        yield found


def file(line: Line, *rows: str) -> str:
    """An alerts file: each a name, and what else is said of it; all are hooks of their own."""
    named = [row.partition(" ")[::2] for row in rows]
    lines = [
        f"  - {{name: {name}, kind: webhook, url: '{line.here.url('/' + name)}', least: high{more and ', ' + more}}}"
        for name, more in named
    ]
    return "\n".join(["destinations:", *lines])


async def paged(line: Line, pager: Pager, minutes: float) -> list[tuple[str, str]]:
    """Who is paged then, and why."""
    line.now = NOON + minutes * MINUTE
    before = len(line.here.asked)
    await line.sweep(pager)
    return sorted(
        (each.path[1:], msgspec.json.decode(each.body)["reason"]) for each in line.here.asked[before:]
    )


def sealed_to_both(case: str, now: datetime) -> Put:
    """A critical case that a second organisation could open."""
    return replace(put(case, now, urgency=CRITICAL), classes=(ORGANISATION, SECOND_ORGANISATION))


async def test_the_stated_times_of_a_case_that_nobody_takes(line: Line) -> None:
    """At once, every ten minutes, and at thirty the second organisation too; until somebody has it."""
    line.file = file(line, "ours", f"theirs class: {SECOND_ORGANISATION}")
    pager = line.pager()
    await fill(line.database, line.now, sealed_to_both("a", line.now))
    seen = {minutes: await paged(line, pager, minutes) for minutes in (0, 9, 10, 20, 29, 30, 40)}
    ours, theirs = ("ours", "waiting"), ("theirs", "waiting")
    assert seen == {
        0: [ours],
        9: [],
        10: [ours],
        20: [ours],
        29: [],
        30: [ours, ("theirs", "second")],
        40: [ours, theirs],
    }
    await take(line.database, card_id(ROSA), line.now)
    assert [await paged(line, pager, minutes) for minutes in (41, 50, 60)] == [[], [], []]


async def danger(line: Line, minutes: float) -> None:
    """Something dangerous is said in a case that somebody holds."""
    line.now = NOON + minutes * MINUTE
    again = put("a", line.now, urgency=CRITICAL, number=1, news=((1, CRITICAL),))
    await fill(line.database, line.now, again)


async def test_a_new_danger_pages_the_holder_and_then_whoever_is_on_call(line: Line) -> None:
    """Ben sleeps, and it is his hours that are over; the chat has no hours."""
    night = "hours: [{from: '00:00', to: '06:00', zone: UTC}]"
    line.file = file(line, "rosa for: Rosa Canaryname", f"ben for: Ben Canaryname, {night}", "chat")
    pager = line.pager()
    await fill(line.database, line.now, put("a", line.now, urgency=CRITICAL))
    assert await paged(line, pager, 0) == [("chat", "waiting"), ("rosa", "waiting")]
    await take(line.database, card_id(ROSA), line.now)
    await danger(line, 5)
    assert await paged(line, pager, 5) == [("rosa", "danger")]
    assert await paged(line, pager, 15) == [("chat", "unheeded")]


async def test_the_holder_alone_is_told_of_what_is_due_and_of_a_claim_that_ends(line: Line) -> None:
    """A first word at thirty minutes; the claim of an hour at fifty-seven; then everybody, since it waits again."""
    line.file = file(line, "rosa for: Rosa Canaryname", "ben for: Ben Canaryname")
    pager, both = line.pager(), [("ben", "waiting"), ("rosa", "waiting")]
    await fill(line.database, line.now, put("a", line.now, urgency=CRITICAL))
    assert await paged(line, pager, 0) == both
    await take(line.database, card_id(ROSA), line.now)
    seen = {minutes: await paged(line, pager, minutes) for minutes in (1, 29, 30, 31, 56, 57, 58, 60)}
    told = {30: [("rosa", "due")], 57: [("rosa", "lapsing")], 60: both}
    assert seen == {1: [], 29: [], 31: [], 56: [], 58: []} | told


async def tries(line: Line, pager: Pager, until: timedelta) -> None:
    """Let the pager try for so long."""
    end = line.now + until
    while line.now < end:
        line.now += timedelta(seconds=5)
        await line.sweep(pager)


async def test_whoever_is_on_call_and_cannot_be_reached_is_stood_in_for(line: Line) -> None:
    """Within a minute, by everybody else of the class; the page goes on being tried."""
    days = "hours: [{from: '08:00', to: '20:00', zone: UTC}]"
    night = "hours: [{from: '20:00', to: '08:00', zone: UTC}]"
    line.file = file(line, f"days {days}", f"night {night}", f"theirs class: {SECOND_ORGANISATION}")
    line.here.trouble["/days"] = 500
    pager = line.pager()
    await fill(line.database, line.now, put("a", line.now, urgency=CRITICAL))
    assert await paged(line, pager, 0) == []
    await tries(line, pager, MINUTE)
    assert [each.path for each in line.here.asked] == ["/night"]
    assert await line.states() == {"days": Delivery.DUE, "night": Delivery.SENT}
    (dead,) = [each for each in await line.pages() if each.destination == "days"]
    assert dead.tries >= UNHEARD


async def test_nobody_stands_in_while_one_of_those_on_call_has_it(line: Line) -> None:
    """A dead channel beside one that works wakes nobody, also where that one worked late."""
    night = "hours: [{from: '20:00', to: '08:00', zone: UTC}]"
    line.file = file(line, "chat", "hook", f"night {night}")
    line.here.trouble = {"/hook": 500, "/chat": 500}
    pager = line.pager()
    await fill(line.database, line.now, put("a", line.now, urgency=CRITICAL))
    assert await paged(line, pager, 0) == []
    await tries(line, pager, timedelta(seconds=5))
    del line.here.trouble["/chat"]
    await tries(line, pager, 3 * MINUTE)
    assert [each.path for each in line.here.asked] == ["/chat"]
    assert set(await line.states()) == {"chat", "hook"}


async def test_a_holder_who_cannot_be_reached_is_stood_in_for(line: Line) -> None:
    """Long before the ten minutes are over; what they alone owe is nobody else's to hear."""
    line.file = file(line, "rosa for: Rosa Canaryname", "chat")
    pager = line.pager()
    await fill(line.database, line.now, put("a", line.now, urgency=CRITICAL))
    assert await paged(line, pager, 0) == [("chat", "waiting"), ("rosa", "waiting")]
    await take(line.database, card_id(ROSA), line.now)
    line.here.trouble["/rosa"] = 500
    await danger(line, 5)
    await line.sweep(pager)
    await tries(line, pager, MINUTE)
    assert [each.path for each in line.here.asked[2:]] == ["/chat"]
    async with line.database.write() as tx:
        await read_to_the_end(tx, "a")
    assert await paged(line, pager, 30) == []
    await tries(line, pager, MINUTE)
    newest = [each for each in await line.pages() if each.made_at >= NOON + 30 * MINUTE]
    assert {(each.destination, each.reason) for each in newest} == {("rosa", "due")}


# --- a key that opens too much


async def opens_many(line: Line, key: str) -> None:
    """A card opens twelve cases."""
    async with line.database.write() as tx:
        for number in range(12):
            await auditing.write(tx, Done(key, Act.OPENED, f"{number:032x}"), now=line.now)


def books(line: Line) -> Bookkeeping:
    """What a process looks for alarms with."""
    watch = line.pager().watch
    return Bookkeeping(line.database, line.recipients(), watch, Log(), signing_key=SigningKey.generate())


def told(line: Line) -> Sequence[str]:
    """Who was reached."""
    return sorted(each.path[1:] for each in line.here.asked)


async def test_an_alarm_pages_the_others_once_and_survives_a_kill(line: Line) -> None:
    """By the rows of every other page: killed after it was raised, tried again where a channel was away."""
    line.file = file(
        line,
        "rosa for: Rosa Canaryname",
        "ben for: Ben Canaryname",
        "chat",
        f"them class: {SECOND_ORGANISATION}",
    )
    await opens_many(line, card_id(ROSA))
    for each in (books(line), books(line)):
        await each.look(line.now + MINUTE)
    line.now += MINUTE
    line.here.trouble["/chat"] = 503
    await line.sweep(line.pager())
    assert told(line) == ["ben"]
    del line.here.trouble["/chat"]
    await tries(line, line.pager(), MINUTE)
    assert told(line) == ["ben", "chat"]
    asked = msgspec.json.decode(line.here.asked[0].body)
    async with line.database.read() as tx:
        ((_, alarm),) = await opening_rate.raised(tx, since=NOON)
    assert {name: asked[name] for name in ("case", "reason", "entry")} == {
        "case": "",
        "reason": "opening_rate",
        "entry": alarm.entry,
    }
    sent = str(line.here.asked)
    assert "Canaryname" not in sent
    assert card_id(ROSA) not in sent


async def test_an_alarm_that_reaches_nobody_goes_to_whoever_is_left_but_not_to_whom_it_is_about(
    line: Line,
) -> None:
    """The night's phone is dead: the day is woken, and Rosa, whose key it is, hears nothing."""
    night = "hours: [{from: '20:00', to: '08:00', zone: UTC}]"
    line.file = file(line, "rosa for: Rosa Canaryname", "hook", f"ben for: Ben Canaryname, {night}")
    line.here.trouble["/hook"] = 503
    await opens_many(line, card_id(ROSA))
    await books(line).look(line.now + MINUTE)
    line.now += MINUTE
    await tries(line, line.pager(), MINUTE)
    assert told(line) == ["ben"]


async def test_an_alarm_about_the_only_one_who_could_be_paged_pages_nobody(line: Line) -> None:
    """It stands in the audit, the log and the doctor."""
    line.file = file(line, "rosa for: Rosa Canaryname")
    await opens_many(line, card_id(ROSA))
    await books(line).look(line.now + MINUTE)
    line.now += MINUTE
    await line.sweep(line.pager())
    assert await line.count() == 0
