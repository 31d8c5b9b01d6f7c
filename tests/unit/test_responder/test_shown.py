"""What answers a form: at an address of its own, in memory, until the lock."""

from __future__ import annotations

from responder.shown import MOST
from tests.unit.test_responder.test_gate import CASE, MOVED, OK, Door, door, enter

__all__ = ["door"]
WORDS = "We read what you wrote by the river."
REPLY = f"/cases/{CASE}/reply"


async def at_case(door: Door) -> None:
    """Hold the case; a reply in another language than the contact's is shown once more before it goes."""
    await enter(door)
    await door.post(f"/cases/{CASE}/open")
    await door.get(f"/cases/{CASE}")


async def send(door: Door) -> tuple[int, str]:
    """Send a reply and follow nothing: the status, and where it leads."""
    form = {"sign": door.console.gate.sign, "words": WORDS}
    async with door.http.post(
        door.root + REPLY, data=form, headers={"Origin": door.root}, allow_redirects=False
    ) as answer:
        assert WORDS not in await answer.text()
        return answer.status, answer.headers["Location"]


async def test_a_form_is_answered_elsewhere(door: Door) -> None:
    """The browser is led to an address that was sent nothing and says nothing; it can be reloaded."""
    await at_case(door)
    status, where = await send(door)

    assert status == MOVED
    assert CASE not in where
    for _ in range(2):
        status, text = await door.get(where)
        assert status == OK
        assert WORDS in text


async def test_the_lock_forgets_what_was_shown(door: Door) -> None:
    """An address that is left in a history leads to the lock."""
    await at_case(door)
    _, where = await send(door)
    await door.post("/lock")

    assert (await door.get(where))[0] == MOVED
    assert not door.console.shift.shown.pages


async def test_what_is_kept_does_not_grow(door: Door) -> None:
    """The oldest answers go first, and lead to the first page."""
    await at_case(door)
    _, first = await send(door)
    for _ in range(MOST):
        _, last = await send(door)

    assert (await door.get(first))[0] == MOVED
    assert (await door.get(last))[0] == OK
    assert len(door.console.shift.shown.pages) == MOST


async def test_what_a_script_sends_is_answered_in_place(door: Door) -> None:
    """It reads the status, and no page is kept of it."""
    await at_case(door)
    form = {"sign": door.console.gate.sign, "words": WORDS}
    headers = {"Origin": door.root, "Sec-Fetch-Mode": "cors"}
    async with door.http.post(door.root + REPLY, data=form, headers=headers, allow_redirects=False) as answer:
        assert WORDS in await answer.text()
    assert not door.console.shift.shown.pages
