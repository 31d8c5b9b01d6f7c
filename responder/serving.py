"""The console as a running program: its routes, its guards, its start and its end."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

from aiohttp import web

from protocol.audience import RecipientClass
from protocol.errors import ProtocolError
from responder.across import Across
from responder.casework import Casework
from responder.composer import Composer
from responder.console import Console
from responder.enrolment import read_card, read_enrolment
from responder.export_page import ExportPage
from responder.failures import AddressTaken, Failure
from responder.gate import Gate, guard, put_headers
from responder.hands import HandsPages
from responder.interpret_page import InterpretPage
from responder.jobs_page import JobsPage
from responder.lexicon import vocabulary
from responder.minding import minding, watching
from responder.paper import Paper, static
from responder.release_page import ReleasePage
from responder.shown import SHOWN, showing
from responder.vault import Vault, read_passphrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp.typedefs import Handler, Middleware

    from responder.settings import Settings

CASE = "/cases/{case:[A-Za-z0-9_-]{1,64}}"
LARGEST_FORM = 1 << 20
"""Bytes: as many texts as an interpreter gets at once, in a script whose letters take nine each in a form."""


def build_app(console: Console) -> web.Application:
    """Tie every address to its handler, behind the guards."""
    guards = [guard(console.gate), minding(console), showing(console.shift.shown), _telling(console)]
    app = web.Application(middlewares=guards, client_max_size=LARGEST_FORM)
    app.cleanup_ctx.append(watching(console))
    app.on_response_prepare.append(put_headers)
    app.on_shutdown.append(lambda _app: _close(console))
    app.add_routes(_door(console))
    app.add_routes(_desk(console) if console.front is None else console.front.routes())
    return app


def _door(console: Console) -> list[web.RouteDef]:
    """What everybody has: the door, the first page, the lock."""
    return [
        web.get("/", console.door),
        web.get("/static/{name}", static),
        web.get("/live", console.stream),
        web.post("/unlock", console.unlock),
        web.post("/lock", console.lock),
        web.post("/here", console.here),
        web.get(SHOWN, console.shift.shown.show),
    ]


def _desk(console: Console) -> list[web.RouteDef]:
    """What whoever opens cases has, or looks across them."""
    composer, exports, across = Composer(console), ExportPage(console), Across(console)
    releases, cases = ReleasePage(console), Casework(console)
    return [
        web.post("/next", cases.take_next),
        web.post("/search", across.search),
        web.get("/patterns", across.patterns),
        web.get(CASE, cases.show),
        web.get(CASE + "/attachments/{attachment:[A-Za-z0-9_-]{1,64}}", cases.file),
        web.post(CASE + "/open", cases.take),
        web.post(CASE + "/renew", cases.renew),
        web.post(CASE + "/regrade", cases.regrade),
        web.post(CASE + "/reply", composer.reply),
        web.post(CASE + "/ask", composer.ask),
        web.post(CASE + "/draft", composer.draft),
        web.post(CASE + "/undo", composer.undo),
        web.post(CASE + "/note", composer.note),
        web.post(CASE + "/messages/confirm", composer.confirm),
        web.post(CASE + "/messages/withdraw", composer.withdraw),
        web.get(CASE + "/export", exports.look),
        web.post(CASE + "/export", exports.save),
        web.get(CASE + "/releases", releases.show),
        web.post(CASE + "/releases", releases.propose),
        web.post(CASE + "/releases/confirm", releases.confirm),
        web.post(CASE + "/release", cases.release),
        web.post(CASE + "/close", cases.close),
        *HandsPages(console).routes(),
        *InterpretPage(console).routes(),
    ]


async def start(console: Console, host: str, port: int) -> web.AppRunner:
    """Listen; the real port is noted at the gate. Raises AddressTaken."""
    runner = web.AppRunner(build_app(console), access_log=None, shutdown_timeout=2)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        msg = f"nothing can listen on {host}:{port}"
        raise AddressTaken(msg, "Choose another port: --listen 127.0.0.1:8091.") from None
    console.gate.listen(host, runner.addresses[0][1])
    return runner


async def serve(
    settings: Settings,
    host: str,
    port: int,
    *,
    language: str | None,
    lock_after: float,
    say: Callable[[str], None],
) -> None:
    """Run the console until Ctrl-C or SIGTERM; `say` gets the line with its address, `lock_after` is in seconds."""
    async with Vault(settings) as vault:
        console = make_console(vault, language)
        console.shift.idle.after = lock_after
        if settings.passphrase_file is not None:
            await vault.unlock(read_passphrase(settings.passphrase_file))
        runner = await start(console, host, port)
        say(f"console: {console.gate.address}")
        try:
            await _until_told()
        finally:
            await runner.cleanup()
            if console.shift.outgoing.drafts:
                say(console.wording("unsent_at_end", count=len(console.shift.outgoing.drafts)))


def make_console(vault: Vault, language: str | None = None) -> Console:
    """Put a console together from what lies in the folder; raises Failure."""
    card = read_card(vault.home)
    read_enrolment(vault.home, card)
    wording, meanings = vocabulary(language, card.languages)
    gate = Gate()
    practice = vault.settings.passphrase_file is not None
    analyst = card.recipient_class is RecipientClass.ANALYST
    paper = Paper(wording, gate.sign, card.name, practice, vault.doubts, analyst=analyst)
    console = Console(vault, gate, paper, wording, meanings)
    if card.recipient_class is RecipientClass.INTERPRETER:
        console.front = JobsPage(console)
    return console


async def _until_told() -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, told.set)
    await told.wait()


async def _close(console: Console) -> None:
    await console.shift.end(console.vault.desk)
    console.live.close()


def _telling(console: Console) -> Middleware:
    """Show what the outside did wrong as a page with a way back."""

    @web.middleware
    async def tell(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except (Failure, ProtocolError) as failure:
            return console.trouble(failure)

    return tell
