"""Sealing again what lies under an older key of the server's: which columns those are, and in bounded batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, LargeBinary, Row, func, select, tuple_, update

from storage.box import KEY_ID_BYTES, Box, Spot
from storage.database import Transaction
from storage.extract_tables import linkage
from storage.people_tables import countersignatures, lifts, roster_changes, suspensions
from storage.tables import conversations, flows, inbox


@dataclass(frozen=True, slots=True)
class Closed:
    """A column that the server's keys close. `names`: what its spot calls the row by, parted by strokes."""

    column: Column[bytes]
    names: tuple[Column[Any], ...]

    def spot(self, row: Row[Any]) -> Spot:
        """Where the value of this row lies."""
        name = "/".join(str(row._mapping[each]) for each in self.names)  # noqa: SLF001 - SQLAlchemy's public name for it
        return Spot(self.column.table.name, name, self.column.name)

    @property
    def key(self) -> tuple[Column[Any], ...]:
        """The columns of the table's primary key."""
        return tuple(self.column.table.primary_key)

    def under(self, keys: Sequence[bytes]) -> ColumnElement[bool]:
        """Whether a row is closed by one of these keys: the id stands in front."""
        return func.substr(self.column, 1, KEY_ID_BYTES, type_=LargeBinary).in_(keys)


ROSTER_LOG = Closed(roster_changes.c.body, (roster_changes.c.number,))
CLOSED = (
    ROSTER_LOG,
    Closed(conversations.c.data_key, (conversations.c.id,)),
    Closed(inbox.c.body, (inbox.c.source, inbox.c.number)),
    Closed(flows.c.body, (flows.c.revision,)),
    Closed(countersignatures.c.body, tuple(countersignatures.primary_key)),
    Closed(suspensions.c.body, (suspensions.c.card,)),
    Closed(lifts.c.body, (lifts.c.card,)),
    Closed(linkage.c.body, (linkage.c.number, linkage.c.serial)),
)
"""Everything under the keyring. Whatever else is sealed lies under a conversation's data key, which is among these."""


async def left(tx: Transaction, closed: Closed, box: Box) -> int:
    """How many rows an older key closes."""
    found = await tx.execute(
        select(func.count()).where(closed.under(box.older)).select_from(closed.column.table)
    )
    return int(found.scalar_one())


async def reseal(
    tx: Transaction, closed: Closed, box: Box, *, after: Sequence[Any], most: int | None
) -> Sequence[Sequence[Any]]:
    """Seal rows again under the newest key: up to `most` (None: all) beyond the primary key `after` (empty: the first).

    Returns their primary keys, in order. Raises BoxError for one that does not open; then nothing of the batch is kept.
    """
    wanted = (
        select(*closed.key, closed.column).where(closed.under(box.older)).order_by(*closed.key).limit(most)
    )
    if after:
        wanted = wanted.where(tuple_(*closed.key) > tuple_(*after))
    rows = (await tx.execute(wanted)).all()
    for row in rows:
        sealed, spot = row[-1], closed.spot(row)
        # What was erased or changed meanwhile stays so.
        same = [each == value for each, value in zip((*closed.key, closed.column), row, strict=True)]
        again = box.seal(box.open(sealed, spot), spot)
        await tx.execute(update(closed.column.table).where(*same).values({closed.column: again}))
    return [tuple(row)[:-1] for row in rows]
