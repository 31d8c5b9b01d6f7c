"""Leaving, with the real programs: after an exit the phone is empty, and nothing grows too old on it."""

import asyncio
import sys
from pathlib import Path

import aiohttp
import pytest

from sandbox.client import Person
from sandbox.screen import Screen
from tests.acceptance.rig import Build, Rig, Worker, until

WORDS = "they locked the door"
USUAL = "green"
"""The way back of whoever chose no word: it works in every language."""
AHEAD = """
import sys, bot.app, datetime
ahead = datetime.timedelta(hours=float(sys.argv.pop(1)))
now = bot.app.utc_now
bot.app.utc_now = lambda: now() + ahead
from bot.cli import main
main()
"""
OPENINGS = {
    "en": ("English", "Close", "exit"),
    "es": ("Español", "Cerrar", "salir"),
    "ar": ("العربية", "إغلاق", "خروج"),
    "zh_Hans": ("简体中文", "关闭", "退出"),
}


def is_empty(screen: Screen) -> bool:
    """Nothing of either side is left."""
    return not screen.bubbles


async def arrive(person: Person, language: str = "en") -> None:
    """Start, choose the language, see the first question."""
    name = OPENINGS[language][0]
    await person.say("/start")
    screen = await person.expect(lambda screen: bool(screen.labels) and not screen.own)
    if name not in screen.labels:
        await person.say(USUAL)  # they closed it before, and find the tool
    await person.expect(lambda screen: name in screen.labels)
    await person.press(name)
    await person.expect(lambda screen: name not in screen.labels and len(screen.labels) > 3)


async def go_on(person: Person) -> None:
    """Press the first line of the question that is shown, and see something else."""
    before = await person.screen()
    await person.press(before.labels[0])
    await person.expect(lambda screen: (screen.text, screen.labels) != (before.text, before.labels))


async def stays_empty(rig: Rig, person: Person) -> None:
    """The screen comes to be empty, and nothing is sent or left to be done after that."""
    await person.expect(is_empty, within=20)
    known = len(await rig.calls("sendMessage"))
    await asyncio.wait([asyncio.ensure_future(_nothing_comes(person))], timeout=1.5)
    assert is_empty(await person.screen())
    assert len(await rig.calls("sendMessage")) == known


async def _nothing_comes(person: Person) -> None:
    await person.expect(lambda screen: bool(screen.bubbles), within=60)


@pytest.mark.parametrize("language", OPENINGS)
async def test_every_screen_can_be_left(build: Build, language: str) -> None:
    """By the button or by the word, at the languages, a question, a pause and the end; each time it begins anew."""
    rig = await build()
    await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    _, close, word = OPENINGS[language]
    await ana.say("/start")
    await ana.expect(lambda screen: "Close" in screen.labels)
    await ana.press("Close")
    await ana.expect(is_empty)
    for screens in range(4):
        await arrive(ana, language)
        for _ in range(screens):
            await go_on(ana)
        if screens % 2:
            await ana.press(close)
        else:
            await ana.say(word)
        await ana.expect(is_empty)
    await stays_empty(rig, ana)


async def test_the_pause_the_end_and_the_languages_can_be_left(build: Build) -> None:
    """Where nothing is asked as well."""
    rig = await build()
    await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    for label, shown in (("Not now", "Go on"), ("I do not agree", "Language"), ("Language", "Back")):
        await arrive(ana)
        await ana.press(label)
        await ana.expect(lambda screen, shown=shown: shown in screen.labels and len(screen.labels) < 9)
        await ana.press("Close")
        await ana.expect(is_empty)
    await stays_empty(rig, ana)


async def test_the_responder_sees_that_they_left(build: Build, http: aiohttp.ClientSession) -> None:
    """With what was said, how much was wiped, and as one case when they come back."""
    rig = await build()
    worker = await rig.start()
    await rig.sandbox.fault("server_error", method="getFile", times=None)  # the photo stays: it cannot be had
    ana = await rig.sandbox.person("Ana", language="en")
    await arrive(ana)
    await ana.say(WORDS)
    await ana.expect(lambda screen: "Thank you" in screen.text)
    await ana.photo(b"a picture")
    await ana.expect(lambda screen: "what it shows" in screen.text)
    await ana.press("Close")
    await ana.expect(is_empty)
    desk = rig.desk(worker, http)

    async def told() -> bool:
        (header,) = await desk.cases()
        session = (await desk.open(header.id)).sessions[0]
        return session.left and (session.wiped, session.stuck) == (2, 0)

    await until(told)
    await ana.say(USUAL)
    await ana.expect(lambda screen: "English" in screen.labels)
    await ana.say("more words")
    await ana.expect(lambda screen: "Thank you" in screen.text)
    (header,) = await desk.cases()
    assert len((await desk.open(header.id)).sessions) == 2


async def test_ten_closes_in_a_row(build: Build) -> None:
    """As fast as a hand can hit, from a screen that may already be gone, and the word besides."""
    rig = await build()
    await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await arrive(ana)
    await rig.sandbox.fault("slow", method="editMessageText", seconds=1, times=1)
    bubble = (await ana.screen()).bubbles[-1]
    row = len(bubble.buttons) - 1
    await asyncio.gather(*(ana.press_at(bubble.id, row) for _ in range(10)), ana.say("exit"))

    await stays_empty(rig, ana)


@pytest.mark.fault
@pytest.mark.parametrize("kind", ["too_many_requests", "server_error", "bad_gateway", "lost", "drop"])
async def test_an_exit_while_sends_fail(build: Build, kind: str) -> None:
    """Every second call fails, in every way, until all of it has gone."""
    rig = await build()
    await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await rig.sandbox.fault(kind, chat=ana.id, times=8, every=2)
    await ana.say("/start")
    await ana.photo(b"a picture")
    await ana.expect(lambda screen: "Close" in screen.labels, within=30)
    await ana.say("exit")

    await ana.expect(is_empty, within=60)


@pytest.mark.fault
@pytest.mark.parametrize("method", ["editMessageText", "deleteMessages"])
async def test_a_kill_in_the_middle_of_an_exit(build: Build, method: str) -> None:
    """Kill -9 between the edit and the deletion, or before both: the restart ends with an empty screen."""
    rig = await build()
    worker = await rig.start()
    await rig.sandbox.fault("server_error", method="getFile", times=None)  # the photo stays: it cannot be had
    ana = await rig.sandbox.person("Ana", language="en")
    await arrive(ana)
    await ana.photo(b"a picture")
    await ana.expect(lambda screen: "what it shows" in screen.text and len(screen.theirs) == 1)
    await rig.sandbox.fault("time_out", method=method, seconds=600, times=None)
    await ana.press("Close")
    await until(lambda: begun(rig, ana, method))
    await worker.kill()
    assert not is_empty(await ana.screen())
    await rig.sandbox.calm()
    await rig.start()

    await stays_empty(rig, ana)


async def begun(rig: Rig, person: Person, method: str) -> bool:
    """Whether the press was answered, which comes after the commit, and the bubble is as it was when it was cut."""
    shown = (await person.screen()).last
    covered = shown is not None and shown.text == "Notes"
    return len(await rig.calls("answerCallbackQuery")) > 1 and covered == (method == "deleteMessages")


async def test_kills_at_any_moment_of_an_exit(build: Build) -> None:
    """Again and again, a little later each time."""
    rig = await build()
    worker = await rig.start()
    people = [await rig.sandbox.person(f"P{each}", language="en") for each in range(4)]
    for number, person in enumerate(people):
        await arrive(person)
        await person.press("Close")
        await asyncio.wait([asyncio.ensure_future(worker.process.wait())], timeout=0.03 * number)
        await worker.kill()
        worker = await rig.start()
    for person in people:
        await person.expect(is_empty, within=20)


async def test_a_message_goes_when_its_time_has_come(build: Build) -> None:
    """By the clock alone, the photo too; and a word begins below."""
    rig = await build(WAYOUT_WIPE_AFTER_SECONDS="3")
    await rig.start()
    await rig.sandbox.fault("server_error", method="getFile", times=None)  # the photo stays: it cannot be had
    ana = await rig.sandbox.person("Ana", language="en")
    await arrive(ana)
    await ana.photo(b"a picture")

    await stays_empty(rig, ana)
    await ana.say("/start")
    await ana.expect(lambda screen: len(screen.bubbles) == 1 and "Close" in screen.labels)


async def start_ahead(rig: Rig, hours: float) -> Worker:
    """A bot whose clock is ahead by as much as the sandbox's."""
    script = rig.folder / "ahead.py"
    script.write_text(AHEAD)
    program = rig.folder / f"ahead-{hours:g}"
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH={Path(__file__).parents[2]} exec {sys.executable} {script} {hours:g} "$@"\n'
    )
    program.chmod(0o700)
    return await rig.start(program=program)


@pytest.mark.fault
@pytest.mark.parametrize(
    ("hours", "left"), [(23, ["photo", "shown"]), (25, []), (46, []), (49, ["neutral", "photo"])]
)
async def test_a_server_that_was_down_for_hours(
    build: Build, http: aiohttp.ClientSession, hours: float, left: list[str]
) -> None:
    """What can still go goes as soon as it is back; what Telegram keeps says nothing, and is counted."""
    rig = await build(WAYOUT_SESSION_HOURS="100")
    worker = await rig.start()
    await rig.sandbox.fault("server_error", method="getFile", times=None)  # the photo stays: it cannot be had
    ana = await rig.sandbox.person("Ana", language="en")
    await arrive(ana)
    await ana.say(WORDS)
    await ana.photo(b"a picture")
    await ana.expect(lambda screen: "what it shows" in screen.text and len(screen.bubbles) == 2)
    await worker.stop()
    await rig.sandbox.advance(hours=hours)
    worker = await start_ahead(rig, hours)

    def as_expected(screen: Screen) -> bool:
        kinds = [
            "photo" if each.outgoing else "shown" if each.labels else "neutral" for each in screen.bubbles
        ]
        return sorted(kinds) == left

    await ana.expect(as_expected, within=20)
    if "neutral" in left:
        desk = rig.desk(worker, http, ahead=hours)

        async def counted() -> bool:
            (header,) = await desk.cases()
            return (await desk.open(header.id)).sessions[0].stuck == 2

        await until(counted)
        assert (await ana.screen()).text == "Notes"


async def test_a_captor_s_crawl_after_an_exit_finds_no_answer(build: Build) -> None:
    """Old buttons pressed again, then paging to and fro: no tick, no words, no question of before."""
    rig = await build()
    await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await arrive(ana)
    await ana.press("Someone may look. I agree")
    await ana.expect(lambda screen: "I am hurt or threatened now" in screen.labels)
    await ana.press("I am hurt or threatened now")
    await ana.expect(lambda screen: any(label.startswith("✓") for label in screen.labels))
    await ana.say("exit")
    await ana.expect(is_empty)
    await arrive(ana)
    for label in ("Skip", "Back", "Skip", "Skip", "Back", "Back"):
        screen = await ana.screen()
        if label in screen.labels:
            await ana.press(label)
            await ana.expect(lambda now, before=screen: now.text != before.text)
        screen = await ana.screen()
        assert not any(each.startswith("✓") for each in screen.labels)
        assert WORDS not in screen.text
