"""Trials of the alerts: a test page through every destination, and what became of the newest pages."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import asdict

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


class Pages(msgspec.Struct, frozen=True, tag_field="schema", tag="pages/1"):
    """The newest pages, newest first."""

    pages: tuple[dict[str, object], ...]


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


async def recent(settings: Places) -> Sequence[Page]:
    """The newest pages, newest first."""
    database = Database(settings.database)
    try:
        async with database.read() as tx:
            return await pages.recent(tx, most=_MOST)
    finally:
        await database.close()


def documented(found: Sequence[Page]) -> Pages:
    """The same for programs, the urgency as a word."""
    return Pages(tuple({**asdict(each), "urgency": URGENCIES[each.urgency]} for each in found))


def line(page: Page) -> str:
    """The same for people."""
    state = f"{page.state} {page.outcome}".rstrip()
    what = f"{page.case[:8]}  {URGENCIES[page.urgency]}  {page.reason}  {page.destination}"
    return f"{page.made_at:%Y-%m-%d %H:%M:%S}  {what}: {state}, {page.tries} tries"
