"""The test's side over HTTP: trouble on order, the clock, the flood limits, and the log of calls."""

import msgspec
from aiohttp import web

from sandbox.bot_api import BotApi
from sandbox.exchange import Exchange
from sandbox.faults import Fault
from sandbox.flood import FloodLimits, Rate
from sandbox.people_api import reply
from sandbox.records import ClockSet


class Deliveries(msgspec.Struct, frozen=True):
    """How many of the coming updates arrive twice, and how many after the one that follows them."""

    duplicate: int = 0
    reorder: int = 0


class FloodOrder(msgspec.Struct, frozen=True):
    """The flood limits to keep from now on; `on` false lifts them."""

    on: bool = True
    chat_per_second: float = 1.0
    chat_burst: int = 20
    overall_per_second: float = 30.0
    overall_burst: int = 30


class Advance(msgspec.Struct, frozen=True):
    """How many seconds pass at once on the sandbox's clock."""

    advance_seconds: float


class ControlApi:
    """Routes under /sandbox by which a test steers the sandbox."""

    def __init__(self, exchange: Exchange, bot_api: BotApi) -> None:
        """Steer this exchange and the Bot API in front of it."""
        self._exchange = exchange
        self._bot_api = bot_api

    def routes(self) -> list[web.RouteDef]:
        """Return every route of the test's side."""
        return [
            web.get("/sandbox/faults", self.standing_faults),
            web.post("/sandbox/faults", self.order_fault),
            web.delete("/sandbox/faults", self.clear_faults),
            web.post("/sandbox/deliveries", self.disturb_deliveries),
            web.post("/sandbox/flood", self.set_flood),
            web.get("/sandbox/clock", self.clock),
            web.post("/sandbox/clock", self.advance_clock),
            web.get("/sandbox/calls", self.calls),
            web.delete("/sandbox/calls", self.clear_calls),
        ]

    async def standing_faults(self, _: web.Request) -> web.Response:
        """List the orders that stand."""
        return reply({"schema": "sandbox-faults/1", "faults": self._bot_api.faults.standing()})

    async def order_fault(self, request: web.Request) -> web.Response:
        """Order trouble; see Fault for the fields."""
        number = self._bot_api.faults.order(msgspec.json.decode(await request.read(), type=Fault))
        return reply({"schema": "sandbox-fault/1", "id": number}, 201)

    async def clear_faults(self, _: web.Request) -> web.Response:
        """Forget all orders, those for deliveries and the flood limits included."""
        self._bot_api.faults.clear()
        self._bot_api.flood = None
        self._exchange.mailbox.to_duplicate = self._exchange.mailbox.to_reorder = 0
        return reply({"ok": True})

    async def disturb_deliveries(self, request: web.Request) -> web.Response:
        """Let the next updates arrive twice, or out of order."""
        order = msgspec.json.decode(await request.read(), type=Deliveries)
        self._exchange.mailbox.to_duplicate += order.duplicate
        self._exchange.mailbox.to_reorder += order.reorder
        return reply({"ok": True}, 201)

    async def set_flood(self, request: web.Request) -> web.Response:
        """Keep flood limits from now on, or lift them."""
        order = msgspec.json.decode(await request.read() or b"{}", type=FloodOrder)
        per_chat = Rate(order.chat_per_second, order.chat_burst)
        overall = Rate(order.overall_per_second, order.overall_burst)
        self._bot_api.flood = FloodLimits(per_chat, overall) if order.on else None
        return reply({"ok": True})

    async def clock(self, _: web.Request) -> web.Response:
        """Tell the sandbox's time."""
        clock = self._exchange.world.clock
        return reply({"schema": "sandbox-clock/1", "now": clock.now(), "ahead": clock.ahead})

    async def advance_clock(self, request: web.Request) -> web.Response:
        """Let time pass at once."""
        order = msgspec.json.decode(await request.read(), type=Advance)
        self._exchange.world.save(ClockSet(self._exchange.world.clock.ahead + order.advance_seconds))
        return await self.clock(request)

    async def calls(self, request: web.Request) -> web.Response:
        """List calls, if wanted only those after a number, of one method, or to one chat."""
        query = request.query
        chat = int(query["chat"]) if "chat" in query else None
        found = self._bot_api.calls.read(int(query.get("since", 0)), query.get("method", ""), chat)
        return reply({"schema": "sandbox-calls/1", "calls": [msgspec.to_builtins(call) for call in found]})

    async def clear_calls(self, _: web.Request) -> web.Response:
        """Forget all calls."""
        self._bot_api.calls.clear()
        return reply({"ok": True})
