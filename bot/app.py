"""The composition root: builds what lives as long as the program, and runs one worker after the other on it."""

import asyncio
import secrets
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import uvloop

from bot.alerts import read_alerts, strangers
from bot.catalogue import definitions, open_library
from bot.chain import Chain
from bot.channels import open_channels
from bot.failures import SetupError
from bot.fronts import read_fronts
from bot.keyring import load
from bot.lockfile import lock
from bot.logs import Log, start_logging
from bot.parts import Parts
from bot.presence import open_account
from bot.recipients import RecipientsFile
from bot.settings import Settings
from bot.transport import RawRequest
from bot.watch import Watch
from bot.worker import Worker
from protocol.signing import SigningKey
from storage import schema
from storage.database import Database
from storage.workers import FencedError

_PAUSE_AFTER_FENCE_SECONDS = 1.0


def utc_now() -> datetime:
    """The program's clock; read here and handed to everything else."""
    return datetime.now(UTC)


def run_until_stopped(settings: Settings, *, practice: bool) -> None:
    """Run until SIGINT or SIGTERM; SetupError when the program cannot start."""
    start_logging()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, practice=practice, log=Log()))


async def _serve(settings: Settings, *, practice: bool, log: Log) -> None:
    stop = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    async with _parts(settings, practice=practice, log=log) as parts:
        while not stop.is_set():
            try:
                await Worker(parts, secrets.token_hex(8)).run(stop)
            except* SetupError as refused:
                raise _first(refused) from None
            except* FencedError:
                # Another process believed us dead and took over; begin again as a newcomer.
                log.warning("worker.fenced")
                await asyncio.sleep(_PAUSE_AFTER_FENCE_SECONDS)


def _first(group: BaseExceptionGroup[SetupError]) -> SetupError:
    found = group.exceptions[0]
    return found if isinstance(found, SetupError) else _first(found)


@asynccontextmanager
async def _parts(settings: Settings, *, practice: bool, log: Log) -> AsyncIterator[Parts]:
    keyring = load(settings.keyring)
    fronts = read_fronts(settings)
    recipients = RecipientsFile(settings.recipients)
    destinations = read_alerts(settings)
    unknown = strangers(destinations, recipients.file.roster)
    if unknown:
        # Whoever left must not keep the hotline from starting at night; `wayout check` has each with its line.
        log.warning("alerts.strangers", count=len(unknown))
    channels = open_channels(settings, SigningKey(keyring.signing))
    database = Database(settings.database)
    chain = Chain(database, keyring.box, recipients, SigningKey(keyring.signing), log)
    held = lock(database)
    raw, polling = RawRequest(), RawRequest()
    accounts = [open_account(each, settings.telegram_api_url, raw) for each in fronts.all]
    try:
        await schema.migrate(database)
        await chain.begin(utc_now())
        library = await open_library(database, keyring.box, settings, log)
        watch = Watch(definitions(settings.definitions).tables.service, library.relay.terms, destinations)
        await raw.initialize()
        await polling.initialize()
        yield Parts(
            settings,
            keyring,
            recipients,
            database,
            library,
            accounts,
            polling,
            log,
            utc_now,
            practice,
            watch,
            channels,
            chain,
        )
    finally:
        for each in accounts:
            await each.bot.shutdown()
        await raw.shutdown()
        await polling.shutdown()
        await database.close()
        if held is not None:
            held.close()
