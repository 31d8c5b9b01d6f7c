"""The return code, with the real programs: from one account to another, and nothing is left with the first."""

import re

import aiohttp
import pytest

from protocol.message import MessageState
from sandbox.client import Person
from sandbox.screen import Screen
from tests.acceptance.rig import Build, Rig, until
from tests.acceptance.test_leaving import arrive, go_on, is_empty, stays_empty
from tests.conftest import Postgres

NUMBER = re.compile(r"\b\d{4} \d{4} \d{4}\b")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


async def number_of(person: Person) -> str:
    """Ask for a number, and read it."""
    await person.say("code")
    await person.expect(lambda screen: NUMBER.search(screen.text) is not None)
    found = NUMBER.search((await person.screen()).text)
    assert found is not None
    return found[0]


def asks(shown: Screen) -> bool:
    """A question, or another screen with buttons, in one bubble, and nothing of the person's."""
    return len(shown.bubbles) == 1 and bool(shown.labels)


async def answer_three(rig: Rig) -> tuple[Person, Screen]:
    """Ana chooses her language, agrees, and says three things; the question that she is asked then."""
    ana = await rig.sandbox.person("Ana", language="en")
    await arrive(ana)
    await ana.press("Someone may look. I agree")
    await ana.expect(lambda screen: "I am hurt or threatened now" in screen.labels)
    await ana.press("I am hurt or threatened now")
    await ana.expect(lambda screen: "Done" in screen.labels)
    await ana.press("Done")
    await ana.expect(lambda screen: "Done" not in screen.labels)
    await go_on(ana)
    return ana, await ana.screen()


async def test_three_answers_here_and_the_fourth_there(build: Build, http: aiohttp.ClientSession) -> None:
    """The other account goes on with the fourth question; the first is empty; the responder has one case."""
    rig = await build()
    worker = await rig.start()
    ana, due = await answer_three(rig)
    number = await number_of(ana)
    await ana.press("Go on")
    await ana.expect(lambda screen: screen.text == due.text)
    other = await rig.sandbox.person("Someone", language="en")
    await other.say(number.replace(" ", "-").translate(ARABIC))

    await other.expect(lambda screen: asks(screen) and screen.text.endswith(due.text.split("\n\n")[-1]))
    shown = await other.screen()
    assert "Back" not in shown.labels
    assert not any(label.startswith("✓") for label in shown.labels)
    await stays_empty(rig, ana)
    await go_on(other)
    desk = rig.desk(worker, http)

    async def told() -> bool:
        (header,) = await desk.cases()
        (session,) = (await desk.open(header.id)).sessions
        return session.returned == 1 and len(session.answers) >= 4

    await until(told)


async def test_the_account_that_was_left_finds_a_stranger_s_chat(build: Build) -> None:
    """Its old buttons, words and the same number lead to nothing of before; the new account is not disturbed."""
    rig = await build()
    await rig.start()
    ana, _ = await answer_three(rig)
    number = await number_of(ana)
    other = await rig.sandbox.person("Someone", language="en")
    await other.say(number)
    await other.expect(asks)
    await ana.expect(is_empty)
    await ana.say("/start")
    await ana.expect(lambda screen: "English" in screen.labels)
    assert "Back" not in (await ana.screen()).labels
    before = (await other.screen()).text
    await go_on(other)
    assert (await other.screen()).text != before


@pytest.mark.parametrize("text", ["1234 5678 9012", "4821 0937 5516 2", "48210937"])
async def test_another_number_is_a_number(build: Build, http: aiohttp.ClientSession, text: str) -> None:
    """It is kept as what was typed."""
    rig = await build()
    worker = await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await arrive(ana)
    await ana.say(text)
    await ana.expect(lambda screen: "Thank you" in screen.text)
    desk = rig.desk(worker, http)
    (header,) = await desk.cases()
    assert [line.text for line in (await desk.open(header.id)).sessions[0].texts] == [text]


async def test_two_processes_and_a_kill(build: Build, postgres: Postgres) -> None:
    """Each chat may be held by another process, and one of them dies: the return is made all the same."""
    rig = await build(WAYOUT_DATABASE_URL=postgres.create())
    first = await rig.start()
    await rig.start()
    ana, due = await answer_three(rig)
    number = await number_of(ana)
    others = [await rig.sandbox.person(f"P{each}", language="en") for each in range(4)]
    for each in others:
        await each.say("/start")
        await each.expect(lambda screen: "English" in screen.labels)
    await others[0].say(number)
    await first.kill()

    await others[0].expect(lambda screen: screen.text.endswith(due.text.split("\n\n")[-1]), within=60)
    await ana.expect(is_empty, within=30)


async def test_the_case_of_the_account_that_was_left_keeps_its_notes(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """Colleagues read and write there; a reply is told to reach nobody, and hinders nobody."""
    rig = await build()
    worker = await rig.start()
    ana, _ = await answer_three(rig)
    number = await number_of(ana)
    other = await rig.sandbox.person("Someone", language="en")
    await other.say("they locked the door")
    await other.expect(asks)
    desk = rig.desk(worker, http)

    async def has_come() -> bool:
        return len(await desk.cases()) == 2

    await until(has_come)
    own = max(await desk.cases(), key=lambda each: each.received_at).id
    await desk.open(own)
    await desk.note(own, "Call her sister.")
    await other.say(number)
    await ana.expect(is_empty)
    await other.expect(asks)
    exchange = await desk.reply(own, "We read you.")

    assert [each.words for each in exchange.messages] == ["Call her sister.", "We read you."]
    assert exchange.messages[1].state is MessageState.BLOCKED
    await desk.withdraw(own, 1)
    await other.say("is anybody there")
    await other.expect(asks)
    assert (await desk.read(own)).exchange.failure == ""
