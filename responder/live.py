"""The live queue: one stream of server-sent events for each open page, quiet while nothing changes."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

EVERY = 4.0
"""Seconds between two looks at the server's queue."""
HEARTBEAT = b": here\n\n"
EVENT_STREAM = {"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}


@dataclass(slots=True)
class Live:
    """Streams what `look` returns whenever it differs from what was sent last; None means locked."""

    look: Callable[[], Awaitable[str | None]]
    every: float = EVERY
    closed: bool = False
    _bell: asyncio.Event = field(default_factory=asyncio.Event)

    def ring(self) -> None:
        """Let every page look again now."""
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()

    def close(self) -> None:
        """End every stream, for good."""
        self.closed = True
        self.ring()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Serve one page's stream until it leaves, the desk is locked or the program ends."""
        response = web.StreamResponse(headers=EVENT_STREAM)
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            await self._follow(response)
        return response

    async def _follow(self, response: web.StreamResponse) -> None:
        sent = ""
        while not self.closed:
            bell = self._bell
            seen = await self.look()
            if seen is None:
                await response.write(_event("locked", ""))
                return
            await response.write(_event("queue", seen) if seen != sent else HEARTBEAT)
            sent = seen
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(bell.wait(), self.every)


def _event(name: str, data: str) -> bytes:
    """Write one event; JSON keeps its data on one line."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
