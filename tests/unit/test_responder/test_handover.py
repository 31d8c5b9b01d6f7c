"""Handing over between two responders' desks, over HTTP and against the real API: nothing between them is pretended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from protocol.desk import CaseState, Outcome, RefusalCode
from protocol.errors import ProtocolError
from protocol.revision import CaseId
from protocol.roster import Roster, add_card, encode_roster
from protocol.signing import SigningKey
from responder.client import Client
from responder.desk import Desk
from responder.failures import CaseUnclear, ColleagueUnclear, Refused
from responder.handover import Handing
from responder.hands import colleagues_of
from responder.keyfile import generate_keys, make_card
from storage.case import Put
from storage.tables import cases
from tests.storage.queue import fill, put
from tests.unit.bot.desk_door import Desk as Door
from tests.unit.bot.desk_door import Knocker

MOST = 8
"""How many one may hold, where nobody decided otherwise."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Two:
    """Rosa, who holds the one case, and Ben, each at a desk; Emine is of an embassy."""

    door: Door
    rosa: Handing
    ben: Handing
    emine: Handing

    @property
    def case(self) -> CaseId:
        """The case that somebody told."""
        return CaseId(self.door.case)

    async def more(self, *puts: Put) -> None:
        """Let more cases wait, of which nobody reads a word here."""
        await fill(self.door.chat.database, self.door.chat.now, *puts)

    async def holders(self) -> dict[str, str | None]:
        """Who holds each case that is not closed."""
        names = {self.door.rosa.id: "rosa", self.door.ben.id: "ben"}
        found = await self.rosa.desk.cases()
        return {each.id: names.get(each.claimed_by) if each.claimed_by else None for each in found}


def at_desk(door: Door, who: Knocker) -> Handing:
    """A responder's side, which believes the server's keys: the hotline of the tests has one to seal, one to sign."""
    sealer = door.chat.intake.talk.forwarding.sealer
    keys = [SigningKey(door.chat.keyring.signing).verify_key, sealer.signing_key.verify_key]
    client = Client(
        str(door.server.make_url("/")).rstrip("/"),
        who.id,
        who.keys.signing_key,
        door.http,
        clock=lambda: door.chat.clock().timestamp(),
    )
    return Handing(Desk(client, who.keys.identity, {key.id: key for key in keys}))


def enrol(door: Door, folder: Path, *knockers: Knocker) -> None:
    """Let these be the cards of the hotline."""
    roster = Roster()
    for each in knockers:
        roster = add_card(roster, each.card)
    (folder / "recipients.json").write_text(encode_roster(roster))
    door.parts.recipients.refresh()


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    """Rosa holds the case."""
    async with Door.open(tmp_path) as door:
        await door.claim(door.rosa)
        yield Two(door, *(at_desk(door, each) for each in (door.rosa, door.ben, door.embassy)))


async def refused(asked: object) -> str:
    """With what the server refuses."""
    with pytest.raises(Refused) as caught:
        await asked  # type: ignore[misc]
    return caught.value.code


async def test_who_accepts_reads_and_who_offered_reads_no_more(two: Two) -> None:
    """Until then it is the other way round: an offer moves nothing."""
    offered = await two.rosa.offer(two.case, "ben")
    assert (offered.claimed_by, offered.offered_to) == (two.door.rosa.id, two.door.ben.id)
    assert await refused(two.ben.desk.read(two.case)) == RefusalCode.NOT_HOLDER
    await two.rosa.desk.read(two.case)

    claim = await two.ben.accept(two.case)

    assert (claim.header.claimed_by, claim.header.offered_to) == (two.door.ben.id, None)
    await two.ben.desk.read(two.case)
    assert await refused(two.rosa.desk.read(two.case)) == RefusalCode.NOT_HOLDER
    assert await refused(two.rosa.desk.renew(two.case)) == RefusalCode.NOT_HOLDER


async def test_a_new_holder_has_to_read_before_closing(two: Two) -> None:
    """What Rosa has opened, Ben has not."""
    await two.rosa.desk.read(two.case)
    await two.rosa.offer(two.case, "Ben")
    await two.ben.accept(two.case)

    assert await refused(two.ben.desk.close(two.case, Outcome.HELPED)) == RefusalCode.MORE_SAID
    await two.ben.desk.read(two.case)
    assert (await two.ben.desk.close(two.case, Outcome.HELPED)).state is CaseState.CLOSED


@pytest.mark.parametrize("by", ["decline", "revoke"])
async def test_an_offer_that_came_to_nothing_leaves_the_case_where_it_was(two: Two, by: str) -> None:
    """And cannot be accepted any more."""
    await two.rosa.offer(two.case, "Ben")
    kept = await (two.ben.decline(two.case) if by == "decline" else two.rosa.revoke(two.case))

    assert (kept.claimed_by, kept.offered_to) == (two.door.rosa.id, None)
    assert await refused(two.ben.accept(two.case)) == RefusalCode.NOT_OFFERED
    await two.rosa.desk.read(two.case)


async def test_a_note_goes_with_an_offer_sealed(two: Two) -> None:
    """Whoever accepts reads it; the server has no word of it."""
    await two.rosa.offer(two.case, "Ben", "Ring at seven. Not before.")
    await two.ben.accept(two.case)

    posted = (await two.ben.desk.read(two.case)).exchange.messages
    assert [each.words for each in posted] == ["Ring at seven. Not before."]
    database = two.door.chat.database.url.database
    assert database is not None
    files = Path(database).parent.glob(Path(database).name + "*")
    assert not any(b"Not before." in each.read_bytes() for each in files)


async def test_one_offers_to_colleagues_alone(two: Two) -> None:
    """Not to oneself, to no partner and no stranger: the program knows none, and the server takes none."""
    for named in ("Rosa", two.door.rosa.id, "Emine", two.door.embassy.id, two.door.stranger.id, "", " "):
        with pytest.raises(ColleagueUnclear, match="there is no such colleague"):
            await two.rosa.offer(two.case, named)
    for each in (two.door.rosa, two.door.embassy, two.door.stranger):
        asked = two.rosa.desk.client.offer(two.case, each.id)
        assert await refused(asked) == RefusalCode.COLLEAGUE_UNKNOWN
    assert await refused(two.emine.desk.client.offer(two.case, two.door.ben.id)) != ""
    assert (await two.rosa.desk.client.header(two.case)).offered_to is None


async def test_a_colleague_is_named_by_name_id_or_its_beginning(two: Two, tmp_path: Path) -> None:
    """Where a name is two people's, the id has to be given."""
    ben = two.door.ben.id
    for named in ("Ben", "BEN ", ben, ben[:10]):
        assert await two.rosa.colleague(named) == ben
    enrol(two.door, tmp_path, two.door.rosa, two.door.ben, Knocker.new("ben"))

    with pytest.raises(ColleagueUnclear, match="more than one"):
        await two.rosa.colleague("Ben")
    assert await two.rosa.colleague(ben) == ben


async def test_colleagues_whom_another_server_names_are_none(two: Two) -> None:
    """The cards are believed under the pinned key alone; the console then offers to nobody, and shows the case."""
    other = SigningKey.generate().verify_key
    misled = Handing(replace(two.rosa.desk, server_keys={other.id: other}))

    with pytest.raises(ProtocolError):
        await misled.offer(two.case, "Ben")
    assert await colleagues_of(misled.desk) == ()
    assert await colleagues_of(two.rosa.desk) == ((two.door.ben.id, "Ben"),)


async def test_a_shift_ends_with_everything_offered(two: Two) -> None:
    """Each of hers, with the note; what Ben holds is not hers to give."""
    now = two.door.chat.now
    await two.more(put("theirs", now))
    await two.ben.desk.client.claim(CaseId("theirs"))
    offered = await two.rosa.hand_over("Ben", "The night is yours.")

    assert [each.id for each in offered] == [two.case]
    assert await two.holders() == {two.case: "rosa", "theirs": "ben"}
    await two.ben.accept(two.case)
    posted = (await two.ben.desk.read(two.case)).exchange.messages
    assert [each.words for each in posted] == ["The night is yours."]


async def test_a_shift_ends_with_everything_given_back(two: Two) -> None:
    """Also what was offered; nothing of a colleague's moves, and a second time there is nothing."""
    now = two.door.chat.now
    await two.more(put("more", now), put("theirs", now))
    await two.rosa.desk.client.claim(CaseId("more"))
    await two.ben.desk.client.claim(CaseId("theirs"))
    await two.rosa.offer(CaseId("more"), "Ben")

    given = await two.rosa.give_back()

    assert {each.id for each in given} == {two.case, "more"}
    assert {each.state for each in given} == {CaseState.WAITING}
    assert await two.holders() == {two.case: None, "more": None, "theirs": "ben"}
    assert await two.rosa.give_back() == ()
    assert await refused(two.ben.accept(CaseId("more"))) == RefusalCode.NOT_OFFERED


async def test_what_lapsed_is_not_handed_over(two: Two) -> None:
    """It waits already, and is whoever's takes it."""
    two.door.chat.now += 2 * HOUR

    assert await two.rosa.hand_over("Ben") == ()
    assert await two.holders() == {two.case: None}


async def test_an_offer_outlives_the_claim_and_comes_first(two: Two) -> None:
    """Rosa's computer broke: Ben asks for the next, and has what she offered before what came earlier."""
    now = two.door.chat.now
    urgency = 4
    await two.more(*(put(f"case{each}", now, urgency=urgency, rank=-9) for each in range(2)))
    await two.rosa.offer(two.case, "Ben")
    two.door.chat.now += 2 * HOUR

    claim = await two.ben.desk.client.next()

    assert claim is not None
    assert (claim.header.id, claim.header.offered_to) == (two.case, None)


async def test_nobody_holds_more_than_is_good_but_of_what_is_critical(two: Two) -> None:
    """Neither by taking nor by accepting; giving one back makes room."""
    now = two.door.chat.now
    await two.more(*(put(f"case{each}", now, urgency=1) for each in range(MOST + 1)))
    await two.more(put("danger", now, urgency=4))
    for each in range(MOST):
        await two.ben.desk.client.claim(CaseId(f"case{each}"))
    last = CaseId(f"case{MOST}")
    await two.rosa.desk.client.claim(last)
    await two.rosa.offer(last, "Ben")

    assert await refused(two.ben.accept(last)) == RefusalCode.LOAD_FULL
    assert (await two.holders())[last] == "rosa"
    await two.ben.desk.client.claim(CaseId("danger"))
    assert (await two.holders())["danger"] == "ben"
    for each in ("danger", "case0"):
        await two.ben.desk.release(CaseId(each))
    assert (await two.ben.accept(last)).header.claimed_by == two.door.ben.id


async def test_a_full_desk_is_given_what_is_critical_past_all_that_waits(two: Two) -> None:
    """And nothing else: then it is told so, as nothing waits for it."""
    now = two.door.chat.now
    await two.more(*(put(f"case{each}", now, urgency=1) for each in range(MOST + 1)))
    for each in range(MOST):
        await two.ben.desk.client.claim(CaseId(f"case{each}"))

    assert await refused(two.ben.desk.client.next()) == RefusalCode.LOAD_FULL
    await two.more(put("danger", now, urgency=4, rank=9))
    claim = await two.ben.desk.client.next()
    assert claim is not None
    assert claim.header.id == "danger"


async def test_what_a_responder_reads_comes_before_what_they_do_not(two: Two, tmp_path: Path) -> None:
    """A card says which; among cases of one urgency the rank then counts less."""
    keys = generate_keys()
    amina = Knocker(keys, make_card(keys, name="Amina", now=1_767_225_600, languages=("am",)))
    enrol(two.door, tmp_path, two.door.rosa, two.door.ben, amina)
    now = two.door.chat.now
    await two.more(
        put("spanish", now, urgency=1, rank=0, language="es"),
        put("amharic", now, urgency=1, rank=9, language="am"),
    )

    claim = await at_desk(two.door, amina).desk.client.next()
    other = await two.ben.desk.client.next()

    assert claim is not None
    assert other is not None
    assert (claim.header.id, other.header.id) == ("amharic", "spanish")


async def test_a_closed_case_is_found_and_opened_again(two: Two) -> None:
    """By any of the class, with what came of it; an embassy finds none."""
    assert await two.ben.closed() == ()
    await two.rosa.desk.read(two.case)
    await two.rosa.desk.close(two.case, Outcome.REFERRED)
    (found,) = await two.ben.closed()
    assert (found.header.id, found.outcome, found.closed_at) == (
        two.case,
        Outcome.REFERRED,
        two.door.chat.now,
    )
    assert await two.emine.closed() == ()

    again = await two.ben.reopen(two.case[:6])

    assert (again.state, again.claimed_by) == (CaseState.WAITING, None)
    assert await two.ben.closed() == ()
    assert await refused(two.ben.reopen(two.case)) == RefusalCode.NOT_CLOSED


async def test_a_beginning_that_two_closed_cases_share_opens_none(two: Two) -> None:
    """Their whole ids do."""
    now = two.door.chat.now
    await two.more(*(put(each, now) for each in ("aaaa", "aaab")))
    async with two.door.chat.database.write() as tx:
        closed = {"state": "closed", "outcome": "helped", "closed_at": now}
        await tx.execute(cases.update().where(cases.c.id.in_(["aaaa", "aaab"])).values(**closed))

    with pytest.raises(CaseUnclear):
        await two.ben.reopen("aaa")
    assert (await two.ben.reopen("aaab")).id == "aaab"
    assert [each.header.id for each in await two.ben.closed()] == ["aaaa"]
