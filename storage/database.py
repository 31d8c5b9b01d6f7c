"""The database: SQLite or PostgreSQL, with the pragmas and the transaction shapes that keep answers."""

import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import URL, BigInteger, Connection, CursorResult, Dialect, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.types import TypeDecorator

from storage.sqlite import Sqlite

T = TypeVar("T")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept as unix milliseconds; naive values are refused in both directions."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Aware datetime -> unix milliseconds."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "naive datetime"
            raise ValueError(message)
        return round(value.timestamp() * 1000)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002 - SQLAlchemy's signature
        """Unix milliseconds -> aware datetime in UTC."""
        return None if value is None else datetime.fromtimestamp(value / 1000, UTC)


class Transaction(Protocol):
    """What storage needs of a transaction: SQLAlchemy's asynchronous connection is one."""

    @property
    def dialect(self) -> Dialect:
        """Which database."""
        ...

    async def execute(self, statement: Any, parameters: Any = None) -> CursorResult[*tuple[Any, ...]]:  # noqa: ANN401 - as SQLAlchemy's
        """The result of a statement."""
        ...

    async def run_sync(self, work: Callable[[Connection], T]) -> T:
        """What `work` makes of the plain connection."""
        ...


class Postgresql:
    """Transactions on PostgreSQL, as many at once as the pool has connections."""

    def __init__(self, url: URL) -> None:
        """Open nothing yet."""
        self._engine = create_async_engine(
            url, pool_size=8, max_overflow=8, pool_pre_ping=True, hide_parameters=True
        )

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that is not committed."""
        async with self._engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction, committed at the end; rolled back when the body raises."""
        async with self._engine.begin() as connection:
            yield connection

    async def scrub(self) -> None:
        """PostgreSQL looks after its own log."""

    async def close(self) -> None:
        """Close the pool."""
        await self._engine.dispose()


class Database:
    """Transactions on one database, whichever it is."""

    def __init__(self, url: str) -> None:
        """`url`: sqlite+aiosqlite:///PATH or postgresql+asyncpg://...; nothing is opened yet."""
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._inner: Sqlite | Postgresql = Sqlite(self.url) if self.is_sqlite else Postgresql(self.url)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """Look; what is written here is not kept."""
        async with self._inner.read() as transaction:
            yield cast("Transaction", transaction)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """One transaction, committed at the end; rolled back when the body raises."""
        async with self._inner.write() as transaction:
            yield cast("Transaction", transaction)

    def free_bytes(self) -> int | None:
        """How much the disk has left; None where it is another machine's."""
        return shutil.disk_usage(Path(self.url.database or "").parent).free if self.is_sqlite else None

    async def scrub(self) -> None:
        """After an erasure: leave no remnant of it in a log of ours."""
        await self._inner.scrub()

    async def close(self) -> None:
        """Close every connection."""
        await self._inner.close()


_DIALECTS: Mapping[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def insert_or_skip(connection: Transaction, table: Table) -> Insert:
    """An insert that leaves a row alone which is already there."""
    return _insert_or_skip(connection.dialect.name, table)


def insert_or_replace(connection: Transaction, table: Table, *columns: str) -> Insert:
    """An insert that overwrites `columns` of a row which is already there."""
    return _insert_or_replace(connection.dialect.name, table, columns)


def insert_or_add(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that the caller completes with what happens to a row which is already there."""
    return _DIALECTS[dialect](table)


@cache
def _insert_or_skip(dialect: str, table: Table) -> Insert:
    return _DIALECTS[dialect](table).on_conflict_do_nothing()


@cache
def _insert_or_replace(dialect: str, table: Table, columns: tuple[str, ...]) -> Insert:
    statement = _DIALECTS[dialect](table)
    keys = [column.name for column in table.primary_key]
    return statement.on_conflict_do_update(
        index_elements=keys, set_={name: statement.excluded[name] for name in columns}
    )
