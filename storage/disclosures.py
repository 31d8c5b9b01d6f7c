"""Disclosures: what two responders let one card read where nobody could consent; proposals until both have signed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.engine import RowMapping

from storage import audience
from storage.audience_tables import disclosures
from storage.case import QueueError
from storage.database import Transaction

WAITS = timedelta(hours=24)
"""How long a proposal waits for the second responder."""


class DisclosureUnknownError(QueueError):
    """There is no such proposal, or not for this reader, or not any more."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One of them. `card` may read it, `body` is boxed under the conversation's data key, `number` counts from 0."""

    case: str
    number: int
    card: str
    proposed_by: str
    body: bytes = field(repr=False)
    made_at: datetime
    confirmed_at: datetime | None = None

    def waits(self, now: datetime) -> bool:
        """Whether somebody can still confirm it."""
        return self.confirmed_at is None and now < self.made_at + WAITS


async def of_case(tx: Transaction, case: str) -> list[Disclosure]:
    """Every one of a case, oldest first."""
    wanted = select(disclosures).where(disclosures.c.case == case).order_by(disclosures.c.number)
    return [_disclosure(row) for row in (await tx.execute(wanted)).mappings()]


async def propose(tx: Transaction, new: Disclosure) -> None:
    """Keep a proposal; nobody beside the organisation sees it."""
    row = {column.name: getattr(new, column.name) for column in disclosures.columns}
    await tx.execute(insert(disclosures), row)


async def find(tx: Transaction, case: str, number: int, *, by: str, now: datetime) -> Disclosure:
    """A proposal that `by` may confirm, held for this transaction; DisclosureUnknownError, also for one's own."""
    wanted = select(disclosures).where(disclosures.c.case == case, disclosures.c.number == number)
    row = (await tx.execute(wanted.with_for_update())).mappings().first()
    found = None if row is None else _disclosure(row)
    if found is None or found.proposed_by == by or not found.waits(now):
        raise DisclosureUnknownError
    return found


async def confirm(tx: Transaction, proposal: Disclosure, body: bytes, *, now: datetime) -> None:
    """Let its card see the case and read this much of it."""
    row = (disclosures.c.case == proposal.case, disclosures.c.number == proposal.number)
    await tx.execute(update(disclosures).where(*row).values(body=body, confirmed_at=now))
    await audience.open_to(tx, proposal.case, [(audience.DISCLOSED, proposal.card)], now=now)


def _disclosure(row: RowMapping) -> Disclosure:
    return Disclosure(**row)
