"""Counts of what is in the database, from columns that stand there in clear; nothing is opened for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from storage.case import State
from storage.database import Transaction
from storage.pages import Delivery
from storage.service_tables import pages
from storage.tables import attachments, cases, conversations, pieces


@dataclass(frozen=True, slots=True)
class Cases:
    """How many cases there are, by four columns; `urgencies` are 4 critical .. 0 none."""

    total: int
    received: int
    states: Mapping[str, int]
    urgencies: Mapping[int, int]
    flows: Mapping[str, int]
    languages: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Rest:
    """Sessions, files and their bytes as they lie here, and pages that have not arrived: to be sent, or given up."""

    sessions: int
    files: int
    file_bytes: int
    pages_due: int
    pages_failed: int


async def count_cases(tx: Transaction, *, now: datetime, since: datetime) -> Cases:
    """All cases that are kept; `received` counts those that came since a moment. A lapsed claim waits again."""
    lapsed = and_(cases.c.state == State.CLAIMED, cases.c.lease_until <= now)
    stands = case((lapsed, State.WAITING.value), else_=cases.c.state)
    received = select(func.count()).select_from(cases).where(cases.c.received_at >= since)
    states = await _by(tx, stands)
    return Cases(
        total=sum(states.values()),
        received=await _number(tx, received),
        states=states,
        urgencies=await _by(tx, cases.c.urgency),
        flows=await _by(tx, cases.c.flow),
        languages=await _by(tx, cases.c.language),
    )


async def rest(tx: Transaction) -> Rest:
    """Everything else that is counted."""
    sessions = select(func.count()).select_from(conversations).where(conversations.c.expires_at.is_not(None))
    files = select(func.count()).select_from(attachments)
    size = select(func.coalesce(func.sum(func.length(pieces.c.body)), 0))
    delivered = await _by(tx, pages.c.state)
    return Rest(
        sessions=await _number(tx, sessions),
        files=await _number(tx, files),
        file_bytes=await _number(tx, size),
        pages_due=delivered.get(Delivery.DUE, 0),
        pages_failed=delivered.get(Delivery.FAILED, 0),
    )


async def _number(tx: Transaction, wanted: Select[int]) -> int:
    return int((await tx.execute(wanted)).scalar_one())


async def _by(tx: Transaction, column: Any) -> Mapping[Any, int]:  # noqa: ANN401 - a column, or what is made of one
    rows = (await tx.execute(select(column, func.count()).group_by(column))).all()
    return {row[0]: row[1] for row in rows}
