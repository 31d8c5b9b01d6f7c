"""The cover, with the real programs: whoever takes the phone finds a small tool that works, and nothing else."""

import pytest

from sandbox.client import Person
from sandbox.screen import Screen
from tests.acceptance.rig import Build

EXITED = "exit"


async def hide(person: Person) -> None:
    """Begin, answer one question, and leave."""
    await person.say("/start")
    await person.expect(lambda screen: "English" in screen.labels)
    await person.press("English")
    first = await person.expect(lambda screen: "English" not in screen.labels and len(screen.labels) > 3)
    await person.press(first.labels[0])
    await person.expect(lambda screen: screen.text != first.text)
    await person.say(EXITED)
    await person.expect(lambda screen: not screen.bubbles, within=20)


async def shows(person: Person, words: str) -> Screen:
    """Wait until these words are on the screen."""
    return await person.expect(lambda screen: words in screen.text)


async def test_whoever_takes_the_phone_finds_a_converter(build: Build) -> None:
    """Typed and tapped for a while: measures, units, phrases, nonsense, a telephone number."""
    rig = await build()
    await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await hide(ana)

    await ana.say("/start")
    await shows(ana, "Unit converter")
    await ana.say("12 km")
    await shows(ana, "7.4565")
    await ana.press("Feet")
    await shows(ana, "3.6576")
    await ana.say("who are you")
    lost = await shows(ana, "I did not get that")
    assert "who" not in lost.text
    await ana.say("0812345678")
    assert "0812345678" not in (await shows(ana, "too long")).text
    await ana.press("Units")
    await ana.press((await shows(ana, "Unit converter")).labels[0])
    await ana.press((await shows(ana, "Pick a unit")).labels[1])
    await ana.press((await shows(ana, "Send a number")).labels[1])
    await shows(ana, "6.2137")
    await ana.press("Phrase of the day")
    today = await shows(ana, "Phrase of the day")
    await ana.press("Another one")
    await ana.expect(lambda screen: screen.text != today.text)
    await ana.press("Previous one")
    await ana.expect(lambda screen: screen.text == today.text)


@pytest.mark.parametrize(("tool", "shown"), [("units", "Unit converter"), ("phrases", "Phrase of the day")])
async def test_the_operator_chooses_the_tool(build: Build, tool: str, shown: str) -> None:
    """`WAYOUT_COVER` names the one that is seen first."""
    rig = await build()
    await rig.start(WAYOUT_COVER=tool)
    ana = await rig.sandbox.person("Ana", language="en")
    await hide(ana)

    await ana.say("hello")
    await ana.say("/start")
    await shows(ana, shown)
