"""Files of cases that a responder has sealed again: beside the one before for a week, then in its place.

For that week a reader is given both, so that a file that was sealed badly, or by somebody who wanted it gone, is
noticed while there is another. Then the former goes, and with it what an old key could open.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, delete, insert, or_, select, update

from storage import audience, cases
from storage.audience import Reader
from storage.case import Case, Revision, State
from storage.database import Transaction
from storage.people_tables import rewraps
from storage.tables import cases as queue
from storage.tables import revisions

_KEY = ("case", "number", "tier", "recipient_class")


def _is(table: Table, key: object) -> ColumnElement[bool]:
    """The row of this table with the key of a revision, or of another row."""
    return and_(*(table.c[name] == getattr(key, name) for name in _KEY))


async def put(tx: Transaction, again: Iterable[Revision], *, now: datetime) -> int:
    """Keep files that were sealed again, each for a revision that there is; how many those were."""
    count = 0
    for each in again:
        known = select(revisions.c.number).where(_is(revisions, each))
        if (await tx.execute(known)).first() is None:
            continue
        await tx.execute(delete(rewraps).where(_is(rewraps, each)))
        row = {name: getattr(each, name) for name in _KEY}
        await tx.execute(insert(rewraps), {**row, "body": each.body, "made_at": now})
        count += 1
    return count


async def sealed(tx: Transaction, case: str, *, recipient_class: str) -> list[Revision]:
    """Every sealed file of a case for one class, oldest first; the former and the newer where there are two."""
    first = await cases.sealed(tx, case, recipient_class=recipient_class)
    sessions = {(each.number, each.tier): each.session for each in first}
    wanted = select(rewraps).where(rewraps.c.case == case, rewraps.c.recipient_class == recipient_class)
    again = [
        Revision(
            case, row.number, row.tier, recipient_class, row.body, row.made_at, sessions[row.number, row.tier]
        )
        for row in await tx.execute(wanted)
        if (row.number, row.tier) in sessions
    ]
    return sorted([*first, *again], key=lambda each: (each.number, each.tier, each.sealed_at))


async def open_to(
    tx: Transaction, *, reader: Reader, here: Iterable[str], now: datetime, most: int
) -> list[Case]:
    """Cases that this responder may seal again: see `may_rewrap`. `here`: cards that are in force."""
    others = [card for card in here if card != reader.card]
    lapsed = and_(queue.c.state == State.CLAIMED, queue.c.lease_until <= now)
    free = or_(queue.c.state == State.WAITING, lapsed, queue.c.holder.not_in(others))
    wanted = audience.seen_by(reader).where(free)
    rows = await tx.execute(wanted.order_by(queue.c.urgency.desc(), queue.c.rank).limit(most))
    return [Case.from_row(row) for row in rows.mappings()]


def may_rewrap(case: Case, *, responder: str, here: Iterable[str], now: datetime) -> bool:
    """Whether they may seal it again: it waits, it is theirs, or whoever holds or closed it is out."""
    lapsed = case.state is State.CLAIMED and (case.lease_until or now) <= now
    return case.state is State.WAITING or lapsed or case.holder == responder or case.holder not in set(here)


async def settle(tx: Transaction, *, made_before: datetime, most: int) -> int:
    """Put files that were sealed again long enough ago in the place of the former; how many."""
    old = select(rewraps).where(rewraps.c.made_at < made_before).limit(most)
    rows = (await tx.execute(old)).all()
    for row in rows:
        await tx.execute(update(revisions).where(_is(revisions, row)).values(body=row.body))
        await tx.execute(delete(rewraps).where(_is(rewraps, row)))
    return len(rows)
