"""Handing over: an offer gives nothing until it is accepted, and nothing is lost when nobody does."""

from datetime import UTC, datetime, timedelta

import pytest

from storage import cases, closed, handover
from storage.audience import Reader
from storage.case import (
    LoadFullError,
    NotClosedError,
    NotHolderError,
    NotOfferedError,
    NotWaitingError,
    State,
    UnreadError,
)
from storage.database import Database
from tests.storage.queue import (
    OURS,
    accept,
    close,
    fill,
    find,
    leases,
    offer,
    opened,
    put,
    take,
    to_move,
)

HOUR = timedelta(hours=1)


@pytest.fixture
async def held(database: Database, now: datetime) -> Database:
    """Rosa holds a case."""
    await fill(database, now, put("a", now))
    await take(database, "rosa", now)
    return database


async def test_an_offer_leaves_the_case_with_its_holder(held: Database, now: datetime) -> None:
    """Until it is accepted; the lease does not grow by it."""
    offered = await offer(held, "a", now, by="rosa", to="ben")

    assert (offered.holder, offered.offered_to, offered.lease_until) == ("rosa", "ben", now + HOUR)
    assert offered.held_by("rosa", now)
    assert not offered.held_by("ben", now)


async def test_whoever_accepts_holds_it_unread_with_a_new_lease(held: Database, now: datetime) -> None:
    """And the one before can do nothing with it any more."""
    await offer(held, "a", now, by="rosa", to="ben")
    async with held.write() as tx:
        await opened(tx, "a")
    later = now + HOUR / 2
    taken = await accept(held, "a", "ben", later)

    assert (taken.holder, taken.offered_to, taken.lease_until) == ("ben", None, later + HOUR)
    async with held.write() as tx:
        with pytest.raises(UnreadError):
            await cases.close(tx, await to_move(tx, "a"), responder="ben", now=later, outcome="helped")
    with pytest.raises(NotHolderError):
        await close(held, "a", "rosa", later)


@pytest.mark.parametrize("who", ["rosa", "eve"])
async def test_only_whom_it_was_offered_to_accepts_or_declines(
    held: Database, now: datetime, who: str
) -> None:
    """Neither the holder nor a third, and nobody where nothing was offered."""
    for to in (None, "ben"):
        if to:
            await offer(held, "a", now, by="rosa", to=to)
        with pytest.raises(NotOfferedError):
            await accept(held, "a", who, now)
        async with held.write() as tx:
            with pytest.raises(NotOfferedError):
                await handover.decline(tx, await to_move(tx, "a"), responder=who)

    assert (await find(held, "a")).holder == "rosa"


async def test_declined_and_revoked_offers_are_gone(held: Database, now: datetime) -> None:
    """The holder keeps the case in both."""
    await offer(held, "a", now, by="rosa", to="ben")
    async with held.write() as tx:
        declined = await handover.decline(tx, await to_move(tx, "a"), responder="ben")
    await offer(held, "a", now, by="rosa", to="ben")
    async with held.write() as tx:
        revoked = await handover.revoke(tx, await to_move(tx, "a"), responder="rosa", now=now)
        with pytest.raises(NotOfferedError):
            await handover.revoke(tx, await to_move(tx, "a"), responder="rosa", now=now)

    assert (declined.offered_to, declined.holder) == (None, "rosa")
    assert (revoked.offered_to, revoked.holder) == (None, "rosa")


@pytest.mark.parametrize("who", ["ben", "eve"])
async def test_only_the_holder_offers_and_revokes(held: Database, now: datetime, who: str) -> None:
    """Not whom it was offered to either; nor the holder once the claim has lapsed."""
    await offer(held, "a", now, by="rosa", to="ben")
    late = now + 2 * HOUR
    for responder, at in ((who, now), ("rosa", late)):
        with pytest.raises(NotHolderError):
            await offer(held, "a", at, by=responder, to="eve")
        async with held.write() as tx:
            with pytest.raises(NotHolderError):
                await handover.revoke(tx, await to_move(tx, "a"), responder=responder, now=at)


async def test_renewing_and_regrading_leave_an_offer_alone(held: Database, now: datetime) -> None:
    """The holder goes on working while a colleague makes up their mind; a second claim is a renewal."""
    await offer(held, "a", now, by="rosa", to="ben")
    async with held.write() as tx:
        case = await to_move(tx, "a")
        later = leases(now + HOUR / 2)
        await cases.renew(tx, case, responder="rosa", now=now, leases=later)
        again = await cases.claim(tx, case, responder="rosa", now=now, leases=later)

    assert (again.offered_to, again.lease_until) == ("ben", now + HOUR * 1.5)


async def test_an_offer_ends_when_the_holder_gives_back_or_closes(held: Database, now: datetime) -> None:
    """Nobody can accept what waits or is over."""
    await offer(held, "a", now, by="rosa", to="ben")
    async with held.write() as tx:
        released = await cases.release(tx, await to_move(tx, "a"), responder="rosa", now=now)
    assert released.offered_to is None
    with pytest.raises(NotOfferedError):
        await accept(held, "a", "ben", now)

    await take(held, "rosa", now)
    await offer(held, "a", now, by="rosa", to="ben")
    assert (await close(held, "a", "rosa", now)).offered_to is None
    with pytest.raises(NotOfferedError):
        await accept(held, "a", "ben", now)


async def test_a_lapsed_offer_is_first_for_whom_it_was_made(held: Database, now: datetime) -> None:
    """Before others of the same urgency; a more urgent one still goes before it."""
    await offer(held, "a", now, by="rosa", to="ben")
    await fill(held, now, put("urgent", now, urgency=4), put("b", now, rank=-5))
    late = now + 2 * HOUR

    taken = [await take(held, "ben", late) for _ in range(3)]

    assert [each.id for each in taken if each] == ["urgent", "a", "b"]
    assert (await find(held, "a")).offered_to is None


async def test_a_lapsed_offer_can_still_be_accepted(held: Database, now: datetime) -> None:
    """Until somebody else has taken it."""
    await offer(held, "a", now, by="rosa", to="ben")
    assert (await accept(held, "a", "ben", now + 2 * HOUR)).holder == "ben"


async def test_anybody_takes_a_lapsed_offer(held: Database, now: datetime) -> None:
    """Nothing waits for one who does not come; then the offer is over, for the old holder too."""
    await offer(held, "a", now, by="rosa", to="ben")
    late = now + 2 * HOUR
    taken = await take(held, "eve", late)

    assert taken is not None
    assert (taken.holder, taken.offered_to) == ("eve", None)
    with pytest.raises(NotOfferedError):
        await accept(held, "a", "ben", late)


async def test_what_one_holds_is_listed_most_urgent_first(held: Database, now: datetime) -> None:
    """What lapsed, and what others hold, is not theirs."""
    late = now + HOUR
    await fill(held, now, put("b", now, urgency=4), put("c", now), put("d", now, rank=9))
    for responder in ("rosa", "rosa", "ben"):
        await take(held, responder, late - HOUR / 2)
    async with held.read() as tx:
        at_once = await handover.held(tx, responder="rosa", now=now)
        later = await handover.held(tx, responder="rosa", now=late)

    assert [each.id for each in at_once] == ["b", "a", "c"]
    assert [each.id for each in later] == ["b", "c"]


EMBASSY = Reader("consul", (("embassy", "UG"),), datetime(2999, 1, 1, tzinfo=UTC))


async def test_a_closed_case_is_found_and_reopened(held: Database, now: datetime) -> None:
    """By anybody of the class, not by another; then it waits for anybody, and how it ended is forgotten."""
    await fill(held, now, put("b", now, rank=1))
    await take(held, "ben", now)
    await close(held, "a", "rosa", now)
    await close(held, "b", "ben", now + HOUR / 2)
    async with held.write() as tx:
        listed = await closed.closed(tx, reader=OURS, most=9)
        elsewhere = await closed.closed(tx, reader=EMBASSY, most=9)
        again = await closed.reopen(tx, await to_move(tx, "a"))

    assert ([each.id for each in listed], elsewhere) == (["b", "a"], [])
    assert (again.state, again.holder, again.outcome, again.closed_at) == (State.WAITING, None, None, None)
    assert (await take(held, "ben", now)) is not None


async def test_only_a_closed_case_is_reopened(held: Database, now: datetime) -> None:
    """Nobody takes a case from its holder by reopening it."""
    async with held.write() as tx:
        with pytest.raises(NotClosedError):
            await closed.reopen(tx, await to_move(tx, "a"))


async def test_a_full_load_refuses_an_offer_that_is_not_critical(held: Database, now: datetime) -> None:
    """As it does what waits."""
    await fill(held, now, put("b", now, urgency=4))
    await take(held, "ben", now)
    for case in ("a", "b"):
        await offer(held, case, now, by="rosa" if case == "a" else "ben", to="eve")
    await fill(held, now, put("c", now))
    await take(held, "eve", now)

    with pytest.raises(LoadFullError):
        await accept(held, "a", "eve", now, most=1)
    assert (await accept(held, "b", "eve", now, most=1)).holder == "eve"
    with pytest.raises(NotWaitingError):
        async with held.write() as tx:
            await cases.claim(tx, await to_move(tx, "b"), responder="rosa", now=now, leases=leases(now))
