"""SQLite: one writer and one reader connection, statements where they are asked for, commits beside.

A statement against the page cache takes microseconds, less than handing it to a thread and back; what can take long
is the flush to disk, and that alone is handed over.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, CursorResult, Dialect, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

T = TypeVar("T")

# FULL: an answer that the bot has replied to survives a power cut. secure_delete: erased means overwritten.
# busy_timeout 0: who holds the lock is waited for in the thread, never here.
PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "busy_timeout": "0",
    "secure_delete": "ON",
    "temp_store": "MEMORY",
}
_PATIENCE_MS = 10_000


class SqliteTransaction:
    """A transaction with the shape of SQLAlchemy's asynchronous one."""

    def __init__(self, connection: Connection) -> None:
        """`connection`: where a transaction has begun."""
        self._connection = connection

    @property
    def dialect(self) -> Dialect:
        """SQLite's."""
        return self._connection.dialect

    async def execute(self, statement: Any, parameters: Any = None) -> CursorResult[*tuple[Any, ...]]:  # noqa: ANN401 - as SQLAlchemy's
        """The result of a statement."""
        result: CursorResult[*tuple[Any, ...]] = self._connection.execute(statement, parameters)
        return result

    async def run_sync(self, work: Callable[[Connection], T]) -> T:
        """What `work` makes of the plain connection."""
        return work(self._connection)


class Sqlite:
    """Transactions on one file, for one process."""

    def __init__(self, url: URL) -> None:
        """Open nothing yet."""
        self._engine = create_engine(
            url.set(drivername="sqlite"),
            poolclass=NullPool,
            hide_parameters=True,
            connect_args={"isolation_level": None, "check_same_thread": False},
        )
        event.listen(self._engine, "connect", _set_pragmas)
        self._thread = ThreadPoolExecutor(1, "sqlite")
        self._writing, self._reading = asyncio.Lock(), asyncio.Lock()
        self._writer: Connection | None = None
        self._reader: Connection | None = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[SqliteTransaction]:
        """One consistent snapshot."""
        async with self._reading:
            self._reader = self._reader or self._engine.connect()
            self._reader.exec_driver_sql("BEGIN")
            try:
                yield SqliteTransaction(self._reader)
            finally:
                self._reader.rollback()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[SqliteTransaction]:
        """One transaction, committed at the end; rolled back when the body raises."""
        async with self._writing:
            self._writer = writer = self._writer or self._engine.connect()
            try:
                await self._begin(writer)
                yield SqliteTransaction(writer)
                await self._aside(writer.commit)
            except BaseException:
                writer.rollback()
                # After a commit that failed SQLAlchemy knows of no transaction any more; SQLite may.
                if (driver := writer.connection.dbapi_connection) is not None:
                    driver.rollback()
                raise

    async def scrub(self) -> None:
        """Empty the write-ahead log, so that what was erased is not in it either; as far as readers allow."""
        async with self._writing:
            self._writer = writer = self._writer or self._engine.connect()

            def empty() -> None:
                writer.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                writer.rollback()

            await self._aside(empty)

    async def close(self) -> None:
        """Close the connections."""
        for connection in (self._reader, self._writer):
            if connection is not None:
                connection.close()
        self._engine.dispose()
        self._thread.shutdown()

    async def _begin(self, writer: Connection) -> None:
        # IMMEDIATE: SQLAlchemy's default begins late and loses concurrent updates on SQLite.
        try:
            writer.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError:
            writer.rollback()
            await self._aside(lambda: _begin_patiently(writer))

    async def _aside(self, work: Callable[[], None]) -> None:
        """Wait for `work` in the thread; it is never left half done, not even when we are cancelled."""
        done = asyncio.get_running_loop().run_in_executor(self._thread, work)
        cancelled: asyncio.CancelledError | None = None
        while not done.done():
            try:
                await asyncio.wait([done])
            except asyncio.CancelledError as asked:
                cancelled = asked
        done.result()
        if cancelled is not None:
            raise cancelled


def _begin_patiently(writer: Connection) -> None:
    """Another process, such as a backup, holds the lock: wait for it."""
    writer.exec_driver_sql(f"PRAGMA busy_timeout={_PATIENCE_MS}")
    try:
        writer.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError:
        writer.rollback()
        raise
    finally:
        writer.exec_driver_sql(f"PRAGMA busy_timeout={PRAGMAS['busy_timeout']}")


def _set_pragmas(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
    cursor = connection.cursor()
    for name, value in PRAGMAS.items():
        cursor.execute(f"PRAGMA {name}={value}")
    cursor.close()
