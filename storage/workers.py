"""Which processes are alive, and the right to write that goes with it."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, insert, or_, select, text, update

from storage.database import Transaction, insert_or_skip
from storage.tables import conversations, leases, workers

ALIVE_FOR = timedelta(seconds=10)


class FencedError(Exception):
    """Silent for so long that another process took over; what this one computed must not be written."""


async def clock(tx: Transaction, now: datetime) -> datetime:
    """One clock for all who judge whether another is alive: the database's, where several machines share one.

    `now` is this process's, for a database that has no other.
    """
    if tx.dialect.name != "postgresql":
        return now
    found: datetime = (await tx.execute(select(func.clock_timestamp()))).scalar_one()
    return found


async def enter(tx: Transaction, me: str, *, now: datetime, alone: bool) -> None:
    """Announce a process. `alone`: no other process can be alive, so whoever is listed is dead."""
    if alone:
        await tx.execute(delete(workers))
    await tx.execute(insert(workers), {"id": me, "alive_until": now + ALIVE_FOR})


async def alone(tx: Transaction, *, now: datetime) -> bool:
    """Whether no process is alive, and none can enter before this transaction ends."""
    if tx.dialect.name == "postgresql":
        await tx.execute(text("LOCK TABLE workers IN EXCLUSIVE MODE"))
    at = await clock(tx, now)
    return (await tx.execute(select(workers.c.id).where(workers.c.alive_until >= at))).first() is None


async def beat(tx: Transaction, me: str, *, now: datetime) -> None:
    """Say that we live, and bury who is silent; FencedError when we were buried ourselves."""
    done = await tx.execute(update(workers).where(workers.c.id == me).values(alive_until=now + ALIVE_FOR))
    if done.rowcount != 1:
        raise FencedError
    await tx.execute(delete(workers).where(workers.c.alive_until < now))


_mine = select(workers.c.id).where(workers.c.id == bindparam("me")).with_for_update()


async def fence(tx: Transaction, me: str) -> None:
    """Hold our row to the end of this transaction, or FencedError."""
    if (await tx.execute(_mine, {"me": me})).first() is None:
        raise FencedError


async def leave(tx: Transaction, me: str) -> None:
    """Give everything back at once, so that nobody waits for our silence to be noticed."""
    await tx.execute(update(conversations).where(conversations.c.worker == me).values(worker=None))
    await tx.execute(delete(leases).where(leases.c.worker == me))
    await tx.execute(delete(workers).where(workers.c.id == me))


async def take_lease(tx: Transaction, name: str, me: str) -> bool:
    """Whether the work `name` is ours from now on; it stays so while we are alive."""
    await tx.execute(insert_or_skip(tx, leases), {"name": name, "worker": me})
    dead = leases.c.worker.not_in(select(workers.c.id))
    taken = await tx.execute(
        update(leases).where(leases.c.name == name, or_(leases.c.worker == me, dead)).values(worker=me)
    )
    return taken.rowcount == 1
