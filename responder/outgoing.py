"""Outgoing: replies that wait a few seconds so that they can be taken back, and those that did not go out.

A question that is put to the contact is such a reply too. A reply that was sent goes out, also when its page
is closed, the desk is locked or the program is told to end; only the responder takes it back. What does not go
out is kept as a draft, sealed to the responder's own key, in memory.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from protocol.errors import ProtocolError
from protocol.seal import seal
from responder.failures import Failure
from responder.unseal import unseal

if TYPE_CHECKING:
    from collections.abc import Callable

    from protocol.revision import CaseId
    from responder.desk import Desk

WAIT = 10.0
"""Seconds in which a reply can be taken back."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One reply that has not gone out yet; `question` is the id of what it asks, where it asks one."""

    words: str = field(repr=False)
    until: datetime
    timer: asyncio.TimerHandle = field(repr=False)
    question: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """Words that did not go out: `reason` is the failure's sentence, none where they were taken back or typed."""

    sealed: bytes = field(repr=False)
    reason: str = ""


@dataclass(slots=True, repr=False)
class Outgoing:
    """The replies of this console: at most one waits in each case."""

    clock: Callable[[], float]
    wait: float = WAIT
    after: Callable[[], None] = lambda: None
    """Called when a reply has gone out, or failed to."""
    waiting: dict[CaseId, Waiting] = field(default_factory=dict)
    drafts: dict[CaseId, Draft] = field(default_factory=dict)
    _tasks: set[asyncio.Task[object]] = field(default_factory=set)

    async def put(self, desk: Desk, case: CaseId, words: str, question: str = "") -> None:
        """Let a reply wait; without a time to wait it goes out now. One that waits already goes out first."""
        await self._send(desk, case)
        if not question:
            self.drafts.pop(case, None)
        if not self.wait:
            await _post(desk, case, words, question)
            return
        until = datetime.fromtimestamp(self.clock() + self.wait, UTC)
        timer = asyncio.get_running_loop().call_later(self.wait, self._start, desk, case)
        self.waiting[case] = Waiting(words, until, timer, question)

    def take_back(self, desk: Desk, case: CaseId) -> bool:
        """Keep a reply from going out; False where it is gone. Its words are a draft then, but for a question."""
        found = self._pop(case)
        if found is None:
            return False
        if not found.question:
            self.keep(desk, case, found.words)
        return True

    def draft(self, desk: Desk, case: CaseId) -> str:
        """Return the words of a case that did not go out."""
        kept = self.drafts.get(case)
        return unseal(kept.sealed, [desk.identity]).decode() if kept else ""

    async def send(self, desk: Desk, *cases: CaseId) -> list[CaseId]:
        """Send what waits in these cases, before they leave these hands; return those where it did not go out."""
        unsent = [case for case in cases if not await self._send(desk, case)]
        await self.settle()
        return unsent

    async def send_all(self, desk: Desk) -> None:
        """Send whatever waits, before keys are forgotten."""
        await self.send(desk, *self.waiting)

    async def settle(self) -> None:
        """Return when no reply is just going out, so that what is looked at next shows what became of it."""
        await asyncio.gather(*self._tasks)

    def _start(self, desk: Desk, case: CaseId) -> None:
        task: asyncio.Task[object] = asyncio.get_running_loop().create_task(self._send(desk, case))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, desk: Desk, case: CaseId) -> bool:
        """Send what waits in a case, if anything does; False where it did not go out."""
        found = self._pop(case)
        if found is None:
            return True
        try:
            await _post(desk, case, found.words, found.question)
        except (Failure, ProtocolError) as failure:
            self.keep(desk, case, found.words, str(failure))
            return False
        finally:
            self.after()
        return True

    def _pop(self, case: CaseId) -> Waiting | None:
        found = self.waiting.pop(case, None)
        if found is not None:
            found.timer.cancel()
        return found

    def left(self, case: CaseId) -> float:
        """Return for how many seconds a reply can still be taken back."""
        found = self.waiting.get(case)
        return max(0.0, found.until.timestamp() - self.clock()) if found else 0.0

    def keep(self, desk: Desk, case: CaseId, words: str, reason: str = "") -> None:
        """Keep words that have not gone out; without any, none are kept."""
        if not words.strip():
            self.drafts.pop(case, None)
            return
        self.drafts[case] = Draft(seal(words.encode(), [desk.identity.recipient]), reason)


async def _post(desk: Desk, case: CaseId, words: str, question: str) -> None:
    """Send a reply, or a question as one."""
    await (desk.ask(case, question, words) if question else desk.reply(case, words))
