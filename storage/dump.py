"""All rows of all tables as they lie there: read in batches for a copy, and put from one into an empty database.

A row is a list of values in the order of its table's columns; times are unix milliseconds. Nothing in it belongs to
SQLite or PostgreSQL, so a copy of the one can be put into the other.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Table, delete, exists, insert, literal, select, text, tuple_

from storage.audit_tables import audit_end
from storage.database import Transaction, UtcDateTime
from storage.tables import leases, pieces, workers
from storage.whole_schema import metadata

_OF_A_PROCESS = {workers, leases}
"""They are about who is running, which nobody is after a restore."""
_MOST, _MOST_PIECES = 500, 8
"""Rows of a batch; a piece is a mebibyte."""
Values = list[Any]


class UnfitError(Exception):
    """Rows that do not fit this schema."""


def tables() -> Mapping[str, Table]:
    """What is copied, by name; whatever a row refers to comes before it."""
    return {str(table.name): table for table in metadata.sorted_tables if table not in _OF_A_PROCESS}


async def hold_still(tx: Transaction) -> None:
    """Let everything that this transaction reads be of one moment; the first thing in it. SQLite does so by itself."""
    if tx.dialect.name == "postgresql":
        await tx.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))


async def rows(tx: Transaction, table: Table) -> AsyncIterator[list[Values]]:
    """Batches of a table's rows, in the order of the primary key."""
    key = list(table.primary_key)
    places = [list(table.columns).index(column) for column in key]
    wanted = select(table).order_by(*key).limit(_MOST_PIECES if table is pieces else _MOST)
    batch = (await tx.execute(wanted)).all()
    while batch:
        yield [[_plain(value) for value in row] for row in batch]
        last = [literal(batch[-1][place], column.type) for place, column in zip(places, key, strict=True)]
        batch = (await tx.execute(wanted.where(tuple_(*key) > tuple_(*last)))).all()


async def is_empty(tx: Transaction) -> bool:
    """Whether nothing has been written since the schema was made."""
    for table in tables().values():
        filled = exists().where(table.c.number > 0) if table is audit_end else exists(select(table))
        if (await tx.execute(select(filled))).scalar():
            return False
    return True


async def put(tx: Transaction, name: str, batch: Sequence[Values]) -> None:
    """Add rows of this table; UnfitError where there is no such table, or it has other columns."""
    table = tables().get(name)
    if table is None or any(len(row) != len(table.columns) for row in batch):
        raise UnfitError
    if table is audit_end:
        await tx.execute(delete(audit_end))
    named = [
        {column.key: _typed(column, value) for column, value in zip(table.columns, row, strict=True)}
        for row in batch
    ]
    await tx.execute(insert(table), named)


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    return round(value.timestamp() * 1000) if isinstance(value, datetime) else value


def _typed(column: Column[Any], value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if value is None or not isinstance(column.type, UtcDateTime):
        return value
    return datetime.fromtimestamp(value / 1000, UTC)
