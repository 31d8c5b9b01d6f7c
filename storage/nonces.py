"""Nonces of signed requests, remembered as long as their signature could still be accepted."""

from datetime import datetime

from sqlalchemy import delete

from storage.database import Transaction, insert_or_skip
from storage.tables import nonces


async def remember(tx: Transaction, key: str, nonce: str, *, now: datetime) -> bool:
    """False when this nonce was used before."""
    added = await tx.execute(insert_or_skip(tx, nonces), {"key": key, "nonce": nonce, "seen_at": now})
    return added.rowcount == 1


async def forget(tx: Transaction, *, seen_before: datetime) -> None:
    """Drop nonces whose signatures have aged out."""
    await tx.execute(delete(nonces).where(nonces.c.seen_at < seen_before))
