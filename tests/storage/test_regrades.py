"""Regrades in the queue: who may, what moves with it, and what raises a case again."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from storage import cases, regrades
from storage.case import Case, NotHolderError, Put, Regrade, UnreadError
from storage.database import Database
from tests.storage.queue import ORGANISATION, OURS, fill, find, leases, opened, put, take

LOW, MEDIUM, HIGH, CRITICAL = 1, 2, 3, 4


def regraded(before: int, after: int, now: datetime, *, number: int = 0, case: str = "a") -> Regrade:
    """A regrade with a boxed reason."""
    return Regrade(case, ORGANISATION, number, before, after, b"boxed reason", now)


async def regrade(database: Database, new: Regrade, now: datetime, *, responder: str = "r") -> Case:
    """Give a case another urgency, after having read it."""
    async with database.write() as tx:
        case = await opened(tx, new.case)
        return await cases.regrade(tx, case, new, responder=responder, now=now, leases=leases(now))


async def held(database: Database, now: datetime, *puts: Put) -> None:
    """Fill the queue and claim the first."""
    await fill(database, now, *puts)
    await take(database, "r", now)


async def kept(database: Database, case: str = "a") -> list[tuple[int, bytes]]:
    """What is kept of the regrades."""
    async with database.read() as tx:
        return await regrades.of_case(tx, case, recipient_class=ORGANISATION)


async def test_a_regrade_says_whose_it_is_and_moves_the_case(database: Database, now: datetime) -> None:
    """Lower than another, it is taken after it; the reason is kept and the lease is the new urgency's."""
    await held(database, now, put("a", now, urgency=CRITICAL), put("b", now, urgency=MEDIUM))
    later = now + timedelta(minutes=5)

    lowered = await regrade(database, regraded(CRITICAL, LOW, now), later)

    assert (lowered.urgency, lowered.urgency_from) == (LOW, "responder")
    assert lowered.lease_until == leases(later)[LOW]
    assert await kept(database) == [(0, b"boxed reason")]
    async with database.read() as tx:
        listed = await cases.queue(tx, reader=OURS, most=9)
    assert [each.id for each in listed] == ["b", "a"]


async def test_only_the_holder_may_regrade(database: Database, now: datetime) -> None:
    """Neither a colleague nor whoever let the claim lapse."""
    await held(database, now, put("a", now, urgency=CRITICAL))

    with pytest.raises(NotHolderError):
        await regrade(database, regraded(CRITICAL, LOW, now), now, responder="another")
    with pytest.raises(NotHolderError):
        await regrade(database, regraded(CRITICAL, LOW, now), now + timedelta(hours=2))

    assert ((await find(database, "a")).urgency, await kept(database)) == (CRITICAL, [])


async def test_a_case_is_not_lowered_unread(database: Database, now: datetime) -> None:
    """Something was said after the holder looked: it may be the danger. Raising does not wait for that."""
    await held(database, now, put("a", now, urgency=MEDIUM))
    async with database.write() as tx:
        await opened(tx, "a")
    await fill(database, now, put("a", now, urgency=MEDIUM, number=1))

    async with database.write() as tx:
        case = await cases.find(tx, "a", reader=OURS, to_move=True)
        lower = regraded(MEDIUM, LOW, now)
        with pytest.raises(UnreadError):
            await cases.regrade(tx, case, lower, responder="r", now=now, leases=leases(now))
        higher = regraded(MEDIUM, HIGH, now)
        raised = await cases.regrade(tx, case, higher, responder="r", now=now, leases=leases(now))

    assert raised.urgency == HIGH


@pytest.mark.parametrize(("before", "number"), [(HIGH, 0), (CRITICAL, 1)])
async def test_a_regrade_of_another_state_is_refused(
    database: Database, now: datetime, before: int, number: int
) -> None:
    """Given on an urgency that no longer stands, or without having seen a colleague's."""
    await held(database, now, put("a", now, urgency=CRITICAL))

    with pytest.raises(UnreadError):
        await regrade(database, regraded(before, LOW, now, number=number), now)


async def test_regrades_are_added_and_never_replaced(database: Database, now: datetime) -> None:
    """The second stands beside the first, in order."""
    await held(database, now, put("a", now, urgency=CRITICAL))
    await regrade(database, regraded(CRITICAL, LOW, now), now)
    await regrade(database, replace(regraded(LOW, HIGH, now, number=1), body=b"another"), now)

    assert await kept(database) == [(0, b"boxed reason"), (1, b"another")]


async def test_old_signs_do_not_raise_a_case_that_was_lowered(database: Database, now: datetime) -> None:
    """An amendment brings the same height as before: nothing of it came after the regrade."""
    await held(database, now, put("a", now, urgency=CRITICAL))
    await regrade(database, regraded(CRITICAL, LOW, now), now)

    await fill(database, now, put("a", now, urgency=CRITICAL, number=1, news=((0, CRITICAL),)))

    case = await find(database, "a")
    assert (case.urgency, case.urgency_from, case.amended) == (LOW, "responder", 1)


async def test_a_new_sign_raises_a_case_that_was_lowered_and_says_so(
    database: Database, now: datetime
) -> None:
    """By as much as it gives itself."""
    await held(database, now, put("a", now, urgency=CRITICAL))
    await regrade(database, regraded(CRITICAL, LOW, now), now)

    news = ((0, CRITICAL), (1, HIGH))
    await fill(database, now, put("a", now, urgency=CRITICAL, number=1, news=news))

    case = await find(database, "a")
    assert (case.urgency, case.urgency_from) == (HIGH, "answers")


async def test_a_new_sign_that_gives_less_changes_nothing(database: Database, now: datetime) -> None:
    """The case stands where the responder put it."""
    await held(database, now, put("a", now, urgency=CRITICAL))
    await regrade(database, regraded(CRITICAL, HIGH, now), now)

    await fill(database, now, put("a", now, urgency=CRITICAL, number=1, news=((0, CRITICAL), (1, MEDIUM))))

    case = await find(database, "a")
    assert (case.urgency, case.urgency_from) == (HIGH, "responder")


async def test_what_was_lowered_again_waits_for_newer_news(database: Database, now: datetime) -> None:
    """The second regrade knew what had raised the case."""
    await held(database, now, put("a", now, urgency=CRITICAL))
    await regrade(database, regraded(CRITICAL, LOW, now), now)
    news = ((0, CRITICAL), (1, CRITICAL))
    await fill(database, now, put("a", now, urgency=CRITICAL, number=1, news=news))
    await regrade(database, regraded(CRITICAL, LOW, now, number=1), now)

    await fill(database, now, put("a", now, urgency=CRITICAL, number=2, news=news))
    assert (await find(database, "a")).urgency == LOW
    await fill(database, now, put("a", now, urgency=CRITICAL, number=3, news=(*news, (3, CRITICAL))))

    assert (await find(database, "a")).urgency == CRITICAL


async def test_a_case_that_was_raised_is_kept_up(database: Database, now: datetime) -> None:
    """Whoever holds the phone says less, and nothing falls."""
    await held(database, now, put("a", now, urgency=LOW))
    await regrade(database, regraded(LOW, CRITICAL, now), now)

    await fill(database, now, put("a", now, urgency=LOW, number=1, news=((0, LOW), (1, LOW))))

    case = await find(database, "a")
    assert (case.urgency, case.urgency_from) == (CRITICAL, "responder")


async def test_a_case_that_reopens_stands_as_it_was_regraded(database: Database, now: datetime) -> None:
    """Closing and writing again forget neither the urgency nor the reason."""
    await held(database, now, put("a", now, urgency=CRITICAL))
    await regrade(database, regraded(CRITICAL, LOW, now), now)
    async with database.write() as tx:
        case = await opened(tx, "a")
        await cases.close(tx, case, responder="r", now=now, outcome="helped")

    await fill(database, now, put("a", now, urgency=CRITICAL, number=1, news=((0, CRITICAL),)))

    assert (await find(database, "a")).urgency == LOW
    assert len(await kept(database)) == 1


async def test_reasons_go_with_their_case(database: Database, now: datetime) -> None:
    """Erased at the person's request, and purged after the retention time."""
    await held(database, now, put("a", now, urgency=CRITICAL))
    await regrade(database, regraded(CRITICAL, LOW, now), now)

    async with database.write() as tx:
        await cases.remove(tx, "a")

    assert await kept(database) == []
