"""Webhooks: updates pushed to a bot's address, in order per person, again until it says that it has them.

As at Telegram each person has several lanes, which do not wait for one another: one for messages and their edits,
one for pressed buttons, one for blocks, one for reactions.
"""

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
import msgspec

from sandbox.bot_api import BotApi
from sandbox.exchange import Exchange
from sandbox.parameters import Parameters
from sandbox.records import BotId, Json, PersonId, Subscription, Update
from sandbox.refusals import Refusal

RESPONSE_SECONDS = 60
LONGEST_DELAY = 60.0
LONGEST_RETRY_AFTER = 3600
_OWN_LANE = ("callback_query", "my_chat_member", "message_reaction")
_NOT_IN_RESPONSE = ("deletewebhook", "setwebhook", "close", "logout")
_encode = msgspec.json.Encoder().encode
_Key = tuple[BotId, PersonId, str]


def lane(update: Update) -> _Key:
    """Return the lane of an update; within it order holds."""
    kind = next((kind for kind in _OWN_LANE if kind in update.body), "message")
    return update.bot, update.person, kind


@dataclass(slots=True)
class _Line:
    """The lanes of one bot, and the connections it allows at a time."""

    subscription: Subscription
    connections: asyncio.Semaphore
    lanes: dict[_Key, deque[Update]] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


class _NotTaken(Exception):
    """The bot did not take the update; `retry_after` is in seconds if it said so."""

    def __init__(self, reason: str, retry_after: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class Webhooks:
    """Pushes every waiting update of every bot that has named an address."""

    def __init__(self, exchange: Exchange, bot_api: BotApi, *, retry_seconds: float = 1.0) -> None:
        """Push from this exchange; the second retry comes after twice `retry_seconds`, then twice that, and so on."""
        self._exchange = exchange
        self._bot_api = bot_api
        self._retry_seconds = retry_seconds
        self._lines: dict[BotId, _Line] = {}
        self._trouble: dict[BotId, Json] = {}
        exchange.mailbox.on_post = self._posted
        exchange.on_subscription = self.restart
        exchange.webhook_trouble = lambda bot: self._trouble.get(bot, {})

    async def __aenter__(self) -> Self:
        """Open the connections and push what has waited."""
        timeout = aiohttp.ClientTimeout(total=RESPONSE_SECONDS)
        self._http = aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0))
        for bot in self._exchange.world.bots:
            self.restart(bot)
        return self

    async def __aexit__(self, *unused: object) -> None:
        """Stop pushing; what was not taken stays in the mailbox."""
        tasks = [task for line in self._lines.values() for task in line.tasks]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await self._http.close()

    def restart(self, bot: BotId) -> None:
        """Begin anew after a bot has changed where its updates go."""
        old = self._lines.pop(bot, None)
        for task in old.tasks if old else ():
            task.cancel()
        self._trouble.pop(bot, None)
        subscription = self._exchange.world.subscription(bot)
        if subscription.url:
            self._lines[bot] = _Line(subscription, asyncio.Semaphore(subscription.max_connections))
            for update in self._exchange.mailbox.waiting(bot):
                self._feed(update)

    def _posted(self, update: Update) -> None:
        if update.bot not in self._lines or self._exchange.mailbox.is_held(update):
            return
        self._feed(update)
        if held := self._exchange.mailbox.release_held(update.bot):
            self._feed(held)

    def _feed(self, update: Update) -> None:
        line = self._lines[update.bot]
        key = lane(update)
        if key in line.lanes:
            line.lanes[key].append(update)
            return
        line.lanes[key] = deque([update])
        task = asyncio.create_task(self._push_lane(line, key))
        line.tasks.add(task)
        task.add_done_callback(line.tasks.discard)

    async def _push_lane(self, line: _Line, key: _Key) -> None:
        row = line.lanes[key]
        while row:
            await self._push(line, row[0])
            row.popleft()
        del line.lanes[key]

    async def _push(self, line: _Line, update: Update) -> None:
        """Push one update until the bot takes it or it is too old."""
        delay, failures = self._retry_seconds, 0
        while self._exchange.mailbox.is_waiting(update):
            try:
                async with line.connections:
                    await self._post(line.subscription, update)
            except _NotTaken as error:
                self._note(update.bot, error.reason)
                if failures and not error.retry_after:
                    delay = min(delay * 2, LONGEST_DELAY)
                pause = error.retry_after or (delay if failures else 0.0)
                failures += 1
                await asyncio.sleep(min(pause, LONGEST_RETRY_AFTER))
            else:
                self._exchange.mailbox.confirm(update.bot, update.id)
        if self._exchange.mailbox.use_duplicate():
            with contextlib.suppress(_NotTaken):
                await self._post(line.subscription, update)

    def _note(self, bot: BotId, reason: str) -> None:
        self._trouble[bot] = {"last_error_date": self._exchange.now(), "last_error_message": reason}

    async def _post(self, subscription: Subscription, update: Update) -> None:
        headers = {"Content-Type": "application/json"}
        if subscription.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = subscription.secret_token
        try:
            async with self._http.post(
                subscription.url, data=_encode(update.body), headers=headers, allow_redirects=False
            ) as response:
                body = await response.read()
                if not 200 <= response.status <= 299:  # noqa: PLR2004 - HTTP's own border
                    reason = f"Wrong response from the webhook: {response.status} {response.reason}"
                    raise _NotTaken(reason, _seconds(response.headers.get("Retry-After")))
        except TimeoutError as error:
            raise _NotTaken("Read timeout expired") from error
        except aiohttp.ClientConnectorError as error:
            raise _NotTaken("Connection refused") from error
        except aiohttp.ClientError as error:
            raise _NotTaken("Connection closed") from error
        await self._carry_out(update.bot, body)

    async def _carry_out(self, bot: BotId, body: bytes) -> None:
        """Carry out the call that a bot may put in its answer; nobody learns what came of it."""
        try:
            given = msgspec.json.decode(body, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        method = str(given.pop("method", "")).lower()
        if method and method not in _NOT_IN_RESPONSE and not method.startswith("get"):
            with contextlib.suppress(Refusal):
                await self._bot_api.call(self._exchange.world.bots[bot], method, Parameters(given))


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isdecimal() else 0.0
