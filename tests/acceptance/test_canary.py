"""The canary: every word, name and number that goes in is marked, and no mark is found in what a thief would take."""

import secrets
from pathlib import Path

import aiohttp

from sandbox.client import Person
from tests.acceptance.rig import Build, Rig, until


async def speak(rig: Rig, person: Person, marks: dict[str, str]) -> None:
    """Give a marked answer in every way that there is."""
    await person.say("/start")
    await person.hear()
    await person.press("English")
    await person.expect(lambda screen: "It is safe. I agree" in screen.labels)
    await person.press("It is safe. I agree")
    await person.expect(lambda screen: "None of these" in screen.labels)
    await person.press("I am running or hiding now")
    await person.expect(lambda screen: "✓ I am running or hiding now" in screen.labels)
    await rig.sandbox.fault("server_error", method="deleteMessages", times=1)
    written = await person.say(marks["words"])
    await person.expect(lambda screen: "Thank you" in screen.text)
    await person.edit(written, marks["edited"])
    await person.photo(b"picture", caption=marks["caption"])
    await person.contact("+15550100", marks["contact"])
    await person.document(b"paper", name=f"{marks['file']}.pdf")
    await person.location(16.712345, 98.512345)
    await person.forward(marks["forwarded"])
    await person.press("Done")
    await person.expect(lambda screen: "How old are you?" in screen.text)


def seen(rig: Rig) -> dict[str, bytes]:
    """Everything that a thief of the machine finds, but for the sandbox, which stands for Telegram."""
    files = [path for path in rig.folder.rglob("*") if path.is_file() and "sandbox" not in path.parts]
    return {str(path.relative_to(rig.folder)): path.read_bytes() for path in files}


def leaks(where: dict[str, bytes], wanted: list[bytes]) -> list[tuple[str, bytes]]:
    """Which mark lies where."""
    return [(name, mark) for name, content in where.items() for mark in wanted if mark in content]


async def test_no_word_name_or_id_lies_anywhere_in_clear(build: Build, http: aiohttp.ClientSession) -> None:
    """Database, its WAL, keys, recipients and logs hold no answer, no name and no Telegram id."""
    rig = await build()
    worker = await rig.start()
    marks = {
        name: f"canary{name}{secrets.token_hex(6)}"
        for name in ("words", "edited", "caption", "contact", "file", "forwarded", "name")
    }
    ana = await rig.sandbox.person(marks["name"], language="en")
    await speak(rig, ana, marks)
    desk = rig.desk(worker, http)

    async def all_here() -> bool:
        return any(marks["forwarded"] == (line.text or "") for line in (await desk.next()).sessions[0].texts)

    await until(all_here)

    wanted = [mark.encode() for mark in marks.values()]
    wanted += [mark.encode("utf-16-le") for mark in marks.values()]
    wanted += [str(ana.id).encode(), ana.id.to_bytes(8, "big"), ana.id.to_bytes(5, "big")]
    wanted += [b"16.712345", b"98.512345", b"hiding", b"agree_safe", b"running or hiding"]
    assert leaks(seen(rig), wanted) == []
    await worker.stop()
    assert leaks(seen(rig), wanted) == []
    assert any(name.endswith("wayout.db") for name in seen(rig))


async def test_the_bot_never_repeats_what_was_written(build: Build) -> None:
    """No outgoing call holds a word of the contact's."""
    rig = await build()
    await rig.start()
    mark = f"canary{secrets.token_hex(6)}"
    marks = dict.fromkeys(("words", "edited", "caption", "contact", "file", "forwarded"), mark)
    await speak(rig, await rig.sandbox.person(mark, language="en"), marks)

    said = [call for call in await rig.sandbox.calls() if call["method"] != "getUpdates"]

    assert said
    assert not [call["method"] for call in said if mark in str(call["parameters"])]


async def test_keys_and_data_are_the_owners_alone(build: Build) -> None:
    """The keyring cannot be read by other accounts of the machine."""
    rig = await build()
    await rig.start()

    keyring = Path(rig.settings["WAYOUT_DATA_DIR"]) / "keyring.json"

    assert keyring.stat().st_mode & 0o077 == 0
