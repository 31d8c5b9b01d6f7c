"""Jobs: chosen texts for one interpreter, and what they came back as; opaque bytes, and where each job stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, select, update

from storage.case import QueueError, State, UnreadError
from storage.database import Transaction
from storage.interpreting_tables import jobs
from storage.messages import TooLateError
from storage.tables import cases, conversations

WAITS = timedelta(hours=48)
"""How long a job waits for its interpreter."""


class Stage(StrEnum):
    """Where a job stands. It moves once, away from waiting."""

    WAITING = "waiting"
    ANSWERED = "answered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class JobUnknownError(QueueError):
    """There is no such job, or not for this card, or not any more."""


@dataclass(frozen=True, slots=True)
class Job:
    """A row. `body` and `answer` are boxed under the conversation's data key."""

    id: str
    case: str
    recipient_class: str
    interpreter: str
    author: str
    state: Stage
    body: bytes = field(repr=False)
    answer: bytes | None = field(repr=False)
    made_at: datetime
    changed_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Handed:
    """A job with what opens its box."""

    job: Job
    conversation: str
    data_key: bytes = field(repr=False)


async def add(tx: Transaction, new: Job) -> None:
    """Keep one more; UnreadError where another has its id: it was not drawn by lot."""
    if (await tx.execute(select(jobs.c.id).where(jobs.c.id == new.id))).first() is not None:
        raise UnreadError
    await tx.execute(insert(jobs), {column.name: getattr(new, column.name) for column in jobs.columns})


async def of_case(tx: Transaction, case: str, *, recipient_class: str) -> list[Job]:
    """Every job of a case for one class, oldest first."""
    wanted = select(jobs).where(jobs.c.case == case, jobs.c.recipient_class == recipient_class)
    rows = await tx.execute(wanted.order_by(jobs.c.made_at, jobs.c.id))
    return [_job(row) for row in rows.mappings()]


async def find(tx: Transaction, case: str, job: str) -> Job:
    """One job of a case, held for this transaction; JobUnknownError."""
    wanted = select(jobs).where(jobs.c.case == case, jobs.c.id == job)
    row = (await tx.execute(wanted.with_for_update())).mappings().first()
    if row is None:
        raise JobUnknownError
    return _job(row)


async def waiting_for(tx: Transaction, interpreter: str, *, now: datetime) -> list[Job]:
    """What waits for an interpreter, oldest first. Of a case that is closed nothing does."""
    wanted = select(jobs).join(cases, cases.c.id == jobs.c.case).where(*_waits(interpreter, now))
    return [_job(row) for row in (await tx.execute(wanted.order_by(jobs.c.made_at, jobs.c.id))).mappings()]


async def handed(tx: Transaction, job: str, *, interpreter: str, now: datetime) -> Handed:
    """One of those, held for this transaction; JobUnknownError, which does not tell whether others have it."""
    wanted = (
        select(jobs, conversations.c.id.label("conversation"), conversations.c.data_key)
        .join(cases, cases.c.id == jobs.c.case)
        .join(conversations, conversations.c.id == cases.c.conversation)
        .where(jobs.c.id == job, *_waits(interpreter, now))
    )
    row = (await tx.execute(wanted.with_for_update(of=jobs))).mappings().first()
    if row is None:
        raise JobUnknownError
    fields = dict(row)
    conversation, data_key = fields.pop("conversation"), fields.pop("data_key")
    return Handed(_job(fields), conversation, data_key)


async def move(
    tx: Transaction, job: Job, stage: Stage, *, now: datetime, answer: bytes | None = None
) -> None:
    """Give a job that was found for this transaction its last stage; TooLateError where it has one."""
    if job.state is not Stage.WAITING:
        raise TooLateError
    await tx.execute(
        update(jobs).where(jobs.c.id == job.id).values(state=stage, answer=answer, changed_at=now)
    )


async def expire(tx: Transaction, *, now: datetime) -> None:
    """Give up what nobody answered in its time."""
    over = and_(jobs.c.expires_at <= now, jobs.c.state == Stage.WAITING)
    await tx.execute(update(jobs).where(over).values(state=Stage.EXPIRED, changed_at=now))


def _waits(interpreter: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        jobs.c.interpreter == interpreter,
        jobs.c.state == Stage.WAITING,
        jobs.c.expires_at > now,
        cases.c.state != State.CLOSED,
    )


def _job(row: Mapping[Any, Any]) -> Job:
    return Job(**{**row, "state": Stage(row["state"])})
