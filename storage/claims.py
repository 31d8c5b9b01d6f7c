"""Claims: which case comes next for whom, how many one responder may hold, and what a claim writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select, update

from storage import audience, clocks
from storage.case import CRITICAL, Case, LoadFullError, State
from storage.database import Transaction
from storage.tables import cases, duty

HELD_FOR_A_READER = timedelta(minutes=2)
"""How long a case is left to those who read its language, where one of them is there."""
LANGUAGE_COUNTS = timedelta(minutes=30)
"""How long a language goes before the rank among cases of one urgency; two minutes where that is critical."""


@dataclass(frozen=True, slots=True)
class Taker:
    """Who asks for a case: what they read, what colleagues read who are there now, and how much one may hold.

    Languages are codes such as `zh`, which reads `zh_Hans` as well. Without any, language counts for nothing.
    """

    languages: tuple[str, ...] = ()
    colleagues: tuple[str, ...] = ()
    most: int | None = None


ANYBODY = Taker()
FREE = {"state": State.WAITING, "holder": None, "lease_until": None, "offered_to": None}
"""What a case says of its holder when it waits and nobody is looked for in particular."""


def next_for(responder: str, taker: Taker, reader: audience.Reader, *, now: datetime) -> Select[tuple[str]]:
    """The id of the case that comes next, which the statement locks.

    The most urgent first; inside an urgency what was offered to them, then what they read, then the lowest rank.
    """
    return (
        select(cases.c.id)
        .where(audience.reads(reader).in_(audience.MOVERS), takeable(now))
        .order_by(*_order(responder, taker, now))
        .limit(1)
        # PostgreSQL passes over what another claimer is taking; SQLite has one writer and drops the clause.
        .with_for_update(skip_locked=True)
    )


def _order(responder: str, taker: Taker, now: datetime) -> list[ColumnElement[object]]:
    offered = case((cases.c.offered_to == responder, 0), else_=1)
    order: list[ColumnElement[object]] = [cases.c.urgency.desc(), offered, cases.c.rank]
    if not taker.languages:
        return order
    foreign = not_(or_(cases.c.language == "", _is_one_of(taker.languages)))
    fresh = cases.c.received_at > now - HELD_FOR_A_READER
    recent = and_(cases.c.urgency < CRITICAL, cases.c.received_at > now - LANGUAGE_COUNTS)
    order.insert(2, case((and_(foreign, or_(fresh, recent)), 1), else_=0))
    if taker.colleagues:
        left_to_them = and_(foreign, fresh, _is_one_of(taker.colleagues))
        order.insert(0, case((left_to_them, 1), else_=0))
    return order


def _is_one_of(languages: Sequence[str]) -> ColumnElement[bool]:
    """Whether a case is in one of these, or in a script or country of one."""
    wider = (cases.c.language.startswith(f"{each}_", autoescape=True) for each in languages)
    return or_(cases.c.language.in_(languages), *wider)


def takeable(now: datetime) -> ColumnElement[bool]:
    """Whether a case waits, or its claim has lapsed."""
    lapsed = and_(cases.c.state == State.CLAIMED, cases.c.lease_until <= now)
    return or_(cases.c.state == State.WAITING, lapsed)


def held_by(responder: str, now: datetime) -> ColumnElement[bool]:
    """Whether this responder holds a claim that has not lapsed."""
    return and_(cases.c.state == State.CLAIMED, cases.c.holder == responder, cases.c.lease_until > now)


async def is_full(tx: Transaction, responder: str, *, most: int | None, now: datetime) -> bool:
    """Whether they hold as many cases as one may."""
    if most is None:
        return False
    # On PostgreSQL two requests of one responder at once are counted one after the other.
    await tx.execute(select(duty.c.card).where(duty.c.card == responder).with_for_update())
    held = await tx.execute(select(func.count()).select_from(cases).where(held_by(responder, now)))
    return bool(held.scalar_one() >= most)


async def check_load(
    tx: Transaction, found: Case, *, responder: str, most: int | None, now: datetime
) -> None:
    """LoadFullError where they hold as many as one may, and this one is not critical."""
    if found.urgency < CRITICAL and await is_full(tx, responder, most=most, now=now):
        raise LoadFullError


async def hold(tx: Transaction, found: Case, responder: str, leases: Mapping[int, datetime]) -> Case:
    """A claim of this responder from now on; an offer of the one before has come to its end."""
    # What somebody else has opened, this holder has not.
    opened = found.opened if found.holder == responder else -1
    held = {"state": State.CLAIMED, "holder": responder, "opened": opened, "offered_to": None}
    return await write(tx, found.id, held | {"lease_until": leases[found.urgency]})


async def write(tx: Transaction, name: str, values: Mapping[str, object]) -> Case:
    """Change the row of one case, which its caller has looked at under a lock; the pager looks at it too."""
    await clocks.look(tx, name)
    moved = await tx.execute(update(cases).where(cases.c.id == name).values(**values).returning(cases))
    return Case.from_row(moved.mappings().one())
