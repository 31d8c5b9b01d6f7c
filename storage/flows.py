"""The revisions of flows that conversations are on, with their translations."""

from collections.abc import Mapping

from sqlalchemy import select

from storage.database import Transaction, insert_or_skip
from storage.tables import flows


async def keep(tx: Transaction, revision: str, body: bytes) -> None:
    """Keep a revision; the same revision is the same bytes."""
    await tx.execute(insert_or_skip(tx, flows), {"revision": revision, "body": body})


async def kept(tx: Transaction) -> Mapping[str, bytes]:
    """Every kept revision."""
    rows = await tx.execute(select(flows.c.revision, flows.c.body))
    return {row.revision: row.body for row in rows}
