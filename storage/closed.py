"""Closed cases: found again until they are purged, and reopened."""

from storage import claims
from storage.audience import Reader, seen_by
from storage.case import Case, NotClosedError, State
from storage.database import Transaction
from storage.tables import cases


async def closed(tx: Transaction, *, reader: Reader, most: int) -> list[Case]:
    """Cases that are closed and not purged yet, for one reader; the one that was closed last comes first."""
    wanted = seen_by(reader).where(cases.c.state == State.CLOSED)
    rows = await tx.execute(wanted.order_by(cases.c.closed_at.desc(), cases.c.id).limit(most))
    return [Case.from_row(row) for row in rows.mappings()]


async def reopen(tx: Transaction, case: Case) -> Case:
    """Waiting again, for anybody of the class; what had come of it is forgotten. NotClosedError."""
    if case.state is not State.CLOSED:
        raise NotClosedError
    return await claims.write(tx, case.id, claims.FREE | {"closed_at": None, "outcome": None})
