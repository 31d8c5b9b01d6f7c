"""The path of a message: what waits is computed outside the database, then all of it is written in one short commit.

A round takes what waits, a few updates of each conversation, lowest number first. Whatever arrives meanwhile makes the
next round, so that a busy hour shares its commits and a quiet one waits for nobody.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from bot import erasing
from bot.arrivals import OURS, at_least, open_arrival
from bot.attaching import keyed
from bot.delivery import write_fates
from bot.draft import Computed, Draft, intents_of, place_of, places, put_cases, saved
from bot.fronts import MAIN
from bot.holdings import Holdings, strangers
from bot.intake import EditionUnknownError, Intake
from bot.logs import Log
from bot.outcomes import Outcomes, still_there
from bot.record import Held
from bot.returns import Returns
from bot.sender import Sender
from bot.updates import Incoming, Ours
from flows.session import SessionUnreadable
from storage import conversations, inbox, outbox, surges, workers
from storage.box import BoxError
from storage.conversations import StaleError
from storage.database import Database, Transaction
from storage.inbox import Arrival, Waiting
from storage.workers import FencedError

MOST_WAITING = 500
MOST_A_CHAT = 8
MOST_ATTEMPTS = 3
_SETTLE_SECONDS = 0.05
_RETRY_SECONDS = 0.5
_REST_SECONDS = 5.0


class Rounds:
    """Runs rounds for as long as the program lives."""

    def __init__(  # noqa: PLR0913 - the parts that it works with, each by name
        self,
        database: Database,
        holdings: Holdings,
        intake: Intake,
        log: Log,
        *,
        clock: Callable[[], datetime],
        read: Callable[[Arrival], Incoming],
        relearn: Callable[[], None],
        forget: Callable[[], None],
        wipe_after: int,
    ) -> None:
        """`read`: what an update means; `forget` what was read and not asked for; `relearn`: look for new flows."""
        self._database = database
        self._holdings = holdings
        self.intake = intake
        self._log = log
        self._clock = clock
        self._read_update = read
        self._relearn = relearn
        self._forget = forget
        self._wipe_after = wipe_after
        self.rests: dict[bytes, float] = {}
        self._awake = asyncio.Event()
        self._settling: asyncio.TimerHandle | None = None
        self.sender: Sender  # set before the first round, as are the returns: they know each other
        self.returns: Returns

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
        """Handle what waits; whether more of it is left."""
        async with self._holdings.turn:
            return await self._round()

    async def _round(self) -> bool:
        waiting = await self.returns.sift(await self._gather())
        outcomes = self.sender.collect()
        if not waiting and not outcomes:
            self._forget()
            return False
        computed = Computed()
        try:
            now = at_least(self._clock(), (incoming for _, incoming in waiting))
            computed = self._compute(waiting, now)
            await self._commit(computed, outcomes, now)
        except BaseException as problem:
            # Whether it was committed or not, memory and database may differ now.
            for draft in computed.drafts:
                draft.held.is_stale = True
            self.sender.restore(outcomes)
            if isinstance(problem, StaleError):
                self._log.warning("conversation.stale", count=len(problem.ids))
                return True
            raise
        self._apply(computed.drafts, now)
        # What arrives wakes us by itself; only what this round left behind has to be fetched.
        left = len(waiting) >= MOST_WAITING or any(
            each.empties or len(each.handled) >= MOST_A_CHAT for each in computed.drafts
        )
        return bool(computed.drafts) and left

    async def _gather(self) -> list[tuple[Waiting, Incoming]]:
        async with self._database.read() as tx:
            await self._holdings.reload(tx, self._log)
            waiting = await self._waiting(tx)
        if any(self._holdings.of_chat(each.arrival.chat) is None for each in waiting):
            waiting = await self._take(waiting)
        found = []
        for each in waiting:
            incoming = self._read(each.arrival) if self._is_due(each) else None
            if incoming is not None:
                found.append((each, incoming))
        return found

    async def _waiting(self, tx: Transaction) -> list[Waiting]:
        return await inbox.waiting(tx, me=self._holdings.me, each=MOST_A_CHAT, most=MOST_WAITING)

    def _is_due(self, waiting: Waiting) -> bool:
        """Whether its conversation is held, and not resting after a failure."""
        chat = waiting.arrival.chat
        if self.rests.get(chat, 0.0) > time.monotonic():
            return False
        self.rests.pop(chat, None)
        return self._holdings.of_chat(chat) is not None

    async def _take(self, waiting: list[Waiting]) -> list[Waiting]:
        """Hold what is free, then look again: the last holder may have handled something since we looked."""
        holdings = self._holdings
        new: dict[bytes, Held] = {}
        async with self._database.write() as tx:
            await workers.fence(tx, holdings.me)
            taken = await holdings.take(tx, strangers(waiting, holdings), self._log)
            # A tick whose conversation was erased since the clock was set is for nobody.
            strange = [each.arrival for each in waiting if each.conversation is None]
            orphans = [
                each for each in strange if each.source.startswith(OURS) and not holdings.of_chat(each.chat)
            ]
            await inbox.mark_handled(tx, orphans, now=self._clock())
            for each in strange:
                if each not in orphans and each.chat not in new and holdings.of_chat(each.chat) is None:
                    incoming = self._read(each)
                    first = self.intake.entrance.first(incoming.bot if incoming else MAIN)
                    begun = incoming and await holdings.begin(tx, each.chat, place_of(incoming), first)
                    new |= {each.chat: begun} if begun else {}
            await surges.arrived(tx, len(new), now=self._clock())
        holdings.keep([*taken, *new.values()])
        async with self._database.read() as tx:
            return await self._waiting(tx)

    def _read(self, arrival: Arrival) -> Incoming | None:
        """What an update means; None, and a rest for its chat, when it cannot be opened."""
        try:
            return open_arrival(arrival, self._holdings, self._read_update)
        except (BoxError, msgspec.DecodeError) as problem:
            self._log.bug("update.unopened", problem)
            self._rest(arrival.chat)
            return None

    def _rest(self, chat: bytes) -> None:
        """Let a chat be for a while after a failure, so that it costs the others nothing."""
        self.rests[chat] = time.monotonic() + _REST_SECONDS

    def _compute(self, waiting: list[tuple[Waiting, Incoming]], now: datetime) -> Computed:
        drafts, computed, stopped = dict[bytes, Draft](), Computed(), set[bytes]()
        for each, incoming in waiting:
            chat = each.arrival.chat
            held = self._holdings.of_chat(chat)
            if held is None or chat in stopped:
                continue  # order within a chat: nothing passes an update that failed
            draft = drafts.get(chat) or Draft(held, held.record, held.place.seen)
            if self._turn(draft, each, incoming, computed, now):
                drafts[chat] = draft
                if draft.empties:
                    stopped.add(chat)  # what comes after an exit meets an empty screen
            else:
                stopped.add(chat)
                self._rest(chat)
        computed.drafts.extend(each for each in drafts.values() if self._sealed(each, computed, now))
        return computed

    def _turn(
        self, draft: Draft, each: Waiting, incoming: Incoming, computed: Computed, now: datetime
    ) -> bool:
        """One step of a conversation; what fails again and again is kept without being understood."""
        record = keyed(draft.record, incoming.given)
        try:
            if each.attempts < MOST_ATTEMPTS or isinstance(incoming.given, Ours):
                step = self.intake.handle(record, incoming, now=now, toll=draft.toll)
            else:
                step = self.intake.shelve(record, incoming, now=now)
        except (EditionUnknownError, SessionUnreadable) as problem:
            # A newer process may have begun it: look for its flow, and touch nothing.
            self._log.bug("edition.unknown", problem)
            self._relearn()
            return False
        except Exception as bug:  # noqa: BLE001 - one conversation's fault must not stop the others
            self._log.bug("turn.failed", bug, kind=type(incoming.given).__name__, attempt=each.attempts)
            beyond_help = each.attempts > MOST_ATTEMPTS and not isinstance(incoming.given, Ours)
            (computed.shelved if beyond_help else computed.failed).append(each.arrival)
            return False
        draft.take(each.arrival, step, incoming.given)
        draft.attempts = max(draft.attempts, each.attempts)
        return True

    def _sealed(self, draft: Draft, computed: Computed, now: datetime) -> bool:
        """Seal what has to go, once for all that came in this round."""
        before = draft.record
        try:
            for forward in draft.forwards.values():
                draft.record, put = self.intake.seal(draft.held, draft.record, forward, now=now)
                draft.puts.append(put)
        except Exception as bug:  # noqa: BLE001 - as above: this conversation is tried again, the others go on
            self._log.bug("seal.failed", bug, attempt=draft.attempts)
            if draft.attempts >= MOST_ATTEMPTS or draft.empties:
                draft.go_unsealed(before)
                return True  # the person is answered, or gone; the next turn seals all of it again
            self._rest(draft.held.chat)
            computed.failed.append(draft.handled[0])
            return False
        return True

    async def _commit(self, computed: Computed, outcomes: Outcomes, now: datetime) -> None:
        drafts = computed.drafts
        for draft in drafts:
            draft.intents = intents_of(draft, now, self._wipe_after)
        states = [saved(draft) for draft in drafts]
        async with self._database.write() as tx:
            await workers.fence(tx, self._holdings.me)
            await conversations.save(tx, states)
            await conversations.save_places(tx, places(drafts, outcomes, now, self._wipe_after))
            await put_cases(tx, drafts, now=now)
            await write_fates(tx, drafts, outcomes, now)
            await outbox.remove(tx, outcomes.done)
            await outbox.postpone(tx, outcomes.later)
            await outbox.withdraw(tx, [each.held.id for each in drafts if each.empties])
            await outbox.add(tx, await still_there(tx, outcomes.more))
            await outbox.add(tx, [intent for draft in drafts for intent in draft.intents])
            await inbox.mark_handled(tx, [each for draft in drafts for each in draft.handled], now=now)
            await erasing.destroy(tx, drafts, now)
            await self.returns.announce(tx, drafts, now)
            await inbox.mark_tried(tx, computed.failed)
            for each in computed.shelved:
                await inbox.shelve(tx, each, now=now)

    def _apply(self, drafts: list[Draft], now: datetime) -> None:
        for draft in drafts:
            held = draft.held
            held.record, held.version, held.touched_at = draft.record, held.version + 1, time.monotonic()
            held.is_stale = draft.erased  # the next look finds that it is gone
            # Sends may have ended since the commit began: it is put onto what is there now.
            held.place = draft.onto(held.place, now, self._wipe_after)
            if draft.empties:
                held.emptied = held.shown = held.version
                held.owes_fresh, held.unsent_since = False, None
            self.sender.push(held, draft.intents)
            self.returns.begin(draft)
            for callback in draft.callbacks:
                self.sender.answer(callback, held.place.bot)
            for put in draft.puts:
                self._log.say("case.put", case=put.id, urgency=put.urgency, revision=put.number)
