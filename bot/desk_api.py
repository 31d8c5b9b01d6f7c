"""The responder API: signed requests in, headers and sealed revisions out. It can open nothing of what it serves."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from bot.logs import Log
from bot.recipients import RecipientsFile
from bot.sealing import unbox_revision
from protocol.audience import RecipientClass
from protocol.card import CardId, card_id
from protocol.desk import (
    Cases,
    CaseState,
    Claim,
    Close,
    Header,
    Refusal,
    RefusalCode,
    Relay,
    SealedCase,
    Urgency,
    UrgencyFrom,
)
from protocol.document import encode_document
from protocol.requests import RequestRefused, Verified, verify_request
from protocol.revision import CaseId
from storage import cases, conversations, nonces
from storage.box import Box
from storage.case import Case, CaseUnknownError, NotHolderError, NotWaitingError, State, UnreadError
from storage.database import Database, Transaction

URGENCIES = (Urgency.NONE, Urgency.LOW, Urgency.MEDIUM, Urgency.HIGH, Urgency.CRITICAL)
CRITICAL = URGENCIES.index(Urgency.CRITICAL)
CRITICAL_LEASE = timedelta(seconds=600)
_MOST_LISTED = 500

HINTS: Mapping[RefusalCode, str] = {
    RefusalCode.SIGNATURE_MISSING: "sign the request with your card's key",
    RefusalCode.SIGNATURE_BAD: "the signature does not fit the request",
    RefusalCode.SIGNATURE_OLD: "set this machine's clock; a signature is good for a minute",
    RefusalCode.SIGNATURE_REPLAYED: "sign each request anew",
    RefusalCode.KEY_UNKNOWN: "ask the operator to add your card",
    RefusalCode.CASE_UNKNOWN: "there is no such case for you",
    RefusalCode.NOT_HOLDER: "claim the case first",
    RefusalCode.NOT_WAITING: "a colleague has it, or it is closed",
    RefusalCode.MORE_SAID: "something was said that you have not opened: open the case once more, then close it",
    RefusalCode.BODY_BAD: "the request's body is not what this path takes",
}
STATUSES: Mapping[RefusalCode, int] = {
    RefusalCode.CASE_UNKNOWN: 404,
    RefusalCode.NOT_HOLDER: 409,
    RefusalCode.NOT_WAITING: 409,
    RefusalCode.BODY_BAD: 400,
}


class RefusedError(Exception):
    """A request that is answered with a refusal."""

    def __init__(self, code: RefusalCode, status: int | None = None) -> None:
        """`status` where the code alone does not give it."""
        super().__init__(code)
        self.code = code
        self.status = status or STATUSES.get(code, 401)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose sender is known."""

    responder: CardId
    recipient_class: RecipientClass
    case: str
    body: bytes = field(repr=False)
    now: datetime


Answer = msgspec.Struct | None
Handler = Callable[[Asked], Awaitable[Answer]]


class DeskApi:
    """The queue's moves over HTTP."""

    def __init__(
        self,
        database: Database,
        box: Box,
        recipients: RecipientsFile,
        log: Log,
        *,
        public_url: str,
        lease: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        """`public_url`: whom requests must be signed for; `lease`: how long a claim that is not critical lasts."""
        self._database = database
        self._box = box
        self._recipients = recipients
        self._log = log
        self._authority = urlsplit(public_url).netloc
        self._lease = lease
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """Every path."""
        case = "/v1/cases/{case}"
        return [
            web.get("/v1/cases", self._signed(self._list)),
            web.post("/v1/next", self._signed(self._next)),
            web.get(case, self._signed(self._header)),
            web.get(f"{case}/sealed", self._signed(self._sealed)),
            web.post(f"{case}/claim", self._signed(self._claim)),
            web.post(f"{case}/renew", self._signed(self._renew)),
            web.post(f"{case}/release", self._signed(self._release)),
            web.post(f"{case}/close", self._signed(self._close)),
        ]

    def _signed(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        return partial(self._serve, handler)

    async def _serve(self, handler: Handler, request: web.Request) -> web.Response:
        try:
            answer = await handler(await self._check(request))
        except RefusedError as refused:
            return _respond(Refusal(refused.code, HINTS[refused.code]), refused.status)
        except CaseUnknownError:
            return _respond(Refusal(RefusalCode.CASE_UNKNOWN, HINTS[RefusalCode.CASE_UNKNOWN]), 404)
        except NotHolderError:
            return _respond(Refusal(RefusalCode.NOT_HOLDER, HINTS[RefusalCode.NOT_HOLDER]), 409)
        except NotWaitingError:
            return _respond(Refusal(RefusalCode.NOT_WAITING, HINTS[RefusalCode.NOT_WAITING]), 409)
        except UnreadError:
            return _respond(Refusal(RefusalCode.MORE_SAID, HINTS[RefusalCode.MORE_SAID]), 409)
        return web.Response(status=204) if answer is None else _respond(answer, 200)

    async def _check(self, request: web.Request) -> Asked:
        if request.host != self._authority:
            # Signed for another server that knows the same card: not for us.
            raise RefusedError(RefusalCode.SIGNATURE_BAD)
        body = await request.read()
        now = self._clock()
        known = self._recipients.now
        checked = verify_request(
            method=request.method,
            url=f"{request.scheme}://{request.host}{request.raw_path}",
            headers=request.headers,
            body=body,
            keys=known.keys,
            now=int(now.timestamp()),
        )
        if isinstance(checked, RequestRefused):
            raise RefusedError(RefusalCode(checked.reason))
        await self._remember(checked, now)
        card = known.card(checked.key_id)
        return Asked(card_id(card), card.recipient_class, request.match_info.get("case", ""), body, now)

    async def _remember(self, checked: Verified, now: datetime) -> None:
        async with self._database.write() as tx:
            fresh = await nonces.remember(tx, checked.key_id, checked.nonce, now=now)
        if not fresh:
            raise RefusedError(RefusalCode.SIGNATURE_REPLAYED)

    def _leases(self, now: datetime) -> Mapping[int, datetime]:
        return {
            urgency: now + (min(self._lease, CRITICAL_LEASE) if urgency == CRITICAL else self._lease)
            for urgency in range(len(URGENCIES))
        }

    async def _find(self, tx: Transaction, asked: Asked, *, to_move: bool = True) -> Case:
        return await cases.find(tx, asked.case, recipient_class=asked.recipient_class, to_move=to_move)

    async def _list(self, asked: Asked) -> Answer:
        async with self._database.read() as tx:
            queue = await cases.queue(tx, recipient_class=asked.recipient_class, most=_MOST_LISTED)
        return Cases(tuple(header(each, asked.now) for each in queue))

    async def _header(self, asked: Asked) -> Answer:
        async with self._database.read() as tx:
            return header(await self._find(tx, asked, to_move=False), asked.now)

    async def _next(self, asked: Asked) -> Answer:
        async with self._database.write() as tx:
            claimed = await cases.claim_next(
                tx,
                responder=asked.responder,
                recipient_class=asked.recipient_class,
                now=asked.now,
                leases=self._leases(asked.now),
            )
        return None if claimed is None else self._claimed(claimed, asked)

    async def _claim(self, asked: Asked) -> Answer:
        async with self._database.write() as tx:
            case = await self._find(tx, asked)
            leases = self._leases(asked.now)
            claimed = await cases.claim(tx, case, responder=asked.responder, now=asked.now, leases=leases)
        return self._claimed(claimed, asked)

    async def _renew(self, asked: Asked) -> Answer:
        async with self._database.write() as tx:
            case = await self._find(tx, asked)
            leases = self._leases(asked.now)
            held = await cases.renew(tx, case, responder=asked.responder, now=asked.now, leases=leases)
        return self._claimed(held, asked)

    def _claimed(self, case: Case, asked: Asked) -> Claim:
        self._log.say("case.claimed", case=case.id)
        return Claim(header(case, asked.now), case.lease_until or asked.now)

    async def _release(self, asked: Asked) -> Answer:
        async with self._database.write() as tx:
            case = await self._find(tx, asked)
            released = await cases.release(tx, case, responder=asked.responder, now=asked.now)
        return header(released, asked.now)

    async def _close(self, asked: Asked) -> Answer:
        try:
            outcome = msgspec.json.decode(asked.body, type=Close).outcome
        except msgspec.DecodeError:
            raise RefusedError(RefusalCode.BODY_BAD) from None
        async with self._database.write() as tx:
            case = await self._find(tx, asked)
            closed = await cases.close(tx, case, responder=asked.responder, now=asked.now, outcome=outcome)
        self._log.say("case.closed", case=closed.id)
        return header(closed, asked.now)

    async def _sealed(self, asked: Asked) -> Answer:
        async with self._database.write() as tx:
            case = await self._find(tx, asked)
            if not _may_read(case, asked):
                raise RefusedError(RefusalCode.NOT_HOLDER, 403)
            await cases.mark_opened(tx, case)
            wrapped = await conversations.data_key(tx, case.conversation)
            found = await cases.sealed(tx, case.id, recipient_class=asked.recipient_class)
        if wrapped is None:
            return SealedCase(header(case, asked.now), ())
        key = self._box.unwrap(wrapped, case.conversation)
        return SealedCase(header(case, asked.now), tuple(unbox_revision(each, key) for each in found))


def _may_read(case: Case, asked: Asked) -> bool:
    closed_by_them = case.state is State.CLOSED and case.holder == asked.responder
    return closed_by_them or case.held_by(asked.responder, asked.now)


def header(case: Case, now: datetime) -> Header:
    """A case as responders may see it; a claim that has lapsed is shown as waiting."""
    lapsed = case.state is State.CLAIMED and case.lease_until is not None and case.lease_until <= now
    claimed = case.state is State.CLAIMED and not lapsed
    return Header(
        id=CaseId(case.id),
        urgency=URGENCIES[case.urgency],
        urgency_from=UrgencyFrom(case.urgency_from),
        rank=case.rank,
        classes=tuple(RecipientClass(each) for each in case.classes),
        flow=case.flow,
        language=case.language or None,
        received_at=case.received_at,
        state=CaseState.WAITING if lapsed else CaseState(case.state),
        claimed_by=CardId(case.holder) if claimed and case.holder else None,
        lease_until=case.lease_until if claimed else None,
        amended=case.amended,
        relay=Relay.OPEN if case.relay_open else Relay.CLOSED,
    )


def _respond(answer: msgspec.Struct, status: int) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    return web.Response(
        body=encode_document(answer), status=status, content_type="application/json", headers=headers
    )
