"""The pager: looks at cases whose clock has come, writes down who is to be paged, and sends that until it arrives.

Every page is a row before it is sent. Each destination has a lane of its own, so that a dead one holds up nobody.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import aiohttp
import msgspec
from sqlalchemy.exc import SQLAlchemyError

from bot import opening_rate
from bot.alert import Alert
from bot.alerts import Destination
from bot.channels import Channels, Undelivered
from bot.logs import Log
from bot.news import URGENCIES
from bot.paging import FAMILIES, ONCE, OWED, Look, Seen, look
from bot.recipients import RecipientsFile
from bot.record import Record, open_record
from bot.watch import Watch
from flows.contract import Verdict, verdict
from storage import clocks, pages, workers
from storage.box import Box, BoxError
from storage.case import Case, State
from storage.clocks import Clock, Done
from storage.database import Database, Transaction
from storage.pages import Delivery, Page
from storage.way import way_to

SWEEP_SECONDS = 1.0
GIVEN_UP = timedelta(hours=24)
"""A page that did not arrive for so long is told to nobody any more."""
UNHEARD = 3
"""After so many tries in vain of all pages about the same, whoever else could be called is."""
_WORK = "pager"
_MOST_LOOKS = 200
_MOST_PAGES = 20
_FIRST_PAUSE_SECONDS = 5
_LONGEST_PAUSE_SECONDS = 300
_FORGET_EVERY = timedelta(hours=1)


def patience(tries: int) -> timedelta:
    """How long to wait before a page is tried again that was tried so often."""
    return timedelta(seconds=min(_FIRST_PAUSE_SECONDS * 2 ** min(tries - 1, 10), _LONGEST_PAUSE_SECONDS))


def alert_of(page: Page) -> Alert:
    """What a row says."""
    entry = msgspec.UNSET if page.entry is None else page.entry
    return Alert(page.id, page.case, URGENCIES[page.urgency], page.reason, entry)


@dataclass(slots=True)
class Pager:
    """Runs beside everything else; nothing waits for it."""

    database: Database
    box: Box = field(repr=False)
    recipients: RecipientsFile = field(repr=False)
    watch: Watch
    channels: Channels = field(repr=False)
    log: Log
    me: str
    clock: Callable[[], datetime]
    _lanes: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _forget_at: datetime | None = None

    async def run(self) -> None:
        """Sweep until cancelled; FencedError is the caller's to mend."""
        async with aiohttp.ClientSession() as http:
            try:
                while True:
                    try:
                        await self.sweep(http)
                    except (SQLAlchemyError, OSError) as problem:
                        self.log.bug("pager.failed", problem)
                    await asyncio.sleep(SWEEP_SECONDS)
            finally:
                await self._leave()

    async def _leave(self) -> None:
        for lane in self._lanes.values():
            lane.cancel()
        await asyncio.gather(*self._lanes.values(), return_exceptions=True)

    async def sweep(self, http: aiohttp.ClientSession) -> None:
        """Look at what is due, write down what follows, and send what waits."""
        now = self.clock()
        async with self.database.read() as tx:
            is_due = await clocks.any_due(tx, now=now) or await pages.any_due(tx, now=now)
        if is_due and await self._look(now):
            async with self.database.read() as tx:
                waiting = await pages.due(tx, now=now, most=_MOST_PAGES)
            self._send(waiting, http)
        if self._forget_at is None or now >= self._forget_at:
            self._forget_at = now + _FORGET_EVERY
            async with self.database.write() as tx:
                await pages.forget(tx, now=now)

    # --- looking

    async def _look(self, now: datetime) -> bool:
        """Look at the cases whose moment has come; whether paging is ours at all, of several processes."""
        async with self.database.write() as tx:
            await workers.fence(tx, self.me)
            if not await workers.take_lease(tx, _WORK, self.me):
                return False
            due = await clocks.due(tx, now=now, most=_MOST_LOOKS)
            done = await clocks.done_since(tx, [case.id for _, case in due])
            made = [
                page for clock, case in due for page in await self._look_at(tx, clock, case, done, now=now)
            ]
        for page in made:
            self.log.say("page.made", case=page.case, urgency=page.urgency, kind=page.reason)
        return True

    async def _look_at(
        self, tx: Transaction, clock: Clock, case: Case, done: Mapping[str, Done], *, now: datetime
    ) -> Sequence[Page]:
        seen = await self._see(tx, case, done.get(case.id, Done()), now)
        found = look(self.watch.service, clock, seen, now)
        await clocks.save(tx, found.clock)
        if found.stale:
            await pages.drop(tx, case.id, found.stale, now=now)
        return await self._write(tx, case, found, now)

    async def _write(self, tx: Transaction, case: Case, found: Look, now: datetime) -> Sequence[Page]:
        new = self.watch.pages(case, found.calls, self.recipients.now.roster, now)
        for page in new:
            family = next(each for each in FAMILIES if page.reason in each)
            await pages.add(tx, page, instead_of=family, now=now)
        return new

    async def _see(self, tx: Transaction, case: Case, done: Done, now: datetime) -> Seen:
        unanswered = case.state is not State.CLOSED and not done.told
        may_write = await self._may_write(tx, case, now) if unanswered else ONCE
        own = self.watch.own(case.holder or "", case.urgency, self.recipients.now.roster)
        return Seen(case, self._class_of(case.holder), unanswered, may_write, bool(own), done)

    def _class_of(self, holder: str | None) -> str:
        """The class of whoever holds a case; empty for one who was struck off."""
        cards = self.recipients.now
        known = [each for each in cards.keys if each == holder]
        return str(cards.card(known[0]).recipient_class) if known else ""

    async def _may_write(self, tx: Transaction, case: Case, now: datetime) -> Verdict:
        """When the contact may be written to, by what they said; nothing of what they said is written down."""
        way = await way_to(tx, case.conversation)
        if way is None or way.state is None:
            return ONCE
        try:
            key = self.box.unwrap(way.data_key, case.conversation)
            record = open_record(way.state, key, case.conversation)
        except (BoxError, msgspec.DecodeError) as problem:
            self.log.bug("pager.unopened", problem, case=case.id)
            return ONCE
        return self._verdict(record, now)

    def _verdict(self, record: Record, now: datetime) -> Verdict:
        if record.hushed:
            return ONCE
        at, wrote_at = int(now.timestamp()), record.wrote_at // 1000
        return verdict(record.reach, self.watch.terms, now=at, wrote_at=wrote_at)

    # --- sending

    def _send(self, waiting: Sequence[Page], http: aiohttp.ClientSession) -> None:
        """Give every destination what waits for it, unless it is still busy with what it had."""
        by_name: dict[str, list[Page]] = {}
        for page in waiting:
            by_name.setdefault(page.destination, []).append(page)
        for name, theirs in by_name.items():
            lane = self._lanes.get(name)
            if lane is None or lane.done():
                self._lanes[name] = asyncio.create_task(self._deliver(name, theirs, http))

    async def _deliver(self, name: str, theirs: Sequence[Page], http: aiohttp.ClientSession) -> None:
        to = self.watch.named(name)
        try:
            for page in theirs:
                if not await self._try(to, page, http):
                    return  # what is dead for one is dead for the next: they are tried when their time comes
        except (SQLAlchemyError, OSError) as problem:
            self.log.bug("page.unwritten", problem)

    async def _try(self, to: Destination | None, page: Page, http: aiohttp.ClientSession) -> bool:
        try:
            if to is None:
                raise Undelivered("no_destination")  # noqa: TRY301 - the operator took it out of the file
            outcome = await self.channels.send(to, alert_of(page), http=http, now=self.clock())
        except Undelivered as problem:
            await self._missed(page, str(problem), is_over=to is None)
            return False
        except Exception as bug:  # noqa: BLE001 - one channel's fault must not stop the others
            self.log.bug("page.failed", bug, case=page.case)
            await self._missed(page, "bug")
            return False
        async with self.database.write() as tx:
            await pages.sent(tx, page, outcome, now=self.clock())
        self.log.say("page.sent", case=page.case, urgency=page.urgency, kind=page.reason)
        return True

    async def _missed(self, page: Page, outcome: str, *, is_over: bool = False) -> None:
        now = self.clock()
        over = is_over or now - page.made_at >= GIVEN_UP
        again = None if over else now + patience(page.tries + 1)
        async with self.database.write() as tx:
            is_due = await pages.missed(tx, page, outcome, again=again, now=now)
            new = await self._instead(tx, page, now) if is_due else ()
            for each in new:
                await pages.add(tx, each, now=now)
        self.log.warning("page.missed", case=page.case, urgency=page.urgency, attempt=page.tries + 1)
        if new:
            self.log.warning("page.instead", case=page.case, urgency=page.urgency, count=len(new))

    async def _instead(self, tx: Transaction, page: Page, now: datetime) -> Sequence[Page]:
        """Who is called in place of those who cannot be reached; nobody, while one of them may be or has been."""
        beside = await pages.beside(tx, page)
        if page.reason in OWED or any(each.state is Delivery.SENT or each.tries < UNHEARD for each in beside):
            return ()
        roster, card = self.recipients.now.roster, ""
        if page.entry is not None:
            alarms = await opening_rate.raised(tx, since=page.made_at - opening_rate.HOUR)
            card = next((alarm.card for _, alarm in alarms if alarm.entry == page.entry), "")
            if not card:
                return ()
        return self.watch.instead(page, beside, roster, now, besides=card)
