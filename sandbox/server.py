"""The server: one aiohttp application with the Bot API, the people's side, the test's side and the page."""

import urllib.parse
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from aiohttp import web

from sandbox.bot_api import BotApi
from sandbox.control_api import ControlApi
from sandbox.exchange import Exchange
from sandbox.pages import Pages
from sandbox.people_api import PeopleApi, reply
from sandbox.phone import Impossible
from sandbox.webhook import Webhooks
from sandbox.world import World

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_ON_LOOPBACK = web.AppKey("on_loopback", bool)
UPLOAD_LIMIT = 64 * 1024 * 1024
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _from_elsewhere(request: web.Request, *, loopback: bool) -> bool:
    """Whether a browser sends this on behalf of another site, or has been told that its name is ours."""
    origin = request.headers.get("Origin")
    if origin and urllib.parse.urlsplit(origin).netloc != request.host:
        return True
    name = urllib.parse.urlsplit(f"//{request.host}").hostname or ""
    return loopback and name not in _LOOPBACK


@web.middleware
async def _guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Let no other web site act through a visitor's browser, and turn what is impossible into an answer."""
    if _from_elsewhere(request, loopback=request.app[_ON_LOOPBACK]):
        return reply({"error": "requests from other sites are refused"}, 403)
    try:
        return await handler(request)
    except Impossible as error:
        return reply({"error": str(error)}, 409)
    except (msgspec.DecodeError, KeyError, ValueError):
        if request.path.startswith("/sandbox/"):
            return reply({"error": "the request cannot be read"}, 400)
        raise


class Server:
    """A sandbox that runs while the `async with` block does."""

    def __init__(
        self,
        data: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        token: str | None = None,
        bot_name: str = "Sandbox bot",
        retry_seconds: float = 1.0,
    ) -> None:
        """Keep everything in the folder `data`; port 0 takes a free one; `token` fixes the only bot.

        `retry_seconds` is the unit of the pauses before a webhook is tried again.
        """
        self.data, self._host, self.port = data, host, port
        self._token, self._bot_name, self._retry_seconds = token, bot_name, retry_seconds
        self.url = ""

    async def __aenter__(self) -> Self:
        """Open the world and begin to listen."""
        self.world = World(self.data)
        self.exchange = Exchange(self.world)
        self.bot_api = BotApi(self.exchange, token=self._token, bot_name=self._bot_name)
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self.port)
        try:
            await site.start()
        except OSError:
            await self._runner.cleanup()
            self.world.close()
            raise
        self.port = self._runner.addresses[0][1]
        shown = f"[{self._host}]" if ":" in self._host else self._host
        self.url = f"http://{shown}:{self.port}"
        self._webhooks = Webhooks(self.exchange, self.bot_api, retry_seconds=self._retry_seconds)
        await self._webhooks.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening and close the world; everything is on disk already."""
        await self._webhooks.__aexit__()
        self.world.events.close()
        await self._runner.cleanup()
        self.world.close()

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=UPLOAD_LIMIT, middlewares=[_guard])
        app[_ON_LOOPBACK] = self._host in _LOOPBACK
        app.router.add_route("*", "/bot{token:[^/]+}/{method:[^/]+}", self.bot_api.handle)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self.bot_api.download)
        app.add_routes(Pages().routes())
        app.add_routes(PeopleApi(self.exchange).routes())
        app.add_routes(ControlApi(self.exchange, self.bot_api).routes())
        return app
