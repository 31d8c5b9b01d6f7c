"""The desk as a local web page: what each address does, on loopback alone."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aiohttp import web

from protocol.desk import Outcome, Urgency
from protocol.message import LONGEST_MESSAGE
from protocol.regrade import LONGEST_REASON
from protocol.revision import CaseId
from responder.attachments import BYTES
from responder.failures import (
    CaseUnreadable,
    Failure,
    NothingWaiting,
    PassphraseWrong,
    ReasonWrong,
    Refused,
    ServerFailure,
)
from responder.gate import signed
from responder.hands import hands_of
from responder.live import EVERY, Live
from responder.queue import View, see_queue
from responder.reader import read_case
from responder.ready import ready_texts
from responder.screen import MARKS, facts
from responder.shift import Shift
from responder.traces import close_and_trace, read_and_trace
from responder.vault import read_passphrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from protocol.errors import ProtocolError
    from responder.desk import Desk
    from responder.gate import Gate
    from responder.lexicon import Lexicon
    from responder.paper import Paper
    from responder.vault import Vault
    from responder.wording import Wording

SAID = frozenset(
    {"released", "closed", "renewed", "regraded", "sent", "noted", "confirmed", "withdrawn", "held_back"}
)
SAID |= {"offered_now", "offer_declined", "offer_revoked", "reopened"}
"""What a page may say about the last action; the address carries the key, never text."""

STAMP = "%Y-%m-%dT%H:%M:%SZ"
"""How pages write a moment, which is in UTC."""

MORE_SAID = "more_said"
"""The refusal of a close or a regrade that reading the case again takes away."""


@dataclass(slots=True, repr=False)
class Console:
    """One run of the console: the keys, the door, how pages look, and the last queue that was seen."""

    vault: Vault
    gate: Gate
    paper: Paper
    wording: Wording
    lexicon: Lexicon
    clock: Callable[[], float] = time.time
    every: float = EVERY
    live: Live = field(init=False)
    seen: View = field(default_factory=View)
    shift: Shift = field(init=False)

    def __post_init__(self) -> None:
        """Tie the live list to this console's queue, and begin."""
        self.live = Live(self.rows, self.every)
        self.shift = Shift(lambda: self.clock())  # noqa: PLW0108 - a test may give another clock

    # --- the lock

    async def door(self, request: web.Request) -> web.Response:
        """Let the printed address in; show the queue, the lock, or where the key hangs."""
        if self.gate.opens(request):
            inside = web.Response(text=self.paper.text("enter.html"), content_type="text/html")
            self.gate.admit(inside)
            return inside
        if not self.gate.knows(request):
            return self._one("door", "door_more", status=403)
        if self.vault.desk is None:
            return self._lock_page()
        await self._look()
        return self.paper.page("queue.html", view=self.seen, said=self._said(request))

    async def unlock(self, request: web.Request) -> web.Response:
        """Open the identity with what was typed, or with the passphrase file of a practice desk."""
        form = await signed(self.gate, request)
        file, tries = self.vault.settings.passphrase_file, self.shift.tries
        if tries.wait:
            return self._lock_page(wait=tries.wait)
        try:
            await self.vault.unlock(read_passphrase(file) if file else form.get("passphrase", ""))
        except PassphraseWrong:
            tries.fail()
            return self._lock_page(wrong=True, wait=tries.wait)
        self.shift.begin()
        raise web.HTTPSeeOther("/")

    async def lock(self, request: web.Request) -> web.Response:
        """Lock, and show the lock."""
        await signed(self.gate, request)
        await self.shut()
        raise web.HTTPSeeOther("/")

    async def shut(self) -> None:
        """Send what waits, forget the keys and every case, and send every open page to the lock."""
        await self.shift.end(self.vault.desk)
        self.vault.lock()
        self.seen = View()
        self.live.ring()

    async def here(self, request: web.Request) -> web.Response:
        """Hear that somebody types or reads at a page; the lock waits longer then."""
        await signed(self.gate, request)
        return web.Response(status=204)

    # --- cases

    async def take_next(self, request: web.Request) -> web.Response:
        """Claim the most urgent waiting case and go to it."""
        await signed(self.gate, request)
        try:
            header = await self.desk().take_next()
        except NothingWaiting:
            raise web.HTTPSeeOther("/") from None
        self.live.ring()
        raise web.HTTPSeeOther(f"/cases/{header.id}")

    async def take(self, request: web.Request) -> web.Response:
        """Claim one case and go to it."""
        await signed(self.gate, request)
        header = await self.desk().take(_case(request))
        self.live.ring()
        raise web.HTTPSeeOther(f"/cases/{header.id}")

    async def show(self, request: web.Request) -> web.Response:
        """Show a claimed case: fetched, checked and opened for this page alone."""
        desk = self.desk()
        try:
            opened = await read_and_trace(desk, _case(request), self.vault.left)
        except CaseUnreadable as failure:
            return self.trouble(failure, release=_case(request))
        reading = read_case(opened, self.wording, self.lexicon)
        page = self.paper.text(
            "case.html",
            reading=reading,
            marks=MARKS,
            facts=facts(reading, self.wording),
            mine=desk.is_mine(opened.header),
            hands=await hands_of(desk, opened.header),
            outcomes=[outcome.value for outcome in Outcome],
            urgencies=[urgency.value for urgency in Urgency],
            longest_reason=LONGEST_REASON,
            ready=ready_texts(opened.header.language, self.wording, self.lexicon),
            longest_message=LONGEST_MESSAGE,
            said=self._said(request),
            **self.shift.beside(desk, opened, reading, self.wording, self.lexicon),
        )
        return web.Response(text=page, content_type="text/html")

    async def file(self, request: web.Request) -> web.Response:
        """Hand one file to the page, from memory; what a page cannot show is only to be saved."""
        opened = await self.desk().file(_case(request), request.match_info["attachment"])
        saved = "save" in request.query or opened.shown_as == BYTES
        name = f"{request.match_info['attachment'][:8]}.{opened.ending}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'} if saved else {}
        kind = BYTES if saved else opened.shown_as
        return web.Response(body=opened.body, headers=headers, content_type=kind)

    async def renew(self, request: web.Request) -> web.Response:
        """Keep the case for longer and stay on it; the page's own script is told until when."""
        await signed(self.gate, request)
        until = (await self.desk().renew(_case(request))).lease_until
        if request.headers.get("Accept") == "application/json":
            return web.json_response({"until": f"{until:{STAMP}}", "shown": self.wording.moment(until)})
        raise web.HTTPSeeOther(f"/cases/{_case(request)}?said=renewed")

    async def regrade(self, request: web.Request) -> web.Response:
        """Give the case another urgency and stay on it."""
        form = await signed(self.gate, request)
        try:
            await self.desk().regrade(_case(request), _urgency(form), form.get("reason", ""))
        except (ReasonWrong, Refused) as failure:
            return self.trouble(failure, case=_case(request))
        self.live.ring()
        raise web.HTTPSeeOther(f"/cases/{_case(request)}?said=regraded")

    async def release(self, request: web.Request) -> web.Response:
        """Give the case back and go to the queue."""
        await signed(self.gate, request)
        await self.desk().release(_case(request))
        self.live.ring()
        raise web.HTTPSeeOther("/?said=released")

    async def close(self, request: web.Request) -> web.Response:
        """Close the case with its outcome and go to the queue."""
        form = await signed(self.gate, request)
        try:
            await close_and_trace(self.desk(), _case(request), _outcome(form))
        except Refused as refusal:
            return self.trouble(refusal, case=_case(request) if refusal.code == MORE_SAID else "")
        self.live.ring()
        raise web.HTTPSeeOther("/?said=closed")

    # --- the live list

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Stream the live list to one page."""
        return await self.live.stream(request)

    async def rows(self) -> str | None:
        """Return the live part of the first page; None when locked."""
        if self.vault.desk is None:
            return None
        await self._look()
        return self.paper.text("rows.html", view=self.seen)

    async def _look(self) -> None:
        """See the queue; where the server does not answer, keep the last one and say since when it is old."""
        desk = self.desk()
        try:
            headers = await desk.cases()
            await desk.keep_watch()
        except ServerFailure as failure:
            since = self.seen.stale_since or datetime.fromtimestamp(self.clock(), UTC)
            self.seen = replace(self.seen, stale_since=since, trouble=f"{_sentence(failure)} {failure.hint}")
        else:
            self.seen = see_queue(headers, me=desk.client.card, now=self.clock(), wording=self.wording)

    # --- pages of one sentence

    def trouble(self, failure: Failure | ProtocolError, *, case: str = "", release: str = "") -> web.Response:
        """Say what stopped and what to do about it; `case` is the one that can be read again."""
        status = 409 if isinstance(failure, Refused) else 502
        return self.paper.page(
            "one.html",
            status=status,
            title=self.wording("trouble"),
            sentence=_sentence(failure),
            hint=failure.hint,
            back=True,
            case=case,
            release=release,
        )

    def _one(self, title: str, sentence: str, *, status: int) -> web.Response:
        return self.paper.page(
            "one.html",
            status=status,
            title=self.wording(title),
            sentence=self.wording(sentence),
            hint="",
            back=False,
            case="",
            release="",
        )

    def _lock_page(self, *, wrong: bool = False, wait: float = 0) -> web.Response:
        """Show the lock; `wait` is how many seconds the next try has to wait."""
        from_file = self.vault.settings.passphrase_file is not None
        status = 429 if wait and not wrong else 403 if wrong else 200
        pause = self.wording("unlock_wait", age=self.wording.age(wait + 1)) if wait else ""
        return self.paper.page("unlock.html", status=status, wrong=wrong, from_file=from_file, pause=pause)

    def _said(self, request: web.Request) -> str | None:
        key = request.query.get("said", "")
        return self.wording(key) if key in SAID else None

    def desk(self) -> Desk:
        """Return the unlocked desk; without one, the way leads to the lock."""
        if self.vault.desk is None:
            raise web.HTTPSeeOther("/")
        return self.vault.desk


def _sentence(failure: Failure | ProtocolError) -> str:
    """Return a failure as a sentence of its own: in a terminal its words follow `error:`, here nothing."""
    said = str(failure)
    return f"{said[:1].upper()}{said[1:]}."


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
