"""Staffing, with the real programs: whoever comes to the end is told the truth about who is here."""

import aiohttp

from sandbox.client import Person
from sandbox.screen import Screen
from tests.acceptance.rig import Build
from tests.acceptance.test_the_whole_path import agree

NOBODY = "Right now nobody of us is here"


async def to_the_end(person: Person) -> Screen:
    """Skip whatever is asked."""
    while "Skip" in (before := await person.screen()).labels:
        await person.press("Skip")
        await person.expect(lambda screen, before=before: screen.text != before.text)
    return await person.screen()


async def test_the_last_screen_says_whether_anybody_is_here(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """Nobody, with numbers to call, while no responder has been; after one has, when that was."""
    rig = await build()
    worker = await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await agree(ana)
    await ana.say("please help me")
    await ana.expect(lambda screen: NOBODY in screen.text and "112" in screen.text)
    last = await to_the_end(ana)
    assert "That was the last question" in last.text
    assert NOBODY in last.text

    opened = await rig.desk(worker, http).next()
    assert opened.sessions
    await worker.stop()
    await rig.start()
    await ana.say("one more thing")
    await ana.expect(lambda screen: "Our desk was open within the last hour." in screen.text)
    last = await ana.screen()
    assert NOBODY not in last.text
    # One case was read: that is told to nobody.
    assert "we read" not in last.text
