"""A route of the responder API, as data: the server, its description, the audit and the tests read the same table."""

from dataclasses import dataclass

import msgspec

from bot.asked import Handler
from protocol.audit import Act

Document = type[msgspec.Struct]


@dataclass(frozen=True, slots=True)
class Route:
    """One method on one path: what it counts as in the audit, who answers it, what is sent and what comes back.

    `answer` is the document of a good answer: bytes for a file, None where there is no body. `may_be_empty`: or 204
    instead. `polled`: open consoles ask for it again and again, so the audit counts it and does not write each down.
    """

    method: str
    path: str
    act: Act
    handler: Handler
    answer: Document | type[bytes] | None
    body: Document | None = None
    may_be_empty: bool = False
    polled: bool = False

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.method == "GET"


def get(
    path: str, act: Act, handler: Handler, answer: Document | type[bytes], *, polled: bool = False
) -> Route:
    """A look."""
    return Route("GET", path, act, handler, answer, polled=polled)


def post(
    path: str,
    act: Act,
    handler: Handler,
    answer: Document | None,
    *,
    body: Document | None = None,
    may_be_empty: bool = False,
) -> Route:
    """A move; `body` is the document that it takes, where it takes one."""
    return Route("POST", path, act, handler, answer, body, may_be_empty)
