"""One worker: the parts that live as long as this process is believed to be alive, and its way to Telegram."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from bot import openapi
from bot.admission import Admission
from bot.api import table
from bot.bookkeeping import Bookkeeping
from bot.catalogue import relearn
from bot.chain import try_keys
from bot.download import Download
from bot.due import DueTimes
from bot.fetching import Fetching
from bot.forwarding import Forwarding
from bot.fronts import Fronts
from bot.holdings import Holdings
from bot.housekeeping import Housekeeping
from bot.intake import Intake
from bot.journal import Journal
from bot.moving import Mover
from bot.pager import Pager
from bot.parts import Parts
from bot.presence import Presence
from bot.reach import may_write
from bot.reception import read_secret
from bot.render import Render
from bot.returns import Returns
from bot.rounds import Rounds
from bot.sealing import Sealer
from bot.sender import Sender
from bot.server import Server
from bot.staffing import Staff
from bot.surge import Tide
from bot.talk import Talk
from protocol.signing import SigningKey
from storage import inbox, workers
from storage.workers import FencedError

_DRAIN_SECONDS = 5.0
_LONGEST_WAIT = timedelta(minutes=2)


class Worker:
    """Everything that runs while this process holds its place among the workers."""

    def __init__(self, parts: Parts, me: str) -> None:
        """`me`: the name under which it holds conversations."""
        settings, clock, log = parts.settings, parts.clock, parts.log
        self._parts = parts
        self._me = me
        self._learning: asyncio.Task[None] | None = None
        signing_key = SigningKey(parts.keyring.signing)
        self._sealer = Sealer(parts.recipients, signing_key)
        holdings = Holdings(me, parts.keyring.box)
        self._tide = Tide(parts.database, settings.surge_per_hour, log, clock=clock)
        self._staff = Staff(parts.database, timedelta(hours=settings.duty_hours))
        fronts = Fronts(tuple(each.front for each in parts.accounts))
        self._intake = intake = Intake.build(self._make_talk(), parts.keyring.word_key, fronts)
        self._journal = journal = Journal(
            parts.database,
            parts.keyring,
            bot=parts.accounts[0].front.account,
            fronts=[each.front.name for each in parts.accounts[1:]],
            clock=clock,
            written=self._wake,
        )
        self._rounds = Rounds(
            parts.database,
            holdings,
            intake,
            log,
            clock=clock,
            read=journal.read,
            relearn=self._relearn,
            forget=journal.forget,
            wipe_after=settings.wipe_after_seconds,
        )
        self._sender = self._rounds.sender = self._make_sender()
        self._returns = self._rounds.returns = self._make_returns(holdings)
        self._housekeeping = self._make_housekeeping(holdings)
        self._presences = self._make_presences()
        shared = (parts.database, parts.keyring.box, parts.recipients)
        self._pager = Pager(*shared, parts.watch, parts.channels, log, me, clock)
        self._server = self._make_server()

    def _make_housekeeping(self, holdings: Holdings) -> Housekeeping:
        parts, log, clock = self._parts, self._parts.log, self._parts.clock
        signing_key = SigningKey(parts.keyring.signing)
        return Housekeeping(
            parts.database,
            holdings,
            self._journal,
            self._sender,
            parts.recipients,
            self._staff,
            self._tide,
            Bookkeeping(parts.database, parts.recipients, parts.watch, log, signing_key=signing_key),
            log,
            wake=self._rounds.wake,
            retention=timedelta(days=parts.settings.retention_days),
            clock=clock,
        )

    def _make_sender(self) -> Sender:
        parts = self._parts
        main, *others = parts.accounts
        blank = parts.library.newest.voice(None, parts.library.default_language).phrase("bot_name")
        return Sender(
            main.call,
            parts.log,
            clock=parts.clock,
            settled=self._rounds.settled,
            blank=blank,
            may_write=partial(may_write, parts.library.relay.terms),
            fronts={each.front.name: each.call for each in others},
        )

    def _make_returns(self, holdings: Holdings) -> Returns:
        parts = self._parts
        mover = Mover(
            parts.database,
            holdings,
            self._journal,
            self._sender,
            parts.log,
            clock=parts.clock,
            first=self._intake.entrance.first,
            wipe_after=parts.settings.wipe_after_seconds,
        )
        return Returns(
            parts.database,
            parts.keyring,
            holdings,
            self._journal,
            mover,
            parts.log,
            clock=parts.clock,
            wake=self._rounds.wake,
            leaves=self._intake.leaves,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`; FencedError when another took over, SetupError when Telegram refuses the token.

        RecipientsError where keys were rotated while this process was away.
        """
        parts = self._parts
        async with parts.database.write() as tx:
            now = await workers.clock(tx, parts.clock())
            await workers.enter(tx, self._me, now=now, alone=parts.database.is_sqlite)
            await try_keys(tx, parts.keyring.box)
        parts.log.say("worker.started", worker=self._me)
        try:
            await self._server.start(parts.settings.listen)
            await self._housekeeping.recover()
            async with asyncio.TaskGroup() as group:
                listening = (each.listen() for each in self._presences)
                loops = (
                    self._rounds.run(),
                    self._housekeeping.run(),
                    self._fetch(),
                    self._pager.run(),
                    parts.chain.run(),
                    *listening,
                )
                tasks = [group.create_task(each) for each in loops]
                group.create_task(_cancel_at(stop, tasks))
        finally:
            await self._server.stop()
            await self._leave()

    def _make_talk(self) -> Talk:
        parts, settings, staff = self._parts, self._parts.settings, self._staff
        return Talk(
            parts.library,
            Render(parts.library.languages, parts.practice, parts.library.telephones, lambda: staff.now),
            Forwarding(parts.library, self._sealer),
            timedelta(seconds=settings.silence_seconds),
            timedelta(hours=settings.session_hours),
            timedelta(seconds=settings.idle_seconds),
            lambda: self._tide.is_on,
        )

    def _make_presences(self) -> list[Presence]:
        parts, file = self._parts, self._parts.settings.webhook_secret_file
        secret = None if file is None else read_secret(file)
        return [
            Presence(
                each,
                parts.settings,
                parts.library,
                self._journal,
                parts.polling,
                parts.database,
                parts.log,
                secret=secret,
                me=self._me,
                clock=parts.clock,
            )
            for each in parts.accounts
        ]

    def _make_server(self) -> Server:
        parts = self._parts
        admission = Admission(
            parts.database,
            parts.recipients,
            DueTimes(parts.database, parts.watch.service),
            public_url=parts.settings.public_url,
            clock=parts.clock,
        )
        known = table(parts, self._wake)
        desk = [*admission.serve(known), openapi.serve(known, parts.settings.public_url)]
        hooks = [each.webhook for each in self._presences if each.webhook is not None]
        routes = [*desk, *(route for each in hooks for route in each.routes())]
        return Server(routes, parts.log, database=self._database_answers, telegram=self._telegram_answers)

    async def _fetch(self) -> None:
        """Fetch what people send."""
        parts, sealer = self._parts, self._sealer
        async with AsyncExitStack() as stack:
            sources = {
                each.front.name: await stack.enter_async_context(Download(each.call, each.bot.base_file_url))
                for each in parts.accounts
            }
            box, log = parts.keyring.box, parts.log
            await Fetching(parts.database, box, sealer, sources, log, me=self._me, clock=parts.clock).run()

    def _wake(self) -> None:
        self._rounds.wake()

    def _relearn(self) -> None:
        """Look for flows that another process keeps; one look at a time."""
        if self._learning is None or self._learning.done():
            parts = self._parts
            learning = relearn(parts.database, parts.keyring.box, parts.library, parts.log)
            self._learning = asyncio.create_task(learning)

    async def _leave(self) -> None:
        """Finish what was begun, write it down, and give everything back."""
        try:
            await asyncio.wait_for(self._returns.drain(), _DRAIN_SECONDS)
            await asyncio.wait_for(self._sender.drain(), _DRAIN_SECONDS)
        except TimeoutError:
            self._parts.log.warning("sends.left")
        try:
            await self._rounds.round()
            async with self._parts.database.write() as tx:
                await workers.leave(tx, self._me)
        except (FencedError, SQLAlchemyError, OSError) as problem:
            self._parts.log.bug("worker.left_late", problem)
        self._parts.log.say("worker.stopped", worker=self._me)

    async def _database_answers(self) -> bool:
        """Whether the database answers, and what came in is being handled."""
        try:
            async with self._parts.database.read() as tx:
                oldest = await inbox.oldest(tx)
        except (SQLAlchemyError, OSError):
            return False
        return oldest is None or self._parts.clock() - oldest < _LONGEST_WAIT

    async def _telegram_answers(self) -> bool:
        """As the main front, without which nobody starts."""
        return await self._presences[0].answers()


async def _cancel_at(stop: asyncio.Event, tasks: list[asyncio.Task[None]]) -> None:
    await stop.wait()
    for task in tasks:
        task.cancel()
