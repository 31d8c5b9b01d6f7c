"""The responder API: signed requests in, headers and sealed revisions out. It can open nothing of what it serves."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from bot.asked import Answer, Asked, Handler
from bot.desk_files import hand_out, is_sealed, listed
from bot.handover_api import HandoverApi
from bot.header import header
from bot.lease import Terms
from bot.logs import Log
from bot.readers import reader_of
from bot.recipients import RecipientsFile
from bot.refusals import HINTS, RefusedError, refusal_of
from bot.regrading import box_regrade, read_regrade, unbox_regrade
from bot.relay_api import RelayApi
from bot.sealing import unbox_revision
from protocol.attachment import Attachments
from protocol.desk import (
    Cases,
    Claim,
    Close,
    Refusal,
    RefusalCode,
    SealedCase,
)
from protocol.document import encode_document
from protocol.regrade import Regrades
from protocol.requests import RequestRefused, Verified, verify_request
from protocol.roster import of_class, sign_roster
from protocol.signing import SigningKey
from storage import attachments, cases, conversations, nonces, regrades, staffing
from storage.box import Box, DataKey
from storage.case import Case, CaseUnknownError, QueueError
from storage.database import Database, Transaction

_MOST_LISTED = 500


class DeskApi:
    """The queue's moves over HTTP."""

    def __init__(  # noqa: PLR0913 - the parts that it works with, each by name
        self,
        database: Database,
        box: Box,
        recipients: RecipientsFile,
        log: Log,
        *,
        signing_key: SigningKey,
        public_url: str,
        terms: Terms,
        clock: Callable[[], datetime],
        relay: RelayApi,
        handover: HandoverApi,
    ) -> None:
        """`public_url`: whom requests must be signed for; `terms`: how long claims last, how many one may hold.

        `signing_key` is the server's, which responders know from their invite.
        """
        self._database = database
        self._box = box
        self._recipients = recipients
        self._log = log
        self._signing_key = signing_key
        self._authority = urlsplit(public_url).netloc
        self._terms = terms
        self._clock = clock
        self._relay = relay
        self._handover = handover

    def routes(self) -> list[web.RouteDef]:
        """Every path."""
        case = "/v1/cases/{case}"
        return [
            web.get("/v1/cases", self._signed(self._list)),
            web.post("/v1/next", self._signed(self._next)),
            web.get(case, self._signed(self._header)),
            web.get(f"{case}/sealed", self._signed(self._sealed)),
            web.get(f"{case}/sealed/again", self._signed(self._again)),
            web.get(f"{case}/regrades", self._signed(self._regrades)),
            web.get(f"{case}/attachments", self._signed(self._attachments)),
            web.get(f"{case}/attachments/{{attachment}}", self._signed(self._attachment)),
            web.post(f"{case}/claim", self._signed(self._claim)),
            web.post(f"{case}/renew", self._signed(self._renew)),
            web.post(f"{case}/regrade", self._signed(self._regrade)),
            web.post(f"{case}/release", self._signed(self._release)),
            web.post(f"{case}/close", self._signed(self._close)),
            *self._relay.routes(self._signed),
            *self._handover.routes(self._signed),
        ]

    def _signed(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        return partial(self._serve, handler)

    async def _serve(self, handler: Handler, request: web.Request) -> web.Response:
        try:
            answer = await handler(await self._check(request))
        except (RefusedError, QueueError) as error:
            refused = refusal_of(error)
            return _respond(Refusal(refused.code, HINTS[refused.code]), refused.status)
        if isinstance(answer, web.Response):
            return answer
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
        asked = {name: request.match_info.get(name, "") for name in ("case", "attachment", "number")}
        return Asked(known.card(checked.key_id), body=body, now=now, **asked)

    async def _remember(self, checked: Verified, now: datetime) -> None:
        async with self._database.write() as tx:
            fresh = await nonces.remember(tx, checked.key_id, checked.nonce, now=now)
            if fresh:
                await staffing.seen(tx, checked.key_id, now=now)
        if not fresh:
            raise RefusedError(RefusalCode.SIGNATURE_REPLAYED)

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
            reader = await reader_of(tx, asked, self._recipients.now.roster, most=self._terms.most)
            claimed = await cases.claim_next(
                tx,
                responder=asked.responder,
                recipient_class=asked.recipient_class,
                now=asked.now,
                leases=self._terms.ends(asked.now),
                reader=reader,
            )
        return None if claimed is None else self._claimed(claimed, asked)

    async def _claim(self, asked: Asked) -> Answer:
        async with self._database.write() as tx:
            case = await self._find(tx, asked)
            leases, most = self._terms.ends(asked.now), self._terms.most
            claimed = await cases.claim(
                tx, case, responder=asked.responder, now=asked.now, leases=leases, most=most
            )
        return self._claimed(claimed, asked)

    async def _renew(self, asked: Asked) -> Answer:
        async with self._database.write() as tx:
            case = await self._find(tx, asked)
            leases = self._terms.ends(asked.now)
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
        return await self._open(asked, counts=True)

    async def _again(self, asked: Asked) -> Answer:
        """The same for a program that compares without showing: nothing counts as read."""
        return await self._open(asked, counts=False)

    async def _open(self, asked: Asked, *, counts: bool) -> Answer:
        async with self._database.write() as tx:
            case = await self._readable(tx, asked)
            if counts:
                await cases.mark_opened(tx, case)
                await staffing.read(tx, case.id, now=asked.now)
            key = await self._key(tx, case)
            found = await cases.sealed(tx, case.id, recipient_class=asked.recipient_class)
        return SealedCase(header(case, asked.now), tuple(unbox_revision(each, key) for each in found if key))

    async def _regrades(self, asked: Asked) -> Answer:
        """What colleagues said, and whom to seal to; it reads nothing of what the contact said."""
        async with self._database.write() as tx:
            case = await self._readable(tx, asked)
            key = await self._key(tx, case)
            found = await regrades.of_case(tx, case.id, recipient_class=asked.recipient_class)
        roster = sign_roster(of_class(self._recipients.now.roster, asked.recipient_class), self._signing_key)
        made = (unbox_regrade(case.id, asked.recipient_class, *each, key) for each in found if key)
        return Regrades(tuple(made), roster)

    async def _attachments(self, asked: Asked) -> Answer:
        """Which files there are; they count as read with the revisions that name them."""
        async with self._database.read() as tx:
            case = await self._readable(tx, asked, to_move=False)
            key = await self._key(tx, case)
            found = await attachments.of_case(tx, case.id, recipient_class=asked.recipient_class)
        return Attachments(tuple(listed(each, key) for each in found if key))

    async def _attachment(self, asked: Asked) -> Answer:
        async with self._database.read() as tx:
            case = await self._readable(tx, asked, to_move=False)
            key = await self._key(tx, case)
            found = await attachments.of_case(tx, case.id, recipient_class=asked.recipient_class)
        if key is None or not any(each.id == asked.attachment and is_sealed(each) for each in found):
            raise RefusedError(RefusalCode.ATTACHMENT_UNKNOWN)
        return hand_out(self._database, asked.attachment, key)

    async def _regrade(self, asked: Asked) -> Answer:
        sealed = read_regrade(asked.body, case=asked.case, card=asked.card)
        async with self._database.write() as tx:
            case = await self._find(tx, asked)
            key = await self._key(tx, case)
            if key is None:
                raise CaseUnknownError
            new = box_regrade(sealed, key, now=asked.now)
            leases = self._terms.ends(asked.now)
            moved = await cases.regrade(
                tx, case, new, responder=asked.responder, now=asked.now, leases=leases
            )
        self._log.say("case.regraded", case=moved.id, urgency=moved.urgency)
        return header(moved, asked.now)

    async def _readable(self, tx: Transaction, asked: Asked, *, to_move: bool = True) -> Case:
        case = await self._find(tx, asked, to_move=to_move)
        if not asked.may_read(case):
            raise RefusedError(RefusalCode.NOT_HOLDER, 403)
        return case

    async def _key(self, tx: Transaction, case: Case) -> DataKey | None:
        """The conversation's data key; None when it was destroyed, and all that it closed with it."""
        wrapped = await conversations.data_key(tx, case.conversation)
        return None if wrapped is None else self._box.unwrap(wrapped, case.conversation)


def _respond(answer: msgspec.Struct, status: int) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    return web.Response(
        body=encode_document(answer), status=status, content_type="application/json", headers=headers
    )
