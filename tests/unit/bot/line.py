"""A hotline's pager on a real database, with real channels and a clock that is handed in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import aiohttp

from bot.alerts import read_alerts
from bot.channels import open_channels
from bot.logs import Log
from bot.pager import Pager
from bot.recipients import RecipientsFile
from bot.settings import Places, read_settings
from protocol.card import Card
from protocol.roster import Roster, encode_roster
from protocol.signing import SigningKey
from responder.keyfile import generate_keys, make_card
from storage import pages, workers
from storage.box import Box
from storage.database import Database
from storage.pages import Delivery, Page
from tests.conftest import NOON
from tests.staff import Staff, destinations, staff
from tests.watch import watching


def card(name: str) -> Card:
    """Somebody who is enrolled."""
    return make_card(generate_keys(), name=name, now=int(NOON.timestamp()))


@dataclass
class Line:
    """A hotline's pager, its database and its staff."""

    database: Database
    folder: Path
    here: Staff
    http: aiohttp.ClientSession
    now: datetime = NOON
    box: Box = field(default_factory=lambda: Box({"00000001": bytes(32)}))
    me: str = "me"
    cards: tuple[Card, ...] = field(default_factory=lambda: (card("Rosa"),))
    file: str = ""

    def settings(self) -> Places:
        """With everybody in the file: one destination of each kind, or those of `file`."""
        (self.folder / "alerts.yaml").write_text(self.file or destinations(self.here))
        (self.folder / "token").write_text("secret")
        return read_settings(Places, {"WAYOUT_ALERTS_FILE": str(self.folder / "alerts.yaml")})

    def pager(self, *, nobody: bool = False) -> Pager:
        """A pager as a new process has it."""
        settings = self.settings()
        return Pager(
            self.database,
            self.box,
            self.recipients(),
            watching(*(() if nobody else read_alerts(settings))),
            open_channels(settings, SigningKey.generate()),
            Log(),
            self.me,
            lambda: self.now,
        )

    def recipients(self) -> RecipientsFile:
        """Those who are enrolled."""
        roster = self.folder / "recipients.json"
        roster.write_text(encode_roster(Roster(self.cards)))
        return RecipientsFile(roster)

    async def sweep(self, pager: Pager) -> None:
        """One sweep, and what it sends has come to an end."""
        await pager.sweep(self.http)
        for lane in [*pager._lanes.values()]:
            await lane

    async def states(self) -> dict[str, Delivery]:
        """What became of the newest page of each destination."""
        async with self.database.read() as tx:
            return {each.destination: each.state for each in reversed(await pages.recent(tx, most=99))}

    async def pages(self) -> list[Page]:
        """All there ever were, newest first."""
        async with self.database.read() as tx:
            return await pages.recent(tx, most=99)

    async def count(self) -> int:
        """How many pages there ever were."""
        async with self.database.read() as tx:
            return len(await pages.recent(tx, most=99))


@asynccontextmanager
async def opened(database: Database, folder: Path) -> AsyncIterator[Line]:
    """A hotline with nobody in its queue."""
    async with database.write() as tx:
        await workers.enter(tx, "me", now=NOON, alone=True)
    async with staff() as here, aiohttp.ClientSession() as http:
        yield Line(database, folder, here, http)
