"""The database: SQLite or PostgreSQL, with the pragmas and the transaction shapes that keep answers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Dialect, Insert, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.types import TypeDecorator

# FULL: an answer that the bot has replied to survives a power cut. secure_delete: erased means overwritten.
PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "busy_timeout": "10000",
    "secure_delete": "ON",
    "temp_store": "MEMORY",
}


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


class Database:
    """Transactions on one database. SQLite has one writer per process; PostgreSQL as many as its pool."""

    def __init__(self, url: str) -> None:
        """Build the engines for `url`; nothing is opened yet."""
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._reader = _sqlite_engine(url, begin="BEGIN", size=4)
            self._writer = _sqlite_engine(url, begin="BEGIN IMMEDIATE", size=1)
        else:
            self._reader = self._writer = create_async_engine(
                url, pool_size=8, max_overflow=8, pool_pre_ping=True
            )
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One consistent snapshot."""
        async with self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction, committed at the end; rolled back when the body raises."""
        if not self.is_sqlite:
            async with self._writer.begin() as connection:
                yield connection
            return
        async with self._turn, self._writer.begin() as connection:
            yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()


def _sqlite_engine(url: str, *, begin: str, size: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        connect_args={"isolation_level": None},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
        cursor = connection.cursor()
        for name, value in PRAGMAS.items():
            cursor.execute(f"PRAGMA {name}={value}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def take_the_lock(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's event
        # SQLAlchemy's default begins late and loses concurrent updates on SQLite.
        connection.exec_driver_sql(begin)

    return engine


_DIALECTS: Mapping[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def insert_or_skip(connection: AsyncConnection, table: Table) -> Insert:
    """An insert that leaves a row alone which is already there."""
    return _insert_or_skip(connection.dialect.name, table)


def insert_or_replace(connection: AsyncConnection, table: Table, *columns: str) -> Insert:
    """An insert that overwrites `columns` of a row which is already there."""
    return _insert_or_replace(connection.dialect.name, table, columns)


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
