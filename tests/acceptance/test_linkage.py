"""The linkage key with a real server: made once, shared by hand, followed by another; and what the server refuses."""

import secrets

import aiohttp
import pytest

from bot.enrolment import enrol
from bot.settings import Places, read_settings
from protocol.audience import RecipientClass
from protocol.card import CardId, card_id, encode_card
from protocol.desk import RefusalCode
from protocol.extract import Extract, Leave, SealedExtract, TokenKind, seal_extract
from protocol.linkage import new_linkage_key, seal_linkage
from protocol.revision import CaseId
from protocol.signing import SigningKey
from responder.client import Client
from responder.desk import Desk
from responder.failures import LinkageMissing, Refused
from responder.identity import generate_identity
from responder.keyfile import generate_keys, make_card
from responder.linkage import colleagues, linkage_key, new_key, share_key
from responder.traces import next_and_trace, trace
from tests.acceptance.rig import Build, Rig, let_in, until
from tests.acceptance.test_the_whole_path import agree

NUMBER = "+66812345678"


def beside(rig: Rig, desk: Desk, name: str, kind: RecipientClass = RecipientClass.ORGANISATION) -> Desk:
    """Somebody else, enrolled beside Rosa, at a desk of their own."""
    keys = generate_keys()
    card = make_card(keys, name=name, now=1_767_225_600, recipient_class=kind)
    enrol(read_settings(Places, rig.settings), encode_card(card).encode(), "http://127.0.0.1:1")
    client = desk.client
    theirs = Client(client.server, card_id(card), keys.signing_key, client.http, client.clock)
    return Desk(theirs, keys.identity, desk.server_keys)


async def known(desk: Desk, *enrollers: Desk) -> None:
    """Let colleagues countersign somebody who was enrolled."""
    for each in enrollers:
        await let_in(each, desk.client.card)


async def refused(work: object) -> RefusalCode:
    """Why the server did not do it."""
    with pytest.raises(Refused) as caught:
        await work  # type: ignore[misc]
    return RefusalCode(caught.value.code)


async def test_a_key_is_shared_by_hand_and_followed_by_another(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """A colleague who came later has it once somebody shared it; a new one makes other tokens."""
    rig = await build()
    rosa = rig.desk(await rig.start(), http)
    first = await linkage_key(rosa)
    assert first.secret == (await linkage_key(rosa)).secret
    bashir = beside(rig, rosa, "Bashir")
    await known(bashir, rosa)

    with pytest.raises(LinkageMissing):
        await linkage_key(bashir)
    shared, cards = await share_key(rosa)
    assert [card.name for card in cards] == ["Rosa", "Bashir"]
    assert shared.secret == first.secret == (await linkage_key(bashir)).secret

    second = await new_key(bashir)
    assert (second.number, (await linkage_key(rosa)).secret) == (1, second.secret)
    assert second.token(TokenKind.NUMBER, NUMBER) != first.token(TokenKind.NUMBER, NUMBER)
    assert len(colleagues(second.roster)) == 2


async def test_two_who_begin_at_once_have_one_key(build: Build, http: aiohttp.ClientSession) -> None:
    """The server takes the first; whoever was second takes that one."""
    rig = await build()
    rosa = rig.desk(await rig.start(), http)
    client = rosa.client
    other = seal_linkage(
        new_linkage_key(),
        0,
        card=client.card,
        now=int(client.clock()),
        recipients=[rosa.identity.recipient],
        signing_key=client.key,
    )
    await linkage_key(rosa)

    assert await refused(client.share_linkage(other)) is RefusalCode.MORE_SAID
    assert (await linkage_key(rosa)).number == 0


async def test_after_a_new_key_cases_are_linked_again(build: Build, http: aiohttp.ClientSession) -> None:
    """Two cases that share a number: linked, apart once one has a newer token, linked again when both have."""
    rig = await build()
    ada = beside(rig, rig.desk(await rig.start(), http), "Ada", RecipientClass.ANALYST)
    rosa = rig.desk(rig.workers[0], http)
    await known(ada, rosa)
    for name in ("Ana", "Ben"):
        person = await rig.sandbox.person(name, language="en")
        await agree(person)
        await person.say(f"help, the boss calls from {NUMBER}")

    async def both() -> bool:
        return len(await rosa.cases()) == 2

    await until(both)
    one, two = await next_and_trace(rosa), await next_and_trace(rosa)

    assert [each.links for each in await rosa.cases()] == [1, 1]
    await new_key(rosa)
    assert (await trace(rosa, one)).links == 0
    assert (await trace(rosa, two)).links == 1
    assert [each.links for each in await rosa.cases()] == [1, 1]


async def test_the_server_refuses_what_it_must(build: Build, http: aiohttp.ClientSession) -> None:
    """Another's case, another's signature, another class, and digests that are none."""
    rig = await build()
    rosa = rig.desk(await rig.start(), http)
    bashir, ada = beside(rig, rosa, "Bashir"), beside(rig, rosa, "Ada", RecipientClass.ANALYST)
    await known(bashir, rosa)
    await known(ada, rosa, bashir)
    person = await rig.sandbox.person("Ana", language="en")
    await agree(person)
    await person.say(f"help, the boss calls from {NUMBER}")

    async def there() -> bool:
        return len(await rosa.cases()) == 1

    await until(there)
    case = (await next_and_trace(rosa)).header.id

    def made(card: CardId, key: SigningKey, name: str = "aa") -> SealedExtract:
        extract = Extract(case=name, month="2026-11", counted=False)
        return seal_extract(extract, card=card, now=1, recipients=[ada.identity.recipient], signing_key=key)

    client = rosa.client
    forged = made(client.card, bashir.client.key)
    assert await refused(client.leave(case, Leave(forged))) is RefusalCode.BODY_BAD
    odd = made(client.card, client.key, "../x")
    assert await refused(client.leave(case, Leave(odd))) is RefusalCode.BODY_BAD
    digests = tuple(secrets.token_hex(16) for _ in range(501))
    assert await refused(client.leave(case, Leave(None, digests))) is RefusalCode.BODY_BAD
    assert await refused(client.leave(case, Leave(None, ("no digest",)))) is RefusalCode.BODY_BAD
    assert await refused(client.leave(CaseId("f" * 32), Leave(None))) is RefusalCode.CASE_UNKNOWN
    assert await refused(bashir.client.leave(case, Leave(None))) is RefusalCode.NOT_HOLDER
    assert await refused(ada.client.leave(case, Leave(None))) is RefusalCode.CLASS_NOT_SERVED
    assert await refused(ada.client.linkage()) is RefusalCode.CLASS_NOT_SERVED
    assert await refused(ada.client.sealed(case)) is RefusalCode.CASE_UNKNOWN
    assert await refused(rosa.client.extracts("-")) is RefusalCode.CLASS_NOT_SERVED
    stranger = seal_linkage(
        new_linkage_key(),
        1,
        card=client.card,
        now=1,
        recipients=[generate_identity().recipient],
        signing_key=bashir.client.key,
    )
    assert await refused(client.share_linkage(stranger)) is RefusalCode.BODY_BAD
    assert await ada.client.mine() == ()
    assert [each.id for each in await rosa.client.mine()] == [case]
