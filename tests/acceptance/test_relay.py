"""A responder writes to a contact, with the real programs: nothing appears that was not agreed, and all is told."""

import json
import secrets
from collections.abc import Callable
from typing import Any

import aiohttp
import msgspec
import pytest

from protocol.message import LONGEST_MESSAGE, MessageKind, MessageState, Say
from protocol.revision import CaseId
from responder.desk import Desk
from responder.failures import Refused
from responder.messages import write_message
from sandbox.client import Person
from sandbox.screen import Screen
from tests.acceptance.rig import Build, Rig, Worker, until
from tests.acceptance.test_canary import leaks, seen
from tests.acceptance.test_leaving import arrive
from tests.acceptance.test_regrades import colleague, knows, program
from tests.acceptance.test_watched_phone import TAPS, is_tool, tap

HERE, USUAL = "A note is here.", "green"
WALLET = "0x52908400098527886E0F7030069857D2E4169EE7"


def reads(text: str) -> Callable[[Screen], bool]:
    """Whether the one bubble has this text."""
    return lambda screen: len(screen.bubbles) == 1 and text in screen.bubbles[0].text


async def in_danger(rig: Rig, answer: str) -> Person:
    """Somebody in danger, who said how to write back."""
    ana = await rig.sandbox.person("Ana", language="en")
    await arrive(ana)
    for label in (*TAPS[:5], answer):
        await tap(ana, label)
    return ana


async def state(desk: Desk, case: CaseId, number: int = 0) -> MessageState:
    """What became of a message, as the responder sees it."""
    return (await desk.read(case)).exchange.messages[number].state


async def becomes(desk: Desk, case: CaseId, wanted: MessageState, *, within: float = 15) -> None:
    """Return when that has become of it."""

    async def is_so() -> bool:
        return await state(desk, case) is wanted

    await until(is_so, within=within)


async def test_who_writes_first_is_offered_a_note_when_they_do(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """Nothing changes on the phone; then a tap of theirs, the note, the words, and nothing of them afterwards."""
    rig = await build()
    worker = await rig.start()
    desk = rig.desk(worker, http)
    ana = await in_danger(rig, "No, I will write to you")
    case = (await desk.next()).header.id
    mark = "canary" + "".join(
        secrets.choice("bcdfghjk") for _ in range(10)
    )  # a long number is looked at twice
    before, calls = await ana.screen(), await rig.sandbox.calls(chat=ana.id)

    told: Any = await program(rig, worker, "reply", case, "--json", given=f"Thank you {mark}.\n")
    assert [each["state"] for each in told["messages"]] == ["queued"]
    assert told["contract"]["when"] == "once_they_write"
    ben = await rig.sandbox.person("Ben", language="en")
    await arrive(ben)  # the program has had time for whatever it would do
    assert (await ana.screen()).bubbles == before.bubbles
    assert await rig.sandbox.calls(chat=ana.id) == calls

    await ana.say("hello")
    await ana.expect(lambda screen: HERE in screen.labels)
    await becomes(desk, case, MessageState.SHOWN_NOTE)
    await ana.press(HERE)
    await ana.expect(reads(mark))
    await ana.press("Done")
    await ana.expect(lambda screen: mark not in screen.text and HERE not in screen.labels)
    await becomes(desk, case, MessageState.READ)

    opened: Any = await program(rig, worker, "open", case, "--json")
    assert [(each["text"], each["state"]) for each in opened["messages"]] == [(f"Thank you {mark}.", "read")]
    assert mark not in json.dumps([each.text for each in (await ana.screen()).bubbles])
    await worker.stop()
    assert leaks(seen(rig), [mark.encode(), mark.encode("utf-16-le")]) == []


async def test_a_question_of_ours_reaches_them_and_its_answer_grades_the_case(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """Asked from the command line, opened by them, answered by a tap; the responder reads it as any answer."""
    rig = await build()
    worker = await rig.start()
    desk = rig.desk(worker, http)
    ana = await in_danger(rig, "No, I will write to you")
    case = (await desk.next()).header.id
    listed: Any = await program(rig, worker, "ask", case, "--list", "--json")
    assert {"papers", "stage"} <= {each["id"] for each in listed["questions"]}
    told: Any = await program(rig, worker, "ask", case, "papers", "--json")
    assert [each["state"] for each in told["messages"]] == ["queued"]

    await ana.say("hello")
    await ana.expect(lambda screen: HERE in screen.labels)
    await ana.press(HERE)
    await ana.expect(reads("Where is your passport or ID card?"))
    await ana.press("The bosses keep it")
    await becomes(desk, case, MessageState.READ)

    async def is_graded() -> bool:
        opened: Any = await program(rig, worker, "open", case, "--json")
        findings = opened["summary"]["assessment"]["findings"]
        return "documents_confiscated" in {each["id"] for each in findings}

    await until(is_graded, within=20)


async def test_who_chose_a_signal_sees_that_alone(build: Build, http: aiohttp.ClientSession) -> None:
    """Behind the tool one picture comes, without words and buttons; their word leads to the note."""
    rig = await build(WAYOUT_IDLE_SECONDS="10")
    worker = await rig.start()
    desk = rig.desk(worker, http)
    ana = await in_danger(rig, "Yes, but only with a sign I choose")
    await tap(ana, "🍀 Clover")
    case = (await desk.next()).header.id
    await ana.expect(is_tool, within=25)

    await desk.reply(case, "A short question.")
    await ana.expect(reads("🍀"))
    screen = await ana.screen()
    assert (screen.bubbles[0].text, screen.labels) == ("🍀", [])
    await becomes(desk, case, MessageState.SHOWN_NOTE)
    await ana.say(USUAL)
    await ana.expect(lambda shown: HERE in shown.labels)


async def test_who_agreed_is_told_behind_the_tool_and_reads_by_their_word(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """One silent message without words; a tap on it leads to the tool, the usual word to the note."""
    rig = await build(WAYOUT_IDLE_SECONDS="10")
    worker = await rig.start()
    desk = rig.desk(worker, http)
    ana = await in_danger(rig, "Yes, at any time")
    case = (await desk.next()).header.id
    await ana.expect(is_tool, within=25)
    sent = len(await rig.calls("sendMessage"))

    await desk.reply(case, "A short question.")
    await ana.expect(reads(HERE))
    await becomes(desk, case, MessageState.SHOWN_NOTE)
    calls = await rig.calls("sendMessage")
    assert len(calls) == sent + 1
    await ana.press("Go on")
    await ana.expect(is_tool)
    await ana.say(USUAL)
    await ana.expect(lambda screen: HERE in screen.labels)
    await ana.press(HERE)
    await ana.expect(reads("A short question."))
    await ana.press("Done")
    await becomes(desk, case, MessageState.READ)


async def test_a_number_for_money_needs_two_people_and_a_reply_can_be_taken_back(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """Held until a colleague has seen it; what was taken back is never offered."""
    rig = await build()
    worker = await rig.start()
    rosa = rig.desk(worker, http)
    bashir = colleague(rig, rosa)
    await knows(bashir)
    ana = await in_danger(rig, "No, I will write to you")
    case = (await rosa.next()).header.id

    await rosa.reply(case, f"Send it to {WALLET}")
    await rosa.reply(case, "Never to be seen")
    await rosa.note(case, "for us")
    await rosa.withdraw(case, 1)
    held = (await bashir.messages(case)).messages
    assert [(each.number, each.words, each.state.value) for each in held] == [
        (0, f"Send it to {WALLET}", "needs_second_look")
    ]
    await tap(ana, (await ana.screen()).labels[-4])
    assert HERE not in (await ana.screen()).labels

    await bashir.confirm(case, 0)
    await becomes(rosa, case, MessageState.QUEUED)
    await ana.say("hello")
    await ana.expect(lambda screen: HERE in screen.labels)
    await ana.press(HERE)
    await ana.expect(reads(WALLET))
    await ana.press("Done")
    await becomes(rosa, case, MessageState.READ)
    assert HERE not in (await ana.screen()).labels
    states = [each.state.value for each in (await rosa.read(case)).exchange.messages]
    assert states == ["read", "withdrawn", "kept"]


async def test_a_blocked_bot_is_told_to_the_responder(build: Build, http: aiohttp.ClientSession) -> None:
    """In the header and beside the message; who comes back gets it."""
    rig = await build()
    worker: Worker = await rig.start()
    desk = rig.desk(worker, http)
    ana = await in_danger(rig, "No, I will write to you")
    case = (await desk.next()).header.id
    await desk.reply(case, "Thank you.")
    await ana.block()
    await becomes(desk, case, MessageState.BLOCKED)
    assert (await desk.read(case)).header.relay == "closed"

    await ana.unblock()
    await becomes(desk, case, MessageState.QUEUED)
    assert (await desk.read(case)).header.relay == "open"


async def test_what_is_not_the_holders_or_not_as_agreed_is_refused(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """Another's case, number or signature, a note with a text, a reply without, and what is too late."""
    rig = await build()
    rosa = rig.desk(await rig.start(), http)
    ana = await in_danger(rig, "No, I will write to you")
    case = (await rosa.next()).header.id
    known = await rosa.client.messages(case)

    def sealed(kind: MessageKind, **changes: Any) -> Any:
        made = write_message(
            case,
            kind,
            "Thank you.",
            known,
            card=rosa.client.card,
            key=rosa.client.key,
            server_keys=rosa.server_keys,
            now=int(rosa.client.clock()),
        )
        return msgspec.structs.replace(made, **changes)

    reply, note = sealed(MessageKind.REPLY), sealed(MessageKind.NOTE)
    for say in (
        Say(note, "a text"),
        Say(reply),
        Say(reply, " "),
        Say(reply, "x" * (LONGEST_MESSAGE + 1)),
        Say(sealed(MessageKind.REPLY, number=3), "Thank you."),
        Say(sealed(MessageKind.REPLY, signature=bytes(64)), "Thank you."),
    ):
        with pytest.raises(Refused) as refused:
            await rosa.client.say(case, say)
        assert refused.value.code == "body_bad"

    await rosa.reply(case, f"To {WALLET}")
    (alone,) = (await rosa.confirm(case, 0)).messages  # nobody else is enrolled
    assert alone.state is MessageState.QUEUED
    for call, code in (
        (rosa.client.say(case, Say(reply, "Thank you.")), "more_said"),
        (rosa.client.confirm(case, 0), "too_late"),
        (rosa.client.withdraw(case, 9), "message_unknown"),
        (rosa.client.withdraw(case, 10**12), "message_unknown"),
    ):
        with pytest.raises(Refused) as refused:
            await call
        assert refused.value.code == code
    await ana.say("hello")
    await becomes(rosa, case, MessageState.SHOWN_NOTE)
    with pytest.raises(Refused) as shown:
        await rosa.withdraw(case, 0)
    assert shown.value.code == "too_late"
    await rosa.release(case)
    for late in (rosa.reply(case, "Thank you."), rosa.withdraw(case, 0)):
        with pytest.raises(Refused) as mine:
            await late
        assert mine.value.code == "not_holder"
