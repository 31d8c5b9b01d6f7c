"""Casework: what the console does with cases, from taking one to closing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from protocol.desk import Outcome, Urgency
from protocol.message import LONGEST_MESSAGE
from protocol.regrade import LONGEST_REASON
from protocol.revision import CaseId
from responder.attachments import BYTES
from responder.chosen import choosable
from responder.failures import CaseUnreadable, NothingWaiting, ReasonWrong, Refused
from responder.gate import signed
from responder.hands import hands_of
from responder.questions import worth_asking
from responder.reader import read_case
from responder.ready import ready_texts
from responder.screen import MARKS, facts
from responder.traces import close_and_trace, read_and_trace

if TYPE_CHECKING:
    from responder.console import Console

STAMP = "%Y-%m-%dT%H:%M:%SZ"
"""How pages write a moment, which is in UTC."""

MORE_SAID = "more_said"
"""The refusal of a close or a regrade that reading the case again takes away."""


@dataclass(frozen=True, slots=True, repr=False)
class Casework:
    """Cases, behind the console's lock."""

    console: Console

    async def take_next(self, request: web.Request) -> web.Response:
        """Claim the most urgent waiting case and go to it."""
        await signed(self.console.gate, request)
        try:
            header = await self.console.desk().take_next()
        except NothingWaiting:
            raise web.HTTPSeeOther("/") from None
        self.console.live.ring()
        raise web.HTTPSeeOther(f"/cases/{header.id}")

    async def take(self, request: web.Request) -> web.Response:
        """Claim one case and go to it."""
        await signed(self.console.gate, request)
        header = await self.console.desk().take(_case(request))
        self.console.live.ring()
        raise web.HTTPSeeOther(f"/cases/{header.id}")

    async def show(self, request: web.Request) -> web.Response:
        """Show a claimed case: fetched, checked and opened for this page alone."""
        desk = self.console.desk()
        await self.console.shift.outgoing.settle()
        try:
            opened = await read_and_trace(desk, _case(request), self.console.vault.left)
        except CaseUnreadable as failure:
            return self.console.trouble(failure, release=_case(request))
        reading = read_case(opened, self.console.wording, self.console.lexicon)
        page = self.console.paper.text(
            "case.html",
            reading=reading,
            marks=MARKS,
            facts=facts(reading, self.console.wording),
            mine=desk.is_mine(opened.header),
            hands=await hands_of(desk, opened.header),
            outcomes=[outcome.value for outcome in Outcome],
            urgencies=[urgency.value for urgency in Urgency],
            longest_reason=LONGEST_REASON,
            ready=ready_texts(opened.header.language, self.console.wording, self.console.lexicon),
            longest_message=LONGEST_MESSAGE,
            choices=choosable(opened, self.console.wording, self.console.lexicon),
            askings=worth_asking(opened, self.console.lexicon),
            said=self.console.said(request),
            **self.console.shift.beside(desk, opened, reading, self.console.wording, self.console.lexicon),
        )
        return web.Response(text=page, content_type="text/html")

    async def file(self, request: web.Request) -> web.Response:
        """Hand one file to the page, from memory; what a page cannot show is only to be saved."""
        opened = await self.console.desk().file(_case(request), request.match_info["attachment"])
        saved = "save" in request.query or opened.shown_as == BYTES
        name = f"{request.match_info['attachment'][:8]}.{opened.ending}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'} if saved else {}
        kind = BYTES if saved else opened.shown_as
        return web.Response(body=opened.body, headers=headers, content_type=kind)

    async def renew(self, request: web.Request) -> web.Response:
        """Keep the case for longer and stay on it; the page's own script is told until when."""
        await signed(self.console.gate, request)
        until = (await self.console.desk().renew(_case(request))).lease_until
        if request.headers.get("Accept") == "application/json":
            return web.json_response(
                {"until": f"{until:{STAMP}}", "shown": self.console.wording.moment(until)}
            )
        raise web.HTTPSeeOther(f"/cases/{_case(request)}?said=renewed")

    async def regrade(self, request: web.Request) -> web.Response:
        """Give the case another urgency and stay on it."""
        form = await signed(self.console.gate, request)
        try:
            await self.console.desk().regrade(_case(request), _urgency(form), form.get("reason", ""))
        except (ReasonWrong, Refused) as failure:
            return self.console.trouble(failure, case=_case(request))
        self.console.live.ring()
        raise web.HTTPSeeOther(f"/cases/{_case(request)}?said=regraded")

    async def release(self, request: web.Request) -> web.Response:
        """Give the case back and go to the queue."""
        await signed(self.console.gate, request)
        await self._send_first(_case(request))
        await self.console.desk().release(_case(request))
        self.console.live.ring()
        raise web.HTTPSeeOther("/?said=released")

    async def close(self, request: web.Request) -> web.Response:
        """Close the case with its outcome and go to the queue."""
        form = await signed(self.console.gate, request)
        await self._send_first(_case(request))
        try:
            await close_and_trace(self.console.desk(), _case(request), _outcome(form))
        except Refused as refusal:
            return self.console.trouble(refusal, case=_case(request) if refusal.code == MORE_SAID else "")
        self.console.live.ring()
        raise web.HTTPSeeOther("/?said=closed")

    async def _send_first(self, case: CaseId) -> None:
        """Send a reply that waits to be taken back; where it does not go out, the case stays and shows that."""
        if await self.console.shift.outgoing.send(self.console.desk(), case):
            raise web.HTTPSeeOther(f"/cases/{case}")


def _case(request: web.Request) -> CaseId:
    return CaseId(request.match_info["case"])


def _outcome(form: dict[str, str]) -> Outcome:
    try:
        return Outcome(form.get("outcome", ""))
    except ValueError:
        raise web.HTTPBadRequest(text="no such outcome") from None


def _urgency(form: dict[str, str]) -> Urgency:
    try:
        return Urgency(form.get("urgency", ""))
    except ValueError:
        raise web.HTTPBadRequest(text="no such urgency") from None
