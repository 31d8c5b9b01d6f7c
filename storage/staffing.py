"""Staffing: when responders were there, and how long people waited for them. Times, cards and cases, nothing said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, select, update

from storage.database import Transaction, insert_or_skip
from storage.tables import attention, cases, duty

STEP = timedelta(minutes=10)
"""How coarsely it is kept when a responder was there."""
_REMEMBER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Wait:
    """A case: when it came, when a responder first had it, and when the first answer went out."""

    received_at: datetime
    read_at: datetime | None
    answered_at: datetime | None


async def seen(tx: Transaction, card: str, *, now: datetime) -> None:
    """A card has signed a request."""
    at = now - timedelta(seconds=now.timestamp() % STEP.total_seconds())
    await tx.execute(insert_or_skip(tx, duty), {"card": card, "seen_at": at})
    await tx.execute(update(duty).where(duty.c.card == card, duty.c.seen_at < at).values(seen_at=at))


async def shifts(tx: Transaction) -> Mapping[str, datetime]:
    """When each card last signed a request, rounded down to STEP; also cards that have been struck off since."""
    return {card: at for card, at in await tx.execute(select(duty.c.card, duty.c.seen_at))}  # noqa: C416 - rows are no pairs to the type checker


async def read(tx: Transaction, case: str, *, now: datetime) -> None:
    """A responder was given the case; only the first time counts."""
    await _note(tx, case, "read_at", now)


async def answered(tx: Transaction, case: str, *, now: datetime) -> None:
    """An answer went out to the person; only the first one counts."""
    await _note(tx, case, "answered_at", now)


async def _note(tx: Transaction, case: str, column: str, now: datetime) -> None:
    await tx.execute(insert_or_skip(tx, attention), {"case": case, column: now})
    first = and_(attention.c.case == case, attention.c[column].is_(None))
    await tx.execute(update(attention).where(first).values({column: now}))


async def last_reads(tx: Transaction, *, until: datetime, most: int) -> list[datetime]:
    """When the cases were first read that were read last before this moment, newest first."""
    wanted = select(attention.c.read_at).where(attention.c.read_at < until)
    return [at for (at,) in await tx.execute(wanted.order_by(attention.c.read_at.desc()).limit(most))]


async def waits(tx: Transaction, *, since: datetime, until: datetime, most: int) -> list[Wait]:
    """The cases that came between two moments, newest first."""
    wanted = (
        select(cases.c.received_at, attention.c.read_at, attention.c.answered_at)
        .select_from(cases.outerjoin(attention))
        .where(cases.c.received_at >= since, cases.c.received_at < until)
        .order_by(cases.c.received_at.desc())
        .limit(most)
    )
    return [Wait(*row) for row in await tx.execute(wanted)]


async def forget(tx: Transaction, *, now: datetime) -> None:
    """Drop what is so old that nobody is told of it."""
    await tx.execute(delete(duty).where(duty.c.seen_at < now - _REMEMBER))
