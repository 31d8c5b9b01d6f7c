"""How often something was tried lately: one count a key, which begins anew when its time is over."""

from datetime import datetime
from functools import cache

from sqlalchemy import Insert, bindparam, case, delete, update

from storage.database import Transaction, insert_or_add
from storage.tables import tries


@cache
def _count(dialect: str) -> Insert:
    statement = insert_or_add(dialect, tries)
    is_old = tries.c.since <= bindparam("b_old", type_=tries.c.since.type)
    return statement.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "count": case((is_old, 1), else_=tries.c.count + 1),
            "since": case((is_old, statement.excluded.since), else_=tries.c.since),
        },
    ).returning(tries.c.count)


async def count(tx: Transaction, key: bytes, *, now: datetime, since: datetime) -> int:
    """Count one more try; how many there were, this one included, in the time that began after `since`."""
    row = {"key": key, "count": 1, "since": now, "b_old": since}
    counted: int = (await tx.execute(_count(tx.dialect.name), row)).scalar_one()
    return counted


_forgive = update(tries).where(tries.c.key == bindparam("b_key"), tries.c.count > 0)


async def forgive(tx: Transaction, key: bytes) -> None:
    """Take one try back: it was right."""
    await tx.execute(_forgive.values(count=tries.c.count - 1), {"b_key": key})


async def forget(tx: Transaction, *, before: datetime) -> None:
    """Drop counts whose time began before this."""
    await tx.execute(delete(tries).where(tries.c.since < before))
