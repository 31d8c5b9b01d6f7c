"""Who may open cases, with the real programs: nobody comes in by one hand, and a key stops at once."""

from dataclasses import replace

import aiohttp
from sqlalchemy import delete

from bot.settings import Places, read_settings
from protocol.audience import RecipientClass
from protocol.card import CardId, card_id
from protocol.changes import Method, countersign, follow_all, propose
from protocol.desk import CaseState
from protocol.message import MessageState
from protocol.people import Agreed
from protocol.requests import sign_request
from protocol.roster import Roster, decode_roster, encode_roster
from protocol.suspension import Reason, make_lift, make_suspension
from responder.desk import Desk
from storage.database import Database
from storage.people_tables import roster_changes
from tests.acceptance.colleagues import (
    code_of,
    countersigned,
    in_force,
    newcomer,
    openers,
    operator,
    proposed,
    rosa,
    served,
)
from tests.acceptance.rig import Build
from tests.acceptance.test_regrades import in_danger
from tests.acceptance.test_relay import becomes
from tests.acceptance.test_relay import in_danger as with_terms
from tests.conftest import Postgres


async def test_the_operator_adds_himself_in_vain(build: Build, http: aiohttp.ClientSession) -> None:
    """His card stands in his file, and is served nothing and sealed nothing until a colleague agrees."""
    rig = await build()
    worker = await rig.start()
    first = rosa(rig, worker)
    mallory = await newcomer(rig, worker, "Mallory")
    await proposed(first, mallory.card)

    assert await in_force(rig) == {"Rosa": "in_force", "Mallory": "proposed"}
    assert "does not know this card" in await mallory.run("list", fails=True)
    await in_danger(rig)
    assert {tuple(each) for each in await openers(rig, first.desk(http), mallory.desk(http))} == {
        (True, False)
    }

    pending = await first.run("roster", "--pending")
    assert "0 of 1 countersigned" in pending
    assert len([line for line in pending.splitlines() if len(line.split()) == 12]) == 1
    assert await code_of(mallory.desk(http).cases()) == "key_unknown"

    told = await countersigned(first, mallory.card)
    assert {each["name"]: each["standing"] for each in told["people"]} == {
        "Rosa": "in force",
        "Mallory": "in force",
    }
    await served(mallory.desk(http))


async def test_a_roster_begun_anew_warns_and_nothing_is_sealed(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """Whoever has the server can begin with a card of their own beside hers; her computer remembers another past."""
    rig = await build()
    worker = await rig.start()
    first, mallory = rosa(rig, worker), await newcomer(rig, worker, "Mallory")
    assert "for the first time" in await first.warned("list")
    assert await first.warned("list") == ""
    await worker.stop()
    places = read_settings(Places, rig.settings)
    database = Database(places.database)
    async with database.write() as tx:
        await tx.execute(delete(roster_changes))
    await database.close()
    file = decode_roster(places.recipients.read_bytes())
    places.recipients.write_text(encode_roster(Roster(tuple(reversed(file.cards)))))
    first.worker = mallory.worker = await rig.start(lets_in=False)
    await served(first.desk(http))
    await in_danger(rig)
    case = (await first.desk(http).next()).header.id

    warned = await first.warned("open", case)

    assert "the roster's past is not the one that this computer has seen" in warned
    assert "Nothing was sealed" in await first.run("note", case, "look", fails=True)
    told = await first.told("roster")
    assert told["alarms"] == ["rewritten"]
    await first.run("roster", "--trust")
    await first.run("note", case, "look")
    assert await first.warned("list") == ""


async def test_two_enrollers_and_how_they_compared(build: Build, http: aiohttp.ClientSession) -> None:
    """Where there are two, one yes is not enough; who and how stands in the log for ever."""
    rig = await build()
    worker = await rig.start()
    first, sami = rosa(rig, worker), await newcomer(rig, worker, "Sami")
    await countersigned(first, sami.card)
    lin = await newcomer(rig, worker, "Lin")

    one = await countersigned(first, lin.card)
    assert [(each["name"], len(each["by"]), each["needed"]) for each in one["proposals"]] == [("Lin", 1, 2)]
    again = await countersigned(first, lin.card)
    assert [len(each["by"]) for each in again["proposals"]] == [1]
    assert await code_of(lin.desk(http).cases()) == "key_unknown"
    await sami.run("roster", "--countersign", lin.card, "--method", "in-person")

    await served(lin.desk(http))
    changes = (await first.desk(http).client.people()).changes
    assert [(yes.by, yes.method) for yes in sorted(changes[-1].by, key=lambda yes: yes.method)] == [
        (first.card, Method.CALL_BACK),
        (sami.card, Method.IN_PERSON),
    ]


async def test_who_may_decide_about_whom(build: Build, http: aiohttp.ClientSession) -> None:
    """Another's signature, another class, an old place in the log, a card that nobody proposed: all refused."""
    rig = await build()
    worker = await rig.start()
    first = rosa(rig, worker)
    embassy = await newcomer(rig, worker, "Embassy", RecipientClass.EMBASSY)
    await countersigned(first, embassy.card)
    sami = await newcomer(rig, worker, "Sami")
    await proposed(first, sami.card)
    desk, theirs = first.desk(http), embassy.desk(http)
    await served(theirs)

    people = await desk.client.people()
    (proposal,) = people.proposals
    change = propose(follow_all(people.changes, desk.server_keys), proposal.kind, proposal.card)

    def yes(desk: Desk, name: CardId | None = None) -> Agreed:
        by, key = name or desk.client.card, desk.client.key
        signed = countersign(change, key, by=by, method=Method.CALL_BACK, now=int(desk.client.clock()))
        return Agreed(proposal.kind, card_id(proposal.card), signed)

    now = int(desk.client.clock())
    stop = make_suspension(first.card, by=embassy.card, reason=Reason.OTHER, now=now, key=theirs.client.key)
    own = make_suspension(embassy.card, by=first.card, reason=Reason.OTHER, now=now, key=desk.client.key)
    last = make_suspension(first.card, by=first.card, reason=Reason.OTHER, now=now, key=desk.client.key)
    strange = make_suspension(
        CardId("a" * 16), by=first.card, reason=Reason.OTHER, now=now, key=desk.client.key
    )
    for asked, code in (
        (theirs.client.countersign(yes(theirs)), "class_not_served"),
        (theirs.client.suspend(stop), "card_unknown"),
        (
            theirs.client.lift(make_lift(own, by=embassy.card, now=now, key=theirs.client.key)),
            "class_not_served",
        ),
        (desk.client.countersign(yes(theirs)), "body_bad"),
        (desk.client.countersign(yes(desk, embassy.card)), "body_bad"),
        (desk.client.countersign(replace_card(yes(desk), first.card)), "card_unknown"),
        (desk.client.suspend(stop), "body_bad"),
        (desk.client.suspend(last), "nobody_left"),
        (desk.client.suspend(strange), "card_unknown"),
        (desk.client.lift(make_lift(own, by=first.card, now=now, key=desk.client.key)), "card_unknown"),
    ):
        assert await code_of(asked) == code
    old = yes(desk)
    await desk.client.countersign(old)
    assert await code_of(desk.client.countersign(old)) == "card_unknown"
    async with http.post(f"{worker.url}/v1/roster/suspend", data=b"{}") as unsigned:
        assert unsigned.status == 401
    body = b"{}"
    url = f"{worker.url}/v1/roster/lift"
    signed = sign_request(method="POST", url=url, body=body, key=desk.client.key, key_id=first.card, now=now)
    async with http.post(url, data=body, headers=signed) as shapeless:
        assert (shapeless.status, (await shapeless.json())["error"]) == (400, "body_bad")


def replace_card(agreed: Agreed, card: CardId) -> Agreed:
    """The same yes, said of another card."""
    return Agreed(agreed.kind, card, agreed.countersignature)


async def test_a_stolen_key_is_stopped_at_once(
    build: Build, http: aiohttp.ClientSession, postgres: Postgres
) -> None:
    """In both processes, within the moment: its requests, its cases, its replies, and what is sealed from then on."""
    rig = await build(WAYOUT_DATABASE_URL=postgres.create())
    worker = await rig.start()
    other = await rig.start()
    first, sami = rosa(rig, worker), await newcomer(rig, worker, "Sami")
    await countersigned(first, sami.card)
    thief = sami.desk(http)
    elsewhere = replace(thief, client=replace(thief.client, server=other.url))
    await served(thief)
    await served(elsewhere)
    ana = await with_terms(rig, "No, I will write to you")
    case = (await thief.next()).header.id
    await thief.reply(case, "Send money.")

    told = await first.told("suspend", sami.card[:8], "--reason", "stolen")

    assert [(each["card"], each["reason"], each["by"]) for each in told["suspended"]] == [
        (sami.card, "stolen", first.card)
    ]
    assert await code_of(thief.cases()) == "key_suspended"
    assert await code_of(elsewhere.cases()) == "key_suspended"
    mine = first.desk(http)
    assert (await mine.client.header(case)).state is CaseState.WAITING
    opened = await mine.open(case)
    assert [each.state for each in opened.exchange.messages] == [MessageState.FROZEN]
    await mine.reply(case, "We are here.")
    await ana.say("hello")
    await ana.expect(lambda screen: "A note is here." in screen.labels)
    await ana.press("A note is here.")
    await ana.expect(lambda screen: "We are here." in screen.text)
    await becomes(mine, case, MessageState.FROZEN)
    assert not any("Send money" in str(call) for call in await rig.sandbox.calls(chat=ana.id))

    before = len(await openers(rig, mine, thief))
    await in_danger(rig)
    new = (await openers(rig, mine, thief))[before:]
    assert new
    assert {tuple(each) for each in new} == {(True, False)}


async def test_a_stopped_key_is_let_go_by_two(build: Build, http: aiohttp.ClientSession) -> None:
    """Rosa alone does not do it; the operator and Rosa do, and nobody lifts their own."""
    rig = await build()
    worker = await rig.start()
    first, sami = rosa(rig, worker), await newcomer(rig, worker, "Sami")
    await countersigned(first, sami.card)
    await served(sami.desk(http))
    await first.run("suspend", sami.card, "--reason", "lost")
    assert "a colleague has stopped this key" in await sami.run("lift", sami.card, fails=True)

    told = await first.told("lift", sami.card)
    assert [each["lifted_by"] for each in told["suspended"]] == [[first.card]]
    assert await code_of(sami.desk(http).cases()) == "key_suspended"
    assert (await in_force(rig))["Sami"] == "suspended"

    assert "let go" in await operator(rig, "recipients", "lift", sami.card)
    await served(sami.desk(http))
    assert (await in_force(rig))["Sami"] == "in_force"
