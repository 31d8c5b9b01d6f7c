"""The other end of the alerts, for tests: a mail server and an HTTP server on loopback that remember what came."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Asked:
    """One HTTP request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Staff:
    """What came, and how the next is answered: `trouble` maps a path, or `mail`, to a status."""

    port: int = 0
    mail_port: int = 0
    asked: list[Asked] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    trouble: dict[str, int] = field(default_factory=dict)

    def url(self, path: str) -> str:
        """An address of the HTTP server."""
        return f"http://127.0.0.1:{self.port}{path}"

    def of(self, path: str) -> list[Asked]:
        """What came there and was taken."""
        return [each for each in self.asked if each.path == path]

    async def answer(self, request: web.Request) -> web.Response:
        """Take a request, unless there is trouble."""
        status = self.trouble.get(request.path)
        if status is not None:
            headers = {"Location": self.url("/elsewhere")} if status in (301, 307) else {}
            return web.Response(status=status, headers=headers)
        self.asked.append(Asked(request.path, dict(request.headers), await request.read()))
        return web.json_response({"ok": True})

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a letter, unless there is trouble."""
        if "mail" in self.trouble:
            return f"{self.trouble['mail']} not now"
        self.letters.append((envelope.content or b"").decode() if isinstance(envelope.content, bytes) else "")
        return "250 OK"


@asynccontextmanager
async def staff() -> AsyncIterator[Staff]:
    """Both servers, for as long as the block lasts."""
    here = Staff()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", here.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    here.port = runner.addresses[0][1]
    loop = asyncio.get_running_loop()
    mail = await loop.create_server(lambda: SMTP(here, hostname="staff.example", loop=loop), "127.0.0.1", 0)
    here.mail_port = mail.sockets[0].getsockname()[1]
    try:
        yield here
    finally:
        mail.close()
        await runner.cleanup()


def destinations(here: Staff) -> str:
    """A file with one destination of each kind but Telegram, all at this staff's."""
    mailed = f"from: wayout@example.org, host: 127.0.0.1, port: {here.mail_port}, tls: none"
    return f"""
destinations:
  - {{name: mail, kind: email, to: [duty@example.org, head@example.org], {mailed}}}
  - {{name: hook, kind: webhook, url: "{here.url("/hook")}"}}
  - {{name: push, kind: ntfy, url: "{here.url("/duty")}", token_file: token}}
"""
