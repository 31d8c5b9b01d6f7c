"""A desk server in memory: the responder API with real signatures, real seals and a clock to turn."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec
from aiohttp import web

from protocol.attachment import Attachment, AttachmentId, Attachments, Content, Where, seal_attachment
from protocol.audience import RecipientClass, Tier
from protocol.card import CardId
from protocol.desk import (
    Cases,
    CaseState,
    Claim,
    Close,
    ClosedCase,
    ClosedCases,
    HandOver,
    Header,
    Offer,
    Outcome,
    Refusal,
    RefusalCode,
    SealedCase,
    Urgency,
    UrgencyFrom,
)
from protocol.document import encode_document
from protocol.export import Exported, Noted
from protocol.message import Delivery, Messages, MessageState, Say, When, check_message
from protocol.regrade import Regrades, SealedRegrade, check_regrade
from protocol.requests import RequestRefused, verify_request
from protocol.revision import CaseId, SealedRevision, seal_revision
from protocol.roster import Roster, recipients_of, request_keys, sign_roster
from protocol.signing import SigningKey

ORDER = list(Urgency)
LEASE = timedelta(minutes=60)
NO_CONTENT = 204


class No(Exception):
    """A refusal with its status."""

    def __init__(self, status: int, code: RefusalCode) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass
class Kept:
    """One case as the server has it."""

    header: Header
    revisions: list[SealedRevision] = field(default_factory=list)
    regrades: list[SealedRegrade] = field(default_factory=list)
    messages: list[Delivery] = field(default_factory=list)
    texts: list[str | None] = field(default_factory=list)
    files: dict[str, Attachment] = field(default_factory=dict)
    bytes: dict[str, bytes] = field(default_factory=dict)


@dataclass
class FakeDesk:
    """Serves the cards of `roster`; `broken` answers every request with a page of another server.

    `more_said` refuses every close and regrade, as where the contact wrote after the case was read; `old` knows no
    regrades and no messages, as a server of an earlier version.
    """

    key: SigningKey
    roster: Roster
    url: str = ""
    broken: bool = False
    more_said: bool = False
    old: bool = False
    ahead: int = 0
    cases: dict[CaseId, Kept] = field(default_factory=dict)
    signs_roster: SigningKey | None = None
    when: When = When.ONCE_THEY_WRITE
    since: datetime | None = None
    terms: Mapping[str, str] = field(default_factory=dict)
    outcomes: dict[CaseId, Outcome] = field(default_factory=dict)
    nonces: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    exported: list[Exported] = field(default_factory=list)
    notes_no_export: bool = False
    """Refuses to write an export down."""

    def now(self) -> datetime:
        """The server's clock, `ahead` seconds before everybody else's."""
        return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=self.ahead)

    def put(self, header: Header, bodies: Mapping[Tier, bytes], *, revision: int = 1) -> CaseId:
        """Seal and queue a case, or a later revision of one."""
        kept = self.cases.setdefault(header.id, Kept(header))
        kept.header = header
        recipients = recipients_of(self.roster, RecipientClass.ORGANISATION)
        for tier, body in bodies.items():
            kept.revisions.append(
                seal_revision(
                    case=header.id,
                    revision=revision,
                    tier=tier,
                    recipient_class=RecipientClass.ORGANISATION,
                    body=body,
                    recipients=recipients,
                    signing_key=self.key,
                    now=int(time.time()),
                )
            )
        return header.id

    def file(self, case: CaseId, name: str, content: Content) -> None:
        """Seal a file of a case."""
        seal, sealed = seal_attachment(
            content,
            case=case,
            attachment=AttachmentId(name),
            recipient_class=RecipientClass.ORGANISATION,
            recipients=recipients_of(self.roster, RecipientClass.ORGANISATION),
            signing_key=self.key,
            now=int(time.time()),
        )
        kept = self.cases[case]
        kept.files[name] = Attachment(AttachmentId(name), Where.SEALED, seal=seal)
        kept.bytes[name] = sealed

    def app(self) -> web.Application:
        """The HTTP side."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/v1/cases", self._signed(self._list)),
                web.post("/v1/next", self._signed(self._next)),
                web.get("/v1/cases/{id}", self._signed(self._header)),
                web.get("/v1/cases/{id}/sealed", self._signed(self._sealed)),
                web.post("/v1/cases/{id}/claim", self._signed(self._claim)),
                web.post("/v1/cases/{id}/renew", self._signed(self._renew)),
                web.get("/v1/cases/{id}/regrades", self._signed(self._regrades)),
                web.post("/v1/cases/{id}/regrade", self._signed(self._regrade)),
                web.get("/v1/cases/{id}/sealed/again", self._signed(self._sealed)),
                web.get("/v1/cases/{id}/messages", self._signed(self._messages)),
                web.post("/v1/cases/{id}/messages", self._signed(self._say)),
                web.post("/v1/cases/{id}/messages/{number}/confirm", self._signed(self._confirm)),
                web.post("/v1/cases/{id}/messages/{number}/withdraw", self._signed(self._withdraw)),
                web.get("/v1/cases/{id}/attachments", self._signed(self._files)),
                web.get("/v1/cases/{id}/attachments/{file}", self._signed(self._file)),
                web.post("/v1/cases/{id}/exported", self._signed(self._exported)),
                web.post("/v1/cases/{id}/release", self._signed(self._release)),
                web.post("/v1/cases/{id}/close", self._signed(self._close)),
                web.get("/v1/colleagues", self._signed(self._colleagues)),
                web.get("/v1/closed", self._signed(self._closed)),
                web.post("/v1/hand-over", self._signed(self._hand_over)),
                web.post("/v1/cases/{id}/offer", self._signed(self._offer)),
                web.post("/v1/cases/{id}/revoke", self._signed(self._revoke)),
                web.post("/v1/cases/{id}/accept", self._signed(self._accept)),
                web.post("/v1/cases/{id}/decline", self._signed(self._decline)),
                web.post("/v1/cases/{id}/reopen", self._signed(self._reopen)),
            ]
        )
        return app

    def _signed(
        self, work: Callable[[web.Request, CardId], Awaitable[msgspec.Struct | web.Response | None]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            self.asked.append(f"{request.method} {request.path}")
            new = ("regrade", "attach", "messages")
            if self.broken or (self.old and any(word in request.path for word in new)):
                return web.Response(status=500, text="<html>not json</html>")
            try:
                answer = await work(request, await self._who(request))
            except No as no:
                refusal = Refusal(no.code, "a hint")
                return web.Response(
                    status=no.status, body=encode_document(refusal), content_type="application/json"
                )
            if isinstance(answer, web.Response):
                return answer
            if answer is None:
                return web.Response(status=NO_CONTENT)
            return web.Response(body=encode_document(answer), content_type="application/json")

        return handle

    async def _who(self, request: web.Request) -> CardId:
        found = verify_request(
            method=request.method,
            url=str(request.url),
            headers=request.headers,
            body=await request.read(),
            keys=request_keys(self.roster),
            now=int(self.now().timestamp()),
        )
        if isinstance(found, RequestRefused):
            raise No(401, RefusalCode(found.reason.value))
        if found.nonce in self.nonces:
            raise No(401, RefusalCode.SIGNATURE_REPLAYED)
        self.nonces.add(found.nonce)
        return found.key_id

    async def _list(self, _request: web.Request, _who: CardId) -> Cases:
        return Cases(tuple(kept.header for kept in self._queue()))

    def _queue(self) -> list[Kept]:
        live = [kept for kept in self.cases.values() if kept.header.state is not CaseState.CLOSED]
        return sorted(
            live, key=lambda k: (ORDER.index(k.header.urgency), k.header.rank, k.header.received_at)
        )

    async def _next(self, _request: web.Request, who: CardId) -> Claim | None:
        waiting = [kept for kept in self._queue() if kept.header.state is CaseState.WAITING]
        return self._take(waiting[0], who) if waiting else None

    async def _header(self, request: web.Request, _who: CardId) -> Header:
        return self._kept(request).header

    async def _sealed(self, request: web.Request, who: CardId) -> SealedCase:
        kept = self._kept(request)
        if kept.header.claimed_by != who:
            raise No(403, RefusalCode.NOT_HOLDER)
        return SealedCase(kept.header, tuple(kept.revisions))

    async def _claim(self, request: web.Request, who: CardId) -> Claim:
        kept = self._kept(request)
        if kept.header.state is not CaseState.WAITING:
            raise No(409, RefusalCode.NOT_WAITING)
        return self._take(kept, who)

    async def _renew(self, request: web.Request, who: CardId) -> Claim:
        return self._take(self._held(request, who), who)

    async def _regrades(self, request: web.Request, who: CardId) -> Regrades:
        kept = self._kept(request)
        if kept.header.claimed_by != who:
            raise No(403, RefusalCode.NOT_HOLDER)
        return Regrades(tuple(kept.regrades), sign_roster(self.roster, self.signs_roster or self.key))

    async def _files(self, request: web.Request, who: CardId) -> Attachments:
        return Attachments(tuple(self._held(request, who).files.values()))

    async def _file(self, request: web.Request, who: CardId) -> web.Response:
        found = self._held(request, who).bytes.get(request.match_info["file"])
        if found is None:
            raise No(404, RefusalCode.ATTACHMENT_UNKNOWN)
        return web.Response(body=found, content_type="application/octet-stream")

    async def _regrade(self, request: web.Request, who: CardId) -> Header:
        kept = self._held(request, who)
        sealed = msgspec.json.decode(await request.read(), type=SealedRegrade)
        check_regrade(sealed, request_keys(self.roster))
        if self.more_said or (sealed.before, sealed.number) != (kept.header.urgency, len(kept.regrades)):
            raise No(409, RefusalCode.MORE_SAID)
        kept.regrades.append(sealed)
        return self._change(kept, urgency=sealed.after, urgency_from=UrgencyFrom.RESPONDER)

    async def _messages(self, request: web.Request, _who: CardId) -> Messages:
        return self._told(self._kept(request))

    async def _say(self, request: web.Request, who: CardId) -> Messages:
        kept = self._held(request, who)
        say = msgspec.json.decode(await request.read(), type=Say)
        check_message(say.message, request_keys(self.roster))
        if say.message.number != len(kept.messages):
            raise No(409, RefusalCode.MORE_SAID)
        held = "0x" in (say.text or "")
        state = MessageState.NEEDS_SECOND_LOOK if held else MessageState.QUEUED
        state = MessageState.KEPT if say.text is None else state
        kept.messages.append(Delivery(message=say.message, state=state, changed_at=self.now()))
        kept.texts.append(say.text)
        return self._told(kept)

    async def _confirm(self, request: web.Request, who: CardId) -> Messages:
        kept, number = self._kept(request), int(request.match_info["number"])
        if kept.messages[number].message.card == who and len(self.roster.cards) > 1:
            raise No(409, RefusalCode.NEEDS_SECOND_LOOK)
        return self._move(kept, number, MessageState.QUEUED)

    async def _withdraw(self, request: web.Request, who: CardId) -> Messages:
        return self._move(self._held(request, who), int(request.match_info["number"]), MessageState.WITHDRAWN)

    def _move(self, kept: Kept, number: int, state: MessageState) -> Messages:
        kept.messages[number] = msgspec.structs.replace(
            kept.messages[number], state=state, changed_at=self.now()
        )
        return self._told(kept)

    def _told(self, kept: Kept) -> Messages:
        roster = sign_roster(self.roster, self.signs_roster or self.key)
        return Messages(
            messages=tuple(kept.messages),
            roster=roster,
            when=self.when,
            since=self.since,
            terms=dict(self.terms),
        )

    async def _exported(self, request: web.Request, who: CardId) -> Noted:
        kept = self._held(request, who)
        if self.notes_no_export:
            raise No(403, RefusalCode.NOT_HOLDER)
        self.exported.append(msgspec.json.decode(await request.read(), type=Exported))
        return Noted(kept.header)

    async def _release(self, request: web.Request, who: CardId) -> Header:
        return self._free(self._held(request, who))

    async def _colleagues(self, _request: web.Request, _who: CardId) -> Roster:
        return sign_roster(self.roster, self.signs_roster or self.key)

    async def _closed(self, _request: web.Request, _who: CardId) -> ClosedCases:
        found = [kept.header for kept in self.cases.values() if kept.header.state is CaseState.CLOSED]
        closed = (ClosedCase(header=h, closed_at=self.now(), outcome=self.outcomes[h.id]) for h in found)
        return ClosedCases(tuple(closed))

    async def _hand_over(self, request: web.Request, who: CardId) -> Cases:
        to = msgspec.json.decode(await request.read(), type=HandOver).to
        mine = [kept for kept in self._queue() if kept.header.claimed_by == who]
        return Cases(tuple(self._free(each) if to is None else self._give(each, to) for each in mine))

    async def _offer(self, request: web.Request, who: CardId) -> Header:
        to = msgspec.json.decode(await request.read(), type=Offer).to
        return self._give(self._held(request, who), to)

    async def _revoke(self, request: web.Request, who: CardId) -> Header:
        return self._give(self._held(request, who), None)

    async def _accept(self, request: web.Request, who: CardId) -> Claim:
        return self._take(self._offered(request, who), who)

    async def _decline(self, request: web.Request, who: CardId) -> Header:
        return self._give(self._offered(request, who), None)

    async def _reopen(self, request: web.Request, _who: CardId) -> Header:
        kept = self._kept(request)
        if kept.header.state is not CaseState.CLOSED:
            raise No(409, RefusalCode.NOT_CLOSED)
        return self._free(kept)

    def _offered(self, request: web.Request, who: CardId) -> Kept:
        kept = self._kept(request)
        if kept.header.offered_to != who:
            raise No(409, RefusalCode.NOT_OFFERED)
        return kept

    def _free(self, kept: Kept) -> Header:
        return self._change(kept, state=CaseState.WAITING, claimed_by=None, lease_until=None, offered_to=None)

    def _give(self, kept: Kept, to: CardId | None) -> Header:
        return self._change(kept, offered_to=to)

    async def _close(self, request: web.Request, who: CardId) -> Header:
        kept = self._held(request, who)
        if self.more_said:
            raise No(409, RefusalCode.MORE_SAID)
        self.outcomes[kept.header.id] = msgspec.json.decode(await request.read(), type=Close).outcome
        return self._change(kept, state=CaseState.CLOSED, lease_until=None)

    def _kept(self, request: web.Request) -> Kept:
        found = self.cases.get(CaseId(request.match_info["id"]))
        if found is None:
            raise No(404, RefusalCode.CASE_UNKNOWN)
        return found

    def _held(self, request: web.Request, who: CardId) -> Kept:
        kept = self._kept(request)
        if kept.header.state is not CaseState.CLAIMED or kept.header.claimed_by != who:
            raise No(409, RefusalCode.NOT_HOLDER)
        return kept

    def _take(self, kept: Kept, who: CardId) -> Claim:
        until = self.now() + LEASE
        header = self._change(
            kept, state=CaseState.CLAIMED, claimed_by=who, lease_until=until, offered_to=None
        )
        return Claim(header, until)

    def _change(self, kept: Kept, **fields: object) -> Header:
        kept.header = msgspec.structs.replace(kept.header, **fields)
        return kept.header
