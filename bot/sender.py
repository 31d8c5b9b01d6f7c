"""The only code that speaks to contacts: it keeps one bubble on each screen and takes away what must not stay."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import msgspec
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.fronts import MAIN
from bot.logs import Log
from bot.outcomes import NUDGE, WIPE, Outcomes, new_intent
from bot.patience import LONGEST_PAUSE, asked_pause, gives_up, pause
from bot.place import Mark
from bot.reach import MayWrite
from bot.record import Held
from bot.screen import Remove, Show, Wipe, decode_task
from bot.wiper import Calls, Wiper, encode, form, kind_of
from flows.contract import From, Now
from storage.box import Spot
from storage.messages import Fate, Told
from storage.outbox import SCREEN, Intent

_NO_FRONT = "this front was taken away"


class _Sent(msgspec.Struct):
    message_id: int


_sent = msgspec.json.Decoder(_Sent)


class Sender:
    """Sends for the conversations that this process holds: each in order, all of them side by side."""

    def __init__(
        self,
        call: Calls,
        log: Log,
        *,
        clock: Callable[[], datetime],
        settled: Callable[[bool], None],
        blank: str,
        may_write: MayWrite,
        fronts: Mapping[int, Calls] = MappingProxyType({}),
    ) -> None:
        """`call` speaks as the main front, `fronts` as the others; to a chat with any other nothing is sent.

        `settled` is told when outcomes wait to be written down, and whether that is urgent. `blank`: see Wiper.
        `may_write` stands before everything that nobody asked for.
        """
        self._calls = {MAIN: call, **fronts}
        self._wipers = {
            name: Wiper(each, log, blank=blank, move=self._move) for name, each in self._calls.items()
        }
        self._log = log
        self._clock = clock
        self._settled = settled
        self._may_write = may_write
        self._queues: dict[str, deque[Intent]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._outcomes = Outcomes()
        self._unwritten: set[str] = set()

    def push(self, held: Held, intents: list[Intent]) -> None:
        """Do these soon."""
        intents = [each for each in intents if each.slot != SCREEN or each.serial >= held.shown]
        held.shown = max([held.shown, *(each.serial for each in intents if each.slot == SCREEN)])
        queue = self._queues.get(held.id)
        if queue is None:
            queue = self._queues[held.id] = deque()
            self._spawn(self._drain(held, queue))
        known = {(each.slot, each.serial) for each in queue}
        new = [each for each in intents if (each.slot, each.serial) not in known]
        # Whoever leaves waits for nothing that was to be done before.
        queue.extendleft(each for each in new if each.slot == WIPE)
        queue.extend(each for each in new if each.slot != WIPE)

    def answer(self, callback: str, bot: int = MAIN) -> None:
        """Stop the button's spinner, as the front that it was pressed on; best effort, since Telegram forgets soon."""
        if bot in self._calls:
            self._spawn(self._answer(callback, self._calls[bot]))

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
        outcomes.join(newer)

    async def drain(self) -> None:
        """Wait until every send that has begun has ended."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _spawn(self, coroutine: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, held: Held, queue: deque[Intent]) -> None:
        try:
            while queue:
                intent = queue.popleft()
                if intent.slot == SCREEN and intent.serial < held.shown:
                    continue  # a newer screen has come; its row has replaced this one's
                await self._try(held, intent)
        finally:
            del self._queues[held.id]

    async def _try(self, held: Held, intent: Intent) -> None:
        try:
            await self._do(held, intent)
        except RetryAfter as refusal:
            self._postpone(held, intent, asked_pause(refusal))
        except Forbidden:
            self._move(held, blocked=True)
            self._outcomes.shut.add(held.id)
            if intent.slot == WIPE:
                self._postpone(held, intent, LONGEST_PAUSE)
            else:
                self._finish(held, intent)
        except BadRequest as refused:
            self._log.warning("send.refused", kind=kind_of(refused.message))
            self._fail(held, intent)
            self._finish(held, intent)
        except (NetworkError, TelegramError) as problem:
            self._postpone(held, intent, pause(intent))
            self._log.warning("send.postponed", error=type(problem).__name__, attempt=intent.attempts)
        except Exception as bug:  # noqa: BLE001 - one conversation's fault must not end the others' sends
            self._postpone(held, intent, LONGEST_PAUSE)
            self._log.bug("send.bug", bug)

    async def _do(self, held: Held, intent: Intent) -> None:
        if held.place.bot not in self._calls:
            raise Forbidden(_NO_FRONT)
        wiper = self._wipers[held.place.bot]
        task = decode_task(held.key.open(intent.body, _spot(intent)))
        match task:
            case Show() if intent.slot == NUDGE:
                await self._nudge(held, intent, task)
                return
            case Show(quiet=False):
                await self._show(held, intent, task)
                self._tell(held, task)
            case Show():
                pass
            case Remove(bot=bot) if bot not in {None, held.place.bot}:
                pass  # the chat that it was in leads elsewhere by now, and is emptied there
            case Remove(messages):
                stuck = await wiper.delete(held.place.chat, [Mark(each, 0) for each in messages])
                self._forget(held, messages)
                self._count(held, stuck=stuck)
            case Wipe():
                wiped, stuck = await wiper.wipe(held)
                self._count(held, wiped=wiped, stuck=stuck)
        self._finish(held, intent)

    async def _show(self, held: Held, intent: Intent, show: Show) -> None:
        if show.edits_only:
            await self._turn_into(held, intent, show)
            return
        old, doubt = held.place.bubble, held.place.doubt
        may_edit = old is not None and not show.fresh and doubt is None
        wiper = self._wipers[held.place.bot]
        if old is not None and may_edit and await wiper.edit(held.place.chat, old, show):
            return
        before = held.place
        self._replace(held, intent, *await self._send(held, show))
        if held.place.doomed != before.doomed or held.place.unsure != before.unsure:
            self._also_wipe(held, intent)

    async def _nudge(self, held: Held, intent: Intent, show: Show) -> None:
        """The one message that nobody asked for; the contract may say later, or not at all, up to this moment."""
        match self._may_write(held.record, self._clock()):
            case Now() if intent.serial >= held.emptied:
                await self._show(held, intent, show)
                self._tell(held, show)
                self._finish(held, intent)
            case From(at):
                self._outcomes.later.append(replace(intent, due_at=datetime.fromtimestamp(at, UTC)))
                self._unwritten.add(intent.conversation)
                self._settled(False)
            case _:
                self._finish(held, intent)

    def _tell(self, held: Held, show: Show) -> None:
        """A reply, or word of it, has come to where it was to go."""
        if show.opens:
            self._move(held, shown=show.note)
        elif show.note:
            self._outcomes.fates.append(Told(show.note, Fate.SHOWN_NOTE))

    def _fail(self, held: Held, intent: Intent) -> None:
        if intent.slot == NUDGE:
            task = decode_task(held.key.open(intent.body, _spot(intent)))
            if isinstance(task, Show):
                self._outcomes.fates.append(Told(task.note, Fate.FAILED))

    async def _turn_into(self, held: Held, intent: Intent, show: Show) -> None:
        """What is there becomes this, and nothing new appears; copies that a lost answer left go."""
        place = held.place
        if place.bubble is not None:
            await self._wipers[place.bot].edit(place.chat, place.bubble, show)
        if place.doubt is not None:
            self._move(held, unsure=(*place.unsure, (place.doubt, 0)), doubt=None)
            self._also_wipe(held, intent)

    async def _send(self, held: Held, show: Show) -> tuple[int, int]:
        """Send a new bubble: its id and when; if the outcome is unknown, remember from where to look for a copy."""
        at = int(self._clock().timestamp())
        try:
            raw = await self._calls[held.place.bot]("sendMessage", encode(form(held.place.chat, show)))
        except (RetryAfter, Forbidden, BadRequest):
            raise
        except TelegramError:
            held.place = held.place.doubted(show.since)
            self._move(held)
            raise
        return _sent.decode(raw).message_id, at

    def _replace(self, held: Held, intent: Intent, sent: int, at: int) -> None:
        """What was sent is the bubble now, and the old one has to go; after an exit it is too late and goes itself."""
        held.place = held.place.replaced(sent, at, late=intent.serial < held.emptied)
        self._move(held)

    async def _answer(self, callback: str, call: Calls) -> None:
        try:
            await call("answerCallbackQuery", encode({"callback_query_id": callback}))
        except TelegramError:
            return

    def _also_wipe(self, held: Held, intent: Intent) -> None:
        wipe = new_intent(held.id, WIPE, intent.serial, Wipe(), held.key, now=self._clock())
        self._outcomes.more.append(wipe)
        self.push(held, [wipe])

    def _forget(self, held: Held, messages: tuple[int, ...]) -> None:
        """A file that is kept by now stays on the screen no longer."""
        kept = tuple(mark for mark in held.place.kept if mark.message not in messages)
        if kept != held.place.kept:
            self._move(held, kept=kept)

    def _count(self, held: Held, *, wiped: int = 0, stuck: int = 0) -> None:
        if wiped or stuck:
            place = held.place
            now = int(self._clock().timestamp())
            self._move(held, wiped=place.wiped + wiped, stuck=place.stuck + stuck, look_at=now)

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

    def _postpone(self, held: Held, intent: Intent, wait: timedelta) -> None:
        """Try again later. What is to leave the screen is tried for as long as Telegram lets it be deleted."""
        if held.place.doubt is not None:
            self._move(held)
        self._unwritten.add(intent.conversation)
        later = replace(intent, due_at=self._clock() + wait, attempts=intent.attempts + 1)
        if gives_up(later):
            self._give_up(held, intent)
        else:
            self._outcomes.later.append(later)
        self._settled(True)

    def _give_up(self, held: Held, intent: Intent) -> None:
        self._outcomes.done.append(intent)
        self._fail(held, intent)
        if intent.slot == WIPE:
            stuck = len(held.place.doomed)
            self._move(held, doomed=(), unsure=())
            self._count(held, stuck=stuck)


def _spot(intent: Intent) -> Spot:
    return Spot("outbox", f"{intent.conversation}/{intent.slot}", "body")
