"""Looking across cases with the real programs: what links them is found, and nobody learns more than they may."""

import asyncio
import json
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.enrolment import enrol
from bot.erasure import erase
from bot.settings import Places, read_settings
from protocol.audience import RecipientClass
from protocol.card import encode_card
from protocol.invite import decode_invite, invite_key
from responder.analysis import open_extracts, read_pages
from responder.home import Home
from responder.keyfile import ResponderKeys, generate_keys, lock, make_card
from sandbox.client import Person
from tests.acceptance.console import CHROMIUM
from tests.acceptance.rig import BIN, Build, Rig, Worker, until
from tests.acceptance.test_canary import leaks, seen
from tests.acceptance.test_console_axe import breaks_no_rule
from tests.acceptance.test_the_whole_path import agree

PASSPHRASE = "correct horse staple"
WALLET = "0x52908400098527886E0F7030069857D2E4169EE7"
SPACED = "0x52908400 098527886e0f 7030069857d2e4169ee7"
SAID = (
    ("Which country are you in now", "Myanmar"),
    ("Which line fits you best", "I am at the work place"),
    ("Which country is your home", "Ethiopia"),
    ("May we count your answers", "Yes"),
)
"""What somebody taps; everything else is skipped."""


@dataclass(frozen=True)
class Seat:
    """A responder's machine: a folder with an identity, and the program."""

    home: Home
    keys: ResponderKeys
    worker: Worker

    @property
    def environment(self) -> dict[str, str]:
        """The practice responder's."""
        kept = {name: value for name, value in os.environ.items() if name in {"PYTHONPATH", "PATH"}}
        return kept | {
            "WAYOUT_RESPONDER_DIR": str(self.home.folder),
            "WAYOUT_PASSPHRASE_FILE": str(self.home.folder / "passphrase"),
            "WAYOUT_SERVER_URL": self.worker.url,
        }

    async def run(self, *words: str, given: str = "") -> tuple[int, str, str]:
        """Run the program: its exit code, what it printed, and what it complained of."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            BIN / "wayout-responder", *words, env=self.environment, stdin=pipe, stdout=pipe, stderr=pipe
        )
        out, err = await process.communicate(given.encode())
        return process.returncode or 0, out.decode(), err.decode()

    async def ask(self, *words: str, given: str = "") -> Any:
        """What it prints as JSON."""
        code, out, err = await self.run(*words, "--json", given=given)
        assert code == 0, err
        return json.loads(out)

    @asynccontextmanager
    async def console(self, *words: str) -> AsyncIterator[str]:
        """The console as it runs: the address that it prints."""
        process = await asyncio.create_subprocess_exec(
            BIN / "wayout-responder",
            "console",
            "--listen",
            "127.0.0.1:0",
            *words,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        line = (await process.stdout.readline()).decode()
        try:
            yield line.partition("console: ")[2].strip()
        finally:
            process.terminate()
            await process.wait()


def seat(rig: Rig, name: str, kind: RecipientClass, keys: ResponderKeys) -> Home:
    """Enrol somebody and make their folder."""
    card = make_card(keys, name=name, now=1_767_225_600, recipient_class=kind)
    is_rosa = keys is rig.keys
    invite = (
        rig.invite
        if is_rosa
        else enrol(
            read_settings(Places, rig.settings), encode_card(card).encode(), "http://127.0.0.1:1"
        ).invite
    )
    home = Home(rig.folder / name.lower())
    home.keep_identity(lock(keys, PASSPHRASE, work_factor=4), encode_card(card).encode())
    home.keep_invite(invite.encode())
    (home.folder / "passphrase").write_text(PASSPHRASE)
    return home


async def walk(person: Person, place: str) -> None:
    """Come to the end: tap what is in SAID, type the place, skip the rest."""
    await agree(person)
    while "Skip" in (before := await person.screen()).labels or "May we count" in before.text:
        tapped = next((label for asked, label in SAID if asked in before.text), "")
        if "What do people call the place" in before.text:
            await person.say(place)
        else:
            labels = [label for label in before.labels if tapped and tapped in label]
            await person.press(labels[0] if labels else "Skip")
        await person.expect(lambda screen, before=before: screen.text != before.text)


async def two_cases(rig: Rig, mark: str) -> list[Person]:
    """Ana goes to the end and agrees to be counted, Ben says one thing; both name one wallet."""
    ana, ben = [await rig.sandbox.person(name, language="en") for name in (f"{mark}a", f"{mark}b")]
    await walk(ana, f"KK Park, {mark}")
    await ana.say(f"{mark}: pay {WALLET}, write @{mark}")
    await agree(ben)
    await ben.say(f"they want money at {SPACED.replace(' ', '')} {mark}")
    return [ana, ben]


async def at_work(build: Build, mark: str) -> tuple[Rig, Seat, Seat]:
    """A hotline with two cases, Rosa who opens them, and Ada who looks across."""
    rig = await build()
    ada_keys = generate_keys()
    ada_home = seat(rig, "Ada", RecipientClass.ANALYST, ada_keys)
    rosa_home = seat(rig, "Rosa", RecipientClass.ORGANISATION, rig.keys)
    worker = await rig.start()
    people = await two_cases(rig, mark)
    rosa, ada = Seat(rosa_home, rig.keys, worker), Seat(ada_home, ada_keys, worker)

    async def both() -> bool:
        return len((await rosa.ask("list"))["cases"]) == len(people)

    await until(both)
    return rig, rosa, ada


@pytest.mark.timeout(300)
async def test_a_wallet_ties_two_cases_and_nobody_learns_more(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """Extract, link, search, patterns; what each may not, they cannot; and nothing lies in clear anywhere."""
    mark = f"canary{secrets.token_hex(6)}"
    rig, rosa, ada = await at_work(build, mark)
    opened = [await rosa.ask("next"), await rosa.ask("next")]
    ids = {each["header"]["id"] for each in opened}

    listed = (await rosa.ask("list"))["cases"]
    assert [case["links"] for case in listed] == [1, 1]
    hits = (await rosa.ask("search", given=SPACED))["hits"]
    assert {hit["case"] for hit in hits} == ids
    assert [hit["case"] for hit in (await rosa.ask("search", "kk park"))["hits"]] != []
    assert (await rosa.ask("search", "nobody said this"))["hits"] == []

    traced = (await rosa.ask("extract"))["traces"]
    assert [(each["case"] in ids, each["links"]) for each in traced] == [(True, 1), (True, 1)]

    kept = rig.folder / "kept"
    seen_across = await ada.ask("patterns", "--keep", str(kept))
    assert (seen_across["total"], seen_across["counted"], seen_across["unread"]) == (2, 1, 0)
    assert seen_across["passages"] == [{"from": "ET", "to": "MM", "cases": 1}]
    assert seen_across["charts"]["site"] == {"kk_park": 1}
    assert [each["kind"] for each in seen_across["recurring"]] == ["wallet"]
    assert seen_across["groups"][0]["cases"] == sorted(each["name"] for each in traced)
    assert not ids & set(seen_across["groups"][0]["cases"])
    offline = await ada.ask("patterns", str(kept), "--offline")
    assert offline == seen_across
    assert (await ada.run("statistics", "--publish", "--so-far"))[0] == 1

    # An analyst opens no case; whoever opens cases opens no extract.
    assert (await ada.ask("list"))["cases"] == []
    for words in (["next"], ["open", min(ids)], ["extract", min(ids)], ["linkage"]):
        assert (await ada.run(*words))[0] == 1
    assert (await ada.ask("search", mark))["hits"] == []
    code, _, complaint = await rosa.run("patterns")
    assert (code, "class" in complaint) == (1, True)
    key = invite_key(decode_invite(rig.invite, card=rig.card))
    as_rosa = open_extracts(read_pages([kept]), rig.keys.identity, {key.id: key})
    assert (as_rosa.extracts, as_rosa.unread) == ((), 2)

    # Nothing of it lies anywhere: no answer, no wallet, no token, no name of a case across.
    token = seen_across["recurring"][0]["mark"]
    wanted = [mark, WALLET, WALLET.lower(), token, *seen_across["groups"][0]["cases"]]
    clear = [each.encode() for each in wanted[:4]]
    clear += [each.encode("utf-16-le") for each in wanted[:3]] + [bytes.fromhex(token), WALLET[2:].encode()]
    assert leaks(seen(rig), clear) == []
    await erase_first(rig, opened)
    left = await ada.ask("patterns")
    assert left["total"] == 1
    assert left["recurring"] == []


async def erase_first(rig: Rig, opened: list[Any]) -> None:
    """The operator erases one case."""
    await erase(read_settings(Places, rig.settings), opened[0]["header"]["id"], datetime.now(UTC))


async def sharp(page: Page, name: str) -> None:
    """Keep a picture where somebody asked for them."""
    folder = os.environ.get("PICTURES")
    if folder:
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.timeout(300)
async def test_the_pages_show_it(build: Build) -> None:
    """The analyst's console leads to the patterns, a case worker's to a search; neither asks anything outside."""
    mark = f"canary{secrets.token_hex(6)}"
    _, rosa, ada = await at_work(build, mark)
    for _ in range(2):
        await rosa.ask("next")
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        async with ada.console() as address:
            page = await browser.new_page()
            asked: list[str] = []
            page.on("request", lambda request: asked.append(request.url))
            page.on("console", lambda message: asked.append(f"{message.type}: {message.text}"))
            await page.goto(address)
            await page.get_by_role("link", name="Patterns").click()
            await expect(page.get_by_role("heading", level=1)).to_have_text("Patterns")
            await expect(page.get_by_role("img", name="Map of the ways")).to_be_visible()
            await expect(page.get_by_text("Wallet", exact=True)).to_be_visible()
            await expect(page.locator(".graph .case")).to_have_count(2)
            assert mark not in await page.content()
            root = address.partition("/?")[0]
            assert [each for each in asked if not each.startswith(root)] == []
            for width in (1280, 360):
                await page.set_viewport_size({"width": width, "height": 800})
                assert await page.evaluate("document.documentElement.scrollWidth") <= width
                await sharp(page, f"patterns-{width}")
            await breaks_no_rule(page)
        async with rosa.console() as address:
            page = await browser.new_page()
            await page.goto(address)
            await expect(page.get_by_role("link", name="Patterns")).to_have_count(0)
            await sharp(page, "queue")
            await page.get_by_role("searchbox").fill(SPACED)
            await page.get_by_role("button", name="Search").click()
            await expect(page.get_by_role("heading", level=1)).to_have_text("Found in 2")
            assert SPACED.split(maxsplit=1)[0] not in page.url
            for width in (1280, 360):
                await page.set_viewport_size({"width": width, "height": 800})
                assert await page.evaluate("document.documentElement.scrollWidth") <= width
                await sharp(page, f"search-{width}")
            await breaks_no_rule(page)
            await page.locator("a.row").first.click()
            await expect(page.get_by_text("Linked to one other case")).to_be_visible()
        await browser.close()
