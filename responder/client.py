"""The desk's telephone: signed requests to the one server that the invite named."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import aiohttp
import msgspec

from protocol.attachment import Attachments
from protocol.desk import (
    Cases,
    Claim,
    Close,
    ClosedCases,
    HandOver,
    Header,
    Nothing,
    Offer,
    Outcome,
    Refusal,
    RefusalCode,
    SealedCase,
)
from protocol.disclosure import Disclosures
from protocol.document import decode_document
from protocol.errors import ProtocolError
from protocol.export import Exported, Noted
from protocol.extract import Extracts, Left
from protocol.linkage import Linkage
from protocol.message import Messages
from protocol.people import People
from protocol.regrade import Regrades
from protocol.requests import sign_request
from protocol.roster import Roster
from responder.failures import Garbled, Refused, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from protocol.attachment import AttachmentId
    from protocol.card import CardId
    from protocol.disclosure import Confirmation, SealedDisclosure
    from protocol.extract import Leave
    from protocol.linkage import SealedLinkage
    from protocol.message import Say
    from protocol.people import Agreed
    from protocol.regrade import SealedRegrade
    from protocol.revision import CaseId
    from protocol.rewrap import Rewrapped
    from protocol.signing import SigningKey
    from protocol.suspension import Lift, Suspension

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
class Client:
    """Speaks the responder API; every method raises Unreachable, Refused or Garbled."""

    server: str
    card: CardId
    key: SigningKey = field(repr=False)
    http: aiohttp.ClientSession = field(repr=False)
    clock: Callable[[], float] = field(default=time.time, repr=False)

    async def cases(self) -> tuple[Header, ...]:
        """Return the headers of what waits or is claimed, most urgent first."""
        reply = await self._ask("GET", "/v1/cases")
        return _read(reply, Cases).cases

    async def next(self) -> Claim | None:
        """Claim the most urgent waiting case; None when nothing waits."""
        reply = await self._ask("POST", "/v1/next", Nothing())
        return _read(reply, Claim) if reply else None

    async def header(self, case: CaseId) -> Header:
        """Return what the server knows of one case."""
        return _read(await self._ask("GET", _path(case)), Header)

    async def claim(self, case: CaseId) -> Claim:
        """Claim one case."""
        return _read(await self._ask("POST", _path(case, "/claim"), Nothing()), Claim)

    async def renew(self, case: CaseId) -> Claim:
        """Lengthen the lease on a claimed case."""
        return _read(await self._ask("POST", _path(case, "/renew"), Nothing()), Claim)

    async def sealed(self, case: CaseId) -> SealedCase:
        """Return every sealed revision of a claimed case."""
        return _read(await self._ask("GET", _path(case, "/sealed")), SealedCase)

    async def regrades(self, case: CaseId) -> Regrades:
        """Return every sealed regrade of a claimed case, and the cards to seal another to."""
        return _read(await self._ask("GET", _path(case, "/regrades")), Regrades)

    async def attachments(self, case: CaseId) -> Attachments:
        """Return which files a claimed case has, and what has become of each."""
        return _read(await self._ask("GET", _path(case, "/attachments")), Attachments)

    async def attachment(self, case: CaseId, attachment: AttachmentId) -> bytes:
        """Return the age file of one file of a claimed case."""
        if CASE_ID.fullmatch(attachment) is None:
            raise Refused(RefusalCode.ATTACHMENT_UNKNOWN)
        return await self._ask("GET", _path(case, f"/attachments/{attachment}"), timeout=LONG)

    async def regrade(self, case: CaseId, sealed: SealedRegrade) -> Header:
        """Give a claimed case another urgency, with the sealed reason."""
        return _read(await self._ask("POST", _path(case, "/regrade"), sealed), Header)

    async def sealed_again(self, case: CaseId) -> SealedCase:
        """Return the same as `sealed`, to compare with and not to show: nothing counts as read."""
        return _read(await self._ask("GET", _path(case, "/sealed/again")), SealedCase)

    async def messages(self, case: CaseId) -> Messages:
        """Return every message of a claimed case; of a colleague's, those that need a second look."""
        return _read(await self._ask("GET", _path(case, "/messages")), Messages)

    async def say(self, case: CaseId, say: Say) -> Messages:
        """Add a message to a claimed case."""
        return _read(await self._ask("POST", _path(case, "/messages"), say), Messages)

    async def confirm(self, case: CaseId, number: int) -> Messages:
        """Let a reply go that needed a second look."""
        return _read(await self._ask("POST", _path(case, f"/messages/{number}/confirm"), Nothing()), Messages)

    async def withdraw(self, case: CaseId, number: int) -> Messages:
        """Take back a reply that the contact has not been told of."""
        return _read(
            await self._ask("POST", _path(case, f"/messages/{number}/withdraw"), Nothing()), Messages
        )

    async def people(self) -> People:
        """Return the roster's log, what is proposed, and whose keys are stopped."""
        return _read(await self._ask("GET", "/v1/roster"), People)

    async def countersign(self, agreed: Agreed) -> People:
        """Say yes to a change of the roster."""
        return _read(await self._ask("POST", "/v1/roster/countersign", agreed), People)

    async def suspend(self, suspension: Suspension) -> People:
        """Stop a key at once."""
        return _read(await self._ask("POST", "/v1/roster/suspend", suspension), People)

    async def lift(self, lift: Lift) -> People:
        """Say yes to letting a stopped key go."""
        return _read(await self._ask("POST", "/v1/roster/lift", lift), People)

    async def to_rewrap(self) -> tuple[Header, ...]:
        """Return the cases that may be sealed again, closed ones included."""
        return _read(await self._ask("GET", "/v1/rewrap"), Cases).cases

    async def sealed_to_rewrap(self, case: CaseId) -> SealedCase:
        """Return the files of a case that need not be claimed, to seal them again."""
        return _read(await self._ask("GET", _path(case, "/rewrap")), SealedCase)

    async def rewrap(self, case: CaseId, again: Rewrapped) -> SealedCase:
        """Bring files that were sealed again."""
        return _read(await self._ask("POST", _path(case, "/rewrap"), again), SealedCase)

    async def disclosures(self, case: CaseId) -> Disclosures:
        """Return what was released of a case in an emergency, as far as it is for this card or to be confirmed."""
        return _read(await self._ask("GET", _path(case, "/disclosures")), Disclosures)

    async def disclose(self, case: CaseId, proposal: SealedDisclosure) -> Disclosures:
        """Propose an emergency release of a claimed case."""
        return _read(await self._ask("POST", _path(case, "/disclosures"), proposal), Disclosures)

    async def confirm_disclosure(self, case: CaseId, number: int, signed: Confirmation) -> Disclosures:
        """Sign for a colleague's emergency release as the second."""
        path = _path(case, f"/disclosures/{number}/confirm")
        return _read(await self._ask("POST", path, signed), Disclosures)

    async def exported(self, case: CaseId, exported: Exported) -> Noted:
        """Have an export of a claimed case written down, before it is released."""
        return _read(await self._ask("POST", _path(case, "/exported"), exported), Noted)

    async def mine(self) -> tuple[Header, ...]:
        """Return the headers of the cases that this card holds or closed."""
        return _read(await self._ask("GET", "/v1/mine"), Cases).cases

    async def linkage(self) -> Linkage:
        """Return every file of the linkage keys, and the cards of those who may have one."""
        return _read(await self._ask("GET", "/v1/linkage"), Linkage)

    async def share_linkage(self, sealed: SealedLinkage) -> Linkage:
        """Add another file of the newest linkage key, or the first of the next."""
        return _read(await self._ask("POST", "/v1/linkage", sealed), Linkage)

    async def leave(self, case: CaseId, leave: Leave) -> Left:
        """Leave the extract of a case, and what links it to others."""
        return _read(await self._ask("POST", _path(case, "/extract"), leave), Left)

    async def extracts(self, after: str) -> Extracts:
        """Return some extracts, those whose names come after one."""
        return _read(await self._ask("GET", f"/v1/extracts/{after}"), Extracts)

    async def release(self, case: CaseId) -> Header:
        """Give a claimed case back to the queue."""
        return _read(await self._ask("POST", _path(case, "/release"), Nothing()), Header)

    async def colleagues(self) -> Roster:
        """Return the cards of this card's class, signed by the server."""
        return _read(await self._ask("GET", "/v1/colleagues"), Roster)

    async def offer(self, case: CaseId, to: CardId) -> Header:
        """Offer a claimed case to a colleague."""
        return _read(await self._ask("POST", _path(case, "/offer"), Offer(to)), Header)

    async def revoke(self, case: CaseId) -> Header:
        """Take back what was offered."""
        return _read(await self._ask("POST", _path(case, "/revoke"), Nothing()), Header)

    async def accept(self, case: CaseId) -> Claim:
        """Claim a case that was offered to this card."""
        return _read(await self._ask("POST", _path(case, "/accept"), Nothing()), Claim)

    async def decline(self, case: CaseId) -> Header:
        """Leave a case that was offered to this card with its holder."""
        return _read(await self._ask("POST", _path(case, "/decline"), Nothing()), Header)

    async def hand_over(self, to: CardId | None) -> tuple[Header, ...]:
        """Offer all claimed cases to a colleague, or give them back; return which those were."""
        return _read(await self._ask("POST", "/v1/hand-over", HandOver(to)), Cases).cases

    async def closed(self) -> ClosedCases:
        """Return what is closed and still kept."""
        return _read(await self._ask("GET", "/v1/closed"), ClosedCases)

    async def reopen(self, case: CaseId) -> Header:
        """Let a closed case wait again."""
        return _read(await self._ask("POST", _path(case, "/reopen"), Nothing()), Header)

    async def close(self, case: CaseId, outcome: Outcome) -> Header:
        """Close a claimed case."""
        return _read(await self._ask("POST", _path(case, "/close"), Close(outcome)), Header)

    async def _ask(
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


def _path(case: CaseId, rest: str = "") -> str:
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
    refusal = _read(body, Refusal)
    raise Refused(refusal.error, refusal.hint)


def _read(body: bytes, kind: type[S]) -> S:
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
