"""Trials of the alerts: a test page through every destination, and what became of the newest pages."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

import aiohttp
import msgspec

from bot.alert import trial
from bot.alerts import Destination, read_alerts
from bot.app import utc_now
from bot.channels import Channels, Undelivered, open_channels
from bot.failures import SettingsError
from bot.keyring import load
from bot.news import URGENCIES
from bot.settings import Places
from protocol.signing import SigningKey
from storage import pages
from storage.database import Database
from storage.pages import Page

_MOST = 50


class Tried(msgspec.Struct, frozen=True):
    """What came of one destination."""

    destination: str
    kind: str
    arrived: bool
    outcome: str


class Tries(msgspec.Struct, frozen=True, tag_field="schema", tag="alerts-test/1"):
    """What came of all of them."""

    destinations: tuple[Tried, ...]

    @property
    def arrived(self) -> bool:
        """Whether every one of them has it."""
        return all(each.arrived for each in self.destinations)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """How a destination stands: whether it is on call, when it was last reached, what was tried for it in vain."""

    destination: str
    kind: str
    on_call: bool
    reached_at: datetime | None
    stuck: int
    outcome: str


class Pages(msgspec.Struct, frozen=True, tag_field="schema", tag="pages/1"):
    """The newest pages, newest first, and how the destinations of the file stand."""

    pages: tuple[dict[str, object], ...]
    destinations: tuple[Place, ...] = ()


async def try_all(settings: Places) -> Tries:
    """Send a test everywhere, side by side; SettingsError where there is nowhere to send it."""
    destinations = read_alerts(settings)
    if not destinations:
        raise SettingsError("WAYOUT_ALERTS_FILE is not set", "RUNNING.md, Alerts, shows the file")
    channels = open_channels(settings, SigningKey(load(settings.keyring).signing))
    async with aiohttp.ClientSession() as http:
        return Tries(tuple(await asyncio.gather(*(_try(each, channels, http) for each in destinations))))


async def _try(to: Destination, channels: Channels, http: aiohttp.ClientSession) -> Tried:
    try:
        outcome = await channels.send(to, trial(secrets.token_hex(16)), http=http, now=utc_now())
    except Undelivered as problem:
        return Tried(to.name, to.channel.kind, arrived=False, outcome=str(problem))
    return Tried(to.name, to.channel.kind, arrived=True, outcome=outcome)


async def recent(settings: Places) -> tuple[Sequence[Page], Sequence[Place]]:
    """The newest pages, newest first, and how the destinations stand."""
    destinations, now = read_alerts(settings), utc_now()
    database = Database(settings.database)
    try:
        async with database.read() as tx:
            reached, stuck = await pages.reached(tx), await pages.stuck(tx)
            found = await pages.recent(tx, most=_MOST)
    finally:
        await database.close()
    return found, [_place(each, reached, stuck, now) for each in destinations]


def _place(
    to: Destination, reached: Mapping[str, datetime], stuck: Mapping[str, tuple[int, str]], now: datetime
) -> Place:
    count, outcome = stuck.get(to.name, (0, ""))
    return Place(
        destination=to.name,
        kind=to.channel.kind,
        on_call=to.is_on_call(now),
        reached_at=reached.get(to.name),
        stuck=count,
        outcome=outcome,
    )


def documented(found: Sequence[Page], places: Sequence[Place]) -> Pages:
    """The same for programs, the urgency as a word."""
    shown = tuple({**asdict(each), "urgency": URGENCIES[each.urgency]} for each in found)
    return Pages(shown, tuple(places))


def line(page: Page) -> str:
    """A page for people."""
    state = f"{page.state} {page.outcome}".rstrip()
    about = page.case[:8] or f"entry {page.entry}"
    what = f"{about}  {URGENCIES[page.urgency]}  {page.reason}  {page.destination}"
    return f"{page.made_at:%Y-%m-%d %H:%M:%S}  {what}: {state}, {page.tries} tries"


def place_line(place: Place) -> str:
    """How a destination stands, for people."""
    reached = f"last reached {place.reached_at:%Y-%m-%d %H:%M:%S}" if place.reached_at else "not reached yet"
    stuck = f", {place.stuck} tried in vain ({place.outcome})" if place.stuck else ""
    turn = "on call" if place.on_call else "not now"
    return f"{place.destination} ({place.kind}), {turn}: {reached}{stuck}"
