"""The HTTP side of the bot process: health, the responder API, and the webhook where one is set."""

from collections.abc import Awaitable, Callable, Iterable

import msgspec
from aiohttp import web

from bot.failures import SetupError
from bot.logs import Log

_MOST_BODY_BYTES = 1 << 20


class Health(msgspec.Struct, frozen=True, tag_field="schema", tag="health/1"):
    """The process lives."""

    alive: bool = True


class Ready(msgspec.Struct, frozen=True, tag_field="schema", tag="ready/1"):
    """Whether the database and Telegram answer."""

    ready: bool
    database: bool
    telegram: bool


Probe = Callable[[], Awaitable[bool]]


class Server:
    """One listener on WAYOUT_LISTEN."""

    def __init__(self, routes: Iterable[web.RouteDef], log: Log, *, database: Probe, telegram: Probe) -> None:
        """`database` and `telegram` tell whether each answers."""
        self._database = database
        self._telegram = telegram
        self._log = log
        app = web.Application(client_max_size=_MOST_BODY_BYTES, middlewares=[self._guard])
        app.add_routes([web.get("/healthz", _health), web.get("/readyz", self._ready), *routes])
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=2)

    async def start(self, address: str) -> None:
        """Listen on HOST:PORT; SetupError when that cannot be."""
        host, _, port = address.rpartition(":")
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host.strip("[]"), int(port)).start()
        except OSError as problem:
            hint = "choose another WAYOUT_LISTEN, or stop what listens there"
            raise SetupError(f"cannot listen on {address}: {problem.strerror}", hint) from None

    async def stop(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()

    async def _ready(self, _request: web.Request) -> web.Response:
        database, telegram = await self._database(), await self._telegram()
        ready = Ready(database and telegram, database, telegram)
        return web.Response(
            body=msgspec.json.encode(ready),
            status=200 if ready.ready else 503,
            content_type="application/json",
        )

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException:
            raise
        except Exception as bug:  # noqa: BLE001 - the one place where a request's bug ends; nothing of it is told
            self._log.bug("request.failed", bug, method=request.method)
            return web.Response(status=500)


async def _health(_request: web.Request) -> web.Response:
    return web.Response(body=msgspec.json.encode(Health()), content_type="application/json")
