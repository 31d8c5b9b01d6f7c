"""The desk's telephone against a server that checks every signature."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web

from protocol.card import card_id
from protocol.desk import CaseState, Header, Outcome, RefusalCode, Urgency
from protocol.revision import CaseId
from protocol.roster import Roster
from protocol.signing import SigningKey
from responder.client import Client
from responder.failures import Garbled, Refused, Unreachable
from responder.line import LARGEST_REPLY
from responder.vault import unlock_keys
from tests.unit.test_responder.enrolled import PASSPHRASE, Enrolled

CASE = CaseId("casecasecasecase")


def header(case: CaseId = CASE, urgency: Urgency = Urgency.HIGH) -> Header:
    """A waiting case."""
    return Header(id=case, urgency=urgency, flow="victim", language="ar", received_at=datetime.now(UTC))


@pytest.fixture
async def client(enrolled: Enrolled) -> AsyncIterator[Client]:
    """Amina's client."""
    keys = unlock_keys(enrolled.home, PASSPHRASE)
    async with aiohttp.ClientSession() as http:
        yield Client(enrolled.desk.url, card_id(enrolled.card), keys.signing_key, http)


async def test_every_call_is_signed_and_understood(enrolled: Enrolled, client: Client) -> None:
    """List, claim, renew, release, close: the server accepts each and answers in its shape."""
    enrolled.desk.put(header(), {})

    listed = await client.cases()
    claim = await client.next()
    renewed = await client.renew(CASE)
    released = await client.release(CASE)
    again = await client.claim(CASE)
    closed = await client.close(CASE, Outcome.HELPED)

    assert [case.id for case in listed] == [CASE]
    assert claim is not None
    assert claim.header.claimed_by == card_id(enrolled.card)
    assert renewed.lease_until >= claim.lease_until
    assert released.state is CaseState.WAITING
    assert again.header.state is CaseState.CLAIMED
    assert closed.state is CaseState.CLOSED
    assert enrolled.desk.outcomes == {CASE: Outcome.HELPED}


async def test_nothing_waiting_is_no_error(client: Client) -> None:
    """An empty queue answers with nothing."""
    assert await client.next() is None


async def test_a_refusal_keeps_its_code(client: Client) -> None:
    """What the server says becomes a sentence with a way out."""
    with pytest.raises(Refused) as caught:
        await client.header(CASE)

    assert caught.value.code == RefusalCode.CASE_UNKNOWN
    assert "list" in caught.value.hint


@pytest.mark.parametrize("case", ["../cases", "a b", "", "x" * 65, "a/claim"])
async def test_what_cannot_be_a_case_is_never_asked_for(
    enrolled: Enrolled, client: Client, case: str
) -> None:
    """A case id cannot lead to another address."""
    with pytest.raises(Refused):
        await client.header(CaseId(case))

    assert enrolled.desk.asked == []


async def test_a_card_that_is_not_enrolled_is_told_so(enrolled: Enrolled, client: Client) -> None:
    """The server does not know the key."""
    enrolled.desk.roster = Roster()

    with pytest.raises(Refused) as caught:
        await client.cases()

    assert caught.value.code == RefusalCode.KEY_UNKNOWN


async def test_a_forged_signature_is_refused(enrolled: Enrolled, client: Client) -> None:
    """A card's id without its key opens nothing."""
    forged = Client(client.server, client.card, SigningKey.generate(), client.http)

    with pytest.raises(Refused) as caught:
        await forged.cases()

    assert caught.value.code == RefusalCode.SIGNATURE_BAD
    assert enrolled.desk.asked == ["GET /v1/cases"]


async def test_a_wrong_clock_is_named(enrolled: Enrolled, client: Client) -> None:
    """The commonest trouble of signed requests has its own hint."""
    enrolled.desk.ahead = 3600

    with pytest.raises(Refused) as caught:
        await client.cases()

    assert "clock" in caught.value.hint


async def test_another_servers_page_is_garbled(enrolled: Enrolled, client: Client) -> None:
    """An answer that is not of the agreed shape is not believed."""
    enrolled.desk.broken = True

    with pytest.raises(Garbled):
        await client.cases()


@pytest.mark.parametrize(
    ("status", "body"), [(302, b""), (200, b"{}"), (200, b"x" * (LARGEST_REPLY + 1)), (418, b"{}")]
)
async def test_what_nobody_agreed_on_is_garbled(client: Client, status: int, body: bytes) -> None:
    """A redirect, another shape, an answer without end, an unknown refusal."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, body=body, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_get("/v1/cases", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    other = f"http://127.0.0.1:{runner.addresses[0][1]}"

    with pytest.raises(Garbled):
        await Client(other, client.card, client.key, client.http).cases()
    await runner.cleanup()


async def test_no_server_is_unreachable(client: Client) -> None:
    """Nothing listens: one sentence, no traceback of the library."""
    gone = Client("http://127.0.0.1:9", client.card, client.key, client.http)

    with pytest.raises(Unreachable) as caught:
        await gone.cases()

    assert caught.value.__cause__ is None
