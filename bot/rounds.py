"""The path of a message: what waits is computed outside the database, then all of it is written in one short commit.

A round takes what waits, a few updates of each conversation, lowest number first. Whatever arrives meanwhile makes the
next round, so that a busy hour shares its commits and a quiet one waits for nobody.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from bot.holdings import Holdings, strangers
from bot.intake import Intake, Step
from bot.journal import CLOCK, arrival_spot
from bot.logs import Log
from bot.record import Held, Place, Record, seal_place, seal_record
from bot.screen import Remove, Show
from bot.sender import SCREEN, Outcomes, Sender, new_intent
from bot.updates import Incoming, Ticked, Unreadable, read_update
from storage import cases, conversations, inbox, outbox, workers
from storage.cases import Put
from storage.conversations import Saved
from storage.database import Database
from storage.inbox import Arrival, Waiting
from storage.outbox import Intent
from storage.workers import FencedError

MOST_WAITING = 500
MOST_A_CHAT = 8
MOST_ATTEMPTS = 3
_SETTLE_SECONDS = 0.05
_RETRY_SECONDS = 0.5


@dataclass(slots=True)
class Draft:
    """A conversation as it will be once this round is committed."""

    held: Held
    record: Record = field(repr=False)
    seen: int
    show: Show | None = field(default=None, repr=False)
    remove: list[int] = field(default_factory=list, repr=False)
    callbacks: list[str] = field(default_factory=list, repr=False)
    puts: list[Put] = field(default_factory=list, repr=False)
    silence_at: datetime | None = None
    expires_at: datetime | None = None
    handled: list[Arrival] = field(default_factory=list, repr=False)
    intents: list[Intent] = field(default_factory=list, repr=False)

    def take(self, arrival: Arrival, step: Step) -> None:
        """Add one step: the newest screen wins, everything else is kept."""
        self.record = step.record
        if step.show is not None:
            fresh = step.show.fresh or (self.show is not None and self.show.fresh)
            self.show = msgspec.structs.replace(step.show, fresh=fresh)
        self.remove += step.remove
        self.seen = max(self.seen, step.seen)
        if step.callback is not None:
            self.callbacks.append(step.callback)
        if step.put is not None:
            self.puts.append(step.put)
        self.silence_at, self.expires_at = step.silence_at, step.expires_at
        self.handled.append(arrival)


class Rounds:
    """Runs rounds for as long as the program lives."""

    def __init__(
        self,
        database: Database,
        holdings: Holdings,
        intake: Intake,
        log: Log,
        *,
        clock: Callable[[], datetime],
        recall: Callable[[Arrival], Incoming | None],
    ) -> None:
        """`clock` gives aware times; `recall` spares opening an update that this process has just read."""
        self._database = database
        self._holdings = holdings
        self._intake = intake
        self._log = log
        self._clock = clock
        self._recall = recall
        self._awake = asyncio.Event()
        self._settling: asyncio.TimerHandle | None = None
        self._sender: Sender | None = None

    @property
    def sender(self) -> Sender:
        """The sender that is told what was committed."""
        if self._sender is None:
            message = "no sender yet"
            raise RuntimeError(message)
        return self._sender

    @sender.setter
    def sender(self, sender: Sender) -> None:
        self._sender = sender

    def wake(self) -> None:
        """Something waits."""
        self._awake.set()

    def settled(self, urgent: bool) -> None:  # noqa: FBT001 - a callback with one fact
        """A send has ended; what is not urgent waits a moment for company."""
        if urgent:
            self.wake()
        elif self._settling is None:
            self._settling = asyncio.get_running_loop().call_later(_SETTLE_SECONDS, self._settle)

    def _settle(self) -> None:
        self._settling = None
        self.wake()

    async def run(self) -> None:
        """Rounds until cancelled; a database that is away is tried again, a fence is the caller's to mend."""
        while True:
            await self._awake.wait()
            self._awake.clear()
            try:
                if await self.round():
                    self.wake()
            except FencedError:
                raise
            except (SQLAlchemyError, OSError) as problem:
                self._log.bug("round.failed", problem)
                asyncio.get_running_loop().call_later(_RETRY_SECONDS, self.wake)

    async def round(self) -> bool:
        """Handle what waits; whether anything did."""
        async with self._holdings.turn:
            return await self._round()

    async def _round(self) -> bool:
        waiting = await self._gather()
        outcomes = self.sender.collect()
        if not waiting and not outcomes:
            return False
        try:
            now = self._clock()
            drafts, failed = self._compute(waiting, now)
            await self._commit(drafts, failed, outcomes, now)
        except BaseException:
            self.sender.restore(outcomes)
            raise
        self._apply(drafts)
        return bool(waiting)

    async def _gather(self) -> list[tuple[Waiting, Incoming]]:
        async with self._database.read() as connection:
            waiting = await inbox.waiting(connection, me=self._holdings.me, most=MOST_WAITING)
        if any(self._holdings.of_chat(each.arrival.chat) is None for each in waiting):
            waiting = await self._take(waiting)
        count: Counter[bytes] = Counter()
        few = []
        for each in waiting:
            chat = each.arrival.chat
            count[chat] += 1
            if count[chat] <= MOST_A_CHAT and self._holdings.of_chat(chat) is not None:
                few.append((each, self._read(each.arrival)))
        return few

    async def _take(self, waiting: list[Waiting]) -> list[Waiting]:
        """Hold what is free, then look again: the last holder may have handled something since we looked."""
        async with self._database.write() as tx:
            await workers.fence(tx, self._holdings.me)
            await self._holdings.take(tx, strangers(waiting, self._holdings))
            for each in waiting:
                if each.conversation is None and self._holdings.of_chat(each.arrival.chat) is None:
                    incoming = self._read(each.arrival)
                    await self._holdings.begin(tx, each.arrival.chat, Place(chat=incoming.chat))
            return await inbox.waiting(tx, me=self._holdings.me, most=MOST_WAITING)

    def _read(self, arrival: Arrival) -> Incoming:
        recalled = self._recall(arrival)
        if recalled is not None:
            return recalled
        raw = self._holdings.box.open(arrival.body, arrival_spot(arrival.row))
        if arrival.source.startswith(CLOCK):
            return Incoming(0, Ticked(raw.decode()))
        return read_update(raw) or Incoming(0, Unreadable())

    def _compute(
        self, waiting: list[tuple[Waiting, Incoming]], now: datetime
    ) -> tuple[list[Draft], list[Arrival]]:
        drafts: dict[bytes, Draft] = {}
        failed: dict[bytes, Arrival] = {}
        for each, incoming in waiting:
            chat = each.arrival.chat
            held = self._holdings.of_chat(chat)
            if held is None or chat in failed:
                continue  # order within a chat: nothing passes an update that failed
            draft = drafts.get(chat) or Draft(held, held.record, held.place.seen)
            try:
                given = incoming if each.attempts < MOST_ATTEMPTS else Incoming(incoming.chat, Unreadable())
                draft.take(each.arrival, self._intake.handle(held, draft.record, given, now=now))
            except Exception as bug:  # noqa: BLE001 - one conversation's fault must not stop the others
                failed[chat] = each.arrival
                self._log.bug("turn.failed", bug, kind=type(incoming.given).__name__, attempt=each.attempts)
            if draft.handled:
                drafts[chat] = draft
        return list(drafts.values()), list(failed.values())

    async def _commit(
        self, drafts: list[Draft], failed: list[Arrival], outcomes: Outcomes, now: datetime
    ) -> None:
        for draft in drafts:
            draft.intents = _intents(draft, now)
        saved = [_saved(draft) for draft in drafts]
        async with self._database.write() as tx:
            await workers.fence(tx, self._holdings.me)
            await conversations.save(tx, saved)
            await conversations.save_places(tx, _places(drafts, outcomes))
            await cases.put(tx, [put for draft in drafts for put in draft.puts], now=now)
            await outbox.remove(tx, outcomes.done)
            await outbox.postpone(tx, outcomes.later)
            await outbox.add(tx, [*outcomes.more, *(intent for draft in drafts for intent in draft.intents)])
            await inbox.mark_handled(tx, [each for draft in drafts for each in draft.handled], now=now)
            for each in failed:
                await inbox.mark_tried(tx, each)

    def _apply(self, drafts: list[Draft]) -> None:
        touched = time.monotonic()
        for draft in drafts:
            held = draft.held
            held.record, held.version, held.touched_at = draft.record, held.version + 1, touched
            held.place = msgspec.structs.replace(held.place, seen=max(held.place.seen, draft.seen))
            self.sender.push(held, draft.intents)
            for callback in draft.callbacks:
                self.sender.answer(callback)
            for put in draft.puts:
                self._log.say("case.put", case=put.id, urgency=put.urgency, revision=put.number)


def _saved(draft: Draft) -> Saved:
    held = draft.held
    state = seal_record(draft.record, held.key, held.id)
    return Saved(held.id, state, held.version + 1, draft.silence_at, draft.expires_at)


def _intents(draft: Draft, now: datetime) -> list[Intent]:
    held, serial = draft.held, draft.held.version + 1
    intents = []
    if draft.show is not None:
        intents.append(new_intent(held.id, SCREEN, serial, draft.show, held.key, now=now))
    if draft.remove:
        removal = Remove(tuple(dict.fromkeys(draft.remove)))
        intents.append(new_intent(held.id, f"remove-{serial}", serial, removal, held.key, now=now))
    return intents


def _places(drafts: list[Draft], outcomes: Outcomes) -> list[tuple[bytes, bytes]]:
    """Where bubbles have moved, and up to which message we have seen a chat."""
    changed = dict(outcomes.moved)
    seen = {}
    for draft in drafts:
        if draft.seen > draft.held.place.seen:
            changed[draft.held.id] = draft.held
            seen[draft.held.id] = draft.seen
    return [
        (held.chat, seal_place(_seen(held.place, seen.get(held.id, 0)), held.key, held.id))
        for held in changed.values()
    ]


def _seen(place: Place, message: int) -> Place:
    return msgspec.structs.replace(place, seen=max(place.seen, message))
