"""A queue to test: cases that are put into it, taken from it and looked at."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from storage import cases, handover
from storage.audience import OWN, Reader
from storage.case import Case, Put, Revision
from storage.claims import ANYBODY, Taker
from storage.database import Database, Transaction

ORGANISATION = "organisation"
OURS = Reader("rosa", (OWN,), datetime(2999, 1, 1, tzinfo=UTC))
"""Whoever looks later than everything here."""


def put(
    case: str,
    now: datetime,
    *,
    urgency: int = 1,
    rank: int = 0,
    number: int = 0,
    flow: str = "victim",
    language: str = "es",
    news: tuple[tuple[int, int], ...] = (),
) -> Put:
    """A case with one sealed file."""
    return Put(
        id=case,
        conversation=f"conversation-{case}",
        urgency=urgency,
        rank=rank,
        classes=(ORGANISATION,),
        flow=flow,
        language=language,
        number=number,
        revisions=(Revision(case, number, "core", ORGANISATION, b"boxed", now, "session"),),
        news=news,
    )


async def fill(database: Database, now: datetime, *puts: Put) -> None:
    """Put cases in the queue."""
    async with database.write() as tx:
        await cases.put(tx, puts, now=now)


def leases(now: datetime) -> Mapping[int, datetime]:
    """An hour for each urgency."""
    return {urgency: now + timedelta(hours=1) for urgency in range(5)}


async def take(
    database: Database,
    responder: str,
    now: datetime,
    reader: Reader = OURS,
    taker: Taker = ANYBODY,
) -> Case | None:
    """Claim the next case."""
    async with database.write() as tx:
        return await cases.claim_next(
            tx,
            responder=responder,
            reader=reader,
            now=now,
            leases=leases(now),
            taker=taker,
        )


async def find(database: Database, case: str) -> Case:
    """A case as it is now."""
    async with database.read() as tx:
        return await cases.find(tx, case, reader=OURS)


async def opened(tx: Transaction, case: str) -> Case:
    """A case that its holder has read to the end."""
    await cases.mark_opened(tx, await cases.find(tx, case, reader=OURS))
    return await cases.find(tx, case, reader=OURS, to_move=True)


async def to_move(tx: Transaction, case: str) -> Case:
    """A case, held for this transaction."""
    return await cases.find(tx, case, reader=OURS, to_move=True)


async def offer(database: Database, case: str, now: datetime, *, by: str, to: str) -> Case:
    """A holder offers a case."""
    async with database.write() as tx:
        return await handover.offer(tx, await to_move(tx, case), to=to, responder=by, now=now)


async def accept(
    database: Database, case: str, responder: str, now: datetime, *, most: int | None = None
) -> Case:
    """A responder takes what was offered to them."""
    async with database.write() as tx:
        found = await to_move(tx, case)
        return await handover.accept(tx, found, responder=responder, now=now, leases=leases(now), most=most)


async def close(database: Database, case: str, responder: str, now: datetime) -> Case:
    """The holder has read a case and closes it."""
    async with database.write() as tx:
        found = await opened(tx, case)
        return await cases.close(tx, found, responder=responder, now=now, outcome="helped")
