"""What the clock brings: signs of life, silences and expiries, sends that were left, and what is old enough to go."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.auditing import write_each
from bot.bookkeeping import Bookkeeping
from bot.failures import RecipientsError
from bot.holdings import Holdings
from bot.journal import Journal
from bot.logs import Log
from bot.outcomes import GRACE
from bot.recipients import RecipientsFile
from bot.returns import WINDOW
from bot.sender import Sender
from bot.staffing import Staff
from bot.surge import Tide
from protocol.audit import Act
from storage import (
    cases,
    conversations,
    erasure,
    inbox,
    jobs,
    messages,
    nonces,
    outbox,
    rewraps,
    staffing,
    surges,
    tries,
    workers,
)
from storage.database import Database
from storage.outbox import Intent
from storage.workers import FencedError

BEAT_SECONDS = 2.0
SWEEP_SECONDS = 1.0
_IDLE_SECONDS = 30.0
_MOST = 500
# Deleting is work that others wait for; what is left goes in the next sweep.
_MOST_PURGED = 10
# Telegram redelivers for 24 hours at most.
_REMEMBER_UPDATES = timedelta(hours=48)
_REMEMBER_NONCES = timedelta(minutes=5)
_PURGE_EVERY = timedelta(minutes=1)
# For so long a file that was sealed again lies beside the one before it.
_FORMER = timedelta(days=7)


class Housekeeping:
    """Looks after things once a second or so."""

    def __init__(  # noqa: PLR0913 - the parts that it looks after, each by name
        self,
        database: Database,
        holdings: Holdings,
        journal: Journal,
        sender: Sender,
        recipients: RecipientsFile,
        staff: Staff,
        tide: Tide,
        books: Bookkeeping,
        log: Log,
        *,
        wake: Callable[[], None],
        retention: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        """`wake` starts a round; `retention`: see WAYOUT_RETENTION_DAYS."""
        self._database = database
        self._holdings = holdings
        self._journal = journal
        self._sender = sender
        self._recipients = recipients
        self._staff = staff
        self._tide = tide
        self._books = books
        self._log = log
        self._wake = wake
        self._retention = retention
        self._clock = clock
        self._purge_at: datetime | None = None

    async def run(self) -> None:
        """Sweep until cancelled; a fence is the caller's to mend."""
        beat_at = 0.0
        while True:
            try:
                if time.monotonic() >= beat_at:
                    beat_at = time.monotonic() + BEAT_SECONDS
                    await self._beat()
                await self.sweep()
            except FencedError:
                raise
            except (SQLAlchemyError, OSError) as problem:
                self._log.bug("housekeeping.failed", problem)
            await asyncio.sleep(SWEEP_SECONDS)

    async def recover(self) -> None:
        """After a start: everything that an earlier process left unsent is due now."""
        await self._look(self._clock())
        await self._send_due(self._clock() + GRACE)

    async def _beat(self) -> None:
        async with self._holdings.turn:
            since = time.monotonic() - _IDLE_SECONDS
            idle = [each for each in self._holdings.idle(since=since) if self._is_quiet(each.id)]
            async with self._database.write() as tx:
                await workers.beat(tx, self._holdings.me, now=await workers.clock(tx, self._clock()))
                await conversations.release(tx, [each.id for each in idle])
            self._holdings.drop(idle)
        self._refresh_recipients()

    def _is_quiet(self, conversation: str) -> bool:
        return not self._sender.is_busy(conversation)

    def _refresh_recipients(self) -> None:
        try:
            if self._recipients.refresh():
                self._log.say("recipients.changed", count=len(self._recipients.now.roster.cards))
        except RecipientsError:
            self._log.warning("recipients.unusable")

    async def sweep(self) -> None:
        """Ring the clocks that are due, send what was left, purge once in a while."""
        now = self._clock()
        await self._ring(now)
        await self._send_due(now)
        await self._look(now)
        if self._purge_at is None or now >= self._purge_at:
            self._purge_at = now + _PURGE_EVERY
            await self._purge(now)
            await self._books.look(now)
        # Updates that another process journalled come to light here at the latest.
        self._wake()

    async def _look(self, now: datetime) -> None:
        """See who is here, and how many come."""
        await self._staff.look(self._recipients.now.keys, now)
        await self._tide.look()

    async def _ring(self, now: datetime) -> None:
        async with self._database.read() as connection:
            due = await conversations.due(connection, now=now, most=_MOST)
            screens = await conversations.screens_due(connection, now=now, most=_MOST)
        arrivals = [self._journal.tick(name, chat, "wipe", at) for name, chat, at in screens]
        for each in due:
            if each.expires_at is not None and each.expires_at <= now:
                arrivals.append(self._journal.tick(each.id, each.chat, "expiry", each.expires_at))
            elif each.rings_at is not None:
                arrivals.append(self._journal.tick(each.id, each.chat, "clock", each.rings_at))
        await self._journal.add(arrivals)

    async def _send_due(self, now: datetime) -> None:
        async with self._holdings.turn:
            # Read under the turn: a screen that is older than what is sent meanwhile must not come after it.
            async with self._database.read() as connection:
                ready = await outbox.ready(connection, me=self._holdings.me, now=now, most=_MOST)
            strangers = [
                each.conversation for each in ready if self._holdings.of_id(each.conversation) is None
            ]
            if strangers:
                async with self._database.write() as tx:
                    await workers.fence(tx, self._holdings.me)
                    taken = await self._holdings.take(tx, strangers, self._log)
                self._holdings.keep(taken)
        by_conversation: dict[str, list[Intent]] = {}
        for each in ready:
            by_conversation.setdefault(each.conversation, []).append(each)
        for conversation, intents in by_conversation.items():
            held = self._holdings.of_id(conversation)
            if held is not None and self._is_quiet(conversation):
                held.touched_at = time.monotonic()
                self._sender.push(held, intents)

    async def _purge(self, now: datetime) -> None:
        async with self._database.write() as tx:
            gone = await cases.purge(tx, closed_before=now - self._retention, most=_MOST_PURGED)
            erased = await erasure.destroy_left(tx, now=now)
            await conversations.erase_orphans(tx)
            await inbox.forget(
                tx, handled_before=now - _REMEMBER_UPDATES, shelved_before=now - self._retention
            )
            await messages.expire(tx, now=now)
            await jobs.expire(tx, now=now)
            await rewraps.settle(tx, made_before=now - _FORMER, most=_MOST_PURGED)
            await nonces.forget(tx, seen_before=now - _REMEMBER_NONCES)
            await staffing.forget(tx, now=now)
            await surges.forget(tx, now=now)
            await tries.forget(tx, before=now - WINDOW)
            await write_each(tx, Act.EXPIRED, gone, now=now)
            await write_each(tx, Act.ERASED, erased, now=now)
        # What was erased since, here or in a round, is to be in no log of the database.
        await self._database.scrub()
        if gone:
            self._log.say("cases.purged", count=len(gone))
