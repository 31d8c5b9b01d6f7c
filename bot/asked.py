"""A request of a responder whose sender is known, and what it is answered with."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import msgspec
from aiohttp import web

from bot.refusals import RefusedError
from protocol.card import Card, CardId, card_id, card_verify_key, readings
from protocol.desk import RefusalCode
from protocol.errors import ProtocolError
from protocol.signing import VerifyKey
from storage.audience import MOVERS, Reader
from storage.case import Case, State

S = TypeVar("S", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose sender is known; `case`, `attachment`, `number` (of a message), `job` stand in its path."""

    card: Card
    case: str
    body: bytes = field(repr=False)
    now: datetime
    attachment: str = ""
    number: str = ""
    job: str = ""

    @property
    def responder(self) -> CardId:
        """The card's name."""
        return card_id(self.card)

    @property
    def reader(self) -> Reader:
        """As what they see cases, now."""
        return Reader(self.responder, readings(self.card), self.now)

    def told(self, kind: type[S]) -> S:
        """The body; RefusedError where it is not of this kind."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except (msgspec.DecodeError, UnicodeError):
            raise RefusedError(RefusalCode.BODY_BAD) from None

    def signed(self, kind: type[S], check: Callable[[S, Mapping[CardId, VerifyKey]], object]) -> S:
        """The body, which holds their own signature; RefusedError for what colleagues could not check either."""
        told = self.told(kind)
        try:
            check(told, {self.responder: card_verify_key(self.card)})
        except (msgspec.DecodeError, UnicodeError, ProtocolError):
            raise RefusedError(RefusalCode.BODY_BAD) from None
        return told

    def may_read(self, case: Case) -> bool:
        """Whether they hold this case, or closed it; a partner reads without holding, and only what is sealed to it."""
        if case.read_as not in MOVERS:
            return True
        closed_by_them = case.state is State.CLOSED and case.holder == self.responder
        return closed_by_them or case.held_by(self.responder, self.now)


Answer = msgspec.Struct | web.Response | None
Handler = Callable[[Asked], Awaitable[Answer]]
