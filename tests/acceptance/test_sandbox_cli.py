"""The command `wayout-sandbox serve`, run as an operator runs it."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from sandbox.cli import main
from sandbox.client import Sandbox

TOKEN = "123456789:sandbox-test-token"
Serve = Callable[..., Awaitable[tuple[asyncio.subprocess.Process, str]]]


@pytest.fixture
async def serve(tmp_path: Path) -> AsyncIterator[Serve]:
    """Start the command and give its process and the address it prints."""
    started: list[asyncio.subprocess.Process] = []

    async def start(*options: str) -> tuple[asyncio.subprocess.Process, str]:
        command = (sys.executable, "-m", "sandbox.cli", "serve", "--listen", "127.0.0.1:0")
        process = await asyncio.create_subprocess_exec(
            *command,
            "--data",
            str(tmp_path / "data"),
            "--token",
            TOKEN,
            *options,
            stdout=asyncio.subprocess.PIPE,
        )
        started.append(process)
        assert process.stdout
        line = (await process.stdout.readline()).decode()
        assert line.startswith("chat: http://127.0.0.1:")
        return process, line.removeprefix("chat: ").strip()

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_it_survives_being_killed(serve: Serve) -> None:
    """After kill -9 in mid-flight everything that was acknowledged is there, and the cast is not doubled."""
    process, url = await serve("--people", "en,ar")
    async with Sandbox(url) as sandbox:
        listed = await sandbox.call("GET", "/sandbox/people")
        amina = await sandbox.again(listed["people"][0]["id"])
        await amina.say("before")
        process.kill()
        await process.wait()
    _, url = await serve("--people", "en,ar")
    async with Sandbox(url) as sandbox:
        listed = await sandbox.call("GET", "/sandbox/people")
        assert [person["language_code"] for person in listed["people"]] == ["en", "ar"]
        amina = await sandbox.again(amina.id)
        assert [bubble.text for bubble in (await amina.screen()).own] == ["before"]


async def test_it_stops_when_asked(serve: Serve) -> None:
    """Ctrl-C ends it at once and well, also while somebody listens to the stream."""
    process, url = await serve()
    async with Sandbox(url) as sandbox:
        amina = await sandbox.person("Amina")
        await amina.screen()
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(10):
            assert await process.wait() == 0


async def test_a_taken_address_is_told_with_a_hint(serve: Serve, tmp_path: Path) -> None:
    """Exit code 1, one line of error and one of advice."""
    _, url = await serve()
    address = url.removeprefix("http://").rstrip("/")
    command = (
        sys.executable,
        "-m",
        "sandbox.cli",
        "serve",
        "--listen",
        address,
        "--data",
        str(tmp_path / "other"),
    )
    second = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    _, errors = await second.communicate()
    said = errors.decode().splitlines()
    assert second.returncode == 1
    assert [line.split(":")[0] for line in said] == ["error", "hint"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--listen", "nonsense"], "expected HOST:PORT"),
        (["--token", "nonsense"], "expected the form of a bot token"),
        (["--people", "en,xx"], "nobody speaks xx here"),
    ],
)
def test_misuse_is_told_before_anything_starts(options: list[str], said: str, tmp_path: Path) -> None:
    """Exit code 2, and nothing is written."""
    result = CliRunner().invoke(main, ["serve", "--data", str(tmp_path / "data"), *options])
    assert result.exit_code == 2
    assert said in result.output
    assert not (tmp_path / "data").exists()


def test_the_command_explains_itself() -> None:
    """Every option is in the help."""
    said = CliRunner().invoke(main, ["serve", "--help"]).output
    for option in ("--listen", "--data", "--token", "--bot-name", "--people"):
        assert option in said
