"""Writes updates down before their sender is told that we have them; those that arrive together share one commit."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from bot.fronts import GONE, MAIN
from bot.keyring import Keyring
from bot.updates import Incoming, Ticked, Unreadable, number_of, read_update, tidy
from storage import inbox
from storage.box import Spot
from storage.database import Database
from storage.inbox import Arrival

CLOCK = "clock"
# More than ever waits between two rounds; beyond it, updates are opened again.
_MOST_RECALLED = 2000


def arrival_spot(arrival_row: str) -> Spot:
    """Where an update's body is sealed to."""
    return Spot("inbox", arrival_row, "body")


class Journal:
    """The way into the inbox."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        *,
        bot: int,
        fronts: Sequence[int] = (),
        clock: Callable[[], datetime],
        written: Callable[[], None],
    ) -> None:
        """`bot` is the main account's id, `fronts` are the others'; `written` is called after each commit."""
        self._database = database
        self._keyring = keyring
        self._accounts = {MAIN: bot} | {each: each for each in fronts}
        self._sources = {name: keyring.bot_key(account) for name, account in self._accounts.items()}
        self._names = {source: name for name, source in self._sources.items()}
        self._clock = clock
        self._written = written
        self._read: dict[tuple[str, int], Incoming] = {}
        self._pending: list[tuple[Arrival, asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def write(self, updates: Sequence[bytes], *, bot: int = MAIN) -> None:
        """Return when these raw updates to a front are durable; raises what the database raises."""
        arrivals = [self._arrival(each, bot) for each in updates]
        await self.add([each for each in arrivals if each is not None])

    def source(self, bot: int) -> str:
        """Under which name a front's updates lie in the inbox."""
        return self._sources[bot]

    def front(self, source: str) -> int:
        """The front that a source is."""
        return self._names.get(source, GONE)

    async def add(self, arrivals: Sequence[Arrival]) -> None:
        """Return when these arrivals are durable."""
        if not arrivals:
            return
        waits = [asyncio.get_running_loop().create_future() for _ in arrivals]
        self._pending += zip(arrivals, waits, strict=True)
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        await asyncio.gather(*waits)

    def tick(self, conversation: str, chat: bytes, what: str, at: datetime) -> Arrival:
        """Our own clock's word to a conversation, handled in its turn like everything else.

        What stands behind the first word of `what` is sealed, and nowhere else.
        """
        source, number = f"{CLOCK}:{conversation}:{what.partition(' ')[0]}", round(at.timestamp() * 1000)
        body = self._keyring.box.seal(what.encode(), arrival_spot(f"{source}/{number}"))
        return Arrival(source, number, chat, body, self._clock())

    async def _flush(self) -> None:
        try:
            while self._pending:
                batch, self._pending = self._pending, []
                await self._commit(batch)
                self._written()
        finally:
            self._flushing = None

    async def _commit(self, batch: Sequence[tuple[Arrival, asyncio.Future[None]]]) -> None:
        try:
            async with self._database.write() as tx:
                await inbox.journal(tx, [arrival for arrival, _ in batch])
        except Exception as problem:  # noqa: BLE001 - whatever it was, whoever waits must hear that nothing was kept
            for arrival, wait in batch:
                self.recall(arrival)
                if not wait.done():
                    wait.set_exception(problem)
            return
        for _, wait in batch:
            if not wait.done():
                wait.set_result(None)

    def read(self, arrival: Arrival) -> Incoming:
        """What an update means; BoxError or DecodeError where it cannot be opened.

        What this process has just read need not be opened, once.
        """
        recalled = self.recall(arrival)
        if recalled is not None:
            return recalled
        raw = self._keyring.box.open(arrival.body, arrival_spot(arrival.row))
        if arrival.source.startswith(CLOCK):
            return Incoming(0, Ticked(raw.decode(), arrival.number))
        return replace(read_update(raw) or Incoming(0, Unreadable()), bot=self.front(arrival.source))

    def recall(self, arrival: Arrival) -> Incoming | None:
        """What an update means, if this process has just read it; asked once."""
        return self._read.pop((arrival.source, arrival.number), None)

    def forget(self) -> None:
        """Drop what nobody asked for: duplicates, and updates that another process handles."""
        self._read.clear()

    def _arrival(self, raw: bytes, bot: int) -> Arrival | None:
        try:
            incoming = read_update(raw)
        except msgspec.DecodeError:
            # Half of an emoji, say: no Unicode, and no reason to hold up everybody else's updates.
            raw = tidy(raw)
            incoming = read_update(raw)
        if incoming is None:
            return None
        number, source = number_of(raw), self._sources[bot]
        if len(self._read) < _MOST_RECALLED:
            self._read[source, number] = replace(incoming, bot=bot)
        body = self._keyring.box.seal(raw, arrival_spot(f"{source}/{number}"))
        chat = self._keyring.chat_key(self._accounts[bot], incoming.chat)
        return Arrival(source, number, chat, body, self._clock())
