"""One worker: the parts that live as long as this process is believed to be alive, and its way to Telegram."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import msgspec
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.apology import Apology
from bot.catalogue import relearn
from bot.desk_api import DeskApi
from bot.download import Download
from bot.failures import SetupError
from bot.fetching import Fetching
from bot.forwarding import Forwarding
from bot.front import dress
from bot.holdings import Holdings
from bot.housekeeping import Housekeeping
from bot.intake import Intake
from bot.journal import Journal
from bot.keyring import Keyring
from bot.library import Library
from bot.logs import Log
from bot.reach import may_write
from bot.reception import WEBHOOK_PATH, Poller, Webhook, read_secret
from bot.recipients import RecipientsFile
from bot.relay_api import RelayApi
from bot.render import Render
from bot.rounds import Rounds
from bot.sealing import Sealer
from bot.sender import Sender
from bot.server import Server
from bot.settings import Settings
from bot.talk import Talk
from bot.transport import RawRequest
from bot.updates import WANTED
from protocol.signing import SigningKey
from storage import inbox, workers
from storage.database import Database
from storage.workers import FencedError

_DRAIN_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 60.0
# The poll before the last must have ended by then.
_SILENT_TELEGRAM = timedelta(seconds=90)
_LONGEST_WAIT = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Parts:
    """What lives as long as the program."""

    settings: Settings
    keyring: Keyring = field(repr=False)
    recipients: RecipientsFile = field(repr=False)
    database: Database
    library: Library = field(repr=False)
    bot: Bot = field(repr=False)
    raw: RawRequest = field(repr=False)
    polling: RawRequest = field(repr=False)
    log: Log
    clock: Callable[[], datetime]
    practice: bool

    @property
    def bot_id(self) -> int:
        """The account's id, which every token begins with."""
        return int(self.settings.bot_token.get_secret_value().split(":", 1)[0])

    async def call(self, method: str, parameters: bytes) -> msgspec.Raw:
        """One Bot API method."""
        return await self.raw.call(f"{self.bot.base_url}/{method}", parameters)


class Worker:
    """Everything that runs while this process holds its place among the workers."""

    def __init__(self, parts: Parts, me: str) -> None:
        """`me`: the name under which it holds conversations."""
        settings, clock, log = parts.settings, parts.clock, parts.log
        self._parts = parts
        self._me = me
        self._learning: asyncio.Task[None] | None = None
        self._sealer = Sealer(parts.recipients, SigningKey(parts.keyring.signing))
        holdings = Holdings(me, parts.keyring.box)
        talk = Talk(
            parts.library,
            Render(parts.library.languages, parts.practice, parts.library.telephones),
            Forwarding(parts.library, self._sealer),
            timedelta(seconds=settings.silence_seconds),
            timedelta(hours=settings.session_hours),
            timedelta(seconds=settings.idle_seconds),
        )
        intake = Intake.build(talk, parts.keyring.word_key)
        self._journal = journal = Journal(
            parts.database, parts.keyring, bot=parts.bot_id, clock=clock, written=self._wake
        )
        self._rounds = Rounds(
            parts.database,
            holdings,
            intake,
            log,
            clock=clock,
            recall=journal.recall,
            relearn=self._relearn,
            forget=journal.forget,
            wipe_after=settings.wipe_after_seconds,
        )
        self._sender = self._rounds.sender = self._make_sender()
        self._housekeeping = Housekeeping(
            parts.database,
            holdings,
            journal,
            self._sender,
            parts.recipients,
            log,
            wake=self._rounds.wake,
            retention=timedelta(days=settings.retention_days),
            clock=clock,
        )
        self._apology = Apology(parts.call, parts.library, clock=clock)
        self._poller = self._make_poller()
        self._webhook = self._make_webhook()
        self._server = self._make_server()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`; FencedError when another took over, SetupError when Telegram refuses the token."""
        parts = self._parts
        async with parts.database.write() as tx:
            now = await workers.clock(tx, parts.clock())
            await workers.enter(tx, self._me, now=now, alone=parts.database.is_sqlite)
        parts.log.say("worker.started", worker=self._me)
        try:
            await self._server.start(parts.settings.listen)
            await self._housekeeping.recover()
            async with asyncio.TaskGroup() as group:
                loops = (self._rounds.run(), self._housekeeping.run(), self._listen(), self._fetch())
                tasks = [group.create_task(each) for each in loops]
                group.create_task(_cancel_at(stop, tasks))
        finally:
            await self._server.stop()
            await self._leave()

    def _make_sender(self) -> Sender:
        parts, library = self._parts, self._parts.library
        return Sender(
            parts.call,
            parts.log,
            clock=parts.clock,
            settled=self._rounds.settled,
            blank=library.newest.voice(None, library.default_language).phrase("bot_name"),
            may_write=partial(may_write, library.relay.terms),
        )

    def _make_poller(self) -> Poller:
        parts = self._parts
        return Poller(
            parts.polling,
            f"{parts.bot.base_url}/getUpdates",
            self._journal,
            self._apology,
            parts.database,
            parts.log,
            me=self._me,
            clock=parts.clock,
        )

    def _make_webhook(self) -> Webhook | None:
        settings = self._parts.settings
        if settings.webhook_secret_file is None:
            return None
        secret = read_secret(settings.webhook_secret_file)
        return Webhook(secret, self._journal, self._apology, self._parts.log, clock=self._parts.clock)

    def _make_server(self) -> Server:
        parts, signing_key = self._parts, SigningKey(self._parts.keyring.signing)
        shared = (parts.database, parts.keyring.box, parts.recipients, parts.log)
        relay = RelayApi(
            *shared,
            signing_key=signing_key,
            table=parts.library.relay,
            directory=parts.library.telephones.directory,
            wake=self._wake,
        )
        desk = DeskApi(
            *shared,
            signing_key=signing_key,
            public_url=parts.settings.public_url,
            lease=timedelta(seconds=parts.settings.lease_seconds),
            clock=parts.clock,
            relay=relay,
        )
        routes = [*desk.routes(), *([] if self._webhook is None else self._webhook.routes())]
        return Server(routes, parts.log, database=self._database_answers, telegram=self._telegram_answers)

    async def _fetch(self) -> None:
        """Fetch what people send."""
        parts, sealer = self._parts, self._sealer
        async with Download(parts.call, parts.bot.base_file_url) as source:
            box, log = parts.keyring.box, parts.log
            await Fetching(parts.database, box, sealer, source, log, me=self._me, clock=parts.clock).run()

    def _wake(self) -> None:
        self._rounds.wake()

    def _relearn(self) -> None:
        """Look for flows that another process keeps; one look at a time."""
        if self._learning is None or self._learning.done():
            parts = self._parts
            learning = relearn(parts.database, parts.keyring.box, parts.library, parts.log)
            self._learning = asyncio.create_task(learning)

    async def _listen(self) -> None:
        """Reach Telegram, however long that takes, and then stay: conversations and responders need not wait."""
        pause = 1.0
        while True:
            try:
                await self._announce()
                break
            except InvalidToken:
                hint = "ask @BotFather for the bot's token"
                raise SetupError("Telegram does not know this token", hint) from None
            except TelegramError as problem:
                self._parts.log.warning("telegram.away", error=type(problem).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
        if self._webhook is None:
            await self._poller.run()

    async def _announce(self) -> None:
        """Tell Telegram where we want our updates, then put on the neutral front."""
        parts, settings = self._parts, self._parts.settings
        await parts.bot.initialize()
        if self._webhook is None:
            await parts.bot.delete_webhook(drop_pending_updates=False)
        else:
            await parts.bot.set_webhook(
                f"{settings.webhook_url.rstrip('/')}{WEBHOOK_PATH}",
                secret_token=self._webhook.secret,
                allowed_updates=list(WANTED),
                max_connections=100,
                drop_pending_updates=False,
            )
        mode = "polling" if self._webhook is None else "webhook"
        parts.log.say("listening", mode=mode, address=settings.listen)
        await dress(parts.bot, parts.library, parts.log)

    async def _leave(self) -> None:
        """Finish what was begun, write it down, and give everything back."""
        try:
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
        if self._webhook is None and self._poller.heard_at is not None:
            return self._parts.clock() - self._poller.heard_at < _SILENT_TELEGRAM
        try:
            await self._parts.bot.get_me()
        except (TelegramError, RuntimeError):
            return False
        return True


async def _cancel_at(stop: asyncio.Event, tasks: list[asyncio.Task[None]]) -> None:
    await stop.wait()
    for task in tasks:
        task.cancel()
