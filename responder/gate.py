"""The console's door: who may load a page, what a page may do, and what no cache may keep.

A page is served to whoever holds the cookie that the printed token gives; a change needs the page's own
sign as well.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler, Middleware

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types desk"
)
# Referrer-Policy is same-origin, not no-referrer: under the latter a form's Origin header is "null".
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), clipboard-read=()",
    "X-Robots-Tag": "noindex",
}
SAME = frozenset({"same-origin", "none"})


@dataclass(slots=True, repr=False)
class Gate:
    """The secrets of one run of the console; `hosts` fills once it listens."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    session: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    sign: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    hosts: frozenset[str] = frozenset()
    place: str = ""
    cookie: str = "wayout-desk"

    def listen(self, host: str, port: int) -> None:
        """Note the address that pages are served at: any other name in a request is refused."""
        name = f"[{host}]" if ":" in host else host
        self.place = f"{name}:{port}"
        self.hosts = frozenset({self.place, f"localhost:{port}"})
        self.cookie = f"wayout-desk-{port}"

    @property
    def address(self) -> str:
        """Return the address to open in a browser, token included."""
        return f"http://{self.place}/?token={self.token}"

    def knows(self, request: web.Request) -> bool:
        """Say whether this browser came through the door."""
        return hmac.compare_digest(request.cookies.get(self.cookie, "").encode(), self.session.encode())

    def opens(self, request: web.Request) -> bool:
        """Say whether the printed token stands in the address."""
        return hmac.compare_digest(request.query.get("token", "").encode(), self.token.encode())

    def admit(self, response: web.StreamResponse) -> None:
        """Give the browser its cookie: for this console alone, gone when the browser closes."""
        response.set_cookie(self.cookie, self.session, httponly=True, samesite="Strict", path="/")


def guard(gate: Gate) -> Middleware:
    """Let through what names this host, comes from our own pages, and has come through the door.

    The host check stops DNS rebinding; styles and the door itself need no cookie, since they show nothing.
    """

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.host not in gate.hosts or not _own_page(request):
            raise web.HTTPForbidden(text="not for this page")
        if not (request.path == "/" or request.path.startswith("/static/") or gate.knows(request)):
            raise web.HTTPSeeOther("/")
        return await handler(request)

    return check


def _own_page(request: web.Request) -> bool:
    """A change must come from a page of ours: loopback ports share cookies, so SameSite is not enough."""
    if request.method in {"GET", "HEAD"}:
        return True
    origin = request.headers.get("Origin", "")
    return origin == f"http://{request.host}" and request.headers.get("Sec-Fetch-Site", "same-origin") in SAME


async def put_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Put the headers on every response, errors and styles included."""
    response.headers.update(HEADERS)
    response.headers.popall("Server", None)


async def signed(gate: Gate, request: web.Request) -> dict[str, str]:
    """Return the form of a change; raise 403 unless the page's own sign stands in it."""
    form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    if not hmac.compare_digest(form.get("sign", "").encode(), gate.sign.encode()):
        raise web.HTTPForbidden(text="not from this page")
    return form
