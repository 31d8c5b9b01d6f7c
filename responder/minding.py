"""Minding the desk: a person's input keeps it open, and where none comes it is locked."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from aiohttp import web

from responder.locking import LOOK_EVERY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from aiohttp.typedefs import Handler, Middleware

    from responder.console import Console

BY_ITSELF = ("/live", "/static/")
"""What pages load without anybody doing anything."""


def minding(console: Console) -> Middleware:
    """Lock before anything is shown where it has been too long; else note that somebody is here."""

    @web.middleware
    async def mind(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(BY_ITSELF):
            await look(console)
            console.shift.idle.touch()
        return await handler(request)

    return mind


async def look(console: Console) -> None:
    """Lock the desk if nobody has done anything for too long."""
    if console.vault.desk is not None and console.shift.idle.is_over:
        await console.shut()


def watching(console: Console) -> Callable[[web.Application], AsyncIterator[None]]:
    """Look again and again while the program runs."""

    async def watch(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(_look_often(console))
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    return watch


async def _look_often(console: Console) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY)
        await look(console)
