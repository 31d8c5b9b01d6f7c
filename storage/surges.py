"""Surges: how many people wrote for the first time of late, and whether those who begin are asked the core alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select, update

from storage.database import Transaction, insert_or_replace, insert_or_skip
from storage.tables import newcomers, surge

STEP = timedelta(minutes=10)
_ROW = 1
_REMEMBER = timedelta(hours=2)


class Mode(StrEnum):
    """Who decides: the rate of arrival, or the operator."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Surge:
    """Who decides, whether there is one, and since when that is so."""

    mode: Mode
    is_on: bool
    changed_at: datetime


async def arrived(tx: Transaction, people: int, *, now: datetime) -> None:
    """So many wrote for the first time; none leaves no trace."""
    if not people:
        return
    since = now - timedelta(seconds=now.timestamp() % STEP.total_seconds())
    await tx.execute(insert_or_skip(tx, newcomers), {"since": since, "count": 0})
    await tx.execute(
        update(newcomers).where(newcomers.c.since == since).values(count=newcomers.c.count + people)
    )


async def rate(tx: Transaction, *, now: datetime) -> int:
    """How many wrote for the first time within about an hour: the step that runs, and the six before."""
    wanted = select(func.coalesce(func.sum(newcomers.c.count), 0)).where(
        newcomers.c.since > now - timedelta(hours=1) - STEP
    )
    return int((await tx.execute(wanted)).scalar_one())


async def find(tx: Transaction) -> Surge | None:
    """What stands; None before anything was decided."""
    row = (await tx.execute(select(surge.c.mode, surge.c.is_on, surge.c.changed_at))).first()
    return None if row is None else Surge(Mode(row[0]), row[1], row[2])


async def keep(tx: Transaction, new: Surge) -> None:
    """Let this stand."""
    row = {"id": _ROW, "mode": new.mode, "is_on": new.is_on, "changed_at": new.changed_at}
    await tx.execute(insert_or_replace(tx, surge, "mode", "is_on", "changed_at"), row)


async def forget(tx: Transaction, *, now: datetime) -> None:
    """Drop counts that no rate is made of."""
    await tx.execute(delete(newcomers).where(newcomers.c.since < now - _REMEMBER))
