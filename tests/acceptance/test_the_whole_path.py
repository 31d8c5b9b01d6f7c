"""A person is heard: from the first tap on the phone to the opened case on another machine."""

import aiohttp
import pytest

from bot.app import utc_now
from bot.erasure import erase
from bot.settings import Places, read_settings
from protocol.desk import CaseState, Outcome, Urgency
from responder.failures import NothingWaiting, ServerFailure
from sandbox.client import Person
from tests.acceptance.rig import Build, until


async def agree(person: Person, language: str = "English", agreeing: str = "It is safe. I agree") -> None:
    """Start, choose a language, agree: the opening, three taps."""
    await person.say("/start")
    await person.expect(lambda screen: language in screen.labels)
    await person.press(language)
    await person.expect(lambda screen: agreeing in screen.labels)
    await person.press(agreeing)
    await person.expect(lambda screen: "None of these" in screen.labels or language != "English")


async def test_danger_reaches_a_responder_by_the_fourth_tap(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """Start, language, agree, danger: the case is in the queue, critical, and opens to show why."""
    rig = await build()
    worker = await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await agree(ana)
    await ana.press("I am hurt or threatened now")
    await ana.expect(lambda screen: "✓ I am hurt or threatened now" in screen.labels)

    opened = await rig.desk(worker, http).next()

    assert opened.header.urgency is Urgency.CRITICAL
    (session,) = opened.sessions
    assert session.assessment is not None
    assert [finding.id for finding in session.assessment.findings] == ["danger_now"]
    assert session.consents == {"organisation": True}


async def test_nothing_is_forwarded_before_there_is_a_reason(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """A language and a yes alone are not a case."""
    rig = await build()
    worker = await rig.start()
    await agree(await rig.sandbox.person("Ana", language="en"))

    with pytest.raises(NothingWaiting):
        await rig.desk(worker, http).next()


async def test_a_typed_cry_for_help_is_a_case_at_once(build: Build, http: aiohttp.ClientSession) -> None:
    """Free text counts as asking for help, before any question was answered, and leaves the screen."""
    rig = await build()
    worker = await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await ana.say("/start")
    await ana.hear()
    await ana.say("they locked the door, help")
    await ana.expect(lambda screen: "Thank you" in screen.text)
    await ana.expect(lambda screen: not screen.own)

    opened = await rig.desk(worker, http).next()

    assert opened.header.urgency is Urgency.MEDIUM
    assert [line.text for line in opened.sessions[0].texts] == ["they locked the door, help"]


async def test_one_bubble_holds_the_whole_conversation(build: Build) -> None:
    """However many questions were asked, the phone shows one message."""
    rig = await build()
    await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await agree(ana)
    for _ in range(5):
        before = (await ana.screen()).text
        await ana.press("Skip")
        await ana.expect(lambda screen, before=before: screen.text != before)

    screen = await ana.screen()

    assert len(screen.bubbles) == 1
    assert all(
        call["parameters"].get("disable_notification") in (True, "true")
        for call in await rig.calls("sendMessage")
    )


async def test_release_and_close_work_over_the_api(build: Build, http: aiohttp.ClientSession) -> None:
    """list, next, release, close; a closed case waits no more."""
    rig = await build()
    worker = await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await ana.say("help me")
    await ana.hear()
    desk = rig.desk(worker, http)

    taken = await desk.take_next()
    assert [each.state for each in await desk.cases()] == [CaseState.CLAIMED]
    assert (await desk.release(taken.id)).state is CaseState.WAITING
    again = await desk.take_next()
    with pytest.raises(ServerFailure):
        await desk.close(again.id, Outcome.HELPED)
    await desk.read(again.id)
    assert (await desk.close(again.id, Outcome.HELPED)).state is CaseState.CLOSED

    assert await desk.cases() == ()
    with pytest.raises(ServerFailure):
        await desk.renew(again.id)


async def test_silence_forwards_what_shows_risk(build: Build, http: aiohttp.ClientSession) -> None:
    """Somebody who agreed and is cut off is a case when the silence has lasted."""
    rig = await build(WAYOUT_SILENCE_SECONDS="1")
    worker = await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await agree(ana, agreeing="Someone may look. I agree")
    desk = rig.desk(worker, http)

    async def forwarded() -> bool:
        return bool(await desk.cases())

    await until(forwarded)
    opened = await desk.next()

    assert {"device_watched", "cut_off"} <= {finding.id for finding in opened.sessions[0].assessment.findings}


async def test_erasing_on_request_leaves_nothing_and_lets_them_begin_anew(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """While the bot runs: the case is gone, and the person is a stranger again."""
    rig = await build()
    worker = await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await ana.say("help me")
    await ana.hear()
    desk = rig.desk(worker, http)
    (case,) = await desk.cases()

    await erase(read_settings(Places, rig.settings), case.id, utc_now())

    assert await desk.cases() == ()
    await ana.say("/start")
    await ana.expect(lambda screen: len(screen.theirs) == 2)
    await ana.press("English")
    await ana.expect(lambda screen: "It is safe. I agree" in screen.labels)
