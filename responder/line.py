"""The line: signed requests to the one server that the invite named, and what comes back."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import aiohttp
import msgspec

from protocol.desk import Refusal, RefusalCode
from protocol.document import decode_document
from protocol.errors import ProtocolError
from protocol.requests import sign_request
from responder.failures import Garbled, Refused, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from protocol.card import CardId
    from protocol.revision import CaseId
    from protocol.signing import SigningKey

S = TypeVar("S", bound=msgspec.Struct)

LONG = aiohttp.ClientTimeout(total=600, connect=10, sock_read=60)
"""A large file over a slow line."""
TIMEOUT = aiohttp.ClientTimeout(total=30, connect=10)
LARGEST_REPLY = 32 * 1024 * 1024
"""Bytes; a case with many revisions is far below it."""
CASE_ID = re.compile("[A-Za-z0-9_-]{1,64}")
NO_CONTENT = 204
FIRST_REFUSAL = 400


@dataclass(frozen=True, slots=True)
class Line:
    """Who asks whom, with which key."""

    server: str
    card: CardId
    key: SigningKey = field(repr=False)
    http: aiohttp.ClientSession = field(repr=False)
    clock: Callable[[], float] = field(default=time.time, repr=False)

    async def ask(
        self,
        method: str,
        path: str,
        message: msgspec.Struct | None = None,
        *,
        timeout: aiohttp.ClientTimeout = TIMEOUT,  # noqa: ASYNC109 - aiohttp's own, which ends the request cleanly
    ) -> bytes:
        """Send one signed request and return the body of a good answer, empty for 204."""
        url = self.server + path
        body = b"" if message is None else msgspec.json.encode(message)
        headers = {"Accept": "application/json"}
        if body:
            headers["Content-Type"] = "application/json"
        headers |= self._sign(method, url, body)
        try:
            # A signed request is for one address: a redirect is an answer that nobody agreed on.
            once: dict[str, Any] = {"allow_redirects": False, "timeout": timeout}
            async with self.http.request(method, url, data=body or None, headers=headers, **once) as reply:
                return _checked(reply.status, await _whole(reply))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _unreachable(self.server, error) from None

    def _sign(self, method: str, url: str, body: bytes) -> dict[str, str]:
        now = int(self.clock())
        return sign_request(method=method, url=url, body=body, key=self.key, key_id=self.card, now=now)


def case_path(case: CaseId, rest: str = "") -> str:
    """Return the path of a case; what cannot be a case id is unknown without asking."""
    if CASE_ID.fullmatch(case) is None:
        raise Refused(RefusalCode.CASE_UNKNOWN)
    return f"/v1/cases/{case}{rest}"


async def _whole(reply: aiohttp.ClientResponse) -> bytes:
    """Read a body of bounded size; raise Garbled when it does not end."""
    parts, size = [], 0
    async for part in reply.content.iter_chunked(65_536):
        size += len(part)
        if size > LARGEST_REPLY:
            raise _garbled()
        parts.append(part)
    return b"".join(parts)


def _checked(status: int, body: bytes) -> bytes:
    """Return the body of a good answer; raise Refused for a refusal, Garbled for anything else."""
    if status == NO_CONTENT:
        return b""
    if status == 200:  # noqa: PLR2004 - the one good answer with a body
        return body
    if status < FIRST_REFUSAL:
        raise _garbled()
    refusal = read_reply(body, Refusal)
    raise Refused(refusal.error, refusal.hint)


def read_reply(body: bytes, kind: type[S]) -> S:
    """Read a document of this kind; raise Garbled for anything else."""
    try:
        return decode_document(body, kind)
    except ProtocolError:
        raise _garbled() from None


def _garbled() -> Garbled:
    return Garbled(
        "the server's answer is not one of a Wayout server",
        "Check the address, and that both are up to date.",
    )


def _unreachable(server: str, error: Exception) -> Unreachable:
    slow = isinstance(error, TimeoutError)
    message = f"{server} {'did not answer in time' if slow else 'cannot be reached'}"
    return Unreachable(message, "Check the connection, then try again. Nothing was lost.")
