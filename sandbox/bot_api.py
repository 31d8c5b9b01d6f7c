"""The Bot API over HTTP: the token in the path, the method's name, and the answer in Telegram's envelope."""

import asyncio
import hashlib
import hmac
import logging
import re
import time
from typing import NoReturn

import msgspec
from aiohttp import web

from sandbox import parameters
from sandbox.calls import CallLog, CallRecord
from sandbox.exchange import Exchange
from sandbox.faults import Fault, FaultKind, Faults
from sandbox.flood import LIMITED, FloodLimits
from sandbox.methods import METHODS
from sandbox.methods.call import Call
from sandbox.parameters import Parameters
from sandbox.records import Bot, BotId, Json, PersonId
from sandbox.refusals import (
    BLOCKED,
    FILE_GONE,
    BadRequest,
    EntityTooLarge,
    Forbidden,
    NotFound,
    Refusal,
    TooManyRequests,
    Unauthorized,
)

DOWNLOAD = "file"
TOKEN = re.compile(r"(?P<id>[1-9]\d{3,15}):(?P<secret>[A-Za-z0-9_-]{8,64})")
_GATEWAY_PAGE = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>502 Bad Gateway</body>\r\n</html>\r\n"
)
_log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode


def is_token(text: str) -> bool:
    """Whether a text has the form of a bot's token."""
    return TOKEN.fullmatch(text) is not None


class BotApi:
    """Answers bots; every token of the right form is a bot, unless one token is fixed."""

    def __init__(
        self, exchange: Exchange, *, token: str | None = None, bot_name: str = "Sandbox bot"
    ) -> None:
        """Answer in this exchange; with `token` only that bot."""
        self._exchange = exchange
        self._token = token
        self._bot_name = bot_name
        self.faults = Faults()
        self.flood: FloodLimits | None = None
        self.calls = CallLog()
        if token:
            self._authenticate(token)

    def _authenticate(self, token: str) -> Bot:
        parts = TOKEN.fullmatch(token)
        if parts is None:
            raise NotFound
        if self._token and not hmac.compare_digest(token.encode(), self._token.encode()):
            raise Unauthorized
        number = BotId(int(parts["id"]))
        secret = hashlib.sha256(token.encode()).hexdigest()
        bot = self._exchange.world.bots.get(number)
        if bot is None or (self._token and bot.secret != secret):
            bot = Bot(number, secret, self._bot_name, f"sandbox_{number}_bot")
            self._exchange.world.save(bot)
            self._exchange.world.events.tell("bot", number, PersonId(0))
        if not hmac.compare_digest(bot.secret, secret):
            raise Unauthorized
        return bot

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        try:
            bot = self._authenticate(request.match_info["token"])
            given = await parameters.read(request)
        except ConnectionResetError:
            return web.Response(status=499)  # nobody is there any more to read it
        except web.HTTPRequestEntityTooLarge:
            return _respond(EntityTooLarge().body())
        except Refusal as refusal:
            return _respond(refusal.body())
        try:
            return _respond(await self.call(bot, request.match_info["method"], given))
        except _Gateway:
            return web.Response(status=502, text=_GATEWAY_PAGE, content_type="text/html")
        except _NoAnswer:
            return _hang_up(request)

    async def call(self, bot: Bot, name: str, given: Parameters) -> Json:
        """Carry out one call and return the envelope; what goes wrong is logged like what goes well."""
        number, began, at = self.calls.next_number(), time.monotonic(), self._exchange.world.clock.now()
        fault = self.faults.meet(name, bot.id, given.integer("chat_id") or None)
        status, description = 0, None
        try:
            body = await self._outcome(bot, name, given, fault)
            status, description = body.get("error_code", 200), body.get("description")
        finally:
            self.calls.add(
                CallRecord(
                    number=number,
                    at=at,
                    bot=bot.id,
                    method=name,
                    parameters=given.logged(),
                    status=status,
                    description=description,
                    seconds=time.monotonic() - began,
                    fault=fault.kind if fault else None,
                )
            )
        return body

    async def _outcome(self, bot: Bot, name: str, given: Parameters, fault: Fault | None) -> Json:
        try:
            if fault:
                await _suffer(fault)
            body = await self._carry_out(bot, name, given)
        except Refusal as refusal:
            return refusal.body()
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
            # A parameter may hold any JSON; what no method could read is the caller's fault, as at Telegram.
            _log.info("unreadable parameters: %s in %s", type(error).__name__, name)
            return BadRequest("wrong parameter in request").body()
        if fault and fault.kind is FaultKind.DROP:
            raise _NoAnswer
        return body

    async def _carry_out(self, bot: Bot, name: str, given: Parameters) -> Json:
        method = METHODS.get(name.lower())
        if method is None:
            raise NotFound
        if self.flood and name.lower() in LIMITED:
            self.flood.pass_or_refuse(bot.id, given.integer("chat_id") or None, time.monotonic())
        answer = await method.run(Call(self._exchange, bot, given))
        envelope: Json = {"ok": True, "result": answer.result}
        return envelope if answer.description is None else envelope | {"description": answer.description}

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Send a file's bytes to the bot."""
        try:
            self._authenticate(request.match_info["token"])
        except Refusal as refusal:
            return _respond(refusal.body())
        world = self._exchange.world
        wanted = request.match_info["path"]
        known = next((file for file in world.files.values() if file.path == wanted), None)
        if known is None or not (world.files_dir / known.path).is_file():
            return _respond(NotFound().body())
        try:
            await self._meet_on_the_way(request)
        except Refusal as refusal:
            return _respond(refusal.body())
        except _Gateway:
            return web.Response(status=502, text=_GATEWAY_PAGE, content_type="text/html")
        except _NoAnswer:
            return _hang_up(request)
        return web.FileResponse(
            world.files_dir / known.path, headers={"Content-Type": "application/octet-stream"}
        )

    async def _meet_on_the_way(self, request: web.Request) -> None:
        """The trouble that was ordered for fetching bytes, which is no method: `file`."""
        bot = self._authenticate(request.match_info["token"])
        fault = self.faults.meet(DOWNLOAD, bot.id, None)
        if fault and fault.kind is FaultKind.GONE:
            raise NotFound
        if fault:
            await _suffer(fault)


class _NoAnswer(Exception):
    """The connection is to end without an answer."""


class _Gateway(Exception):
    """A proxy in between answers instead."""


async def _suffer(fault: Fault) -> None:
    """Do what an order asks for before a call is carried out."""
    match fault.kind:
        case FaultKind.TOO_MANY_REQUESTS:
            raise TooManyRequests(fault.retry_after)
        case FaultKind.FORBIDDEN:
            raise Forbidden(BLOCKED)
        case FaultKind.SERVER_ERROR:
            raise _InternalError
        case FaultKind.BAD_GATEWAY:
            raise _Gateway
        case FaultKind.LOST:
            raise _NoAnswer
        case FaultKind.TIME_OUT:
            await _never_answer(fault.seconds)
        case FaultKind.SLOW:
            await asyncio.sleep(fault.seconds)
        case FaultKind.GONE:
            raise BadRequest(FILE_GONE)
        case FaultKind.DROP:
            pass


async def _never_answer(seconds: float) -> NoReturn:
    await asyncio.sleep(seconds)
    raise _NoAnswer


class _InternalError(Refusal):
    """500, as Telegram gives it on a bad day."""

    code = 500
    prefix = "Internal Server Error"


def _respond(body: Json) -> web.Response:
    status = body.get("error_code", 200)
    headers = {}
    if status == TooManyRequests.code:
        headers["Retry-After"] = str(body["parameters"]["retry_after"])
    return web.Response(body=_encode(body), status=status, content_type="application/json", headers=headers)


def _hang_up(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response(status=500)
