"""Several bots in one process, one of them covered, with the real programs."""

from pathlib import Path

import aiohttp

from sandbox.client import Person, Sandbox
from sandbox.server import Server
from tests.acceptance.rig import Rig, new_token, until

PHRASE = "green tea, twice"
WORDS = "they locked the door"


async def two_fronts(folder: Path, server: Server, sandbox: Sandbox) -> tuple[Rig, int, int]:
    """A rig with a main and a covered front; their accounts."""
    main, covered = new_token(), new_token()
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


async def written(person: Person) -> None:
    """They write something worth a case."""
    await person.say(WORDS)
    await person.expect(lambda screen: "Thank you" in screen.text)
