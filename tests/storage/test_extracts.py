"""Extracts in the database: one a case, gone with it; links that only those see who may; keys that are only added."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from storage import cases, extracts
from storage.case import Put, Revision, UnreadError
from storage.database import Database
from storage.extract_tables import marks
from storage.extracts import Extract, LinkageFile
from storage.tables import conversations
from tests.storage.queue import ORGANISATION, fill, leases, opened, put, take

SAME, OTHER = b"s" * 16, b"o" * 16


def known(case: str, now: datetime, *tiers: str) -> Put:
    """A case with a file of each tier."""
    plain = put(case, now)
    files = tuple(Revision(case, 0, tier, ORGANISATION, b"boxed", now, "session") for tier in tiers)
    return replace(plain, revisions=(*plain.revisions, *files))


def left(case: str, now: datetime, *, name: str = "") -> Extract:
    """The extract of a case."""
    return Extract(case, name or f"name-{case}", "amina", f"boxed {case}".encode(), now)


async def leave(database: Database, case: str, new: Extract | None, *digests: bytes) -> None:
    """Leave it."""
    async with database.write() as tx:
        await extracts.leave(tx, case, new, digests)


async def counted(database: Database, *ids: str, recipient_class: str = ORGANISATION) -> dict[str, int]:
    """How many cases each is linked to."""
    async with database.read() as tx:
        return dict(await extracts.links(tx, ids, recipient_class=recipient_class))


async def listed(database: Database, after: str = "", most: int = 9) -> list[str]:
    """The names of extracts, page by page."""
    async with database.read() as tx:
        return [each.name for each in await extracts.page(tx, after=after, most=most)]


async def conversation(database: Database, *ids: str) -> None:
    """The conversations of these cases."""
    async with database.write() as tx:
        for case in ids:
            row = {"id": f"conversation-{case}", "data_key": b"wrapped", "version": 0}
            await tx.execute(insert(conversations), row)


async def test_what_was_left_before_is_replaced(database: Database, now: datetime) -> None:
    """One extract a case; none takes it away, with all that linked it."""
    await fill(database, now, known("a", now, "identity"), known("b", now, "identity"))
    await conversation(database, "a", "b")
    await leave(database, "a", left("a", now, name="first"), SAME)
    await leave(database, "b", left("b", now), SAME, SAME)
    await leave(database, "a", left("a", now, name="second"), SAME)
    assert await listed(database) == ["name-b", "second"]
    assert await listed(database, after="name-b") == ["second"]
    assert await listed(database, most=1) == ["name-b"]

    await leave(database, "a", None)

    assert await listed(database) == ["name-b"]
    assert await counted(database, "a", "b") == {}


async def test_a_name_belongs_to_one_case(database: Database, now: datetime) -> None:
    """A responder's program that makes names up can take no other case's place."""
    await fill(database, now, put("a", now), put("b", now))
    await leave(database, "a", left("a", now, name="same"))

    with pytest.raises(UnreadError):
        await leave(database, "b", left("b", now, name="same"))


async def test_a_link_is_told_only_to_a_class_that_may_know_who_both_are(
    database: Database, now: datetime
) -> None:
    """A case of which one may read the core alone is neither counted nor told of its links."""
    await fill(
        database,
        now,
        known("a", now, "identity"),
        known("b", now, "identity"),
        known("c", now, "words"),
        known("core", now, "location"),
    )
    for case in ("a", "b", "core"):
        await leave(database, case, None, SAME)
    await leave(database, "c", None, SAME, OTHER)

    assert await counted(database, "a", "b", "c", "core") == {"a": 2, "b": 2, "c": 2}
    assert await counted(database, "a", "b", recipient_class="embassy") == {}
    assert await counted(database) == {}


async def test_extracts_and_digests_go_with_their_case(database: Database, now: datetime) -> None:
    """Purged, nothing of it links or is counted any more."""
    await fill(database, now, known("a", now, "identity"), known("b", now, "identity"))
    await conversation(database, "a", "b")
    await leave(database, "a", left("a", now), SAME)
    await leave(database, "b", left("b", now), SAME)

    async with database.write() as tx:
        await cases.remove(tx, "a")

    assert await listed(database) == ["name-b"]
    assert await counted(database, "b") == {}
    async with database.read() as tx:
        assert len((await tx.execute(marks.select())).all()) == 1


async def test_ones_own_cases_are_those_held_and_closed(database: Database, now: datetime) -> None:
    """Not what waits, not a colleague's, not what lapsed."""
    await fill(database, now, *(put(case, now, rank=rank) for rank, case in enumerate("abc")))
    for responder in ("me", "me", "other"):
        await take(database, responder, now)
    async with database.write() as tx:
        case = await opened(tx, "a")
        await cases.close(tx, case, responder="me", now=now, outcome="helped")

    async def mine(at: datetime) -> set[str]:
        async with database.read() as tx:
            return {each.id for each in await extracts.mine(tx, responder="me", now=at, most=9)}

    assert await mine(now) == {"a", "b"}
    assert await mine(leases(now)[0] + timedelta(minutes=1)) == {"a"}


async def test_linkage_keys_are_added_in_their_order(database: Database, now: datetime) -> None:
    """Another file of the newest, or the first of the next: nobody can put another key in an old one's place."""

    async def add(number: int, serial: int, key: str) -> None:
        async with database.write() as tx:
            await extracts.add_linkage(tx, LinkageFile(number, serial, key, b"boxed", now))

    await add(0, 0, "k0")
    await add(0, 1, "k0")
    await add(1, 0, "k1")
    for number, serial, key in ((0, 2, "k0"), (1, 1, "other"), (1, 2, "k1"), (3, 0, "k3"), (1, 0, "k1")):
        with pytest.raises(UnreadError):
            await add(number, serial, key)
    async with database.read() as tx:
        found = await extracts.linkage_files(tx)
    assert [(each.number, each.serial, each.key) for each in found] == [
        (0, 0, "k0"),
        (0, 1, "k0"),
        (1, 0, "k1"),
    ]
