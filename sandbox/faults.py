"""Trouble on order: what the sandbox is asked to do wrong, so that a bot can be seen to bear it."""

import itertools
from enum import StrEnum

import msgspec

from sandbox.records import BotId, PersonId


class FaultKind(StrEnum):
    """The kinds of trouble a call can meet."""

    TOO_MANY_REQUESTS = "too_many_requests"
    """429 with `retry_after`; the call is not carried out."""
    SERVER_ERROR = "server_error"
    """500 in the Bot API's JSON; the call is not carried out."""
    BAD_GATEWAY = "bad_gateway"
    """502 with a page of HTML, as from a proxy; the call is not carried out."""
    TIME_OUT = "time_out"
    """No answer for `seconds`, then the connection ends; the call is not carried out."""
    LOST = "lost"
    """The connection ends at once; the call is not carried out."""
    DROP = "drop"
    """The call is carried out, then the connection ends: the outcome is unknown to the bot."""
    SLOW = "slow"
    """The call is carried out after `seconds`."""
    FORBIDDEN = "forbidden"
    """403 as if the person had blocked the bot, without a block; the call is not carried out."""
    GONE = "gone"
    """A file that was asked for, or whose bytes are fetched (method `file`), is not there any more."""


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """One order: which calls it meets and how often."""

    kind: FaultKind
    method: str = "*"
    bot: BotId | None = None
    chat: PersonId | None = None
    times: int | None = 1
    """How many calls it meets; None is without end."""
    every: int = 1
    """Only each n-th of the calls it could meet."""
    skip: int = 0
    """How many calls it lets pass first."""
    retry_after: int = 1
    """Seconds, for 429."""
    seconds: float = 30.0
    """How long to wait, for slow and time_out."""


class Faults:
    """The orders that stand, in the order in which they were given."""

    def __init__(self) -> None:
        """Begin without trouble."""
        self._numbers = itertools.count(1)
        self._orders: dict[int, Fault] = {}
        self._seen: dict[int, int] = {}
        self._met: dict[int, int] = {}

    def order(self, fault: Fault) -> int:
        """Add an order and return its number."""
        number = next(self._numbers)
        self._orders[number] = fault
        self._seen[number] = self._met[number] = 0
        return number

    def clear(self) -> None:
        """Forget all orders."""
        self._orders.clear()

    def standing(self) -> list[dict[str, object]]:
        """Return the orders that stand, with how many calls each has met."""
        return [
            {"id": number, "met": self._met[number], **msgspec.to_builtins(fault)}
            for number, fault in self._orders.items()
        ]

    def meet(self, method: str, bot: BotId, chat: int | None) -> Fault | None:
        """Return the trouble this call meets, if any."""
        for number, fault in list(self._orders.items()):
            if self._fits(fault, method, bot, chat) and self._due(number, fault):
                return fault
        return None

    @staticmethod
    def _fits(fault: Fault, method: str, bot: BotId, chat: int | None) -> bool:
        return (
            fault.method.lower() in ("*", method.lower())
            and (fault.method != "*" or method.lower() != "getupdates")
            and fault.bot in (None, bot)
            and fault.chat in (None, chat)
        )

    def _due(self, number: int, fault: Fault) -> bool:
        self._seen[number] += 1
        beyond = self._seen[number] - fault.skip
        if beyond <= 0 or beyond % fault.every:
            return False
        self._met[number] += 1
        if fault.times is not None and self._met[number] >= fault.times:
            del self._orders[number]
        return True
