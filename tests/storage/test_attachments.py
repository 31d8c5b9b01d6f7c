"""Files in the database: taken by one, released to a case, held or sealed in pieces, gone with what they belong to."""

from datetime import datetime, timedelta

import pytest

from storage import attachments, cases, conversations, workers
from storage.attachments import Attachment, Noted, Stage
from storage.conversations import Stored
from storage.database import Database
from tests.storage.queue import ORGANISATION, fill, put

ME, OTHER = "me", "other"


@pytest.fixture
async def known(database: Database, now: datetime) -> Database:
    """Two conversations, one of which has a case; two processes."""
    async with database.write() as tx:
        for me in (ME, OTHER):
            await workers.enter(tx, me, now=now, alone=False)
        for name in ("a", "b"):
            stored = Stored(f"conversation-{name}", name.encode() * 16, b"key", None, 0, b"place")
            await conversations.create(tx, stored, me=ME)
    await fill(database, now, put("a", now))
    return database


async def note(database: Database, now: datetime, *names: str, conversation: str = "conversation-a") -> None:
    """Files that came."""
    async with database.write() as tx:
        await attachments.note(
            tx, [Noted(name, conversation, ORGANISATION, b"about") for name in names], now=now
        )


async def take(database: Database, now: datetime, *busy: str, me: str = ME) -> Attachment | None:
    """The first that is due."""
    async with database.write() as tx:
        due = await attachments.first_due(tx, me=me, busy=busy, now=now)
        return None if due is None else await attachments.take(tx, due, me=me, now=now)


async def finish(database: Database, name: str, stage: Stage, now: datetime) -> None:
    """One is done."""
    async with database.write() as tx:
        await attachments.finish(tx, name, stage, b"known", me=ME, now=now)


async def release(database: Database, now: datetime, *names: str) -> None:
    """The case may have them."""
    async with database.write() as tx:
        await attachments.release(tx, names, case="a", now=now)


async def listed(database: Database) -> list[Attachment]:
    """What the case has."""
    async with database.read() as tx:
        return await attachments.of_case(tx, "a", recipient_class=ORGANISATION)


async def test_one_takes_what_is_due(known: Database, now: datetime) -> None:
    """Another finds nothing to do until its holder is dead; an attempt is counted each time."""
    await note(known, now, "x")

    taken = await take(known, now)
    assert taken is not None
    assert (taken.stage, taken.attempts, taken.case) == (Stage.NOTED, 1, None)
    assert await take(known, now, me=OTHER) is None

    async with known.write() as tx:
        await workers.leave(tx, ME)
    again = await take(known, now, me=OTHER)
    assert again is not None
    assert again.attempts == 2


async def test_what_comes_twice_is_written_once(known: Database, now: datetime) -> None:
    """A round that is computed again changes nothing."""
    await note(known, now, "x")
    await take(known, now)
    await finish(known, "x", Stage.HELD, now)
    await note(known, now, "x")

    assert await take(known, now) is None


async def test_what_is_postponed_waits(known: Database, now: datetime) -> None:
    """Until its time has come."""
    await note(known, now, "x")
    await take(known, now)
    async with known.write() as tx:
        await attachments.postpone(tx, "x", me=ME, due_at=now + timedelta(minutes=1))

    assert await take(known, now) is None
    assert await take(known, now + timedelta(minutes=1)) is not None


async def test_held_is_due_again_once_its_case_may_have_it(known: Database, now: datetime) -> None:
    """Whichever came first, the yes or the bytes."""
    await note(known, now, "x", "y")
    assert [await take(known, now), await take(known, now, "x")] != [None, None]
    await finish(known, "x", Stage.HELD, now)
    assert await take(known, now, "y") is None
    await release(known, now, "x", "y")
    await finish(known, "y", Stage.HELD, now)

    taken = [await take(known, now, "y"), await take(known, now, "x")]

    assert sorted(each.id for each in taken if each) == ["x", "y"]
    assert {each.case for each in taken if each} == {"a"}
    for name in ("x", "y"):
        await finish(known, name, Stage.SEALED, now)
    assert await take(known, now) is None
    assert [each.stage for each in await listed(known)] == [Stage.SEALED] * 2


async def test_what_a_case_has_it_keeps(known: Database, now: datetime) -> None:
    """What it may not have goes with the session."""
    await note(known, now, "x", "y")
    await release(known, now, "x")
    async with known.write() as tx:
        await attachments.drop(tx, ["conversation-a"])
        assert await attachments.first_due(tx, me=ME, busy=["x"], now=now) is None

    assert [each.id for each in await listed(known)] == ["x"]


async def test_whoever_has_sent_least_comes_first(known: Database, now: datetime) -> None:
    """However long ago the others came."""
    await note(known, now, "x", "y", "z")
    await note(known, now + timedelta(minutes=1), "w", conversation="conversation-b")

    taken = await take(known, now + timedelta(minutes=2))

    assert taken is not None
    assert taken.id == "w"


async def test_pieces_are_counted_and_replaced(known: Database, now: datetime) -> None:
    """Held ones and sealed ones stand beside each other until the held are dropped."""
    await note(known, now, "x")
    async with known.write() as tx:
        for number in range(2):
            await attachments.put_piece(tx, "x", number, b"held!", sealed=False)
        await attachments.put_piece(tx, "x", 0, b"sealed", sealed=True)
        assert await attachments.kept(tx, "conversation-a") == (1, 16)
        await attachments.drop_pieces(tx, "x", sealed=False)
        assert await attachments.piece(tx, "x", 0, sealed=False) is None
        assert await attachments.piece(tx, "x", 0, sealed=True) == b"sealed"
        assert await attachments.kept(tx, "conversation-b") == (0, 0)


@pytest.mark.parametrize("what", ["case", "conversation"])
async def test_they_go_with_what_they_belong_to(known: Database, now: datetime, what: str) -> None:
    """Deleting a case, or a conversation's key, deletes them with all their pieces."""
    await note(known, now, "x")
    await release(known, now, "x")
    async with known.write() as tx:
        await attachments.put_piece(tx, "x", 0, b"sealed", sealed=True)
        if what == "case":
            await cases.remove(tx, "a")
        else:
            await conversations.erase(tx, "conversation-a")
        assert not await attachments.is_mine(tx, "x", me=ME)
        assert await attachments.piece(tx, "x", 0, sealed=True) is None

    assert await listed(known) == []
