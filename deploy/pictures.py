"""The pictures of the README, made from the running programs: `make run`'s, in a folder that is thrown away.

Invented people play on the sandbox; a browser looks at their phones and at the responder's console.
"""

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from deploy.actor import Actor, Answers
from deploy.desk_pictures import Desk, shoot_desk
from deploy.practice import ROOT, Practice, begin, console_address, free_port, say
from deploy.seat import Seat
from deploy.training import play, read
from flows.loading import Definitions, load
from locales.catalog import load_catalogs
from sandbox.client import Sandbox

PICTURES = ROOT / "docs" / "pictures"
PHONE = ViewportSize(width=390, height=880)
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# A picture is cloned with every copy of the project.
MOST_BYTES = 250_000

WANTS_TO_LEAVE: Answers = {
    "safe": "agree_safe",
    "danger": "none_of_these",
    "age": "from_30_to_49",
    "country": "TH",
    "reply": "any_time",
    "stage": "transit",
    "where_known": "known",
}
ASKED_FOR_MONEY: Answers = {
    "safe": "about_other",
    "family_agree": "family_yes",
}


@dataclass(frozen=True, slots=True)
class Studio:
    """The browser, and the programs that it looks at."""

    practice: Practice
    browser: Browser
    sandbox: Sandbox
    definitions: Definitions

    async def actor(self, name: str, language: str) -> Actor:
        """Invent somebody."""
        catalog = load_catalogs(self.definitions).by_code[language]
        return Actor(await self.sandbox.person(name, language=language), catalog, self.definitions)

    async def phone(self, name: str, actor: Actor, *, dark: bool = False) -> None:
        """A picture of somebody's phone."""
        page = await self.open(PHONE, sharpness=2, dark=dark)
        await page.goto(f"{self.practice.address('chat')}/?person={actor.person.id}")
        screen = await actor.person.screen()
        last = screen.labels[-1] if screen.labels else "Start"  # what Telegram shows of an empty chat
        await page.get_by_role("button", name=last, exact=True).wait_for()
        await self.take(page, name)

    async def open(self, size: ViewportSize, *, sharpness: float, dark: bool = False) -> Page:
        """A page of its own."""
        return await self.browser.new_page(
            viewport=size,
            device_scale_factor=sharpness,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale="en-GB",
        )

    async def take(self, page: Page, name: str) -> None:
        """A picture of what the page shows, which is then closed."""
        await page.evaluate("document.fonts.ready")
        taken = await page.screenshot(animations="disabled", caret="hide")
        await page.context.close()
        if len(taken) > MOST_BYTES:
            raise SystemExit(f"error: {name} has {len(taken)} bytes, more than {MOST_BYTES}")
        PICTURES.mkdir(parents=True, exist_ok=True)
        (PICTURES / name).write_bytes(taken)
        say(f"docs/pictures/{name}")


async def shoot(studio: Studio) -> None:
    """Play, and take the pictures of the chat."""
    quiet = await studio.actor("Ana", "en")
    await quiet.start()
    await studio.phone("opening.png", quiet)
    await quiet.play(WANTS_TO_LEAVE)
    frightened = await studio.actor("Joy", "en")
    await frightened.start()
    await frightened.answer("safe", "agree_watched")
    await frightened.tick("danger", ("sold_soon",))
    await studio.phone("danger.png", frightened)
    await frightened.person.say(frightened.first_word("hide_words"))
    await frightened.person.expect(lambda screen: len(screen.labels) > 1 and "✓" not in str(screen.labels))
    await frightened.person.say("12 km")
    await frightened.person.expect(lambda screen: "12" in screen.text)
    await studio.phone("tool.png", frightened)
    await frightened.person.say(frightened.first_word("exit_words"))
    await frightened.person.expect(lambda screen: not screen.bubbles)
    await studio.phone("closed.png", frightened)
    held = await studio.actor("ليلى", "ar")
    await held.start()
    await studio.phone("opening-arabic.png", held, dark=True)
    mother = await studio.actor("Rosa", "es")
    await mother.start()
    await mother.play(ASKED_FOR_MONEY)
    await mother.tick("family_now", ("money",))
    await studio.phone("family.png", mother)


async def look(practice: Practice, analyst: Seat) -> None:
    """Open the browser on the programs that run: first the desk with its ten cases, then the chat."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    async with async_playwright() as driver, Sandbox(practice.address("chat")) as sandbox:
        browser = await driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        studio = Studio(practice, browser, sandbox, load())
        await play(sandbox, read(), say)
        await shoot_desk(analyst, Desk(console_address(practice), studio.open, studio.take))
        await shoot(studio)
        await browser.close()


def main() -> None:
    """Make every picture, and leave nothing behind but them."""
    with tempfile.TemporaryDirectory(prefix="wayout-pictures-") as folder:
        practice = Practice(Path(folder), {name: free_port(0) for name in ("chat", "desk", "console")})
        analyst = Seat(practice, "Ada")
        try:
            practice.prepare()
            analyst.propose("--class", "analyst")
            begin(practice)
            asyncio.run(look(practice, analyst))
        finally:
            analyst.stop()
            practice.stop()


if __name__ == "__main__":
    main()
