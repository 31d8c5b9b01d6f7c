"""Shown: the answer to a form at an address of its own, so that no browser keeps what was sent for it.

A browser writes to disk what was sent for a page, to come back after a crash. For a page at an address there is nothing
to write: what answers a form is kept here, in memory, and the browser is led to it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler, Middleware

SHOWN = "/shown/{name:[A-Za-z0-9_-]{1,64}}"
HTML = "text/html"
MOST = 16
"""So many answers can be reloaded or gone back to; older ones lead to the first page."""


@dataclass(slots=True, repr=False)
class Shown:
    """The newest answers to forms, by a name drawn by lot, until the lock."""

    pages: dict[str, tuple[int, str]] = field(default_factory=dict)

    def keep(self, page: web.Response) -> str:
        """Keep a page, and return where it is shown."""
        name = secrets.token_urlsafe(16)
        self.pages[name] = (page.status, page.text or "")
        while len(self.pages) > MOST:
            del self.pages[next(iter(self.pages))]
        return SHOWN.partition("{")[0] + name

    async def show(self, request: web.Request) -> web.Response:
        """Show one; whatever is not kept any more leads to the first page."""
        kept = self.pages.get(request.match_info["name"])
        if kept is None:
            raise web.HTTPSeeOther("/")
        status, text = kept
        return web.Response(status=status, text=text, content_type=HTML)

    def forget(self) -> None:
        """Forget all of them."""
        self.pages.clear()


def showing(shown: Shown) -> Middleware:
    """Lead from every form that is answered by a page to where that page is shown."""

    @web.middleware
    async def lead(request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        if isinstance(answer, web.Response) and answer.content_type == HTML and _is_form(request):
            raise web.HTTPSeeOther(shown.keep(answer))
        return answer

    return lead


def _is_form(request: web.Request) -> bool:
    """Tell whether a browser shows what comes back: a script of a page reads it where it is."""
    return request.method == "POST" and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
