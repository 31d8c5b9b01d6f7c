"""Ten seconds to take a reply back: what goes out, what is kept, what is never lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest_asyncio

from protocol.desk import Urgency
from protocol.revision import CaseId
from responder.desk import Desk
from responder.outgoing import Outgoing
from responder.vault import Vault
from tests.unit.test_responder.enrolled import PASSPHRASE, Enrolled
from tests.unit.test_responder.told import DANGER, header, parts, tell

CASE = CaseId("dangerdanger")


@pytest_asyncio.fixture
async def desk(enrolled: Enrolled) -> AsyncIterator[Desk]:
    """A desk at which one case is taken."""
    enrolled.desk.put(header(CASE, Urgency.CRITICAL), parts(tell(DANGER)))
    async with Vault(enrolled.settings) as vault:
        found = await vault.unlock(PASSPHRASE)
        await found.take(CASE)
        yield found


def texts(enrolled: Enrolled) -> list[str | None]:
    """What the server was given to pass on."""
    return enrolled.desk.cases[CASE].texts


async def test_a_reply_waits_and_then_goes_out_by_itself(enrolled: Enrolled, desk: Desk) -> None:
    """No page has to stay open for it."""
    done = asyncio.Event()
    outgoing = Outgoing(time.time, wait=0.05, after=done.set)
    await outgoing.put(desk, CASE, "Hello")
    assert texts(enrolled) == []

    await asyncio.wait_for(done.wait(), 10)
    assert texts(enrolled) == ["Hello"]
    assert (outgoing.waiting, outgoing.drafts) == ({}, {})


async def test_a_reply_that_is_taken_back_never_goes_out(enrolled: Enrolled, desk: Desk) -> None:
    """Its words are in the field again; a second time there is nothing to take back."""
    outgoing = Outgoing(time.time, wait=60)
    await outgoing.put(desk, CASE, "Wrong chat")

    assert outgoing.take_back(desk, CASE)
    assert not outgoing.take_back(desk, CASE)
    await outgoing.send_all(desk)
    assert texts(enrolled) == []
    assert outgoing.draft(desk, CASE) == "Wrong chat"


async def test_before_the_keys_are_forgotten_what_waits_goes_out(enrolled: Enrolled, desk: Desk) -> None:
    """Whoever pressed Send and then locks has sent."""
    outgoing = Outgoing(time.time, wait=60)
    await outgoing.put(desk, CASE, "Hello")
    await outgoing.send_all(desk)

    assert texts(enrolled) == ["Hello"]


async def test_what_cannot_go_out_is_kept_with_the_reason(enrolled: Enrolled, desk: Desk) -> None:
    """Sealed to the responder's own key, so that a locked desk holds no words."""
    outgoing = Outgoing(time.time, wait=60)
    await outgoing.put(desk, CASE, "Hello")
    enrolled.desk.broken = True
    await outgoing.send_all(desk)

    (draft,) = outgoing.drafts.values()
    assert draft.reason
    assert b"Hello" not in draft.sealed
    assert outgoing.draft(desk, CASE) == "Hello"


async def test_a_second_reply_lets_the_first_go(enrolled: Enrolled, desk: Desk) -> None:
    """In their order; neither is lost."""
    outgoing = Outgoing(time.time, wait=60)
    await outgoing.put(desk, CASE, "One")
    await outgoing.put(desk, CASE, "Two")
    assert texts(enrolled) == ["One"]

    await outgoing.send_all(desk)
    assert texts(enrolled) == ["One", "Two"]


async def test_without_a_wait_it_goes_at_once(enrolled: Enrolled, desk: Desk) -> None:
    """As from the command line."""
    await Outgoing(time.time, wait=0).put(desk, CASE, "Hello")

    assert texts(enrolled) == ["Hello"]
