"""Where updates come in: by long polling or by webhook, and in both cases journalled before Telegram is told so."""

import asyncio
import hmac
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.apology import Apology
from bot.failures import SetupError
from bot.fronts import MAIN
from bot.journal import Journal
from bot.logs import Log
from bot.transport import RawRequest
from bot.updates import WANTED, number_of, tidy
from storage import workers
from storage.database import Database

POLL_SECONDS = 30
WEBHOOK_PATH = "/telegram"
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
_PAUSE_SECONDS = 1.0
_LEASE_SECONDS = 3.0
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
_MOST_UPDATES = 100

_updates = msgspec.json.Decoder(list[msgspec.Raw])


class Poller:
    """One process polls; a batch is confirmed by the next request, which is made only once it is durable."""

    def __init__(  # noqa: PLR0913 - what it needs, each by name
        self,
        request: RawRequest,
        url: str,
        journal: Journal,
        apology: Apology,
        database: Database,
        log: Log,
        *,
        me: str,
        clock: Callable[[], datetime],
        bot: int = MAIN,
    ) -> None:
        """`url`: the address of getUpdates of the front `bot`; `me`: this worker."""
        self._request = request
        self._url = url
        self._journal = journal
        self._apology = apology
        self._database = database
        self._log = log
        self._me = me
        self._clock = clock
        self._bot = bot
        self._lease = "poller" if bot == MAIN else f"poller {journal.source(bot)}"
        self._offset = 0
        self.heard_at: datetime | None = None

    async def run(self) -> None:
        """Poll until cancelled; whatever fails is tried again, for nothing is confirmed before it is kept."""
        while True:
            if not await self._is_ours():
                await asyncio.sleep(_LEASE_SECONDS)
                continue
            try:
                await self._poll()
            except RetryAfter as pause:
                given = pause.retry_after
                await asyncio.sleep(given.total_seconds() if isinstance(given, timedelta) else given)
            except (Conflict, InvalidToken) as problem:
                self._log.warning("poll.refused", error=type(problem).__name__)
                await asyncio.sleep(POLL_SECONDS / 2)
            except (TelegramError, SQLAlchemyError, OSError) as problem:
                self._log.warning("poll.failed", error=type(problem).__name__)
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _is_ours(self) -> bool:
        try:
            async with self._database.write() as tx:
                return await workers.take_lease(tx, self._lease, self._me)
        except (SQLAlchemyError, OSError):
            return False

    async def _poll(self) -> None:
        """Poll while we are alive; the lease is looked at again after each failure."""
        while True:
            asked = {
                "offset": self._offset,
                "limit": _MOST_UPDATES,
                "timeout": POLL_SECONDS,
                "allowed_updates": WANTED,
            }
            raw = await self._request.call(self._url, msgspec.json.encode(asked), seconds=POLL_SECONDS + 10)
            updates = [bytes(each) for each in _updates.decode(raw)]
            self.heard_at = self._clock()
            try:
                await self._journal.write(updates, bot=self._bot)
            except (SQLAlchemyError, OSError):
                await self._apology.say(updates)
                raise
            # Confirmed by the next request, and only by that one: after a quiet week Telegram's ids begin anew.
            self._offset = max((number_of(each) for each in updates), default=-1) + 1


class Webhook:
    """Telegram comes to us: the answer is 200 only when the update is durable, else Telegram sends it again."""

    def __init__(
        self,
        secret: str,
        journal: Journal,
        apology: Apology,
        log: Log,
        *,
        clock: Callable[[], datetime],
        bot: int = MAIN,
    ) -> None:
        """`secret` comes with each request; `bot` is the front whose updates come here."""
        self.secret = secret
        self.path = WEBHOOK_PATH if bot == MAIN else f"{WEBHOOK_PATH}/{journal.source(bot)}"
        self._bot = bot
        self._expected = secret.encode()
        self._journal = journal
        self._apology = apology
        self._log = log
        self._clock = clock
        self.heard_at: datetime | None = None

    def routes(self) -> list[web.RouteDef]:
        """The one path."""
        return [web.post(self.path, self._receive)]

    async def _receive(self, request: web.Request) -> web.Response:
        given = request.headers.get(_SECRET_HEADER, "").encode()
        if not hmac.compare_digest(given, self._expected):
            return web.Response(status=403)
        raw = await request.read()
        try:
            number_of(tidy(raw))
        except ValueError:
            return web.Response(status=400)
        try:
            await self._journal.write([raw], bot=self._bot)
        except (SQLAlchemyError, OSError) as problem:
            self._log.bug("webhook.not_kept", problem)
            await self._apology.say([raw])
            return web.Response(status=503)
        self.heard_at = self._clock()
        return web.Response()


def read_secret(path: Path) -> str:
    """The secret in a file; SetupError unless it is one that Telegram takes, and none is not."""
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        secret = ""
    if not _SECRET.fullmatch(secret):
        hint = "WAYOUT_WEBHOOK_SECRET_FILE names a file with 16 to 256 letters, digits, _ and -"
        raise SetupError(f"{path} holds no usable secret", hint)
    return secret
