"""A presence: one front's way to Telegram and back, from its announcement to its updates."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.apology import Apology
from bot.failures import SetupError
from bot.front import dress
from bot.fronts import MAIN, Front
from bot.journal import Journal
from bot.library import Library
from bot.logs import Log
from bot.reception import Poller, Webhook
from bot.settings import Settings
from bot.transport import AiohttpRequest, RawRequest
from bot.updates import WANTED
from storage.database import Database

_LONGEST_PAUSE_SECONDS = 60.0
# The poll before the last must have ended by then.
_SILENT_TELEGRAM = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Account:
    """A front with its token in the library's hands and ours."""

    front: Front
    bot: Bot = field(repr=False)
    raw: RawRequest = field(repr=False)

    async def call(self, method: str, parameters: bytes) -> msgspec.Raw:
        """One Bot API method."""
        return await self.raw.call(f"{self.bot.base_url}/{method}", parameters)


def open_account(front: Front, root: str, raw: RawRequest) -> Account:
    """An account on the Bot API server at `root`; nothing is asked of it yet."""
    bot = Bot(
        front.token.get_secret_value(),
        base_url=f"{root}/bot",
        base_file_url=f"{root}/file/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(connections=1),
    )
    return Account(front, bot, raw)


class Presence:
    """Announces a front to Telegram and takes in what comes to it."""

    def __init__(  # noqa: PLR0913 - what it needs, each by name
        self,
        account: Account,
        settings: Settings,
        library: Library,
        journal: Journal,
        polling: RawRequest,
        database: Database,
        log: Log,
        *,
        secret: str | None,
        me: str,
        clock: Callable[[], datetime],
    ) -> None:
        """`secret`: the webhook's, None where we poll; `me`: this worker."""
        self._account = account
        self._settings = settings
        self._library = library
        self._log = log
        self._clock = clock
        apology = Apology(account.call, library, clock=clock, silent=account.front.covered)
        name = account.front.name
        self.webhook = (
            None if secret is None else Webhook(secret, journal, apology, log, clock=clock, bot=name)
        )
        url = f"{account.bot.base_url}/getUpdates"
        self._poller = Poller(polling, url, journal, apology, database, log, me=me, clock=clock, bot=name)

    async def listen(self) -> None:
        """Reach Telegram, however long that takes, and then stay: conversations and responders need not wait.

        SetupError where Telegram does not know the main front; another one that it does not know is left out, since
        one campaign's bot must not take the others down with it.
        """
        pause = 1.0
        while True:
            try:
                await self._announce()
                break
            except InvalidToken:
                if self._account.front.name == MAIN:
                    hint = "ask @BotFather for the bot's token"
                    raise SetupError("Telegram does not know this token", hint) from None
                self._log.warning("front.refused")
                return
            except TelegramError as problem:
                self._log.warning("telegram.away", error=type(problem).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
        if self.webhook is None:
            await self._poller.run()

    async def _announce(self) -> None:
        """Tell Telegram where we want our updates, then put on the neutral front."""
        bot, settings = self._account.bot, self._settings
        await bot.initialize()
        if self.webhook is None:
            await bot.delete_webhook(drop_pending_updates=False)
        else:
            await bot.set_webhook(
                f"{settings.webhook_url.rstrip('/')}{self.webhook.path}",
                secret_token=self.webhook.secret,
                allowed_updates=list(WANTED),
                max_connections=100,
                drop_pending_updates=False,
            )
        mode = "polling" if self.webhook is None else "webhook"
        self._log.say("listening", mode=mode, address=settings.listen)
        await dress(bot, self._library, self._log, covered=self._account.front.covered)

    async def answers(self) -> bool:
        """Whether Telegram has been heard of lately."""
        if self.webhook is None and self._poller.heard_at is not None:
            return self._clock() - self._poller.heard_at < _SILENT_TELEGRAM
        try:
            await self._account.bot.get_me()
        except (TelegramError, RuntimeError):
            return False
        return True
