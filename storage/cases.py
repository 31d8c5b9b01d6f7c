"""The queue: cases with a small header, their sealed revisions, and claims that are leases.

Moves: put -> waiting; claim: waiting -> claimed; renew, regrade; release, lapse: claimed -> waiting; close: claimed ->
closed; an amendment to a closed case reopens it. handover.py and closed.py have the others; QUEUE.md draws them all.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Row,
    and_,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from storage import attachments, audience, claims, clocks, files, regrades
from storage.audience import Reader
from storage.case import (
    CRITICAL,
    Case,
    CaseUnknownError,
    LoadFullError,
    NotHolderError,
    NotWaitingError,
    Put,
    ReadsOnlyError,
    Regrade,
    Revision,
    State,
    UnreadError,
)
from storage.claims import ANYBODY, Taker
from storage.database import Transaction
from storage.tables import cases, revisions

_known = select(cases.c.urgency, cases.c.urgency_from, cases.c.regraded, cases.c.state, cases.c.classes)
_rise = (
    update(cases)
    .where(cases.c.id == bindparam("b_id"))
    .values(
        urgency=bindparam("b_urgency"),
        urgency_from=bindparam("b_urgency_from"),
        rank=bindparam("b_rank"),
        classes=bindparam("b_classes"),
        flow=bindparam("b_flow"),
        language=bindparam("b_language"),
        amended=bindparam("b_amended"),
    )
)
_reopen = (
    update(cases)
    .where(cases.c.id == bindparam("b_id"), cases.c.state == State.CLOSED)
    .values(state=State.WAITING, holder=None, lease_until=None, closed_at=None, outcome=None)
)


async def put(tx: Transaction, puts: Sequence[Put], *, now: datetime) -> None:
    """Put new cases in the queue and amend known ones; an amended case only rises, and a closed one reopens."""
    rows: list[Revision] = []
    for each in puts:
        if each.withdrawn:
            # What an earlier one of these added is taken away too.
            await files.write(tx, rows)
            rows = []
            await audience.take_away(tx, each.id, each.withdrawn)
        row = (await tx.execute(_known.where(cases.c.id == each.id).with_for_update())).first()
        if row is None:
            await tx.execute(insert(cases), _first(each, now))
            await audience.open_to(tx, each.id, [audience.OWN, *each.audience], now=now)
        else:
            await tx.execute(_rise, _next(each, row))
            if each.audience and (each.withdrawn or " ".join(each.classes) != row.classes):
                await audience.open_to(tx, each.id, each.audience, now=now)
            if each.revisions:
                await tx.execute(_reopen, {"b_id": each.id})
        await clocks.told(tx, each, row, now=now)
        await files.prune(tx, each)
        await attachments.release(tx, each.attachments, case=each.id, now=now)
        rows.extend(each.revisions)
    await files.write(tx, rows)


def _first(put: Put, now: datetime) -> dict[str, object]:
    return {
        "id": put.id,
        "conversation": put.conversation,
        "urgency": put.urgency,
        "urgency_from": "answers",
        "rank": put.rank,
        "classes": " ".join(put.classes),
        "flow": put.flow,
        "language": put.language,
        "received_at": now,
        "state": State.WAITING,
        "amended": put.number,
        "opened": -1,
        "relay_open": True,
    }


def _next(put: Put, known: Row[Any]) -> dict[str, object]:
    given = put.since(known.regraded)
    return {
        "b_id": put.id,
        "b_urgency": max(given, known.urgency),
        "b_urgency_from": "answers" if given > known.urgency else known.urgency_from,
        "b_rank": put.rank,
        "b_classes": " ".join(put.classes),
        "b_flow": put.flow,
        "b_language": put.language,
        "b_amended": put.number,
    }


async def queue(tx: Transaction, *, reader: Reader, most: int) -> list[Case]:
    """Cases that are not closed, in the order in which they should be taken."""
    wanted = audience.seen_by(reader).where(cases.c.state != State.CLOSED)
    rows = await tx.execute(wanted.order_by(cases.c.urgency.desc(), cases.c.rank).limit(most))
    return [Case.from_row(row) for row in rows.mappings()]


async def find(tx: Transaction, case: str, *, reader: Reader, to_move: bool = False) -> Case:
    """One case, or CaseUnknownError, which does not tell whether it exists for others.

    `to_move`: held for this transaction, so that nothing changes between the look and the move.
    """
    wanted = audience.seen_by(reader).where(cases.c.id == case)
    locked = wanted.with_for_update(of=cases) if to_move else wanted
    row = (await tx.execute(locked)).mappings().first()
    if row is None:
        raise CaseUnknownError
    return Case.from_row(row)


async def claim_next(
    tx: Transaction,
    *,
    responder: str,
    reader: Reader,
    now: datetime,
    leases: Mapping[int, datetime],
    taker: Taker = ANYBODY,
) -> Case | None:
    """The waiting case that comes first for `responder`, held by them now; None when nothing waits.

    `leases`: urgency -> when a claim made now ends. A case whose lease has lapsed waits again. LoadFullError where
    they hold as many as one may, and something waits that is not critical. ReadsOnlyError for a partner.
    """
    if not reader.moves:
        raise ReadsOnlyError
    full = await claims.is_full(tx, responder, most=taker.most, now=now)
    waiting = claims.next_for(responder, taker, reader, now=now)
    first = waiting.where(cases.c.urgency >= CRITICAL) if full else waiting
    row = (await tx.execute(select(cases).where(cases.c.id == first.scalar_subquery()))).mappings().first()
    if row is not None:
        return await claims.hold(tx, Case.from_row(row), responder, leases)
    if full and (await tx.execute(waiting)).first() is not None:
        raise LoadFullError
    return None


async def claim(
    tx: Transaction,
    case: Case,
    *,
    responder: str,
    now: datetime,
    leases: Mapping[int, datetime],
    most: int | None = None,
) -> Case:
    """This case, now held by `responder`; NotWaitingError when another holds it, ReadsOnlyError for a partner."""
    if case.read_as not in audience.MOVERS:
        raise ReadsOnlyError
    if case.held_by(responder, now):
        return await renew(tx, case, responder=responder, now=now, leases=leases)
    locked = select(cases).where(cases.c.id == case.id, claims.takeable(now)).with_for_update()
    row = (await tx.execute(locked)).mappings().first()
    if row is None:
        raise NotWaitingError
    found = Case.from_row(row)
    await claims.check_load(tx, found, responder=responder, most=most, now=now)
    return await claims.hold(tx, found, responder, leases)


async def renew(
    tx: Transaction, case: Case, *, responder: str, now: datetime, leases: Mapping[int, datetime]
) -> Case:
    """The same claim, with a later end; NotHolderError when it has lapsed or is another's."""
    if not case.held_by(responder, now):
        raise NotHolderError
    return await claims.write(tx, case.id, {"lease_until": leases[case.urgency]})


async def regrade(
    tx: Transaction,
    case: Case,
    new: Regrade,
    *,
    responder: str,
    now: datetime,
    leases: Mapping[int, datetime],
) -> Case:
    """The urgency that the holder gives, with a lease as long as that has; the reason is added to those before.

    UnreadError when it was given on another state of the case, and when it lowers a case of which something is unread.
    """
    if not case.held_by(responder, now):
        raise NotHolderError
    made = len(await regrades.of_case(tx, case.id, recipient_class=new.recipient_class))
    unread = new.after < case.urgency and case.opened < case.amended
    if unread or (new.before, new.number) != (case.urgency, made):
        raise UnreadError
    await regrades.add(tx, new)
    given = {"urgency": new.after, "urgency_from": "responder", "regraded": case.amended}
    return await claims.write(tx, case.id, given | {"lease_until": leases[new.after]})


async def release(tx: Transaction, case: Case, *, responder: str, now: datetime) -> Case:
    """Back to waiting."""
    if not case.held_by(responder, now):
        raise NotHolderError
    return await claims.write(tx, case.id, claims.FREE)


async def close(tx: Transaction, case: Case, *, responder: str, now: datetime, outcome: str) -> Case:
    """Closed, with how it ended; the holder stays on record. UnreadError while something of it is unread."""
    if not case.held_by(responder, now):
        raise NotHolderError
    if case.opened < case.amended:
        raise UnreadError
    closed = {"state": State.CLOSED, "lease_until": None, "offered_to": None}
    return await claims.write(tx, case.id, closed | {"closed_at": now, "outcome": outcome})


async def mark_opened(tx: Transaction, case: Case) -> None:
    """The holder was given every file up to the newest; of a closed case nothing is noted."""
    claimed = update(cases).where(cases.c.id == case.id, cases.c.state == State.CLAIMED)
    await tx.execute(claimed.values(opened=case.amended))


async def sealed(tx: Transaction, case: str, *, recipient_class: str) -> list[Revision]:
    """Every sealed file of a case for one class, oldest first."""
    wanted = select(revisions).where(revisions.c.case == case, revisions.c.recipient_class == recipient_class)
    return [Revision(*row) for row in await tx.execute(wanted.order_by(revisions.c.number, revisions.c.tier))]


async def purge(tx: Transaction, *, closed_before: datetime, most: int) -> list[str]:
    """Delete some cases that have been closed for long enough, with all their files; which these were."""
    old = and_(cases.c.state == State.CLOSED, cases.c.closed_at < closed_before)
    some = select(cases.c.id).where(old).limit(most).scalar_subquery()
    gone = await tx.execute(delete(cases).where(cases.c.id.in_(some)).returning(cases.c.id))
    return [case for (case,) in gone]


async def remove(tx: Transaction, beginning: str) -> tuple[str, str]:
    """Delete the one case whose id begins so, with all its files; its id and conversation. CaseUnknownError."""
    found = await tx.execute(
        select(cases.c.id).where(cases.c.id.startswith(beginning, autoescape=True)).limit(2)
    )
    ids = [case for (case,) in found]
    if len(ids) != 1:
        raise CaseUnknownError
    gone = await tx.execute(delete(cases).where(cases.c.id == ids[0]).returning(cases.c.conversation))
    return ids[0], gone.scalar_one()
