"""Files that were sealed again: given out beside the former, in its place after a week, and by whom."""

from dataclasses import replace
from datetime import datetime, timedelta

from storage import cases, rewraps
from storage.case import Case, Revision, State
from storage.database import Database
from tests.storage.queue import ORGANISATION, OURS, fill, find, opened, put, take

WEEK = timedelta(days=7)


def again(now: datetime, *, case: str = "a", number: int = 0, body: bytes = b"again") -> Revision:
    """A file sealed again."""
    return Revision(case, number, "core", ORGANISATION, body, now, "")


async def bring(database: Database, now: datetime, *files: Revision) -> int:
    """Keep files."""
    async with database.write() as tx:
        return await rewraps.put(tx, files, now=now)


async def given(database: Database, case: str = "a") -> list[bytes]:
    """What a reader is given."""
    async with database.read() as tx:
        return [each.body for each in await rewraps.sealed(tx, case, recipient_class=ORGANISATION)]


async def test_both_are_given_for_a_week_then_the_newer(database: Database, now: datetime) -> None:
    """A file that was sealed badly is noticed while there is another; afterwards the old key opens nothing."""
    await fill(database, now, put("a", now))
    later = now + timedelta(hours=1)
    assert await bring(database, later, again(later, body=b"bad")) == 1
    assert await bring(database, later, again(later)) == 1
    assert await given(database) == [b"boxed", b"again"]

    async with database.write() as tx:
        assert await rewraps.settle(tx, made_before=later, most=9) == 0
        assert await rewraps.settle(tx, made_before=later + WEEK, most=9) == 1
    assert await given(database) == [b"again"]


async def test_only_what_is_there_is_sealed_again(database: Database, now: datetime) -> None:
    """No new part, no other class, no other case."""
    await fill(database, now, put("a", now))
    strange = [
        again(now, number=1),
        again(now, case="b"),
        replace(again(now), tier="words"),
        replace(again(now), recipient_class="embassy"),
    ]

    assert await bring(database, now, *strange) == 0
    assert await given(database) == [b"boxed"]


async def test_what_is_superseded_is_not_given(database: Database, now: datetime) -> None:
    """When the former revision has gone, so has what was made of it."""
    await fill(database, now, put("a", now))
    await bring(database, now, again(now))
    await fill(database, now, put("a", now, number=30))

    assert b"again" not in await given(database)


async def test_who_may_seal_again(database: Database, now: datetime) -> None:
    """What waits, what is theirs, what lapsed, and what somebody held or closed who is out; no colleague's."""
    await fill(database, now, *(put(name, now, rank=at) for at, name in enumerate("abcdef")))
    for holder in ("me", "colleague", "gone", "gone", "colleague"):
        await take(database, holder, now)
    async with database.write() as tx:
        for name, holder in (("d", "gone"), ("e", "colleague")):
            await cases.close(tx, await opened(tx, name), responder=holder, now=now, outcome="other")
    here = ("me", "colleague")

    async def open_to(at: datetime) -> set[str]:
        async with database.read() as tx:
            found = await rewraps.open_to(tx, reader=replace(OURS, card="me"), here=here, now=at, most=9)
        return {each.id for each in found}

    def may(case: Case, at: datetime) -> bool:
        return rewraps.may_rewrap(case, responder="me", here=here, now=at)

    for at, wanted in ((now, {"a", "c", "d", "f"}), (now + timedelta(hours=2), {"a", "b", "c", "d", "f"})):
        assert await open_to(at) == wanted
        assert {name for name in "abcdef" if may(await find(database, name), at)} == wanted
    assert (await find(database, "e")).state is State.CLOSED
