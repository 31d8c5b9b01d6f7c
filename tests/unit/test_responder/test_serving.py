"""The console as a program: the line it prints, what it does with a passphrase file, how it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from protocol.desk import Urgency
from responder.failures import AddressTaken, NoIdentity, NotEnrolled
from responder.home import Home
from responder.serving import make_console, start
from responder.settings import Settings
from responder.vault import Vault
from tests.unit.test_responder.enrolled import Enrolled
from tests.unit.test_responder.told import DANGER, header, parts, tell

PROGRAM = [
    sys.executable,
    "-c",
    "from responder.cli import main; main()",
    "console",
    "--listen",
    "127.0.0.1:0",
]


@asynccontextmanager
async def running(enrolled: Enrolled) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """The program and the address that it printed."""
    environment = {**os.environ, **enrolled.environment, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = await asyncio.create_subprocess_exec(*PROGRAM, env=environment, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    try:
        yield process, line.removeprefix("console: ").strip()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
async def test_a_practice_console_is_open_at_once_and_ends_when_told(
    enrolled: Enrolled, told: signal.Signals
) -> None:
    """One line with the address; the queue without a passphrase; an end within seconds though a page listens."""
    enrolled.desk.put(header("dangerdanger", Urgency.CRITICAL), parts(tell(DANGER)))
    jar = aiohttp.CookieJar(unsafe=True)
    async with running(enrolled) as (process, address), aiohttp.ClientSession(cookie_jar=jar) as http:
        root = address.partition("?")[0]
        async with http.get(address):
            pass
        async with http.get(root) as page:
            assert "dangerda" in await page.text()
        async with http.get(root + "live") as stream:
            assert (await stream.content.readline()) == b"event: queue\n"
            process.send_signal(told)
            assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_two_consoles_do_not_share_an_address(enrolled: Enrolled) -> None:
    """The second says so and what to do."""
    async with Vault(enrolled.settings) as vault:
        first = make_console(vault)
        runner = await start(first, "127.0.0.1", 0)
        port = runner.addresses[0][1]

        with pytest.raises(AddressTaken) as caught:
            await start(make_console(vault), "127.0.0.1", port)
        await runner.cleanup()

    assert "--listen" in caught.value.hint


def test_a_console_needs_an_identity_and_an_invite(tmp_path: Path, enrolled: Enrolled) -> None:
    """Both are said before anything listens."""
    bare = Settings.read({"WAYOUT_RESPONDER_DIR": str(tmp_path / "nobody")})
    with pytest.raises(NoIdentity):
        make_console(Vault(bare))
    home = Home(tmp_path / "half")
    home.keep_identity(enrolled.home.locked_identity(), enrolled.home.card())
    with pytest.raises(NotEnrolled):
        make_console(Vault(Settings.read({"WAYOUT_RESPONDER_DIR": str(tmp_path / "half")})))
