"""The audit's rows: appended one after the other, each linked to the one before, never changed.

Whoever appends locks the head until the end of their transaction, so that a chain never forks; append last in it.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, select, update

from storage.audit_tables import audit, audit_end, audit_heads, audit_looks
from storage.database import Database, Transaction, insert_or_replace, insert_or_skip

STEP = timedelta(minutes=10)
"""For so long looks that repeat are counted and not written down one by one."""
_ROW = 1
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One entry. `at` is kept in milliseconds, `facts` are a small JSON object, hashes are 64 hex digits."""

    number: int
    at: datetime
    who: str
    act: str
    case: str
    facts: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Look:
    """Looks of one kind since a moment: how many more there were than the one that was written down."""

    who: str
    act: str
    case: str
    since: datetime
    more: int


async def append(tx: Transaction, make: Callable[[int, str], Row]) -> int:
    """Add what `make` gives for the next number and the hash before it; that number."""
    number, previous = await end(tx, to_append=True)
    row = make(number + 1, previous)
    await tx.execute(insert(audit), _values(row))
    moved = update(audit_end).where(audit_end.c.id == _ROW)
    await tx.execute(moved.values(number=row.number, hash=row.hash))
    return row.number


async def end(tx: Transaction, *, to_append: bool = False) -> tuple[int, str]:
    """The last number and its hash; `to_append` keeps everybody else from appending until the transaction ends."""
    found = select(audit_end.c.number, audit_end.c.hash).where(audit_end.c.id == _ROW)
    row = (await tx.execute(found.with_for_update() if to_append else found)).one()
    return row.number, row.hash


def _values(row: Row) -> dict[str, object]:
    return {column.name: getattr(row, column.name) for column in audit.columns}


async def look(tx: Transaction, who: str, act: str, case: str, *, now: datetime) -> Look | None:
    """Count a look. None: that is all. Otherwise it has to be written down, with the `more` of the step before."""
    key = _key(who, act, case)
    counted = update(audit_looks).where(*key, audit_looks.c.since > now - STEP)
    if (await tx.execute(counted.values(more=audit_looks.c.more + 1))).rowcount:
        return None
    found = select(audit_looks.c.since, audit_looks.c.more).where(*key).with_for_update()
    before = (await tx.execute(found)).first()
    fresh = {"who": who, "act": act, "case": case, "since": now, "more": 0}
    await tx.execute(insert_or_replace(tx, audit_looks, "since", "more"), fresh)
    return Look(who, act, case, *(before or (now, 0)))


async def looks_over(tx: Transaction, *, now: datetime) -> list[Look]:
    """Take what was counted until a step ago; each with more than none has to be written down."""
    old = delete(audit_looks).where(audit_looks.c.since <= now - STEP)
    return [Look(*row) for row in await tx.execute(old.returning(*audit_looks.c)) if row.more]


def _key(who: str, act: str, case: str) -> tuple[ColumnElement[bool], ...]:
    return audit_looks.c.who == who, audit_looks.c.act == act, audit_looks.c.case == case


async def rows(database: Database, *, after: int = 0) -> AsyncIterator[Row]:
    """Every row behind a number, in their order, a page at a time: nobody who appends waits for a reader."""
    while True:
        wanted = select(audit).where(audit.c.number > after).order_by(audit.c.number).limit(_PAGE)
        async with database.read() as tx:
            page = [Row(*row) for row in await tx.execute(wanted)]
        for row in page:
            yield row
        if len(page) < _PAGE:
            return
        after = page[-1].number


async def done_by(
    tx: Transaction, who: str, *, acts: Sequence[str], since: datetime | None = None
) -> list[Row]:
    """What somebody did of some kinds, oldest first."""
    wanted = select(audit).where(audit.c.who == who, audit.c.act.in_(acts)).order_by(audit.c.number)
    if since is not None:
        wanted = wanted.where(audit.c.at >= since)
    return [Row(*row) for row in await tx.execute(wanted)]


async def done(tx: Transaction, act: str) -> list[Row]:
    """What was done of one kind, by whomever, oldest first."""
    wanted = select(audit).where(audit.c.act == act).order_by(audit.c.number)
    return [Row(*row) for row in await tx.execute(wanted)]


async def doers(tx: Transaction, *, acts: Sequence[str], since: datetime) -> list[str]:
    """Who did something of some kinds since a moment."""
    wanted = select(audit.c.who).where(audit.c.act.in_(acts), audit.c.at >= since).distinct()
    return [who for (who,) in await tx.execute(wanted.order_by(audit.c.who))]


async def keep_head(tx: Transaction, number: int, document: bytes, *, now: datetime) -> None:
    """Keep a signed head; the first one of a number stays."""
    await tx.execute(
        insert_or_skip(tx, audit_heads), {"number": number, "made_at": now, "document": document}
    )


async def heads(tx: Transaction) -> list[bytes]:
    """Every signed head, oldest first."""
    return [row for (row,) in await tx.execute(select(audit_heads.c.document).order_by(audit_heads.c.number))]


async def last_signed(tx: Transaction) -> datetime | None:
    """When a head was signed last."""
    wanted = select(audit_heads.c.made_at).order_by(audit_heads.c.made_at.desc()).limit(1)
    return (await tx.execute(wanted)).scalar()
