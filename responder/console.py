"""The desk as a local web page: what each address does, on loopback alone."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from aiohttp import web

from responder.failures import (
    Failure,
    PassphraseWrong,
    Refused,
    ServerFailure,
)
from responder.gate import signed
from responder.live import EVERY, Live
from responder.queue import View, see_queue
from responder.shift import Shift
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
SAID |= {"interpret_sent", "job_taken", "job_answered", "job_given_back"}
"""What a page may say about the last action; the address carries the key, never text."""


class Front(Protocol):
    """What somebody has in place of the queue who opens no case."""

    def routes(self) -> list[web.RouteDef]:
        """Return every address beside the door."""

    async def show(self, request: web.Request) -> web.Response:
        """Show the first page."""

    async def rows(self) -> str:
        """Return the live part of that page."""


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
    front: Front | None = None
    """What an interpreter has, for one."""

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
        if self.front is not None:
            return await self.front.show(request)
        await self._look()
        return self.paper.page("queue.html", view=self.seen, said=self.said(request))

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

    # --- the live list

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Stream the live list to one page."""
        return await self.live.stream(request)

    async def rows(self) -> str | None:
        """Return the live part of the first page; None when locked."""
        if self.vault.desk is None:
            return None
        if self.front is not None:
            return await self.front.rows()
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

    def said(self, request: web.Request) -> str | None:
        """Return what the address says of the last action."""
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
