"""The canary of typed answers: whatever kind it is of, no mark of one lies where a thief, a log or a probe finds it."""

import secrets
from collections.abc import Mapping

import aiohttp

from bot.catalogue import definitions
from flows.definition import Kind, Question
from protocol.desk import Urgency
from responder.desk import Desk
from sandbox.client import Person
from sandbox.screen import Screen
from tests.acceptance.rig import Build, Rig, Worker, until
from tests.acceptance.test_canary import leaks, seen

WALLET = "0x52908400098527886E0F7030069857D2E4169EE7"
PHONE, DIALLED = "+95 9 250 123 456", "959250123456"
SUM, NUMBER, COUNTRY = "7654321", "731904", "Liechtenstein"
TYPED: Mapping[Kind, str] = {
    Kind.COUNTRY: COUNTRY,
    Kind.AMOUNT: f"{SUM} USD",
    Kind.WHEN: "in 3 days {mark}",
    Kind.PHONE: PHONE,
    Kind.WALLET: WALLET,
    Kind.NUMBER: NUMBER,
    Kind.TEXT: "Myawaddy {mark}",
    Kind.PLACE: "Myawaddy {mark}",
    Kind.ROUTE: "Dubai {mark}, Bangkok {mark}",
}
TAPS: Mapping[str, tuple[str, ...]] = {
    "family_agree": ("family_yes",),
    "family_now": ("hurt_now", "money_sent"),
    "family_report": ("may_ask",),
    "family_reported": ("embassy",),
}
"""What is chosen on the way to the questions that are typed; all others are skipped."""
ASKED = {
    "family_sent",
    "family_demand_by",
    "family_here",
    "family_place",
    "family_route",
    "family_wallet",
} | {
    "family_name",
    "family_born",
    "family_reference",
    "family_phone",
    "code_word",
}


def asked(screen: Screen) -> Question | None:
    """The question that is on the screen."""
    questions = [each for each in definitions().whole.questions if each.part not in {"victim", "other"}]
    return next((each for each in questions if each.text in screen.text), None)


async def turn(person: Person, seen: Screen) -> Screen:
    """The next screen."""
    return await person.expect(lambda screen: (screen.text, screen.labels) != (seen.text, seen.labels))


async def answer(person: Person, screen: Screen, question: Question, mark: str) -> Screen:
    """Answer one question: typed where it can be, else by the taps above, else skipped."""
    words = TYPED.get(question.kind)
    if words is not None:
        await person.say(words.format(mark=mark))
        screen = await turn(person, screen)
        await person.expect(lambda now: not now.own)
    for choice in TAPS.get(question.id, () if words else ("",)):
        label = next((each.text for each in question.choices if each.id == choice), "Skip")
        await person.press(label)
        screen = await turn(person, screen)
    if question.kind in {Kind.ROUTE, Kind.MULTI} and "Done" in screen.labels:
        await person.press("Done")
        screen = await turn(person, screen)
    return screen


async def tell(person: Person, mark: str) -> set[str]:
    """A relative's whole conversation; which questions they were asked."""
    await person.say("/start")
    await person.expect(lambda now: "English" in now.labels)
    await person.press("English")
    await person.expect(lambda now: "I write about somebody else" in now.labels)
    await person.press("I write about somebody else")
    await person.expect(lambda now: "No, clear it after a while" in now.labels)
    await person.press("No, clear it after a while")
    screen = await person.expect(lambda now: "My own phone. I agree" in now.labels)
    answered = set()
    while (question := asked(screen)) is not None:
        answered.add(str(question.id))
        screen = await answer(person, screen, question, mark)
    return answered


async def probes(worker: Worker, http: aiohttp.ClientSession) -> bytes:
    """What the health pages say."""
    said = b""
    for page in ("healthz", "readyz"):
        async with http.get(f"{worker.url}/{page}") as told:
            said += await told.read()
    return said


async def complete(desk: Desk) -> str:
    """The case, once the last word of it is sealed."""
    case = (await desk.next()).header.id

    async def all_here() -> bool:
        lines = (await desk.read(case)).sessions[0].answers
        return any(line.question == "code_word" for line in lines)

    await until(all_here)
    return case


def wanted(rig: Rig, mark: str) -> list[bytes]:
    """Every mark, in the ways in which it could be written; the rig shows that something is looked at."""
    assert any(name.endswith("wayout.db") for name in seen(rig))
    marks = [
        mark,
        WALLET[2:],
        WALLET[2:].lower(),
        PHONE,
        PHONE[4:],
        DIALLED,
        SUM,
        NUMBER,
        COUNTRY,
        "Myawaddy",
        "Dubai",
    ]
    return [*(each.encode() for each in marks), *(each.encode("utf-16-le") for each in marks)]


async def test_no_kind_of_answer_lies_anywhere_in_clear(build: Build, http: aiohttp.ClientSession) -> None:
    """Countries, places, routes, sums, dates, numbers, wallets, names, report numbers, and a reason for a regrade."""
    rig = await build()
    worker = await rig.start()
    mark = f"canary{secrets.token_hex(6)}"

    answered = await tell(await rig.sandbox.person("Ana", language="en"), mark)
    desk = rig.desk(worker, http)
    case = await complete(desk)
    await desk.regrade(case, Urgency.MEDIUM, f"They said {mark}")
    opened = await desk.read(case)
    health = await probes(worker, http)

    assert answered >= ASKED
    told = {str(line.answer) for line in opened.sessions[0].answers}
    for each in (mark, WALLET, DIALLED, SUM, NUMBER):
        assert any(each in one for one in told), each
    assert opened.history.regrades[0].reason == f"They said {mark}"
    where = {**seen(rig), "health": health}
    assert leaks(where, wanted(rig, mark)) == []
    await worker.stop()
    assert leaks(seen(rig), wanted(rig, mark)) == []


async def test_no_kind_of_answer_goes_back_to_telegram(build: Build) -> None:
    """No outgoing call holds a mark, a sum, a number, a wallet or a country that was typed."""
    rig = await build()
    await rig.start()
    mark = f"canary{secrets.token_hex(6)}"

    answered = await tell(await rig.sandbox.person("Ana", language="en"), mark)

    assert answered >= ASKED
    said = [str(call["parameters"]) for call in await rig.sandbox.calls() if call["method"] != "getUpdates"]
    marks = (mark, WALLET[2:], PHONE[4:], DIALLED, SUM, NUMBER, COUNTRY, "Myawaddy", "Dubai")
    assert [each for each in marks if any(each in one for one in said)] == []
