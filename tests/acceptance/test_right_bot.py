"""The right bot, with the real programs: the page has its name, and a clone that replays all it saw fails the test."""

import asyncio
import os
from asyncio.subprocess import PIPE
from pathlib import Path

import aiohttp

from sandbox.client import Person
from tests.acceptance.rig import BIN, Build, Rig
from tests.acceptance.test_staffing import to_the_end
from tests.acceptance.test_the_whole_path import agree


async def wayout(rig: Rig, *words: str | Path) -> tuple[int, str]:
    """One command of the operator's, on the same server: how it ended, and what it said."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WAYOUT_")}
    process = await asyncio.create_subprocess_exec(
        BIN / "wayout", *words, env=environment | rig.settings, stdout=PIPE, stderr=PIPE
    )
    said, _ = await process.communicate()
    return await process.wait(), said.decode()


def two_words(text: str) -> str:
    """The watchword on a screen."""
    return text.split("for this chat alone: \u2068")[1].split("\u2069", maxsplit=1)[0]


async def ask_for_words(person: Person) -> str:
    """What the bot says when they write `check`."""
    await person.say("check")
    return two_words((await person.expect(lambda screen: "for this chat alone" in screen.text)).text)


async def test_a_clone_that_replays_all_public_output_fails(
    build: Build, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """It has read the page and played every screen of the real bot, and does not know the words of another chat."""
    rig = await build()
    worker = await rig.start()
    page = tmp_path / "page.html"
    await wayout(rig, "handle", "page", "-o", page)
    ana, clone = [await rig.sandbox.person(name, language="en") for name in ("Ana", "Clone")]
    for person in (ana, clone):
        await agree(person)
    seen = [page.read_text("utf-8"), (await clone.screen()).text]
    await ask_for_words(clone)
    while "Skip" in (before := await clone.screen()).labels:
        await clone.press("Skip")
        seen.append((await clone.expect(lambda screen, before=before: screen.text != before.text)).text)
    replayed = {two_words(text) for text in seen if "for this chat alone" in text}
    assert replayed

    await ana.press("I am hurt or threatened now")
    await ana.expect(lambda screen: "✓ I am hurt or threatened now" in screen.labels)
    words = await ask_for_words(ana)

    # One of 4032 pairs: were they equal by chance, this would be the place where it shows.
    assert words not in replayed
    assert all(words not in text for text in seen)
    opened = await rig.desk(worker, http).next()
    assert opened.sessions[-1].watchword == (words, words)


async def test_the_page_has_the_name_that_telegram_knows(build: Build, tmp_path: Path) -> None:
    """Asked of Telegram, signed, and refused when one letter is another."""
    rig = await build()
    page = tmp_path / "page.html"
    made, said = await wayout(rig, "handle", "page", "-o", page)
    assert made == 0
    key = said.split(" is signed by ")[1].split(";")[0]
    right, said = await wayout(rig, "handle", "verify", page, "--key", key)
    name = said.split(",")[0]
    assert (right, name[0]) == (0, "@")
    assert f'<bdi class="name">{name}</bdi>' in page.read_text("utf-8")
    page.write_bytes(page.read_bytes().replace(name.encode(), name.encode()[:-1] + b"0"))
    assert await wayout(rig, "handle", "verify", page) == (1, "")


async def test_in_a_surge_a_minute_is_enough(build: Build) -> None:
    """By the operator's word; whoever began before is asked everything."""
    rig = await build()
    await rig.start()
    before, during = [await rig.sandbox.person(name, language="en") for name in ("Before", "During")]
    await agree(before)
    assert await wayout(rig, "surge", "on") == (0, "surge: on\n")
    _, checked = await wayout(rig, "check")
    assert "surge: on, on; 1 newcomer(s)" in checked
    await rig.workers[-1].stop()
    await rig.start()
    await agree(during)
    assert "That is enough for now" in (await to_the_end(during)).text
    await during.press("Go on")
    await during.expect(lambda screen: "Skip" in screen.labels)
    assert "That was the last question" in (await to_the_end(before)).text
