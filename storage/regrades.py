"""Regrades: what responders gave instead of a case's urgency, and why; rows are added, never changed."""

from sqlalchemy import insert, select

from storage.case import Regrade
from storage.database import Transaction
from storage.tables import regrades


async def add(tx: Transaction, new: Regrade) -> None:
    """Keep one more; `cases.regrade` decides whether it may be made."""
    row = {column.name: getattr(new, column.name) for column in regrades.columns}
    await tx.execute(insert(regrades), row)


async def of_case(tx: Transaction, case: str, *, recipient_class: str) -> list[tuple[int, bytes]]:
    """The number and the boxed body of every regrade of a case for one class, oldest first."""
    wanted = select(regrades.c.number, regrades.c.body).where(
        regrades.c.case == case, regrades.c.recipient_class == recipient_class
    )
    return [(number, body) for number, body in await tx.execute(wanted.order_by(regrades.c.number))]
