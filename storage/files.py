"""Files: the sealed revisions of a case as rows, of which older ones go."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, tuple_

from storage.case import Put, Revision
from storage.database import Transaction
from storage.tables import revisions

# How many older files of one session and tier are kept beside the newest.
KEPT_REVISIONS = 8


async def write(tx: Transaction, new: Sequence[Revision]) -> None:
    """Add these."""
    if new:
        await tx.execute(insert(revisions), list(map(_row, new)))


async def prune(tx: Transaction, put: Put) -> None:
    """Drop old files of what is sealed again now: each file of a session, tier and class is whole, history and all."""
    if put.number <= KEPT_REVISIONS:
        return
    sealed = {(each.session, each.tier, each.recipient_class) for each in put.revisions}
    place = tuple_(revisions.c.session, revisions.c.tier, revisions.c.recipient_class)
    again = place.in_(sorted(sealed))
    old = revisions.c.number < put.number - KEPT_REVISIONS
    await tx.execute(delete(revisions).where(revisions.c.case == put.id, old, again))


def _row(revision: Revision) -> dict[str, object]:
    return {column.name: getattr(revision, column.name) for column in revisions.columns}
