"""The only code that speaks to contacts: it keeps one bubble on each screen and takes away what must not stay."""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.logs import Log
from bot.outcomes import SCREEN, Outcomes, new_intent
from bot.record import Held
from bot.screen import Remove, Show, decode_task
from storage.box import Spot
from storage.outbox import Intent

_MOST_DELETES = 100
_MOST_COPIES = 15
# A person may be waiting for the screen; what is to be removed may take longer.
_LONGEST_PAUSE = {True: timedelta(seconds=30), False: timedelta(minutes=10)}
# A day and two days, once the pauses are at their longest.
_MOST_SHOWS = 3000
_MOST_REMOVALS = 300


class Calls(Protocol):
    """One Bot API method: JSON parameters in, raw result out, PTB's errors otherwise."""

    async def __call__(self, method: str, parameters: bytes) -> msgspec.Raw:
        """Call it."""
        ...


class _Sent(msgspec.Struct):
    message_id: int


_sent = msgspec.json.Decoder(_Sent)
_encode = msgspec.json.Encoder().encode


class Sender:
    """Sends for the conversations that this process holds: each in order, all of them side by side."""

    def __init__(
        self, call: Calls, log: Log, *, clock: Callable[[], datetime], settled: Callable[[bool], None]
    ) -> None:
        """`settled` is told when outcomes wait to be written down, and whether that is urgent."""
        self._call = call
        self._log = log
        self._clock = clock
        self._settled = settled
        self._queues: dict[str, deque[tuple[Intent, bool]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._outcomes = Outcomes()
        self._unwritten: set[str] = set()

    def push(self, held: Held, intents: list[Intent], *, recovered: bool = False) -> None:
        """Do these soon. `recovered`: an earlier process may have tried already."""
        intents = [each for each in intents if each.slot != SCREEN or each.serial >= held.shown]
        held.shown = max([held.shown, *(each.serial for each in intents if each.slot == SCREEN)])
        queue = self._queues.get(held.id)
        if queue is None:
            queue = self._queues[held.id] = deque()
            self._spawn(self._drain(held, queue))
        known = {(each.slot, each.serial) for each, _ in queue}
        queue.extend((each, recovered) for each in intents if (each.slot, each.serial) not in known)

    def answer(self, callback: str) -> None:
        """Stop the button's spinner; best effort, since Telegram forgets the query soon."""
        self._spawn(self._answer(callback))

    def leave(self, held: Held, show: Show) -> None:
        """A last screen for somebody of whom nothing is kept; best effort."""
        if held.place.bubble is not None:
            self._spawn(self._leave(held.place.chat, held.place.bubble, show))

    def is_busy(self, conversation: str) -> bool:
        """Whether sends for it are under way, or have ended and are not written down yet."""
        return conversation in self._queues or conversation in self._unwritten

    def collect(self) -> Outcomes:
        """What to write down in the next commit."""
        outcomes, self._outcomes = self._outcomes, Outcomes()
        self._unwritten.clear()
        return outcomes

    def restore(self, outcomes: Outcomes) -> None:
        """Take outcomes back whose commit failed."""
        newer, self._outcomes = self._outcomes, outcomes
        intents = (*outcomes.done, *outcomes.later, *outcomes.more)
        self._unwritten.update(outcomes.moved, (each.conversation for each in intents))
        self._outcomes.done += newer.done
        self._outcomes.later += newer.later
        self._outcomes.more += newer.more
        self._outcomes.moved |= newer.moved

    async def drain(self) -> None:
        """Wait until every send that has begun has ended."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _spawn(self, coroutine: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, held: Held, queue: deque[tuple[Intent, bool]]) -> None:
        try:
            while queue:
                intent, recovered = queue.popleft()
                if intent.slot == SCREEN and intent.serial < held.shown:
                    continue  # a newer screen has come; its row has replaced this one's
                await self._try(held, intent, recovered=recovered)
        finally:
            del self._queues[held.id]

    async def _try(self, held: Held, intent: Intent, *, recovered: bool) -> None:
        try:
            await self._do(held, intent, recovered=recovered)
        except RetryAfter as pause:
            self._postpone(intent, _seconds(pause))
        except Forbidden:
            self._move(held, blocked=True)
            self._finish(held, intent)
        except BadRequest as refused:
            self._log.warning("send.refused", kind=_kind(refused.message))
            self._finish(held, intent)
        except (NetworkError, TelegramError) as problem:
            longest = _LONGEST_PAUSE[intent.slot == SCREEN]
            self._postpone(intent, min(timedelta(seconds=2 ** min(intent.attempts, 10)), longest))
            self._log.warning("send.postponed", error=type(problem).__name__, attempt=intent.attempts)
        except Exception as bug:  # noqa: BLE001 - one conversation's fault must not end the others' sends
            self._postpone(intent, _LONGEST_PAUSE[intent.slot == SCREEN])
            self._log.bug("send.bug", bug)

    async def _do(self, held: Held, intent: Intent, *, recovered: bool) -> None:
        task = decode_task(held.key.open(intent.body, Spot("outbox", f"{held.id}/{intent.slot}", "body")))
        match task:
            case Show():
                if recovered and intent.attempts == 0 and (task.fresh or held.place.bubble is None):
                    # An earlier process may have sent it and not lived to write that down.
                    self._doubt(held, task.since)
                await self._show(held, intent, task)
            case Remove(messages):
                await self._remove(held.place.chat, messages)
        self._finish(held, intent)

    async def _show(self, held: Held, intent: Intent, show: Show) -> None:
        old, doubt = held.place.bubble, held.place.doubt
        if show.quiet:
            if old is not None:
                await self._edit(held.place.chat, old, show)
            return
        may_edit = old is not None and not show.fresh and doubt is None
        if old is not None and may_edit and await self._edit(held.place.chat, old, show):
            return
        sent = await self._send(held, show)
        copies = [] if doubt is None else await self._copies(held.place.chat, doubt, sent)
        gone = tuple(dict.fromkeys([*([] if old is None else [old]), *copies]))
        if gone:
            self._also_remove(held, intent, gone)

    async def _send(self, held: Held, show: Show) -> int:
        """Send a new bubble; when the outcome is unknown, remember from where to look for a copy."""
        try:
            raw = await self._call("sendMessage", _encode(_message(held.place.chat, show)))
        except (RetryAfter, Forbidden, BadRequest):
            raise
        except TelegramError:
            self._doubt(held, show.since)
            raise
        sent = _sent.decode(raw).message_id
        self._move(held, bubble=sent, seen=max(held.place.seen, sent), blocked=False, doubt=None)
        return sent

    def _doubt(self, held: Held, since: int) -> None:
        known = held.place.doubt
        self._move(held, doubt=since if known is None else min(known, since))

    async def _copies(self, chat: int, since: int, sent: int) -> list[int]:
        """Our messages between the last that we knew of and this one.

        sendMessage has no idempotency key: a call whose answer was lost may have left the same bubble there. Ids run
        through all chats of an account, and a person's own message must not go: only what we can edit is ours.
        """
        # The copy lies just above the last that we knew, or, after further tries, just below this one.
        first = range(since + 1, min(sent, since + 1 + _MOST_COPIES))
        last = range(max(first.stop, sent - _MOST_COPIES), sent)
        return [message for message in (*first, *last) if await self._is_ours(chat, message)]

    async def _is_ours(self, chat: int, message: int) -> bool:
        bare = {"chat_id": chat, "message_id": message, "reply_markup": {"inline_keyboard": []}}
        try:
            await self._call("editMessageReplyMarkup", _encode(bare))
        except BadRequest as refused:
            return "not modified" in refused.message
        except TelegramError:
            return False
        return True

    async def _edit(self, chat: int, message: int, show: Show) -> bool:
        parameters = _message(chat, show) | {"message_id": message}
        del parameters["disable_notification"]
        try:
            await self._call("editMessageText", _encode(parameters))
        except BadRequest as refused:
            return "not modified" in refused.message
        return True

    async def _remove(self, chat: int, messages: tuple[int, ...]) -> None:
        for start in range(0, len(messages), _MOST_DELETES):
            batch = messages[start : start + _MOST_DELETES]
            await self._call("deleteMessages", _encode({"chat_id": chat, "message_ids": batch}))

    async def _answer(self, callback: str) -> None:
        try:
            await self._call("answerCallbackQuery", _encode({"callback_query_id": callback}))
        except TelegramError:
            return

    async def _leave(self, chat: int, bubble: int, show: Show) -> None:
        try:
            await self._edit(chat, bubble, show)
        except TelegramError:
            return

    def _also_remove(self, held: Held, intent: Intent, messages: tuple[int, ...]) -> None:
        slot = f"remove-{secrets.token_hex(6)}"
        removal = new_intent(held.id, slot, intent.serial, Remove(messages), held.key, now=self._clock())
        self._outcomes.more.append(removal)
        self.push(held, [removal])

    def _move(self, held: Held, **changes: object) -> None:
        held.place = msgspec.structs.replace(held.place, **changes)
        self._outcomes.moved[held.id] = held
        self._unwritten.add(held.id)
        self._settled(True)

    def _finish(self, held: Held, intent: Intent) -> None:
        if intent.slot == SCREEN and intent.serial >= held.shown:
            held.owes_fresh, held.unsent_since = False, None
        self._outcomes.done.append(intent)
        self._unwritten.add(intent.conversation)
        self._settled(False)

    def _postpone(self, intent: Intent, pause: timedelta) -> None:
        """Try again later. What is to leave the screen is tried for as long as Telegram lets it be deleted."""
        self._unwritten.add(intent.conversation)
        attempts = intent.attempts + 1
        if attempts > (_MOST_SHOWS if intent.slot == SCREEN else _MOST_REMOVALS):
            self._outcomes.done.append(intent)
        else:
            self._outcomes.later.append(replace(intent, due_at=self._clock() + pause, attempts=attempts))
        self._settled(True)


def _message(chat: int, show: Show) -> dict[str, object]:
    keyboard = [[{"text": each.label, "callback_data": each.token} for each in row] for row in show.rows]
    return {
        "chat_id": chat,
        "text": show.text,
        "disable_notification": True,
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": keyboard},
    }


def _seconds(pause: RetryAfter) -> timedelta:
    given = pause.retry_after
    return given if isinstance(given, timedelta) else timedelta(seconds=given)


def _kind(message: str) -> str:
    """Which of Telegram's known refusals it was; its own words could quote ours."""
    known = (
        "not found",
        "can't be deleted",
        "can't be edited",
        "too long",
        "empty",
        "BUTTON_DATA_INVALID",
        "chat not found",
    )
    return next((each for each in known if each in message), "other")
