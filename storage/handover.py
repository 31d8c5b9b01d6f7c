"""Handing a case over: the holder offers it to a colleague, who takes it or does not. QUEUE.md draws it.

An offer is a name beside the claim. It gives no right to read; it goes with the claim. Once that has lapsed, the one
it was offered to comes first among those who ask for the next case.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from storage import claims
from storage.case import Case, NotHolderError, NotOfferedError
from storage.database import Transaction
from storage.tables import cases


async def offer(tx: Transaction, case: Case, *, to: str, responder: str, now: datetime) -> Case:
    """Offered to another responder of the class, which the caller has checked; an earlier offer is replaced."""
    if not case.held_by(responder, now):
        raise NotHolderError
    return await claims.write(tx, case.id, {"offered_to": to})


async def accept(
    tx: Transaction,
    case: Case,
    *,
    responder: str,
    now: datetime,
    leases: Mapping[int, datetime],
    most: int | None = None,
) -> Case:
    """Held by whom it was offered to, also once the claim has lapsed, until somebody else takes it.

    NotOfferedError, LoadFullError.
    """
    if case.offered_to != responder:
        raise NotOfferedError
    await claims.check_load(tx, case, responder=responder, most=most, now=now)
    return await claims.hold(tx, case, responder, leases)


async def decline(tx: Transaction, case: Case, *, responder: str) -> Case:
    """Offered to nobody any more, by whom it was offered to; the holder keeps it."""
    if case.offered_to != responder:
        raise NotOfferedError
    return await claims.write(tx, case.id, {"offered_to": None})


async def revoke(tx: Transaction, case: Case, *, responder: str, now: datetime) -> Case:
    """Offered to nobody any more, by the holder."""
    if not case.held_by(responder, now):
        raise NotHolderError
    if case.offered_to is None:
        raise NotOfferedError
    return await claims.write(tx, case.id, {"offered_to": None})


async def held(tx: Transaction, *, responder: str, now: datetime) -> list[Case]:
    """The cases that a responder holds, the most urgent first."""
    wanted = select(cases).where(claims.held_by(responder, now))
    rows = await tx.execute(wanted.order_by(cases.c.urgency.desc(), cases.c.rank))
    return [Case.from_row(row) for row in rows.mappings()]
