"""HTTP/1.1 as far as a Bot API server on loopback needs it, at a small part of what a bot spends on it."""

import asyncio
from collections.abc import Callable
from urllib.parse import parse_qsl

import msgspec

_END = b"\r\n\r\n"
_LENGTH = b"\r\ncontent-length:"
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "


class Button(msgspec.Struct):
    """One inline button."""

    text: str
    callback_data: str = ""


class Keyboard(msgspec.Struct):
    """Inline buttons, row by row."""

    inline_keyboard: list[list[Button]]


class Call(msgspec.Struct):
    """The parameters that the stand-in looks at."""

    chat_id: int = 0
    message_id: int = 0
    text: str = ""
    offset: int = 0
    limit: int = 100
    timeout: float = 0
    reply_markup: msgspec.Raw = msgspec.Raw(b"")


Answer = Callable[[bytes], None]
Handle = Callable[[bytes, Call, Answer], None]
_call = msgspec.json.Decoder(Call)
_NO_CALL = Call()
keyboard_decoder = msgspec.json.Decoder(Keyboard)


class Wire(asyncio.Protocol):
    """One connection: requests in, each answered when `handle` calls back. `delay` gives seconds each way."""

    def __init__(self, handle: Handle, delay: Callable[[], float], wires: set["Wire"]) -> None:
        """`handle` gets method, parameters and where to put the JSON result; `wires` has all that are open."""
        self._handle = handle
        self._wires = wires
        self._delay = delay
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._wires.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Answer no more."""
        self._transport = None
        self._wires.discard(self)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take every whole request out of what has come."""
        self._buffer = data if not self._buffer else self._buffer + data
        while True:
            end = self._buffer.find(_END)
            if end < 0:
                return
            head, start = self._buffer[:end], end + 4
            size = _body_length(head)
            if len(self._buffer) < start + size:
                return
            body, self._buffer = self._buffer[start : start + size], self._buffer[start + size :]
            delay = self._delay()
            if delay:
                self._loop.call_later(delay, self._dispatch, head, body)
            else:
                self._dispatch(head, body)

    def _dispatch(self, head: bytes, body: bytes) -> None:
        line = head[: head.find(b"\r\n")]
        method = line.split(b" ", 2)[1].rsplit(b"/", 1)[-1]
        self._handle(method, _read(head, body), self._answer_later if self._delay() else self._answer)

    def _answer_later(self, result: bytes) -> None:
        self._loop.call_later(self._delay(), self._answer, result)

    def _answer(self, result: bytes) -> None:
        if self._transport is not None:
            body = b'{"ok":true,"result":' + result + b"}"
            self._transport.write(_HEAD + str(len(body)).encode() + _END + body)


def _body_length(head: bytes) -> int:
    lower = head.lower()
    at = lower.find(_LENGTH)
    if at < 0:
        return 0
    at += len(_LENGTH)
    end = lower.find(b"\r\n", at)
    return int(lower[at:] if end < 0 else lower[at:end])


def _read(head: bytes, body: bytes) -> Call:
    if not body:
        return _NO_CALL
    if b"json" in head.lower():
        return _call.decode(body)
    fields = dict(parse_qsl(body.decode()))
    rows = fields.get("reply_markup", "")
    return Call(
        chat_id=int(fields.get("chat_id", 0)),
        message_id=int(fields.get("message_id", 0)),
        text=fields.get("text", ""),
        offset=int(fields.get("offset", 0)),
        limit=int(fields.get("limit", 100)),
        timeout=float(fields.get("timeout", 0)),
        reply_markup=msgspec.Raw(rows.encode()),
    )
