"""People who open cases, as rows: the roster's changes, yeses to the next one, and keys that were stopped.

Bodies are sealed under the keyring by whoever writes them; who they are about stands beside them as a card's id.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from storage import claims, clocks
from storage.case import State
from storage.database import Transaction, insert_or_skip
from storage.messages import BEFORE, Fate, Message, Told, of_author, tell
from storage.people_tables import countersignatures, lifts, roster_changes, suspensions
from storage.tables import cases


@dataclass(frozen=True, slots=True)
class Yes:
    """A countersignature of the change with this number: of what kind, about whom, and whose it is."""

    number: int
    kind: str
    card: str
    by: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Stop:
    """A key that is stopped, with the yeses of those who would let it go."""

    card: str
    body: bytes = field(repr=False)
    lifts: tuple[bytes, ...] = field(repr=False)


async def changes(tx: Transaction, *, after: int = -1) -> list[tuple[int, bytes]]:
    """The log of the roster beyond this number: number and sealed body, oldest first."""
    wanted = select(roster_changes.c.number, roster_changes.c.body).where(roster_changes.c.number > after)
    return [(number, body) for number, body in await tx.execute(wanted.order_by(roster_changes.c.number))]


async def append(tx: Transaction, number: int, body: bytes, *, now: datetime) -> bool:
    """Add the next change; yeses to any other next one are void with it. False where another came first."""
    row = {"number": number, "body": body, "made_at": now}
    added = await tx.execute(insert_or_skip(tx, roster_changes), row)
    if added.rowcount == 1:
        await tx.execute(delete(countersignatures).where(countersignatures.c.number <= number))
    return added.rowcount == 1


async def agree(tx: Transaction, new: Yes) -> None:
    """Keep a yes; a second one of the same person changes nothing."""
    row = {column.name: getattr(new, column.name) for column in countersignatures.columns}
    await tx.execute(insert_or_skip(tx, countersignatures), row)


async def agreed(tx: Transaction, number: int) -> list[Yes]:
    """Every yes to a change that would have this number."""
    wanted = select(countersignatures).where(countersignatures.c.number == number)
    return [Yes(*row) for row in await tx.execute(wanted.order_by(countersignatures.c.by))]


async def stopped(tx: Transaction) -> frozenset[str]:
    """Cards whose keys are stopped."""
    return frozenset(card for (card,) in await tx.execute(select(suspensions.c.card)))


async def stops(tx: Transaction) -> list[Stop]:
    """Every stopped key with what is known of it."""
    yeses: dict[str, list[bytes]] = {}
    for card, body in await tx.execute(select(lifts.c.card, lifts.c.body).order_by(lifts.c.by)):
        yeses.setdefault(card, []).append(body)
    wanted = select(suspensions.c.card, suspensions.c.body).order_by(suspensions.c.made_at)
    return [Stop(card, body, tuple(yeses.get(card, ()))) for card, body in await tx.execute(wanted)]


async def stop(tx: Transaction, card: str, body: bytes, *, now: datetime) -> Sequence[Message]:
    """Stop a key: its cases wait again, and what it wrote and nobody has read is frozen. Those messages.

    A second stop of the same key changes nothing of the first.
    """
    await tx.execute(insert_or_skip(tx, suspensions), {"card": card, "body": body, "made_at": now})
    held = (cases.c.holder == card, cases.c.state == State.CLAIMED)
    freed = await tx.execute(update(cases).where(*held).values(**claims.FREE).returning(cases.c.id))
    for (case,) in freed.all():
        await clocks.look(tx, case)
    await tx.execute(update(cases).where(cases.c.offered_to == card).values(offered_to=None))
    frozen = await of_author(tx, card, BEFORE[Fate.FROZEN])
    await tell(tx, [Told(each.id, Fate.FROZEN) for each in frozen], now=now)
    return frozen


async def would_lift(tx: Transaction, card: str, by: str, body: bytes) -> None:
    """Keep a yes to letting a stopped key go; a newer one of the same person replaces it."""
    await tx.execute(delete(lifts).where(lifts.c.card == card, lifts.c.by == by))
    await tx.execute(insert(lifts), {"card": card, "by": by, "body": body})


async def lift(tx: Transaction, card: str) -> None:
    """Let a stopped key go. What was frozen stays so: whoever wrote it writes again."""
    await tx.execute(delete(suspensions).where(suspensions.c.card == card))
