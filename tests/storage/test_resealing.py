"""Sealing again under a new key: all that the old one closed, in batches, and nothing else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import LargeBinary, Table, insert, select

from storage import resealing
from storage.box import Box, BoxError, Spot
from storage.database import Database
from storage.resealing import CLOSED, Closed
from storage.tables import conversations, inbox
from storage.whole_schema import metadata

OLD = Box({"00000001": b"a" * 32})
BOTH = Box({"00000001": b"a" * 32, "00000002": b"b" * 32})
NEW = Box({"00000002": b"b" * 32})
ROWS = 5

UNDER_A_DATA_KEY = {
    *("attachments.about", "chats.place", "conversations.state", "disclosures.body", "extracts.body"),
    *("messages.body", "messages.text", "outbox.body", "pieces.body", "regrades.body", "revisions.body"),
    "rewraps.body",
    "jobs.body",
    "jobs.answer",
}
HASHES = {"chats.key", "codes.locator", "codes.verifier", "inbox.chat", "marks.digest", "tries.key"}
IN_CLEAR = {"audit_heads.document"}

ROW: dict[str, dict[str, Any]] = {
    "roster_changes": {"number": int},
    "conversations": {"id": "c{}", "version": 0},
    "inbox": {"source": "bot", "number": int, "chat": b"c" * 16},
    "flows": {"revision": "r{}"},
    "countersignatures": {"number": int, "kind": "add", "card": "rosa", "by": "sami"},
    "suspensions": {"card": "card{}"},
    "lifts": {"card": "card{}", "by": "sami"},
    "linkage": {"number": int, "serial": 0, "key": "key"},
}
"""A row of each table; `int` and braces stand for its number."""


def filled(table: Table, number: int, now: datetime) -> dict[str, Any]:
    """A row without what is sealed."""
    fields = {
        name: number if value is int else value.format(number) if isinstance(value, str) else value
        for name, value in ROW[table.name].items()
    }
    times = [column.name for column in table.columns if column.name in {"made_at", "received_at"}]
    return fields | dict.fromkeys(times, now)


def spot(closed: Closed, row: dict[str, Any]) -> Spot:
    """Where its value lies, as the program that wrote it says."""
    return Spot(
        closed.column.table.name, "/".join(str(row[each.name]) for each in closed.names), closed.column.name
    )


async def fill(database: Database, box: Box, now: datetime) -> None:
    """Some rows of everything, under this box's newest key."""
    async with database.write() as tx:
        for closed in CLOSED:
            for number in range(ROWS):
                row = filled(closed.column.table, number, now)
                sealed = box.seal(f"{closed.column} {number}".encode(), spot(closed, row))
                await tx.execute(insert(closed.column.table), {**row, closed.column.name: sealed})


async def read(database: Database, box: Box) -> list[str]:
    """Everything opened, wherever it lies."""
    found: list[str] = []
    async with database.read() as tx:
        for closed in CLOSED:
            rows = await tx.execute(select(*closed.key, closed.column).order_by(*closed.key))
            found.extend(box.open(row[-1], closed.spot(row)).decode() for row in rows)
    return found


async def reseal(database: Database, closed: Closed, *, after: Sequence[Any] = ()) -> Sequence[Sequence[Any]]:
    """One batch of two."""
    async with database.write() as tx:
        return await resealing.reseal(tx, closed, BOTH, after=after, most=2)


async def test_everything_opens_with_the_new_key_alone(database: Database, now: datetime) -> None:
    """Each column in batches, until nothing is left; nothing is counted twice."""
    await fill(database, OLD, now)
    before, done = await read(database, OLD), 0
    for closed in CLOSED:
        after: Sequence[Any] = ()
        while keys := await reseal(database, closed, after=after):
            assert len(keys) <= 2
            done, after = done + len(keys), keys[-1]

    async with database.read() as tx:
        assert [await resealing.left(tx, closed, BOTH) for closed in CLOSED] == [0] * len(CLOSED)
    assert await read(database, NEW) == before
    assert done == len(before) == ROWS * len(CLOSED)


async def test_what_was_cut_off_is_gone_on_with(database: Database, now: datetime) -> None:
    """After one batch both keys are needed, and the next call begins where that ended."""
    await fill(database, OLD, now)
    closed = next(each for each in CLOSED if each.column is conversations.c.data_key)
    await reseal(database, closed)

    async with database.read() as tx:
        assert await resealing.left(tx, closed, BOTH) == ROWS - 2
    assert await reseal(database, closed) == [("c2",), ("c3",)]
    assert len(await read(database, BOTH)) == ROWS * len(CLOSED)


async def test_an_emptied_update_stays_empty(database: Database, now: datetime) -> None:
    """What was handled is the memory of a number, and holds nothing."""
    row = {"source": "bot", "number": 1, "chat": b"c" * 16, "received_at": now, "handled_at": now}
    async with database.write() as tx:
        await tx.execute(insert(inbox), row)
    closed = next(each for each in CLOSED if each.column is inbox.c.body)

    assert await reseal(database, closed) == []


async def test_a_row_that_somebody_changed_stops_the_batch(database: Database, now: datetime) -> None:
    """It does not open, and the batch is as it was."""
    await fill(database, OLD, now)
    closed = next(each for each in CLOSED if each.column is conversations.c.data_key)
    async with database.write() as tx:
        moved = OLD.seal(b"key", Spot("conversations", "elsewhere", "data_key"))
        await tx.execute(insert(conversations), {"id": "c00", "data_key": moved, "version": 0})

    with pytest.raises(BoxError):
        await reseal(database, closed)
    async with database.read() as tx:
        assert await resealing.left(tx, closed, BOTH) == ROWS + 1


def test_every_sealed_column_is_known() -> None:
    """A new column of bytes says here what closes it: one under the keyring that is forgotten would be lost."""
    columns = {
        str(column)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    known = {str(closed.column) for closed in CLOSED}

    assert known.isdisjoint(UNDER_A_DATA_KEY | HASHES | IN_CLEAR)
    assert columns == known | UNDER_A_DATA_KEY | HASHES | IN_CLEAR
