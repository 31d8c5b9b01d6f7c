"""A copy of the database in one age file, sealed to a key that is not on the server; and such a copy put back.

    file      = age file of the plaintext, written as a stream
    plaintext = frames: number of bytes (4, big-endian) ‖ MessagePack
    frames    = {"schema": "backup/1", "made_at", "version", "tables"}, then ["rows", table, rows] as often as needed,
                then ["end", how many rows in all]

The server cannot open what it sealed: `restore` reads the plaintext, which `age` takes out of it where the key is. The
keyring is not in it: with a copy of the database it opens what is in progress.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import IO, Any

import msgspec
from sqlalchemy.exc import DataError, IntegrityError

from bot import auditing
from bot.auditing import Done
from bot.chain import try_keys
from bot.failures import SetupError
from bot.keyring import load
from bot.lockfile import lock
from bot.settings import Places
from bot.store import opened
from protocol.audit import OPERATOR, Act
from protocol.recipient import Recipient
from protocol.revision import key_set
from protocol.seal import SealWriter
from storage import dump, schema
from storage.database import Database, Transaction

_LENGTH_BYTES = 4
_LARGEST_FRAME = 256 * 2**20
_AGE = b"age-"
"""How a file begins that is still sealed."""


class Head(msgspec.Struct, frozen=True, tag_field="schema", tag="backup/1"):
    """When it was made (Unix seconds), of which version of the schema, and the columns of each table."""

    made_at: int
    version: str
    tables: dict[str, list[str]]


class Rows(msgspec.Struct, frozen=True, array_like=True, tag="rows"):
    """Some rows of a table."""

    table: str
    rows: list[list[Any]] = msgspec.field(default_factory=list)


class End(msgspec.Struct, frozen=True, array_like=True, tag="end"):
    """The end: how many rows there were."""

    rows: int


_head = msgspec.msgpack.Decoder(Head)
_frame = msgspec.msgpack.Decoder(Rows | End)


async def back_up(
    settings: Places, recipients: Sequence[Recipient], write: Callable[[bytes], object], now: datetime
) -> int:
    """Hand a copy of one moment to `write`, piece by piece; how many rows. Raises SetupError, MixedRecipients."""
    sealing = SealWriter(recipients)
    async with opened(settings) as database:
        async with database.write() as tx:
            await auditing.write(
                tx, Done(OPERATOR, Act.BACKED_UP, facts={"to": key_set(recipients)}), now=now
            )
        write(sealing.begin())
        head = Head(int(now.timestamp()), str(schema.newest()), _columns())
        write(sealing.add(_framed(head)))
        async with database.read() as tx:
            await dump.hold_still(tx)
            count = 0
            for name, table in dump.tables().items():
                async for batch in dump.rows(tx, table):
                    write(sealing.add(_framed(Rows(name, batch))))
                    count += len(batch)
    write(sealing.add(_framed(End(count))) + sealing.end())
    return count


async def restore(settings: Places, file: IO[bytes], now: datetime) -> int:
    """Put the plaintext of a copy into an empty database, all of it or nothing; how many rows.

    SetupError where the database is not empty, the copy is of another version or not whole, or the keyring not its own.
    """
    box = load(settings.keyring).box
    frames = _frames(file)
    _check(_decoded(_head, next(frames, b"")))
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.database)
    with ExitStack() as stack:
        held = lock(database)
        if held is not None:
            stack.enter_context(held)
        try:
            await _prepare(database)
            async with database.write() as tx:
                count = await _put_all(tx, frames)
                await try_keys(tx, box)
                await auditing.write(tx, Done(OPERATOR, Act.RESTORED), now=now)
        except (dump.UnfitError, IntegrityError, DataError, TypeError, ValueError):
            raise _unfit() from None
        finally:
            await database.close()
    return count


def _columns() -> dict[str, list[str]]:
    return {name: [str(column.name) for column in table.columns] for name, table in dump.tables().items()}


def _framed(frame: msgspec.Struct) -> bytes:
    body = msgspec.msgpack.encode(frame)
    return len(body).to_bytes(_LENGTH_BYTES, "big") + body


def _frames(file: IO[bytes]) -> Iterator[bytes]:
    while length := file.read(_LENGTH_BYTES):
        if length == _AGE:
            hint = "where its key is: `age -d -i KEY FILE | ssh SERVER sudo wayout restore -`"
            raise SetupError("this copy is still sealed, and the server has no key to it", hint)
        number = int.from_bytes(length, "big")
        body = file.read(number) if number <= _LARGEST_FRAME else b""
        if len(length) != _LENGTH_BYTES or len(body) != number:
            raise _unfit()
        yield body


def _check(head: Head) -> None:
    if head.version != schema.newest():
        raise SetupError(
            f"this copy is of schema {head.version}, this program has {schema.newest()}",
            "restore it with the version of Wayout that made it, then upgrade",
        )
    if head.tables != _columns():
        raise _unfit()


async def _prepare(database: Database) -> None:
    """An empty database of this version, or SetupError."""
    if await schema.current(database) is None:
        await schema.migrate(database)
    hint = "restore into a new one: move the old one away, or name another in WAYOUT_DATABASE_URL"
    if await schema.current(database) != schema.newest():
        raise SetupError("there is a database of another version", hint)
    async with database.read() as tx:
        if not await dump.is_empty(tx):
            raise SetupError("the database is not empty", hint)


async def _put_all(tx: Transaction, frames: Iterator[bytes]) -> int:
    count = 0
    for frame in frames:
        match _decoded(_frame, frame):
            case Rows(table, rows):
                await dump.put(tx, table, rows)
                count += len(rows)
            case End(rows) if rows == count and next(frames, None) is None:
                return count
            case _:
                break
    raise _unfit()


def _decoded(decoder: Any, frame: bytes) -> Any:  # noqa: ANN401 - the decoder says what
    try:
        return decoder.decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _unfit() from None


def _unfit() -> SetupError:
    return SetupError("this is no whole copy; nothing was changed", "try another one, or open the file again")
