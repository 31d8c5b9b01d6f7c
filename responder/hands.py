"""Changing hands in the console: offers and their answers, the end of a shift, closed cases opened again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from protocol.card import card_id
from protocol.errors import ProtocolError
from protocol.revision import CaseId
from responder.failures import ColleagueUnclear, Refused, ServerFailure, WordsWrong
from responder.gate import signed
from responder.handover import Handing
from responder.lines import clean
from responder.queue import Row, see_closed, see_queue

if TYPE_CHECKING:
    from datetime import datetime

    from protocol.desk import Header
    from responder.console import Console
    from responder.desk import Desk

CASE = "/cases/{case:[A-Za-z0-9_-]{1,64}}"


@dataclass(frozen=True, slots=True)
class Hands:
    """In whose hands a case is and may come: until when it is ours, to whom it is offered, to whom it could be."""

    until: datetime | None
    offered_to: str
    colleagues: tuple[tuple[str, str], ...]
    """Card id and name of each."""


async def hands_of(desk: Desk, header: Header) -> Hands:
    """Return what a case's page says of that; a case is shown also where the server cannot name colleagues."""
    known = await colleagues_of(desk)
    offered = "" if header.offered_to is None else dict(known).get(header.offered_to, header.offered_to)
    return Hands(header.lease_until, offered, known)


async def colleagues_of(desk: Desk) -> tuple[tuple[str, str], ...]:
    """Return card id and name of each colleague; none where they cannot be had or believed."""
    try:
        cards = await Handing(desk).colleagues()
    except (ServerFailure, ProtocolError):
        return ()
    return tuple((card_id(card), clean(card.name)) for card in cards)


@dataclass(frozen=True, slots=True, repr=False)
class HandsPages:
    """The pages and buttons for cases that change hands."""

    console: Console

    def routes(self) -> list[web.RouteDef]:
        """Return every address."""
        return [
            web.post(CASE + "/offer", self.offer),
            web.post(CASE + "/revoke", self.revoke),
            web.post(CASE + "/accept", self.accept),
            web.post(CASE + "/decline", self.decline),
            web.post(CASE + "/reopen", self.reopen),
            web.get("/closed", self.closed),
            web.get("/shift", self.shift),
            web.post("/shift", self.end),
        ]

    async def offer(self, request: web.Request) -> web.Response:
        """Offer the case, with a note where one was typed, and stay on it."""
        form, case = await signed(self.console.gate, request), _case(request)
        await self._send_first(case)
        try:
            await self._handing().offer(case, form.get("to", ""), form.get("words", "").strip())
        except (ColleagueUnclear, WordsWrong, Refused) as failure:
            return self.console.trouble(failure, case=case)
        self.console.live.ring()
        raise web.HTTPSeeOther(f"/cases/{case}?said=offered_now")

    async def revoke(self, request: web.Request) -> web.Response:
        """Take the offer back and stay on the case."""
        await signed(self.console.gate, request)
        await self._handing().revoke(_case(request))
        self.console.live.ring()
        raise web.HTTPSeeOther(f"/cases/{_case(request)}?said=offer_revoked")

    async def accept(self, request: web.Request) -> web.Response:
        """Take over what was offered and go to it."""
        await signed(self.console.gate, request)
        await self._handing().accept(_case(request))
        self.console.live.ring()
        raise web.HTTPSeeOther(f"/cases/{_case(request)}")

    async def decline(self, request: web.Request) -> web.Response:
        """Leave what was offered with its holder."""
        await signed(self.console.gate, request)
        await self._handing().decline(_case(request))
        self.console.live.ring()
        raise web.HTTPSeeOther("/?said=offer_declined")

    async def reopen(self, request: web.Request) -> web.Response:
        """Let a closed case wait again and go to the queue."""
        await signed(self.console.gate, request)
        await self._handing().reopen(_case(request))
        self.console.live.ring()
        raise web.HTTPSeeOther("/?said=reopened")

    async def closed(self, _request: web.Request) -> web.Response:
        """Show what is closed and still kept."""
        rows = see_closed(await self._handing().closed(), wording=self.console.wording)
        return self.console.paper.page("closed.html", rows=rows)

    async def shift(self, _request: web.Request) -> web.Response:
        """Show all that would be handed over, and to whom it can be."""
        desk = self.console.desk()
        mine = [header for header in await desk.cases() if desk.is_mine(header)]
        colleagues = await colleagues_of(desk)
        return self._page(mine, colleagues=colleagues, done=None)

    async def end(self, request: web.Request) -> web.Response:
        """Hand over all at once, and show what that was."""
        form, hands = await signed(self.console.gate, request), self._handing()
        await self._send_first(*self.console.shift.outgoing.waiting)
        gives_back = form.get("act") == "release"
        try:
            given = await (
                hands.give_back()
                if gives_back
                else hands.hand_over(form.get("to", ""), form.get("words", "").strip())
            )
        except (ColleagueUnclear, WordsWrong) as failure:
            return self.console.trouble(failure)
        self.console.live.ring()
        said = "shift_released" if gives_back else "shift_offered"
        return self._page(list(given), colleagues=(), done=said if given else "shift_nothing")

    def _page(
        self, headers: list[Header], *, colleagues: tuple[tuple[str, str], ...], done: str | None
    ) -> web.Response:
        return self.console.paper.page(
            "shift.html", rows=self._rows(headers), colleagues=colleagues, done=done
        )

    def _rows(self, headers: list[Header]) -> tuple[Row, ...]:
        console = self.console
        me = console.desk().client.card
        return see_queue(headers, me=me, now=console.clock(), wording=console.wording).rows

    async def _send_first(self, *cases: CaseId) -> None:
        """Send replies that wait to be taken back; what did not go out is shown on its case, which stays."""
        unsent = await self.console.shift.outgoing.send(self.console.desk(), *cases)
        if unsent:
            raise web.HTTPSeeOther(f"/cases/{unsent[0]}")

    def _handing(self) -> Handing:
        return Handing(self.console.desk())


def _case(request: web.Request) -> CaseId:
    return CaseId(request.match_info["case"])
