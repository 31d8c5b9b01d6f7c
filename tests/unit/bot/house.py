"""The inside of one worker on a real SQLite database, with a Telegram that only remembers."""

from collections.abc import Callable
from copy import copy
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self

import msgspec

from bot.bookkeeping import Bookkeeping
from bot.fronts import MAIN, NO_FRONTS
from bot.holdings import Holdings
from bot.housekeeping import Housekeeping
from bot.journal import Journal
from bot.keyring import create, load
from bot.logs import Log
from bot.moving import Mover
from bot.number import Cost
from bot.reach import may_write
from bot.returns import Returns
from bot.rounds import Rounds
from bot.sender import Sender
from bot.staffing import Staff
from bot.surge import Tide
from protocol.signing import SigningKey
from storage import schema, workers
from storage.database import Database
from tests.unit.bot.hotline import NOON, Contact
from tests.watch import watching

BOT = 42


class Telegram:
    """Every call succeeds, unless `trouble` says otherwise."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.trouble: Callable[[str, dict[str, Any]], None] = lambda _method, _parameters: None
        self._last = 1000

    async def __call__(self, method: str, parameters: bytes) -> msgspec.Raw:
        """One call."""
        asked = msgspec.json.decode(parameters)
        self.calls.append((method, asked))
        self.trouble(method, asked)
        self._last += 1
        return msgspec.Raw(msgspec.json.encode({"message_id": self._last}))

    def sent_to(self, chat: int) -> list[str]:
        """The methods that were called for a chat, in order."""
        return [method for method, asked in self.calls if asked.get("chat_id") == chat]


class House:
    """One worker that is stepped by hand. `fronts`: further bots than BOT, whose calls go to `other`."""

    fronts = NO_FRONTS
    me = "me"

    def __init__(self, folder: Path, database: Database) -> None:
        create(folder / "keyring.json")
        self.keyring = load(folder / "keyring.json")
        self.database = database
        self.telegram = Telegram()
        self.now: datetime = NOON
        self.other = Telegram()
        self.intake = Contact.new(folder, fronts=self.fronts).intake
        self._numbers = 0
        self._wire()

    def _wire(self) -> None:
        self.holdings = Holdings(self.me, self.keyring.box)
        names = [each.name for each in self.fronts.all if each.name != MAIN]
        self.journal = Journal(
            self.database, self.keyring, bot=BOT, fronts=names, clock=self.clock, written=self._nothing
        )
        self.rounds = Rounds(
            self.database,
            self.holdings,
            self.intake,
            Log(),
            clock=self.clock,
            read=self.journal.read,
            relearn=self._nothing,
            forget=self.journal.forget,
            wipe_after=86400,
        )
        self.sender = Sender(
            self.telegram,
            Log(),
            clock=self.clock,
            settled=lambda _urgent: None,
            blank="Notes",
            fronts=dict.fromkeys(names, self.other),
            may_write=partial(may_write, self.intake.library.relay.terms),
        )
        self.rounds.sender = self.sender
        self.mover = Mover(
            self.database,
            self.holdings,
            self.journal,
            self.sender,
            Log(),
            clock=self.clock,
            first=self.intake.entrance.first,
            wipe_after=86400,
        )
        self.returns = self.rounds.returns = Returns(
            self.database,
            self.keyring,
            self.holdings,
            self.journal,
            self.mover,
            Log(),
            clock=self.clock,
            wake=self._nothing,
            leaves=self.intake.leaves,
            cost=Cost(n=2),
        )
        recipients = self.intake.talk.forwarding.sealer.recipients
        self.housekeeping = Housekeeping(
            self.database,
            self.holdings,
            self.journal,
            self.sender,
            recipients,
            Staff(self.database, timedelta(hours=12)),
            Tide(self.database, 200, Log(), clock=self.clock),
            Bookkeeping(
                self.database, recipients, watching(), Log(), signing_key=SigningKey(self.keyring.signing)
            ),
            Log(),
            wake=self._nothing,
            retention=timedelta(days=90),
            clock=self.clock,
        )

    async def beside(self) -> Self:
        """Another worker on the same database, for the same people."""
        other = copy(self)
        other.me = "you"
        other._wire()
        async with self.database.write() as tx:
            await workers.enter(tx, other.me, now=self.now, alone=False)
        return other

    async def restart(self) -> None:
        """What a power cut leaves: the database, and whatever was sent."""
        self._wire()
        await self.housekeeping.recover()

    @classmethod
    async def build(cls, folder: Path) -> "House":
        """A worker that has announced itself on a new database."""
        database = Database(f"sqlite+aiosqlite:///{folder}/wayout.db")
        await schema.migrate(database)
        async with database.write() as tx:
            await workers.enter(tx, "me", now=NOON, alone=True)
        return cls(folder, database)

    def clock(self) -> datetime:
        """The time that the test gives."""
        return self.now

    def _nothing(self) -> None:
        """Nobody has to be woken: rounds are called by hand."""

    async def receive(self, chat: int, text: str) -> None:
        """A message arrives and is journalled."""
        number = self._numbers + 1
        message = {"message_id": number, "chat": {"id": chat}, "from": {"id": chat}, "text": text}
        await self.update(message=message)

    async def update(self, *, bot: int = MAIN, **parts: Any) -> None:
        """An update arrives and is journalled."""
        self._numbers += 1
        await self.journal.write([msgspec.json.encode({"update_id": self._numbers, **parts})], bot=bot)

    async def sweep(self) -> None:
        """What the clock brings, once a second in real life."""
        await self.housekeeping.sweep()

    async def settle(self, rounds: int = 6) -> None:
        """Rounds and sends until everything has come to rest."""
        for _ in range(rounds):
            await self.rounds.round()
            await self.returns.drain()
            await self.sender.drain()

    def held(self, chat: int) -> Any:
        """The conversation of a chat, as the worker holds it."""
        return self.holdings.of_chat(self.keyring.chat_key(BOT, chat))
