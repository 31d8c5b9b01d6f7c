"""Bots that are not ours run against the sandbox: python-telegram-bot's own examples, but for token and address."""

import asyncio
import contextlib
import signal
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import telegram

from sandbox.client import Person, Sandbox
from sandbox.server import Server

TOKEN = "123456789:sandbox-test-token"
CACHE = Path(sys.prefix) / "share" / "telegram-examples" / telegram.__version__
# A shell that runs the tests in the background makes what they start deaf to Ctrl-C.
LISTENING = """import runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_path(sys.argv[1], run_name="__main__")"""
Run = Callable[[str], Awaitable[asyncio.subprocess.Process]]


@pytest.fixture(scope="session")
def examples() -> Path:
    """Fetch the examples once, out of the source archive of the version that is installed."""
    unpacked = CACHE / f"python_telegram_bot-{telegram.__version__}"
    if not unpacked.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as fresh:
            fetch(Path(fresh))
            # Two workers may fetch at once: the folder appears whole, and whoever comes second finds it.
            with contextlib.suppress(OSError):
                (Path(fresh) / unpacked.name).rename(unpacked)
    return unpacked / "examples"


def fetch(folder: Path) -> None:
    """Unpack the source archive."""
    wanted = f"python-telegram-bot=={telegram.__version__}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
    subprocess.run([*command, "--dest", folder, wanted], check=True, timeout=100)
    (archive,) = folder.glob("python_telegram_bot-*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """Run a sandbox with one bot."""
    async with Server(tmp_path / "sandbox", token=TOKEN) as server:
        yield server


@pytest.fixture
async def amina(server: Server) -> AsyncIterator[Person]:
    """Invent a person."""
    async with Sandbox(server.url) as sandbox:
        yield await sandbox.person("Amina", language="en")


@pytest.fixture
async def run(server: Server, examples: Path, tmp_path: Path) -> AsyncIterator[Run]:
    """Start an example by its name; what still runs at the end is interrupted and must end well."""
    running: list[asyncio.subprocess.Process] = []

    async def started(name: str) -> asyncio.subprocess.Process:
        source = (examples / f"{name}.py").read_text(encoding="utf-8")
        address = f'.base_url("{server.url}/bot").base_file_url("{server.url}/file/bot")'
        source = source.replace('.token("TOKEN")', f'.token("{TOKEN}"){address}')
        source = source.replace('Bot("TOKEN")', f'Bot("{TOKEN}", "{server.url}/bot")')
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", LISTENING, f"{name}.py", cwd=tmp_path, stderr=asyncio.subprocess.DEVNULL
        )
        running.append(process)
        return process

    yield started
    for process in running:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        assert await process.wait() == 0


async def says(amina: Person, text: str, begins: str) -> None:
    """Write something and wait for the answer."""
    await amina.say(text)
    await amina.hear(lambda screen: screen.text.startswith(begins), within=20)


async def presses(amina: Person, label: str, begins: str) -> None:
    """Press a button and wait for what comes of it."""
    await amina.press(label)
    await amina.hear(lambda screen: screen.text.startswith(begins), within=20)


async def test_the_echo_bot_echoes(run: Run, amina: Person) -> None:
    """Polling, commands, HTML with a mention, and a forced reply."""
    await run("echobot")
    await says(amina, "/start", "Hi Amina!")
    screen = await amina.screen()
    assert screen.last
    assert [entity["type"] for entity in screen.last.json["entities"]] == ["text_mention"]
    await says(amina, "hello there", "hello there")
    assert "reply_to_message" in (await amina.screen()).own[-1].json


async def test_the_raw_api_bot_echoes(run: Run, amina: Person) -> None:
    """A bot that counts its offsets by hand."""
    await run("rawapibot")
    await says(amina, "one", "one")
    await says(amina, "two", "two")


async def test_the_conversation_bot_holds_its_conversation(run: Run, amina: Person, tmp_path: Path) -> None:
    """A one-time reply keyboard, a photo that is downloaded, a location, and the end."""
    await run("conversationbot")
    await says(amina, "/start", "Hi! My name is Professor Bot.")
    assert (await amina.screen()).keys == ["Boy", "Girl", "Other"]
    await presses(amina, "Other", "I see! Please send me a photo")
    assert (await amina.screen()).keys == []
    await amina.photo(b"\xff\xd8\xff\xe0picture")
    await amina.hear(lambda screen: screen.text.startswith("Gorgeous!"))
    assert (tmp_path / "user_photo.jpg").read_bytes() == b"\xff\xd8\xff\xe0picture"
    await amina.location(-12.05, -77.04)
    await amina.hear(lambda screen: screen.text.startswith("Maybe I can visit you sometime!"))
    await says(amina, "There is not much to tell", "Thank you!")


async def test_the_inline_keyboard_bot_edits_its_message(run: Run, amina: Person) -> None:
    """Inline buttons, an answered press, and an edit that takes the buttons away."""
    await run("inlinekeyboard")
    await says(amina, "/start", "Please choose:")
    assert (await amina.screen()).labels == ["Option 1", "Option 2", "Option 3"]
    await presses(amina, "Option 2", "Selected option: 2")
    screen = await amina.screen()
    assert screen.labels == []
    assert len(screen.theirs) == 1


async def test_the_second_inline_keyboard_bot_goes_round(run: Run, amina: Person) -> None:
    """A conversation that lives in one message."""
    await run("inlinekeyboard2")
    await says(amina, "/start", "Start handler, Choose a route")
    await presses(amina, "1", "First CallbackQueryHandler")
    await presses(amina, "3", "Third CallbackQueryHandler")
    await presses(amina, "Yes, let's do it again!", "Start handler")
    await presses(amina, "2", "Second CallbackQueryHandler")
    await presses(amina, "3", "Third CallbackQueryHandler")
    await presses(amina, "Nah, I've had enough ...", "See you next time!")
    assert len((await amina.screen()).theirs) == 1


async def test_the_nested_conversation_bot_goes_in_and_out(run: Run, amina: Person) -> None:
    """Three levels of buttons with a typed answer between."""
    await run("nestedconversationbot")
    await amina.say("/start")
    await amina.hear(lambda screen: "Add yourself" in screen.labels, within=20)
    await presses(amina, "Add yourself", "Okay, please tell me about yourself.")
    await presses(amina, "Add info", "Please select a feature to update.")
    await presses(amina, "Name", "Okay, tell me.")
    await says(amina, "Amina", "Got it!")
    await amina.press("Done")
    await amina.hear(lambda screen: "Show data" in screen.labels)
    await amina.press("Show data")
    await amina.hear(lambda screen: "Name: Amina" in screen.text)


async def test_the_deep_linking_bot_links_to_itself(run: Run, amina: Person) -> None:
    """Start parameters, masked links, and a press that is answered with an address."""
    await run("deeplinking")
    await says(amina, "/start", "Feel free to tell your friends about it:")
    await says(amina, "/start check-this-out", "Awesome, you just accessed hidden functionality!")


async def test_the_persistent_bot_remembers_over_a_restart(run: Run, amina: Person) -> None:
    """What is written while the bot is down waits for it."""
    first = await run("persistentconversationbot")
    await says(amina, "/start", "Hi! My name is Doctor Botter.")
    await presses(amina, "Age", "Your age? Yes, I would love to hear about that!")
    await says(amina, "33", "Neat!")
    first.send_signal(signal.SIGINT)
    assert await first.wait() == 0
    await amina.press("Age")
    await run("persistentconversationbot")
    await amina.hear(lambda screen: screen.text.startswith("Your age? I already know"), within=20)
