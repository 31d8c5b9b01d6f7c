"""A phone that somebody else may be holding, with the real programs: what is seen, what is heard, on a bad network."""

import json
from collections.abc import Callable

import aiohttp
import pytest

from responder.printing import print_case
from sandbox.client import Person
from sandbox.screen import Screen
from tests.acceptance.rig import Build, until
from tests.acceptance.test_leaving import arrive, is_empty

TOOLS = {"Unit converter", "Phrase of the day"}
OFFLINE = 30
"""Seconds within which a conversation goes on although a third of all calls fail."""
TAPS = (
    "It is safe. I agree",
    "I am hurt or threatened now",
    "Done",
    "18 to 29",
    "🇲🇲 Myanmar (Burma)",
    "No, I will write to you",
)
"""The first taps: danger, age, country and how to write back."""


def shows(text: str) -> Callable[[Screen], bool]:
    """Whether the one bubble has this text."""
    return lambda screen: len(screen.bubbles) == 1 and text in screen.bubbles[0].text


def is_tool(screen: Screen) -> bool:
    """Whether the small tool is all that is there."""
    return len(screen.bubbles) == 1 and not TOOLS.isdisjoint(screen.labels)


async def tap(person: Person, label: str, *, within: float = 10) -> None:
    """Press, and see another screen."""
    before = await person.screen()
    found = next(each for each in before.labels if each.removeprefix("✓ ") == label)
    await person.press(found)
    await person.expect(
        lambda screen: screen.labels != before.labels or screen.text != before.text, within=within
    )


async def test_a_screen_left_alone_becomes_a_tool_without_a_message(build: Build) -> None:
    """After the idle time the one bubble is edited: no sound, no second message, nothing of the question."""
    rig = await build(WAYOUT_IDLE_SECONDS="10")
    await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await arrive(ana)
    for label in TAPS[:3]:
        await tap(ana, label)
    (bubble,) = (await ana.screen()).bubbles
    sent = len(await rig.calls("sendMessage"))
    await ana.expect(is_tool, within=25)
    (covered,) = (await ana.screen()).bubbles

    assert covered.id == bubble.id
    assert len(await rig.calls("sendMessage")) == sent
    await ana.say("12 km")
    await ana.expect(shows("12"))
    await ana.say("green")
    await ana.expect(shows("How old are you?"))
    assert "Back" not in (await ana.screen()).labels


async def test_after_an_exit_only_the_tool_answers(build: Build, http: aiohttp.ClientSession) -> None:
    """Before, during and after, as whoever holds the phone sees it; and a cry for help into the tool is heard."""
    rig = await build()
    worker = await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await arrive(ana)
    for label in TAPS[:4]:
        await tap(ana, label)
    await ana.press("Close")
    await ana.expect(is_empty, within=20)
    for words in ("/start", "what is this", "8 kg"):
        await ana.say(words)
        await ana.expect(lambda screen: len(screen.bubbles) == 1 and not screen.bubbles[0].outgoing)
        assert is_tool(await ana.screen())
    await ana.say("help me")
    desk = rig.desk(worker, http)

    async def heard() -> bool:
        cases = await desk.cases()
        return bool(cases and cases[0].amended)

    await until(heard)
    opened = await desk.next()
    assert opened is not None
    told = json.loads(print_case(opened))
    texts = [each["text"] for part in (told["summary"], *told["earlier"]) for each in part["texts"]]
    assert "help me" in texts
    assert is_tool(await ana.screen())


async def test_a_third_of_all_calls_fails(build: Build, http: aiohttp.ClientSession) -> None:
    """Lost, refused, answered into nowhere: each answer is kept, one bubble is left, and Close still empties it."""
    rig = await build()
    worker = await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await arrive(ana)
    for skip, kind in enumerate(("lost", "drop", "bad_gateway")):
        await rig.sandbox.fault(kind, times=None, every=10, skip=3 * skip)
    await rig.sandbox.fault("too_many_requests", times=None, every=40, retry_after=1)
    for label in TAPS:
        await tap(ana, label, within=OFFLINE)
    await ana.say("they moved us last week")
    await ana.expect(lambda screen: "It is noted" in screen.text, within=OFFLINE)
    await worker.kill()
    worker = await rig.start()
    for label in ("It is mine", "I am at the work place", "No"):
        await tap(ana, label, within=OFFLINE)
    await rig.sandbox.calm()
    await ana.expect(lambda screen: len(screen.bubbles) == 1, within=OFFLINE)
    desk = rig.desk(worker, http)
    opened = await desk.next()
    assert opened is not None
    told = json.loads(print_case(opened))["summary"]

    answers = {each["question"] for each in told["answers"]}
    assert {"safe", "danger", "age", "country", "reply", "account", "stage", "where_known"} <= answers
    assert [each["text"] for each in told["texts"]] == ["they moved us last week"]
    assert len(await desk.cases()) == 1
    await ana.press("Close")
    await ana.expect(is_empty, within=OFFLINE)


async def test_danger_is_in_the_queue_after_four_taps(build: Build, http: aiohttp.ClientSession) -> None:
    """Somebody with a minute and a half: a case stands after the danger, and the way back within seven taps."""
    rig = await build()
    worker = await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await arrive(ana)
    desk = rig.desk(worker, http)
    for label in TAPS[:3]:
        await tap(ana, label)

    async def queued() -> bool:
        return bool(await desk.cases())

    await until(queued)
    (header,) = await desk.cases()
    assert header.urgency == "critical"
    for label in TAPS[3:]:
        await tap(ana, label)
    assert len(TAPS) + 1 <= 7


@pytest.mark.parametrize("word", ["they took my red passport away", "my sister waits in the harbour town"])
async def test_no_outgoing_text_has_four_words_of_theirs(build: Build, word: str) -> None:
    """Nothing that was typed comes back, neither in the questions nor in the tool."""
    rig = await build()
    await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await arrive(ana)
    for label in TAPS[:2]:
        await tap(ana, label)
    await ana.say(word)
    await ana.expect(lambda screen: "It is noted" in screen.text)
    await ana.say("hide")
    await ana.expect(is_tool)
    await ana.say(word)
    await ana.expect(is_tool)
    sent = [json.dumps(dict(each), ensure_ascii=False) for each in await rig.calls("")]
    words = word.split()
    runs = {" ".join(words[start : start + 4]) for start in range(len(words) - 3)}

    assert sent
    assert not [each for each in sent for run in runs if run in each]


async def test_the_program_gives_the_bot_its_face(build: Build) -> None:
    """Name, description, command and picture are neutral, and set once: the next start finds them right."""
    rig = await build()
    worker = await rig.start()

    async def dressed() -> bool:
        return bool(await rig.calls("setMyName"))

    await until(dressed)
    (picture,) = await rig.calls("setMyProfilePhoto")
    await worker.stop()
    worker = await rig.start()

    async def looked() -> bool:
        return len(await rig.calls("getUserProfilePhotos")) == 2

    await until(looked)
    assert picture["status"] == 200
    assert len(await rig.calls("setMyProfilePhoto")) == 1
