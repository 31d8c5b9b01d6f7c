"""Rule 9: kills, duplicates, reordering, lost answers, flood limits: no answer lost, no effect twice."""

import asyncio

import aiohttp
import pytest

from responder.desk import Desk
from responder.opened import OpenedCase
from sandbox.client import Person
from tests.acceptance.rig import Build, Rig, Worker, free_port, until
from tests.conftest import Postgres

WORDS = "they locked the door"


async def opened_by(desk: Desk) -> list[OpenedCase]:
    """Take and open everything that waits."""
    return [await desk.open(header.id) for header in await desk.cases()]


async def asks_for_help(person: Person, number: int) -> None:
    """A few taps and words, as fast as somebody writes who is afraid."""
    await person.say("/start")
    await person.hear()
    await person.say(f"{WORDS} {number}")
    await person.expect(lambda screen: "Thank you" in screen.text)
    await person.press("English")
    await person.expect(lambda screen: "It is safe. I agree" in screen.labels)


async def test_a_kill_at_any_moment_loses_nothing(build: Build, http: aiohttp.ClientSession) -> None:
    """Killed again and again while people write, it ends with every word, one case and one bubble each."""
    rig = await build()
    people = [await rig.sandbox.person(f"P{each}", language="en") for each in range(6)]
    worker = await rig.start()
    writing = [asyncio.ensure_future(asks_for_help(person, number)) for number, person in enumerate(people)]
    for _ in range(4):
        await asyncio.wait(writing, timeout=0.4, return_when=asyncio.ALL_COMPLETED)
        await worker.kill()
        worker = await rig.start()
    await asyncio.gather(*writing)

    cases = await opened_by(rig.desk(worker, http))

    said = sorted(line.text or "" for case in cases for session in case.sessions for line in session.texts)
    assert said == [f"{WORDS} {each}" for each in range(6)]
    assert len(cases) == 6
    for person in people:
        await person.expect(lambda screen: len(screen.bubbles) == 1)


async def test_a_restart_comes_back_to_the_right_question(build: Build) -> None:
    """What was on the screen is on the screen, and its buttons still work."""
    rig = await build()
    worker = await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await ana.say("/start")
    await ana.hear()
    await ana.press("English")
    await ana.expect(lambda screen: "It is safe. I agree" in screen.labels)
    await worker.kill()
    await rig.start()

    await ana.press("It is safe. I agree")

    await ana.expect(lambda screen: "None of these" in screen.labels and len(screen.bubbles) == 1)


async def test_duplicates_and_reordering_change_nothing(build: Build, http: aiohttp.ClientSession) -> None:
    """Each update counts once, whatever order it comes in."""
    rig = await build()
    worker = await rig.start()
    await rig.sandbox.disturb(duplicate=50, reorder=2)
    ana = await rig.sandbox.person("Ana", language="en")
    for number in range(5):
        await ana.say(f"{WORDS} {number}")

    desk = rig.desk(worker, http)

    async def all_here() -> bool:
        cases = await opened_by(desk)
        return bool(cases) and len(cases[0].sessions[0].texts) == 5

    await until(all_here)
    (case,) = await opened_by(desk)
    assert sorted(line.text or "" for line in case.sessions[0].texts) == [
        f"{WORDS} {each}" for each in range(5)
    ]


async def test_a_send_with_unknown_outcome_leaves_one_bubble(build: Build) -> None:
    """Telegram did it and the answer was lost: the copy is taken away again."""
    rig = await build()
    await rig.start()
    await rig.sandbox.fault("drop", method="sendMessage", times=1)
    ana = await rig.sandbox.person("Ana", language="en")
    await ana.say("/start")

    await ana.expect(lambda screen: len(screen.bubbles) == 2)
    await ana.expect(lambda screen: len(screen.bubbles) == 1 and "English" in screen.labels)


async def test_a_flood_limit_is_obeyed_and_others_do_not_wait(build: Build) -> None:
    """429 stops one chat for as long as it says, and nobody else."""
    rig = await build()
    await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await rig.sandbox.fault("too_many_requests", method="sendMessage", chat=ana.id, times=1, retry_after=2)
    await ana.say("/start")
    ben = await rig.sandbox.person("Ben", language="en")
    await ben.say("/start")

    await ben.hear()
    assert not (await ana.screen()).theirs
    await ana.expect(lambda screen: "English" in screen.labels)
    refused, done = await rig.sandbox.calls("sendMessage", chat=ana.id)
    assert done["at"] - refused["at"] >= 2


async def test_an_outage_of_telegram_is_waited_out(build: Build) -> None:
    """Errors of every kind, then calm: the screen comes."""
    rig = await build()
    await rig.start()
    for kind in ("server_error", "bad_gateway", "lost"):
        await rig.sandbox.fault(kind, method="sendMessage", times=1)
    ana = await rig.sandbox.person("Ana", language="en")
    await ana.say("/start")

    await ana.expect(lambda screen: "English" in screen.labels, within=20)


@pytest.mark.parametrize("kind", ["polling", "webhook"])
async def test_both_ways_in_keep_order_and_words(
    build: Build, http: aiohttp.ClientSession, kind: str
) -> None:
    """Long polling and webhook; a wrong secret is refused."""
    rig = await build()
    worker = await start_listening(rig, kind)
    ana = await rig.sandbox.person("Ana", language="en")
    for number in range(8):
        await ana.say(f"{WORDS} {number}")
    desk = rig.desk(worker, http)

    async def all_here() -> bool:
        cases = await opened_by(desk)
        return bool(cases) and len(cases[0].sessions[0].texts) == 8

    await until(all_here)
    (case,) = await opened_by(desk)
    assert [line.text for line in case.sessions[0].texts] == [f"{WORDS} {each}" for each in range(8)]
    if kind == "webhook":
        async with http.post(f"{worker.url}/telegram", json={"update_id": 1}) as answer:
            assert answer.status == 403


async def start_listening(rig: Rig, kind: str) -> Worker:
    """A worker that polls or is called."""
    if kind == "polling":
        return await rig.start()
    secret = rig.folder / "secret"
    secret.write_text("an-invented-secret")
    port = free_port()
    return await rig.start(
        port=port, WAYOUT_WEBHOOK_URL=f"http://127.0.0.1:{port}", WAYOUT_WEBHOOK_SECRET_FILE=str(secret)
    )


async def test_two_processes_share_one_postgresql(
    build: Build, http: aiohttp.ClientSession, postgres: Postgres
) -> None:
    """Both work, each chat keeps its order, and when one is killed the other carries on."""
    rig = await build(WAYOUT_DATABASE_URL=postgres.create())
    first = await rig.start()
    second = await rig.start()
    people = [await rig.sandbox.person(f"P{each}", language="en") for each in range(6)]
    for number in range(4):
        await asyncio.gather(*(person.say(f"{WORDS} {number}") for person in people))
    desk = rig.desk(second, http)

    async def all_here() -> bool:
        cases = await opened_by(desk)
        return len(cases) == 6 and all(len(case.sessions[0].texts) == 4 for case in cases)

    await until(all_here)
    for case in await opened_by(desk):
        assert [line.text for line in case.sessions[0].texts] == [f"{WORDS} {each}" for each in range(4)]
    await first.kill()
    await people[0].say(f"{WORDS} 4")

    async def carried_on() -> bool:
        return any(len(case.sessions[0].texts) == 5 for case in await opened_by(desk))

    await until(carried_on, within=40)
