"""Pages: calls to staff, a durable row for each destination, sent until they arrive and never after that."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import RowMapping

from storage.database import Transaction, UtcDateTime
from storage.service_tables import pages

KEPT = timedelta(days=30)
"""How long it is kept what became of a page."""


class Delivery(StrEnum):
    """What became of a page. Dropped: it was not true any more before it could be sent."""

    DUE = "due"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Page:
    """A row, about a case or, where that is empty, about an `entry` of the audit.

    `urgency` is 4 critical .. 0 none; `outcome` is a code of the last try.
    """

    id: str
    case: str
    destination: str
    reason: str
    urgency: int
    state: Delivery
    made_at: datetime
    due_at: datetime | None
    changed_at: datetime
    tries: int = 0
    outcome: str = ""
    entry: int | None = None

    @classmethod
    def from_row(cls, row: RowMapping) -> "Page":
        """The value of one row."""
        return cls(**dict(row) | {"state": Delivery(row["state"]), "case": row["case"] or ""})

    def row(self) -> dict[str, object]:
        """The same as a row."""
        fields = {column.name: getattr(self, column.name) for column in pages.columns}
        return fields | {"case": self.case or None}


def new(
    case: str, destination: str, reason: str, *, urgency: int, now: datetime, entry: int | None = None
) -> Page:
    """A page that is to go now; one about an entry of the audit has no case."""
    name = secrets.token_hex(16)
    return Page(name, case, destination, reason, urgency, Delivery.DUE, now, now, now, entry=entry)


async def add(tx: Transaction, page: Page, *, instead_of: Collection[str] = (), now: datetime) -> None:
    """Add a page; one for these reasons that has not reached the same destination yet would be old news."""
    if instead_of:
        await drop(tx, page.case, instead_of, now=now, destination=page.destination)
    await tx.execute(insert(pages), page.row())


async def drop(
    tx: Transaction, case: str, reasons: Collection[str], *, now: datetime, destination: str | None = None
) -> None:
    """Send no more what is not true any more."""
    left = update(pages).where(
        pages.c.case == case, pages.c.state == Delivery.DUE, pages.c.reason.in_(list(reasons))
    )
    if destination is not None:
        left = left.where(pages.c.destination == destination)
    await tx.execute(left.values(state=Delivery.DROPPED, due_at=None, changed_at=now))


async def any_due(tx: Transaction, *, now: datetime) -> bool:
    """Whether something is to be sent."""
    return (await tx.execute(select(pages.c.id).where(pages.c.due_at <= now).limit(1))).first() is not None


async def due(tx: Transaction, *, now: datetime, most: int) -> list[Page]:
    """What is to be sent now, the most urgent first; of each destination so many at most."""
    order = (pages.c.urgency.desc(), pages.c.made_at, pages.c.id)
    place = func.row_number().over(partition_by=pages.c.destination, order_by=order)
    waiting = select(pages, place.label("place")).where(pages.c.due_at <= now).subquery()
    names = [waiting.c[column.name] for column in pages.columns]
    wanted = select(*names).where(waiting.c.place <= most)
    rows = await tx.execute(wanted.order_by(waiting.c.urgency.desc(), waiting.c.made_at, waiting.c.id))
    return [Page.from_row(row) for row in rows.mappings()]


async def sent(tx: Transaction, page: Page, outcome: str, *, now: datetime) -> None:
    """It has arrived; it is never sent again."""
    await _tell(tx, page, Delivery.SENT, outcome, due_at=None, now=now)


async def missed(tx: Transaction, page: Page, outcome: str, *, again: datetime | None, now: datetime) -> bool:
    """It did not arrive; `again` is when it is tried once more, None: it is given up. False where it was dropped."""
    state = Delivery.FAILED if again is None else Delivery.DUE
    return await _tell(tx, page, state, outcome, due_at=again, now=now)


async def beside(tx: Transaction, page: Page) -> list[Page]:
    """This page, and all that went out for the same reason, about the same, since the oldest that still waits."""
    about = pages.c.case == page.case if page.case else pages.c.entry == page.entry
    rows = await tx.execute(select(pages).where(about, pages.c.reason == page.reason))
    found = [Page.from_row(row) for row in rows.mappings()]
    since = min((each.made_at for each in found if each.state is Delivery.DUE), default=page.made_at)
    return [each for each in found if each.made_at >= since]


async def _tell(
    tx: Transaction, page: Page, state: Delivery, outcome: str, *, due_at: datetime | None, now: datetime
) -> bool:
    told = {"state": state, "outcome": outcome, "due_at": due_at, "changed_at": now, "tries": page.tries + 1}
    # What was dropped while it was on its way stays dropped, unless it has arrived.
    wanted = update(pages).where(pages.c.id == page.id)
    wanted = wanted if state is Delivery.SENT else wanted.where(pages.c.state == Delivery.DUE)
    return (await tx.execute(wanted.values(**told))).rowcount > 0


async def recent(tx: Transaction, *, most: int) -> list[Page]:
    """The newest pages, newest first."""
    rows = await tx.execute(select(pages).order_by(pages.c.made_at.desc(), pages.c.id).limit(most))
    return [Page.from_row(row) for row in rows.mappings()]


async def reached(tx: Transaction) -> Mapping[str, datetime]:
    """When each destination was last reached, of those that ever were within a month."""
    last = func.max(pages.c.changed_at, type_=UtcDateTime)
    wanted = select(pages.c.destination, last).where(pages.c.state == Delivery.SENT)
    return {name: at for name, at in await tx.execute(wanted.group_by(pages.c.destination))}  # noqa: C416 - rows are no pairs to the type checker


async def stuck(tx: Transaction) -> Mapping[str, tuple[int, str]]:
    """Of each destination for which pages wait that were tried: how many, and a code of a last try."""
    wanted = select(pages.c.destination, func.count(), func.max(pages.c.outcome)).where(
        pages.c.state == Delivery.DUE, pages.c.tries > 0
    )
    found = await tx.execute(wanted.group_by(pages.c.destination))
    return {name: (count, outcome) for name, count, outcome in found}


async def forget(tx: Transaction, *, now: datetime) -> None:
    """Drop what is so old that nobody looks for it."""
    await tx.execute(delete(pages).where(pages.c.made_at < now - KEPT, pages.c.state != Delivery.DUE))
