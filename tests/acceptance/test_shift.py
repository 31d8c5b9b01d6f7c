"""One responder works ten cases from a cold start, by keyboard and without a manual; then what is left is looked at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from responder.lexicon import own_definitions
from tests.acceptance.cold_start import Start, address, cold_start, warning
from tests.acceptance.keyboard import Hands
from tests.acceptance.ten_cases import TEN, Shift, Task, come_back
from tests.acceptance.test_canary import leaks

SLOTS = ("night", "morning", "afternoon", "evening")
"""Six hours each, from midnight on."""
UNTOLD = ("ليلى", "晓雨", "Daniel", "Amara")
"""Who is not written to now: she writes first, it is not their hour, somebody makes him write, she has left."""
MOST_PRESSES = 3
"""From the unlocked desk to the first case's grade: the list of keys, shown and hidden, and the key."""


def far_away(now: datetime) -> str:
    """Safe hours in Myanmar that are not now and not soon."""
    there = now + timedelta(hours=6.5)
    return SLOTS[(there.hour // 6 + 2) % 4]


async def unlock(start: Start) -> Hands:
    """Open the printed address and type the passphrase."""
    hands = Hands(start.page)
    await start.page.goto(address(start))
    await expect(start.page.get_by_label("Passphrase")).to_be_focused()
    await hands.type(start.practice.passphrase)
    await hands.press("Enter")
    await hands.on("10 waiting")
    return hands


async def in_order(hands: Hands) -> None:
    """The queue lists the ten as they should be taken."""
    rows = await hands.page.get_by_role("region", name="Waiting").get_by_role("listitem").all_inner_texts()
    assert len(rows) == len(TEN)
    for row, task in zip(rows, TEN, strict=True):
        assert task.urgency in row
        assert task.language in row


def as_told(start: Start) -> None:
    """What the ten's file says of each grade is what the page will show: the rule's own words."""
    rules = {rule.id: rule.text for rule in own_definitions().rubric.rules.urgency}
    for task in TEN:
        urgency, rule = start.grades[task.name].split()
        assert urgency == task.urgency.lower()
        assert rules[rule].startswith(task.headline)


async def take(shift: Shift, task: Task) -> None:
    """Take the next case: it is this one, and what they said can be read."""
    await shift.hands.use("take the next case")
    await shift.hands.on(task.headline)
    grade = shift.hands.page.locator("main .urgency").get_by_text(task.urgency, exact=True)
    await expect(grade.first).to_be_in_viewport()
    await shift.hands.sees(shift.start.marks[task.name])


async def only_as_agreed(start: Start, before: dict[str, int]) -> None:
    """Nothing came to whom nothing may be sent now; she who writes first is told when she does."""
    assert {name: await start.told(name) for name in UNTOLD} == before
    await come_back(start.people["ليلى"])


async def the_end(shift: Shift) -> None:
    """Nobody waits; one's own cases are found by words; the shift is ended and the desk locked."""
    hands = shift.hands
    await hands.on("Nobody is waiting.")
    await hands.use("Search")
    await hands.type(shift.start.marks["Grace"])
    await hands.press("Enter")
    await hands.on("Found in 1")
    await hands.use("Back to the queue")
    await hands.on("Nobody is waiting.")
    await hands.follow("End of shift")
    await hands.on("End of shift")
    await hands.use("Back to the queue")
    await hands.on("Nobody is waiting.")
    await hands.send("Lock")
    await expect(hands.page.get_by_label("Passphrase")).to_be_focused()


@pytest.mark.timeout(600)
async def test_ten_cases_by_keyboard_and_nothing_is_left_of_them(tmp_path: Path) -> None:
    """Each is read, answered as its person agreed, and closed; no word of it lies anywhere afterwards."""
    async with cold_start(tmp_path / "practice", far_away(datetime.now(UTC))) as start:
        hands = await unlock(start)
        shift, unlocked = Shift(start, hands), hands.pressed
        await in_order(hands)
        as_told(start)
        told = {name: await start.told(name) for name in UNTOLD}
        for number, task in enumerate(TEN):
            await take(shift, task)
            if not number:
                assert hands.pressed - unlocked <= MOST_PRESSES
            await task.work(shift)
        await the_end(shift)
        await only_as_agreed(start, told)
        await expect_closed(start)
        await start.page.context.close()
        nothing_left(start, shift.typed)


async def expect_closed(start: Start) -> None:
    """Nine are closed with what came of them, one is with the colleague, and none waits."""
    closed = (await start.at_desk("list", "--closed"))["cases"]
    assert len(closed) == len(TEN) - 1
    assert sorted(each["outcome"] for each in closed) == sorted(
        [
            "referred",
            "other",
            "helped",
            "referred",
            "referred",
            "no_contact",
            "referred",
            "helped",
            "not_this",
        ]
    )
    left = (await start.at_desk("list"))["cases"]
    assert [each["state"] for each in left] == ["claimed"]


def nothing_left(start: Start, typed: list[str]) -> None:
    """No word of contacts or responder in any file, and none in an address or a message of the browser."""
    wanted = [*start.marks.values(), warning(start.marks["Daniel"]), *typed, start.practice.passphrase]
    found = start.left_behind()
    where = {name.split("/")[0] for name in found}
    assert where >= {"server", "responder", "bashir", "profile", "bot.log", "console.log"}
    del found["practice-passphrase"]  # the practice's own, which a real desk does not have
    marks = [form for word in wanted for form in (word.encode(), word.encode("utf-16-le"))]
    assert leaks(found, marks) == []
    assert [line for line in start.asked if any(word in line for word in wanted)] == []
