"""No dead end: whatever is sent, whenever, is kept for the responder and answered with the current question."""

from collections.abc import Awaitable, Callable

import aiohttp
import pytest

from sandbox.client import Person
from sandbox.screen import Screen
from tests.acceptance.rig import Build, until

Give = Callable[[Person], Awaitable[object]]

GIVES: dict[str, tuple[Give, str]] = {
    "text": (lambda person: person.say("anything at all"), "text"),
    "sticker": (lambda person: person.sticker(b"sticker"), "sticker"),
    "photo": (lambda person: person.photo(b"photo"), "photo"),
    "voice": (lambda person: person.voice(b"voice"), "voice"),
    "document": (lambda person: person.document(b"document"), "document"),
    "contact": (lambda person: person.contact("+15550100", "Somebody"), "contact"),
    "forwarded": (lambda person: person.forward("a forwarded message"), "text"),
}


async def at_first_contact(_person: Person) -> None:
    """Before anything was shown."""


async def at_the_opening(person: Person) -> None:
    """While languages are offered."""
    await person.say("/start")
    await person.hear()


async def at_the_danger_question(person: Person) -> None:
    """In the middle of the opening."""
    await at_the_opening(person)
    await person.press("English")
    await person.expect(lambda screen: "It is safe. I agree" in screen.labels)
    await person.press("It is safe. I agree")
    await person.expect(lambda screen: "None of these" in screen.labels)


async def when_paused(person: Person) -> None:
    """After 'not now'."""
    await at_the_opening(person)
    await person.press("English")
    await person.expect(lambda screen: "Not now" in screen.labels)
    await person.press("Not now")
    await person.expect(lambda screen: "Go on" in screen.labels)


@pytest.mark.parametrize("moment", [at_first_contact, at_the_opening, at_the_danger_question, when_paused])
async def test_whatever_is_sent_is_kept_and_answered(
    build: Build, http: aiohttp.ClientSession, moment: Callable[[Person], Awaitable[None]]
) -> None:
    """Every kind of message, at this moment, reaches the responder; the screen stays usable; nothing fails."""
    rig = await build()
    worker = await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await moment(ana)
    for give, _ in GIVES.values():
        await give(ana)
    desk = rig.desk(worker, http)

    async def all_kept() -> bool:
        cases = await desk.cases()
        if not cases:
            return False
        kept = [line.kind for session in (await desk.open(cases[0].id)).sessions for line in session.texts]
        return sorted(kept) == sorted(kind for _, kind in GIVES.values())

    await until(all_kept)
    await ana.expect(has_buttons)
    assert [line for line in rig.logs() if line["level"] == "error"] == []


def has_buttons(screen: Screen) -> bool:
    """One bubble, with a way on."""
    return len(screen.theirs) == 1 and bool(screen.labels)


async def test_an_old_button_only_shows_the_screen_again(build: Build) -> None:
    """A button of a screen that has gone by changes nothing and breaks nothing."""
    rig = await build()
    await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await at_the_danger_question(ana)
    bubble = (await ana.screen()).bubbles[0].id
    await rig.sandbox.fault("slow", method="editMessageText", seconds=1, times=1)
    await ana.press("Skip")
    await ana.press_at(bubble, 0, 0)

    await ana.expect(lambda screen: "How old are you?" in screen.text)


async def test_start_again_brings_the_question_back_below_everything(build: Build) -> None:
    """Whoever has lost the bubble gets it anew; the old one goes."""
    rig = await build()
    await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await at_the_danger_question(ana)
    old = (await ana.screen()).bubbles[0].id
    await ana.say("/start")

    await ana.expect(lambda screen: [bubble.id for bubble in screen.bubbles] != [old])
    await ana.expect(lambda screen: len(screen.bubbles) == 1 and "None of these" in screen.labels)


async def test_a_contact_who_blocked_the_bot_and_came_back_goes_on(build: Build) -> None:
    """403 ends nothing."""
    rig = await build()
    await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await at_the_danger_question(ana)
    await ana.block()
    await ana.unblock()
    await ana.press("None of these")

    await ana.expect(lambda screen: "How old are you?" in screen.text)
