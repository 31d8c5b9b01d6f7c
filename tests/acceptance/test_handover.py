"""Two responders with their programs on one real bot: a case changes hands, and nothing is lost between them."""

import aiohttp

from protocol.desk import CaseState
from tests.acceptance.colleagues import Colleague, code_of, countersigned, newcomer, rosa, served
from tests.acceptance.rig import Build, Rig
from tests.acceptance.test_canary import leaks, seen
from tests.acceptance.test_regrades import in_danger


async def two(rig: Rig, http: aiohttp.ClientSession) -> tuple[Colleague, Colleague]:
    """Rosa and Ben, who is in force, each with a folder of their own."""
    worker = await rig.start()
    first, ben = rosa(rig, worker), await newcomer(rig, worker, "Ben")
    await countersigned(first, ben.card)
    await served(ben.desk(http))
    return first, ben


async def queue_of(who: Colleague) -> dict[str, object]:
    """The one case as this responder's program lists it."""
    (found,) = (await who.told("list"))["cases"]
    assert isinstance(found, dict)
    return found


async def test_a_case_goes_from_one_responder_to_another(build: Build, http: aiohttp.ClientSession) -> None:
    """Offered it stands first with Ben and is Rosa's to read; accepted it is Ben's, and Rosa reads no more."""
    rig = await build()
    first, ben = await two(rig, http)
    await in_danger(rig)
    case = (await first.told("next"))["header"]["id"]
    listed = await ben.run("list")
    assert "offered to you" not in listed.lower()

    note = "Ring at seven, zebrafish."
    assert await first.run("hand-over", case, "--to", "ben", "--note", note) == "offered\n"

    listed = await ben.run("list")
    assert case[:8] in listed.lower().partition("offered to you")[2]
    assert (await queue_of(ben))["offered_to"] == ben.card
    assert "error:" in await ben.run("open", case, fails=True)
    assert await code_of(ben.desk(http).read(case)) == "not_holder"
    await first.run("open", case)

    assert await ben.run("hand-over", case[:8], "--accept") == "yours\n"

    opened = await ben.run("open", case)
    assert note in opened
    assert await code_of(first.desk(http).read(case)) == "not_holder"
    assert "error:" in await first.run("open", case, fails=True)
    assert "error:" in await first.run("renew", case, fails=True)
    held = await queue_of(first)
    assert (held["state"], held["claimed_by"], held.get("offered_to")) == ("claimed", ben.card, None)
    assert leaks(seen(rig), [note.encode(), b"zebrafish"]) == []
    kinds = [line["action"] for line in rig.logs() if line.get("case") == case]
    assert kinds.count("case.offered") == kinds.count("case.accepted") == 1


async def test_a_shift_ends_and_everything_waits_for_the_next(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """Declined by Ben it stays with Rosa; given back at the end it is his who asks; closed by him, hers to reopen."""
    rig = await build()
    first, ben = await two(rig, http)
    await in_danger(rig)
    case = (await first.told("next"))["header"]["id"]

    assert "offered" in await first.run("hand-over", "--all", "--to", ben.card[:8])
    assert await ben.run("hand-over", case, "--decline") == "declined\n"
    assert (await queue_of(first))["claimed_by"] == (await queue_of(ben))["claimed_by"] == first.card
    given = await first.told("hand-over", "--all")
    assert [(each["id"], each["state"]) for each in given["cases"]] == [(case, CaseState.WAITING)]

    assert (await ben.told("next"))["header"]["id"] == case
    await ben.run("close", case, "--outcome", "referred")
    (closed,) = (await first.told("list", "--closed"))["cases"]
    assert (closed["header"]["id"], closed["outcome"]) == (case, "referred")
    assert await first.run("reopen", case[:8]) == "it waits again\n"
    assert (await queue_of(ben))["state"] == "waiting"


async def test_a_desk_that_is_full_is_given_no_more_but_what_is_critical(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """What the operator says that one may hold, one holds; a danger comes on top of it."""
    rig = await build(WAYOUT_MOST_HELD="1")
    first, ben = await two(rig, http)
    for _ in range(2):
        await in_danger(rig)
        case = (await first.told("next"))["header"]["id"]
        await first.run("regrade", case, "low", "--reason", "at home")
    held = (await first.told("list"))["cases"]
    assert {each["claimed_by"] for each in held} == {first.card}

    await first.run("hand-over", "--all", "--to", "Ben")
    one, other = (each["id"] for each in held)
    assert await ben.run("hand-over", one, "--accept") == "yours\n"
    assert "error:" in await ben.run("hand-over", other, "--accept", fails=True)
    await ben.run("release", one)
    assert await ben.run("hand-over", other, "--accept") == "yours\n"
    assert "error:" in await ben.run("next", fails=True)
