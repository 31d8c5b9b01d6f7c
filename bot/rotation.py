"""Rotation of the server's key at rest: a new key, everything sealed again under it, and the old one gone.

    1. While no bot is alive: a new key into the keyring, and the roster's log sealed again under it.
    2. Everything else, in batches; a bot may run from now on, since it has read the new keyring.
    3. When nothing lies under the old key any more: out of the keyring with it.

A kill between any two steps leaves both keys in the file, and the next call goes on. Whoever enters must open the
roster's log, so a process with the old keyring cannot come back after the first step, to write what nobody will open.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from bot import auditing
from bot.auditing import Done
from bot.chain import try_keys
from bot.failures import KeyringError, SetupError
from bot.keyring import add_key, drop_old_keys, load
from bot.lockfile import lock
from bot.settings import Places
from bot.store import opened
from protocol.audit import OPERATOR, Act
from storage import resealing, workers
from storage.box import Box, BoxError
from storage.database import Database, Transaction
from storage.resealing import CLOSED, ROSTER_LOG, Closed

MOST = 500
"""Rows of a batch, which is one transaction."""
Tell = Callable[[str, int], None]
"""What is told while it goes on: a table, and how many of its rows were sealed again so far."""


async def rotate(settings: Places, now: datetime, tell: Tell, *, most: int = MOST) -> int:
    """Rotate, or go on with a rotation that was cut off; how many rows were sealed again by this call.

    SetupError while a bot runs that could not know the new key, and for a row that does not open.
    """
    async with opened(settings) as database:
        done = await _begin(settings, database, now)
        box = load(settings.keyring).box
        finished = False
        while not finished:
            for closed in CLOSED:
                done += await _reseal(database, closed, box, tell, most)
            finished = await _finish(database, box, now)
        drop_old_keys(settings.keyring)
        await database.scrub()
    return done


async def _begin(settings: Places, database: Database, now: datetime) -> int:
    """The new key and the roster's log, in one transaction in which nobody can enter; nothing where that was done."""
    box = load(settings.keyring).box
    async with database.read() as tx:
        await try_keys(tx, box)
        if box.older and not await resealing.left(tx, ROSTER_LOG, box):
            return 0
    with ExitStack() as stack:
        held = lock(database)
        if held is not None:
            stack.enter_context(held)
        async with database.write() as tx:
            if held is None and not await workers.alone(tx, now=now):
                hint = "stop it on every machine; one that was killed counts as running for ten seconds more"
                raise SetupError("a bot is running, and has not read the new key", hint)
            add_key(settings.keyring)
            return len(await _batch(tx, ROSTER_LOG, load(settings.keyring).box))


async def _reseal(database: Database, closed: Closed, box: Box, tell: Tell, most: int) -> int:
    """One table, a transaction for each batch."""
    done, after = 0, ()
    while True:
        async with database.write() as tx:
            keys = await _batch(tx, closed, box, after=after, most=most)
        if not keys:
            return done
        done, after = done + len(keys), tuple(keys[-1])
        tell(closed.column.table.name, done)


async def _batch(
    tx: Transaction, closed: Closed, box: Box, *, after: Sequence[Any] = (), most: int | None = None
) -> Sequence[Sequence[Any]]:
    try:
        return await resealing.reseal(tx, closed, box, after=after, most=most)
    except BoxError:
        message = f"a row of {closed.column.table.name} does not open: it was changed by somebody else"
        raise KeyringError(
            message, "both keys stay in the keyring; restore the database, or erase that row"
        ) from None


async def _finish(database: Database, box: Box, now: datetime) -> bool:
    """Write down that it is done, if it is: no row lies under an older key."""
    async with database.write() as tx:
        if any([await resealing.left(tx, closed, box) for closed in CLOSED]):
            return False
        await auditing.write(tx, Done(OPERATOR, Act.KEYS_ROTATED), now=now)
    return True
