"""The composition root: builds every part from the settings, runs them, and takes them down in order."""

import asyncio
import fcntl
import secrets
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import msgspec
import uvloop
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import TelegramError

from bot.catalogue import open_library
from bot.desk_api import DeskApi
from bot.failures import SetupError
from bot.front import dress
from bot.holdings import Holdings
from bot.housekeeping import Housekeeping
from bot.intake import Intake
from bot.journal import Journal
from bot.keyring import Keyring, load
from bot.library import Library
from bot.logs import Log, start_logging
from bot.reception import WEBHOOK_PATH, Poller, Webhook
from bot.recipients import RecipientsFile
from bot.render import Render
from bot.rounds import Rounds
from bot.sealing import Sealer
from bot.sender import Sender
from bot.server import Server
from bot.settings import Settings
from bot.transport import AiohttpRequest, RawRequest
from bot.updates import WANTED
from flows.loading import FOLDER
from protocol.signing import SigningKey
from storage import schema, workers
from storage.database import Database
from storage.workers import FencedError

_DRAIN_SECONDS = 5.0
# The poll before the last must have ended by then.
_SILENT_TELEGRAM = timedelta(seconds=90)


def utc_now() -> datetime:
    """The program's clock; read here and handed to everything else."""
    return datetime.now(UTC)


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
    log: Log
    clock: Callable[[], datetime]
    practice: bool

    async def call(self, method: str, parameters: bytes) -> msgspec.Raw:
        """One Bot API method."""
        return await self.raw.call(f"{self.bot.base_url}/{method}", parameters)


def run_until_stopped(settings: Settings, *, practice: bool, folder: Path = FOLDER) -> None:
    """Run until SIGINT or SIGTERM, on definitions in `folder`; SetupError when the program cannot start."""
    start_logging()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, practice=practice, folder=folder, log=Log()))


async def _serve(settings: Settings, *, practice: bool, folder: Path, log: Log) -> None:
    stop = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    async with _parts(settings, practice=practice, folder=folder, log=log) as parts:
        while not stop.is_set():
            try:
                await _work(parts, stop)
            except* FencedError:
                # Another process believed us dead and took over; begin again as a newcomer.
                log.warning("worker.fenced")


@asynccontextmanager
async def _parts(settings: Settings, *, practice: bool, folder: Path, log: Log) -> AsyncIterator[Parts]:
    keyring = load(settings.keyring)
    recipients = RecipientsFile(settings.recipients)
    database = Database(settings.database)
    lock = _lock(database)
    raw, request = RawRequest(), AiohttpRequest()
    bot = Bot(
        settings.bot_token.get_secret_value(),
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=request,
        get_updates_request=AiohttpRequest(connections=1),
    )
    try:
        await schema.migrate(database)
        library = await open_library(database, keyring.box, settings, folder)
        await raw.initialize()
        await _sign_in(bot, log)
        await dress(bot, library, log)
        yield Parts(settings, keyring, recipients, database, library, bot, raw, log, utc_now, practice)
    finally:
        await bot.shutdown()
        await raw.shutdown()
        await database.close()
        if lock is not None:
            lock.close()


def _lock(database: Database) -> IO[bytes] | None:
    """SQLite serves one process: a second one is told so instead of fighting for the file."""
    if not database.is_sqlite:
        return None
    path = Path(f"{database.url.database}.lock")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = path.open("ab")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        hint = "stop it first, or use PostgreSQL, which serves several processes"
        raise SetupError(f"another process works on {database.url.database}", hint) from None
    return handle


async def _sign_in(bot: Bot, log: Log) -> None:
    """Learn who we are; Telegram may be away for a while, a wrong token never becomes right."""
    for attempt in range(1, 6):
        try:
            await bot.initialize()
        except TelegramError as problem:
            if type(problem).__name__ == "InvalidToken":
                raise SetupError(
                    "Telegram does not know this token", "ask @BotFather for the bot's token"
                ) from None
            log.warning("telegram.away", attempt=attempt, error=type(problem).__name__)
            await asyncio.sleep(attempt)
        else:
            return
    raise SetupError("Telegram does not answer", "check WAYOUT_TELEGRAM_API_URL and the network")


async def _work(parts: Parts, stop: asyncio.Event) -> None:
    """Be one worker, from its announcement to its farewell."""
    me = secrets.token_hex(8)
    async with parts.database.write() as tx:
        await workers.enter(tx, me, now=parts.clock(), alone=parts.database.is_sqlite)
    parts.log.say("worker.started", worker=me)
    worker = _Worker(parts, me)
    await worker.server.start(parts.settings.listen)
    try:
        await worker.housekeeping.recover()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in worker.loops()]
            await worker.listen()
            group.create_task(_cancel_at(stop, tasks))
    finally:
        await worker.server.stop()
        await worker.leave()


async def _cancel_at(stop: asyncio.Event, tasks: list[asyncio.Task[None]]) -> None:
    await stop.wait()
    for task in tasks:
        task.cancel()


class _Worker:
    """The parts that live as long as this process is believed to be alive."""

    def __init__(self, parts: Parts, me: str) -> None:
        settings, clock, log = parts.settings, parts.clock, parts.log
        self._parts = parts
        self._me = me
        holdings = Holdings(me, parts.keyring.box)
        sealer = Sealer(parts.recipients, SigningKey(parts.keyring.signing))
        intake = Intake(
            parts.library,
            Render(parts.library.languages, parts.practice),
            sealer,
            timedelta(seconds=settings.silence_seconds),
            timedelta(hours=settings.session_hours),
        )
        journal = Journal(parts.database, parts.keyring, bot=parts.bot.id, clock=clock, written=self._wake)
        self.rounds = Rounds(parts.database, holdings, intake, log, clock=clock, recall=journal.recall)
        self.sender = Sender(parts.call, log, clock=clock, settled=self.rounds.settled)
        self.rounds.sender = self.sender
        self.housekeeping = Housekeeping(
            parts.database,
            holdings,
            journal,
            self.sender,
            parts.recipients,
            log,
            wake=self.rounds.wake,
            retention=timedelta(days=settings.retention_days),
            clock=clock,
        )
        self._poller = Poller(
            parts.raw, f"{parts.bot.base_url}/getUpdates", journal, parts.database, log, me=me, clock=clock
        )
        self._webhook = _webhook(parts, journal)
        desk = DeskApi(
            parts.database,
            parts.keyring.box,
            parts.recipients,
            log,
            public_url=settings.public_url,
            lease=timedelta(seconds=settings.lease_seconds),
            clock=clock,
        )
        routes = [*desk.routes(), *([] if self._webhook is None else self._webhook.routes())]
        self.server = Server(routes, log, database=self._database_answers, telegram=self._telegram_answers)

    def _wake(self) -> None:
        self.rounds.wake()

    def loops(self) -> list[Coroutine[None, None, None]]:
        """Everything that runs until cancelled."""
        loops = [self.rounds.run(), self.housekeeping.run()]
        return loops if self._webhook is not None else [*loops, self._poller.run()]

    async def listen(self) -> None:
        """Tell Telegram where we want our updates."""
        parts, settings = self._parts, self._parts.settings
        if self._webhook is None:
            await parts.bot.delete_webhook(drop_pending_updates=False)
        else:
            await parts.bot.set_webhook(
                f"{settings.webhook_url.rstrip('/')}{WEBHOOK_PATH}",
                secret_token=_secret(settings),
                allowed_updates=list(WANTED),
                max_connections=100,
                drop_pending_updates=False,
            )
        parts.log.say(
            "listening", mode="polling" if self._webhook is None else "webhook", address=settings.listen
        )

    async def leave(self) -> None:
        """Finish what was begun, write it down, and give everything back."""
        try:
            await asyncio.wait_for(self.sender.drain(), _DRAIN_SECONDS)
        except TimeoutError:
            self._parts.log.warning("sends.left")
        try:
            await self.rounds.round()
            async with self._parts.database.write() as tx:
                await workers.leave(tx, self._me)
        except (FencedError, SQLAlchemyError, OSError) as problem:
            self._parts.log.bug("worker.left_late", problem)
        self._parts.log.say("worker.stopped", worker=self._me)

    async def _database_answers(self) -> bool:
        try:
            async with self._parts.database.read() as connection:
                await connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):
            return False
        return True

    async def _telegram_answers(self) -> bool:
        if self._webhook is None and self._poller.heard_at is not None:
            return self._parts.clock() - self._poller.heard_at < _SILENT_TELEGRAM
        try:
            await self._parts.bot.get_me()
        except TelegramError:
            return False
        return True


def _webhook(parts: Parts, journal: Journal) -> Webhook | None:
    if not parts.settings.webhook_url:
        return None
    return Webhook(_secret(parts.settings), journal, parts.log, clock=parts.clock)


def _secret(settings: Settings) -> str:
    path = settings.webhook_secret_file
    try:
        return "" if path is None else path.read_text(encoding="utf-8").strip()
    except OSError:
        raise SetupError(
            f"{path} cannot be read", "WAYOUT_WEBHOOK_SECRET_FILE names a file with a secret"
        ) from None
