"""A route of the responder API, as data: the server, its description, the audit and the tests read the same table."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from bot.asked import Asked, Handler
from protocol.audit import Act, Facts

Document = type[msgspec.Struct]


@dataclass(frozen=True, slots=True)
class Route:
    """One method on one path: what it counts as in the audit, who answers it, what is sent and what comes back.

    `answer` is the document of a good answer: bytes for a file, None where there is no body. `may_be_empty`: or 204
    instead. `polled`: open consoles ask for it again and again, so the audit counts it and does not write each down.
    `asks` and `gives`: facts for the audit, from the request and from a good answer. `for_interpreters`: for cards of
    that class alone, to which every other route is closed.
    """

    method: str
    path: str
    act: Act
    handler: Handler
    answer: Document | type[bytes] | None
    body: Document | None = None
    may_be_empty: bool = False
    polled: bool = False
    asks: Callable[[Asked], Facts] | None = None
    gives: Callable[[Any], Facts] | None = None
    for_interpreters: bool = False

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.method == "GET"


def get(
    path: str,
    act: Act,
    handler: Handler,
    answer: Document | type[bytes],
    *,
    polled: bool = False,
    gives: Callable[[Any], Facts] | None = None,
) -> Route:
    """A look: it is written down when its answer is known, before the answer leaves."""
    return Route("GET", path, act, handler, answer, polled=polled, gives=gives)


def interpreting(route: Route) -> Route:
    """The same, for interpreters."""
    return replace(route, for_interpreters=True)


def post(
    path: str,
    act: Act,
    handler: Handler,
    answer: Document | None,
    *,
    body: Document | None = None,
    may_be_empty: bool = False,
    asks: Callable[[Asked], Facts] | None = None,
    gives: Callable[[Any], Facts] | None = None,
) -> Route:
    """A move: it is written down before it is made; with `gives`, once more when its answer is known.

    `body` is the document that it takes, where it takes one.
    """
    return Route("POST", path, act, handler, answer, body, may_be_empty, asks=asks, gives=gives)
