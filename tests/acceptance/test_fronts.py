"""Several bots in one process, one of them covered, with the real programs."""

import asyncio
import os
from pathlib import Path

import aiohttp

from sandbox.client import Person, Sandbox
from sandbox.server import Server
from tests.acceptance.rig import BIN, Rig, new_token, until

PHRASE = "green tea, twice"
ISOLATES = dict.fromkeys(map(ord, "\u2068\u2069"))
WORDS = "they locked the door"


async def two_fronts(
    folder: Path, server: Server, sandbox: Sandbox, main: str = "", covered: str = ""
) -> tuple[Rig, int, int]:
    """A rig with a main and a covered front; their accounts."""
    main, covered = main or new_token(), covered or new_token()
    file = folder / "fronts.toml"
    file.write_text(
        f'[[front]]\ntoken = "{covered}"\ncovered = true\nphrases = ["{PHRASE}"]\ntool = "units"\n'
    )
    file.chmod(0o600)
    rig = await Rig.build(folder, server, sandbox, main, WAYOUT_FRONTS_FILE=str(file))
    return rig, int(main.split(":")[0]), int(covered.split(":")[0])


async def known(sandbox: Sandbox, *bots: int) -> None:
    """Return when these bots have called."""

    async def there() -> bool:
        return set(bots) <= {each["id"] for each in await sandbox.bots()}

    await until(there)


async def test_a_person_on_each_of_two_bots(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    """Each is answered by the bot that they wrote to; the covered one is a tool until the phrase is typed."""
    async with Server(tmp_path / "sandbox", retry_seconds=0.05) as server, Sandbox(server.url) as sandbox:
        rig, main, covered = await two_fronts(tmp_path, server, sandbox)
        worker = await rig.start()
        await known(sandbox, main, covered)
        ana = await sandbox.person("Ana", language="en", bot=main)
        ben = await sandbox.person("Ben", language="en", bot=covered)
        await ana.say("/start")
        await ana.expect(lambda screen: "English" in screen.labels and screen.bot == main)
        await ben.say("/start")
        await ben.expect(lambda screen: "Length" in screen.labels and screen.bot == covered)
        for text in ("12 km", "exit", "hello", "English"):
            await ben.say(text)
            await ben.expect(lambda screen: len(screen.bubbles) == 1)
            assert "Choose your language" not in (await ben.screen()).text
        await ben.say("Green tea twice")
        await ben.expect(lambda screen: "English" in screen.labels and len(screen.bubbles) == 1)
        await written(ben)
        await written(ana)
        desk = rig.desk(worker, http)

        async def both() -> bool:
            return len(await desk.cases()) == 2

        await until(both)
        await rig.close()


async def test_each_front_tells_the_way_back_that_works_there(tmp_path: Path) -> None:
    """The usual word is dead on a covered front: its first screen sends nobody there."""
    async with Server(tmp_path / "sandbox", retry_seconds=0.05) as server, Sandbox(server.url) as sandbox:
        rig, main, covered = await two_fronts(tmp_path, server, sandbox)
        await rig.start()
        await known(sandbox, main, covered)
        for bot, begin, way_back in (
            (main, "/start", "type: green"),
            (covered, "Green tea twice", "type: the words that brought you here"),
        ):
            ana = await sandbox.person(f"Ana {bot}", language="en", bot=bot)
            await ana.say("/start")
            await ana.expect(lambda screen: screen.bubbles)
            await ana.say(begin)
            await ana.expect(lambda screen: "English" in screen.labels)
            await ana.press("English")
            await ana.expect(lambda screen: "After a short break" in screen.text)
            assert way_back in (await ana.screen()).text.translate(ISOLATES)
        await rig.close()


async def written(person: Person) -> None:
    """They write something worth a case."""
    await person.say(WORDS)
    await person.expect(lambda screen: "Thank you" in screen.text)


async def check(rig: Rig) -> tuple[int | None, str]:
    """What the doctor says."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WAYOUT_")}
    process = await asyncio.create_subprocess_exec(
        BIN / "wayout",
        "check",
        env=environment | rig.settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    return process.returncode, told.decode()


async def test_a_front_that_telegram_does_not_know_takes_nobody_down(tmp_path: Path) -> None:
    """The others are answered as before, and the doctor names it."""
    main, other = new_token(), new_token()
    async with (
        Server(tmp_path / "sandbox", token=main, retry_seconds=0.05) as server,
        Sandbox(server.url) as sandbox,
    ):
        rig, _, _ = await two_fronts(tmp_path, server, sandbox, main, other)
        worker = await rig.start()
        ana = await sandbox.person("Ana", language="en")
        await ana.say("/start")
        await ana.expect(lambda screen: "English" in screen.labels)
        assert "front.refused" in worker.log.read_text()
        code, told = await check(rig)
        await rig.close()

    assert code == 1
    (line,) = [each for each in told.splitlines() if "telegram:" in each]
    assert line.startswith("BAD")
    assert "covered front 1: InvalidToken" in line
    assert other not in told


async def test_the_doctor_asks_about_every_front(tmp_path: Path) -> None:
    """And a mistake in the file stops the start, with all of them."""
    async with Server(tmp_path / "sandbox", retry_seconds=0.05) as server, Sandbox(server.url) as sandbox:
        rig, _, _ = await two_fronts(tmp_path, server, sandbox)
        _, told = await check(rig)
        assert "ok   telegram: answers, 0 update(s) waiting there; covered front 1 answers" in told
        (tmp_path / "fronts.toml").write_text("[[front]]\ncovered = true\n[[front]]\ntool = 'units'\n")
        _, told = await check(rig)

    (line,) = [each for each in told.split("BAD") if "telegram:" in each]
    for wanted in (
        "front 1: give either",
        "needs phrases",
        "front 2: give either",
        "for a front that is covered",
    ):
        assert wanted in line
