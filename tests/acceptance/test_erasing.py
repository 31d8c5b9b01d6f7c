"""Erasing, with the real programs: the phone is empty at once, the case goes soon, or after three days in danger."""

import aiohttp

from responder.printing import print_case
from tests.acceptance.rig import Build, until
from tests.acceptance.test_leaving import arrive, is_empty, start_ahead
from tests.acceptance.test_watched_phone import TAPS, tap

WORDS = "they locked the door"


async def test_what_was_told_is_gone_and_then_its_case(build: Build, http: aiohttp.ClientSession) -> None:
    """Nobody's life is at stake: minutes later responders have nothing of it, and there is no key that opened it."""
    rig = await build()
    worker = await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await arrive(ana)
    await ana.say(WORDS)
    await ana.expect(lambda screen: "Thank you" in screen.text)
    await ana.say("erase")
    await ana.expect(lambda screen: "Yes, erase it" in screen.labels)
    await ana.press("Yes, erase it")
    await ana.expect(is_empty, within=20)
    assert len(await rig.desk(worker, http).cases()) == 1
    await worker.stop()
    later = await start_ahead(rig, 0.1)

    async def is_gone() -> bool:
        return not await rig.desk(later, http, ahead=0.1).cases()

    await until(is_gone)
    assert is_empty(await ana.screen())


async def test_in_danger_responders_see_it_for_three_days(build: Build, http: aiohttp.ClientSession) -> None:
    """And read that it may be forced."""
    rig = await build()
    worker = await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await arrive(ana)
    for label in TAPS[:4]:
        await tap(ana, label)
    await ana.say("erase")
    await ana.expect(lambda screen: "Yes, erase it" in screen.labels)
    await ana.press("Yes, erase it")
    await ana.expect(is_empty, within=20)
    desk = rig.desk(worker, http)

    async def told() -> bool:
        (header,) = await desk.cases()
        return '"erasing": true' in print_case(await desk.open(header.id))

    await until(told)
    (header,) = await desk.cases()
    await desk.release(header.id)
    await worker.stop()
    for hours, left in ((71, 1), (73, 0)):
        worker = await start_ahead(rig, hours)
        desk = rig.desk(worker, http, ahead=hours)

        async def as_many(desk: object = desk, left: int = left) -> bool:
            return len(await desk.cases()) == left  # type: ignore[attr-defined]

        await until(as_many)
        await worker.stop()
