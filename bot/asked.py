"""A request of a responder whose sender is known, and what it is answered with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import msgspec
from aiohttp import web

from protocol.audience import RecipientClass
from protocol.card import Card, CardId, card_id
from storage.case import Case, State


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose sender is known; `case`, `attachment`, `number` (of a message) stand in its path."""

    card: Card
    case: str
    body: bytes = field(repr=False)
    now: datetime
    attachment: str = ""
    number: str = ""

    @property
    def responder(self) -> CardId:
        """The card's name."""
        return card_id(self.card)

    @property
    def recipient_class(self) -> RecipientClass:
        """The class of cases that they can open."""
        return self.card.recipient_class

    def may_read(self, case: Case) -> bool:
        """Whether they hold this case, or closed it."""
        closed_by_them = case.state is State.CLOSED and case.holder == self.responder
        return closed_by_them or case.held_by(self.responder, self.now)


Answer = msgspec.Struct | web.Response | None
Handler = Callable[[Asked], Awaitable[Answer]]
Signed = Callable[[Handler], Callable[[web.Request], Awaitable[web.Response]]]
"""Checks who asks before a handler sees the request."""


class Routed(Protocol):
    """A part of the API with paths of its own."""

    def routes(self, signed: Signed) -> list[web.RouteDef]:
        """Every path; `signed` checks who asks."""
        ...
