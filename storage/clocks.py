"""Clocks: since when a case waits for what is due, and when the pager has to look at it. No word of anybody's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, and_, select, update

from storage import audience
from storage.case import Case, Put, State
from storage.database import Transaction, insert_or_skip
from storage.messages import OPEN, Fate
from storage.service_tables import clocks
from storage.tables import cases, messages

SECOND_ORGANISATION = "second_organisation"
"""The class of those who see a case only after the first organisation had its time."""
AT_ONCE = datetime.fromtimestamp(0, UTC)
"""A moment that has always come."""
_CRITICAL = 4


@dataclass(frozen=True, slots=True)
class Clock:
    """A row; what each moment is stands beside the table."""

    case: str
    urgency: int
    since: datetime
    free_since: datetime | None = None
    paged_at: datetime | None = None
    danger: int = -1
    danger_at: datetime | None = None
    danger_lease: datetime | None = None
    opens_at: datetime | None = None
    second_at: datetime | None = None
    look_at: datetime | None = None
    lapses_at: datetime | None = None
    due_at: datetime | None = None
    window_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What was done since a case's clocks began: its replies' states, and whether a note was left."""

    fates: frozenset[Fate] = frozenset()

    @property
    def planned(self) -> bool:
        """Whether somebody wrote a note for colleagues."""
        return Fate.KEPT in self.fates

    @property
    def waits(self) -> bool:
        """Whether a reply is on its way, and has not been told of."""
        return not self.told and bool(self.fates & {Fate.QUEUED, Fate.BLOCKED})

    @property
    def told(self) -> bool:
        """Whether the contact was told of a reply; that nobody opened it in time is not ours."""
        return bool(self.fates & {Fate.SHOWN_NOTE, Fate.READ, Fate.EXPIRED})


async def told(tx: Transaction, put: Put, known: Row[Any] | None, *, now: datetime) -> None:
    """A case was put; `known` is its row before, if there was one. New, risen or back, its clocks begin anew."""
    new = {"case": put.id, "urgency": put.urgency, "since": now, "free_since": now, "look_at": now}
    await tx.execute(insert_or_skip(tx, clocks), new)
    values: dict[str, object] = {"look_at": AT_ONCE}
    if known is None or _is_risen(put, known):
        values |= {"urgency": put.urgency, "since": now, "paged_at": None, "second_at": None}
        await audience.open_later(tx, put.id, SECOND_ORGANISATION, at=None)
    if put.revisions and put.since(put.number - 1) >= _CRITICAL:
        values |= {"danger": put.number, "danger_at": None}
    await tx.execute(update(clocks).where(clocks.c.case == put.id).values(**values))


def _is_risen(put: Put, known: Row[Any]) -> bool:
    returns = bool(put.revisions) and known.state == State.CLOSED
    return returns or put.since(known.regraded) > int(known.urgency)


async def look(tx: Transaction, case: str) -> None:
    """Something changed: the pager has to look at the case now."""
    await tx.execute(update(clocks).where(clocks.c.case == case).values(look_at=AT_ONCE))


async def any_due(tx: Transaction, *, now: datetime) -> bool:
    """Whether the pager has to look at something."""
    return (
        await tx.execute(select(clocks.c.case).where(clocks.c.look_at <= now).limit(1))
    ).first() is not None


async def due(tx: Transaction, *, now: datetime, most: int) -> list[tuple[Clock, Case]]:
    """The clocks that the pager has to look at, each with its case, which is held for this transaction."""
    names = select(clocks.c.case).where(clocks.c.look_at <= now)
    wanted = list((await tx.execute(names.order_by(clocks.c.urgency.desc()).limit(most))).scalars())
    # The case first, then its clock, as those who move a case do: and what another is moving is looked at next time.
    theirs = select(cases).where(cases.c.id.in_(wanted)).with_for_update(skip_locked=True)
    held = {row["id"]: Case.from_row(row) for row in (await tx.execute(theirs)).mappings()}
    rows = await tx.execute(select(clocks).where(clocks.c.case.in_(list(held))))
    return [(Clock(**row), held[row["case"]]) for row in rows.mappings()]


async def save(tx: Transaction, clock: Clock) -> None:
    """Write a clock that was looked at; the second organisation sees the case since its `second_at`."""
    await audience.open_later(tx, clock.case, SECOND_ORGANISATION, at=clock.second_at)
    values = asdict(clock)
    await tx.execute(update(clocks).where(clocks.c.case == values.pop("case")).values(**values))


async def of_cases(tx: Transaction, names: Sequence[str]) -> Mapping[str, tuple[Clock, Done]]:
    """The clocks of some cases, and what was done since they began."""
    rows = (await tx.execute(select(clocks).where(clocks.c.case.in_(names)))).mappings()
    found = [Clock(**row) for row in rows]
    done = await done_since(tx, [each.case for each in found])
    return {each.case: (each, done.get(each.case, Done())) for each in found}


async def done_since(tx: Transaction, names: Iterable[str]) -> Mapping[str, Done]:
    """What was done in each of these cases since its clocks began."""
    known = (*OPEN, Fate.READ, Fate.EXPIRED, Fate.KEPT)
    wanted = (
        select(messages.c.case, messages.c.state)
        .join(clocks, and_(clocks.c.case == messages.c.case, messages.c.made_at >= clocks.c.since))
        .where(messages.c.case.in_(list(names)), messages.c.state.in_(known))
        .distinct()
    )
    fates: dict[str, set[Fate]] = {}
    for case, state in await tx.execute(wanted):
        fates.setdefault(case, set()).add(Fate(state))
    return {case: Done(frozenset(each)) for case, each in fates.items()}


def is_free(case: Case, now: datetime) -> bool:
    """Whether anybody may take it."""
    lapsed = case.state is State.CLAIMED and case.lease_until is not None and case.lease_until <= now
    return case.state is State.WAITING or lapsed
