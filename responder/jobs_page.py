"""An interpreter's console: what waits for them, one job at a time, and nothing else of the desk."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count, takewhile
from typing import TYPE_CHECKING

from aiohttp import web

from protocol.interpreting import LONGEST_RENDERING
from responder.failures import Refused, ServerFailure, WordsWrong
from responder.gate import signed
from responder.interpreting import Answering
from responder.wording import language_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from protocol.interpreting import WaitingJob
    from responder.console import Console

JOB = "/jobs/{job:[0-9a-f]{32}}"


@dataclass(frozen=True, slots=True)
class Seen:
    """What waited when the server was asked last; `stale_since` where it does not answer any more."""

    jobs: tuple[WaitingJob, ...] = ()
    stale_since: datetime | None = None
    trouble: str = ""


@dataclass(slots=True, repr=False)
class JobsPage:
    """The pages of an interpreter, behind the console's door and lock."""

    console: Console
    seen: Seen = field(default_factory=Seen)

    def routes(self) -> list[web.RouteDef]:
        """Return every address."""
        return [
            web.get(JOB, self.open),
            web.post(JOB + "/answer", self.answer),
            web.post(JOB + "/decline", self.decline),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """Show what waits."""
        await self._look()
        return self.console.paper.page("jobs.html", seen=self.seen, said=self.console.said(request))

    async def rows(self) -> str:
        """Return the live part of that page."""
        await self._look()
        return self.console.paper.text("job_rows.html", seen=self.seen)

    async def open(self, request: web.Request) -> web.Response:
        """Show the texts of one job, and fields for what they become."""
        handed = await self._answering().open(request.match_info["job"])
        wording, content = self.console.wording, handed.content
        into = language_name(content.into, wording.language)
        return self.console.paper.page(
            "job.html",
            job=handed,
            asked=wording(f"job_{content.aim}", into=into),
            from_language=language_name(content.language, wording.language) if content.language else "",
            longest=LONGEST_RENDERING,
        )

    async def answer(self, request: web.Request) -> web.Response:
        """Send what the texts became and go to the list."""
        form = await signed(self.console.gate, request)
        try:
            await self._answering().answer(request.match_info["job"], _words(form))
        except (WordsWrong, Refused) as failure:
            return self.console.trouble(failure)
        self.console.live.ring()
        raise web.HTTPSeeOther("/?said=job_answered")

    async def decline(self, request: web.Request) -> web.Response:
        """Give the job back and go to the list."""
        await signed(self.console.gate, request)
        try:
            await self._answering().decline(request.match_info["job"])
        except Refused as failure:
            return self.console.trouble(failure)
        self.console.live.ring()
        raise web.HTTPSeeOther("/?said=job_given_back")

    async def _look(self) -> None:
        try:
            waiting = await self._answering().waiting()
        except ServerFailure as failure:
            since = self.seen.stale_since or datetime.fromtimestamp(self.console.clock(), UTC)
            jobs = () if isinstance(failure, Refused) else self.seen.jobs
            self.seen = replace(self.seen, jobs=jobs, stale_since=since, trouble=f"{failure}. {failure.hint}")
        else:
            self.seen = Seen(waiting.jobs)

    def _answering(self) -> Answering:
        return Answering(self.console.desk())


def _words(form: Mapping[str, str]) -> list[str]:
    names = takewhile(form.__contains__, (f"words_{number}" for number in count()))
    return [form[name] for name in names]
