"""A Telegram that costs next to nothing: the Bot API on loopback, and one chat for each invented person."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

import msgspec

from tests.bench.wire import Answer, Call, Wire

ME = (
    b'{"id":1000000001,"is_bot":true,"first_name":"Bench","username":"bench_bot","can_join_groups":false,'
    b'"can_read_all_group_messages":false,"supports_inline_queries":false}'
)
TOKEN = "1000000001:bench-token-of-nobody-000000000000"
_DATE = 1_790_000_000
_encode = msgspec.json.encode
_NO_ROWS = msgspec.Raw(b'{"inline_keyboard":[]}')
_MOST = 100


@dataclass(slots=True)
class Update:
    """One update on its way: when it was made, and when it was first handed out (seconds of a steady clock)."""

    number: int
    chat: int
    body: bytes
    made_at: float
    handed_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Screen:
    """What a person sees: the bubble's text and its buttons, still encoded."""

    chat: int
    message: int
    text: str
    rows: msgspec.Raw


@dataclass(slots=True)
class StandIn:
    """Keeps updates until they are confirmed, as Telegram does, and shows each screen to `seen`."""

    seen: Callable[[Screen], None]
    delay: float = 0.0
    calls: Counter[str] = field(default_factory=Counter)
    address: str = ""
    polled: asyncio.Event = field(default_factory=asyncio.Event)
    _updates: deque[Update] = field(default_factory=deque)
    _last_update: int = 0
    _last_message: int = 0
    _poll: tuple[Call, Answer, asyncio.TimerHandle] | None = None
    _server: asyncio.Server | None = None
    _wires: set[Wire] = field(default_factory=set)
    _waking: bool = False

    async def start(self) -> None:
        """Listen on a free port of the loopback."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Wire(self._handle, lambda: self.delay, self._wires), "127.0.0.1", 0, backlog=1024
        )
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Listen no more."""
        self.hang_up()
        if self._server is not None:
            self._server.close()

    def hang_up(self) -> None:
        """Close every connection: what a killed bot had still said is not to be heard after it."""
        self._forget_poll()
        for each in list(self._wires):
            each.close()

    @property
    def unconfirmed(self) -> int:
        """Updates that the bot has not confirmed."""
        return len(self._updates)

    def say(self, chat: int, text: str) -> Update:
        """A person types."""
        self._last_message += 1
        number = self._next_number()
        entities = b',"entities":[{"offset":0,"length":6,"type":"bot_command"}]' if text == "/start" else b""
        message = _message(chat, self._last_message, text, author=_person(chat), rest=entities)
        return self._add(number, chat, b'{"update_id":%d,"message":%b}' % (number, message))

    def press(self, screen: Screen, token: str) -> Update:
        """A person presses a button."""
        number = self._next_number()
        rest = b',"reply_markup":%b' % bytes(screen.rows)
        message = _message(screen.chat, screen.message, screen.text, author=ME, rest=rest)
        body = b'{"update_id":%d,"callback_query":{"id":"%d","from":%b,"message":%b,"chat_instance":"1","data":%b}}' % (
            number, number, _person(screen.chat), message, _encode(token),
        )  # fmt: skip
        return self._add(number, screen.chat, body)

    def _next_number(self) -> int:
        self._last_update += 1
        return self._last_update

    def _add(self, number: int, chat: int, body: bytes) -> Update:
        update = Update(number, chat, body, perf_counter())
        self._updates.append(update)
        if self._poll is not None and not self._waking:
            self._waking = True
            asyncio.get_running_loop().call_soon(self._wake)
        return update

    def _wake(self) -> None:
        self._waking = False
        if self._poll is not None and self._updates:
            call, answer, _ = self._poll
            self._forget_poll()
            self._hand_out(call, answer)

    def _forget_poll(self) -> None:
        if self._poll is not None:
            self._poll[2].cancel()
            self._poll = None

    def _handle(self, method: bytes, call: Call, answer: Answer) -> None:
        name = method.decode()
        self.calls[name] += 1
        match name:
            case "getUpdates":
                self._get_updates(call, answer)
            case "sendMessage":
                self._last_message += 1
                self._show(call, self._last_message, answer)
            case "editMessageText":
                self._show(call, call.message_id, answer)
            case "getMe":
                answer(ME)
            case "getMyName":
                answer(b'{"name":""}')
            case "getMyDescription":
                answer(b'{"description":""}')
            case "getMyShortDescription":
                answer(b'{"short_description":""}')
            case "getUserProfilePhotos":
                answer(b'{"total_count":1,"photos":[]}')
            case "getMyCommands":
                answer(b"[]")
            case _:
                answer(b"true")

    def _get_updates(self, call: Call, answer: Answer) -> None:
        self.polled.set()
        if self._poll is not None:  # an earlier process left it behind
            self._forget_poll()
        while self._updates and self._updates[0].number < call.offset:
            self._updates.popleft()
        if self._updates or not call.timeout:
            self._hand_out(call, answer)
        else:
            end = asyncio.get_running_loop().call_later(call.timeout, self._end_poll)
            self._poll = call, answer, end

    def _end_poll(self) -> None:
        if self._poll is not None:
            answer = self._poll[1]
            self._poll = None
            answer(b"[]")

    def _hand_out(self, call: Call, answer: Answer) -> None:
        now, bodies = perf_counter(), []
        for update in self._updates:
            update.handed_at = update.handed_at or now
            bodies.append(update.body)
            if len(bodies) >= min(call.limit, _MOST):
                break
        answer(b"[" + b",".join(bodies) + b"]")

    def _show(self, call: Call, message: int, answer: Answer) -> None:
        rows = call.reply_markup if bytes(call.reply_markup) else _NO_ROWS
        rest = b',"reply_markup":%b' % bytes(rows)
        answer(_message(call.chat_id, message, call.text, author=ME, rest=rest))
        self.seen(Screen(call.chat_id, message, call.text, rows))


def _person(chat: int) -> bytes:
    return b'{"id":%d,"is_bot":false,"first_name":"Bench","language_code":"en"}' % chat


def _message(chat: int, number: int, text: str, *, author: bytes, rest: bytes) -> bytes:
    return (
        b'{"message_id":%d,"from":%b,"chat":{"id":%d,"first_name":"Bench","type":"private"},"date":%d,"text":%b%b}'
        % (number, author, chat, _DATE, _encode(text), rest)
    )
