"""Jobs in the database: for one interpreter alone, moved once, gone with the case; none of a case that is closed."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from storage import conversations, erasure, jobs
from storage.case import UnreadError
from storage.conversations import Stored
from storage.database import Database
from storage.interpreting_tables import jobs as rows
from storage.jobs import WAITS, Job, JobUnknownError, Stage
from storage.messages import TooLateError
from tests.storage.queue import ORGANISATION, close, fill, put, take

JOB = "0" * 32


def job(now: datetime, *, name: str = JOB, case: str = "a", interpreter: str = "iman") -> Job:
    """One of Rosa's."""
    return Job(
        name,
        case,
        ORGANISATION,
        interpreter,
        "rosa",
        Stage.WAITING,
        b"boxed",
        None,
        now,
        now,
        now + WAITS,
    )


async def send(database: Database, *new: Job) -> None:
    """Keep jobs."""
    async with database.write() as tx:
        for each in new:
            await jobs.add(tx, each)


async def case(database: Database, now: datetime, *names: str) -> None:
    """Cases with their conversations."""
    for name in names:
        new = Stored(f"conversation-{name}", name.encode(), b"wrapped", b"state", 0, b"place")
        async with database.write() as tx:
            await conversations.create(tx, new, me="worker")
    await fill(database, now, *(put(name, now) for name in names))


async def waiting(database: Database, now: datetime, interpreter: str = "iman") -> list[str]:
    """What waits for somebody."""
    async with database.read() as tx:
        return [each.id for each in await jobs.waiting_for(tx, interpreter, now=now)]


async def move(database: Database, stage: Stage, now: datetime, answer: bytes | None = None) -> None:
    """Move the job."""
    async with database.write() as tx:
        await jobs.move(tx, await jobs.find(tx, "a", JOB), stage, now=now, answer=answer)


async def states(database: Database, case: str = "a") -> list[tuple[str, bytes | None]]:
    """Where each job of a case stands, and its answer."""
    async with database.read() as tx:
        found = await jobs.of_case(tx, case, recipient_class=ORGANISATION)
    return [(each.state, each.answer) for each in found]


async def handed(database: Database, now: datetime, interpreter: str = "iman") -> jobs.Handed:
    """The job, as it is handed out."""
    async with database.write() as tx:
        return await jobs.handed(tx, JOB, interpreter=interpreter, now=now)


async def test_a_job_is_for_one_interpreter_alone(database: Database, now: datetime) -> None:
    """Others see nothing of it, and cannot tell whether it is there; with it comes what opens its box."""
    await case(database, now, "a")
    await send(database, job(now))
    assert await waiting(database, now) == [JOB]
    assert await waiting(database, now, "ibou") == []
    found = await handed(database, now)
    assert (found.job.body, found.conversation, found.data_key) == (b"boxed", "conversation-a", b"wrapped")
    with pytest.raises(JobUnknownError):
        await handed(database, now, "ibou")
    with pytest.raises(UnreadError):
        await send(database, job(now))


@pytest.mark.parametrize("stage", [Stage.ANSWERED, Stage.DECLINED, Stage.WITHDRAWN])
async def test_a_job_moves_once(database: Database, now: datetime, stage: Stage) -> None:
    """Then it is nobody's to open or to answer, and stands in the case as it ended."""
    await case(database, now, "a")
    await send(database, job(now))
    answer = b"answer" if stage is Stage.ANSWERED else None
    await move(database, stage, now, answer)
    assert await states(database) == [(stage, answer)]
    assert await waiting(database, now) == []
    with pytest.raises(JobUnknownError):
        await handed(database, now)
    for other in (Stage.ANSWERED, Stage.WITHDRAWN):
        with pytest.raises(TooLateError):
            await move(database, other, now)
    with pytest.raises(JobUnknownError):
        async with database.write() as tx:
            await jobs.find(tx, "b", JOB)


async def test_a_job_waits_for_two_days(database: Database, now: datetime) -> None:
    """At its end it is not handed out, also before housekeeping says so; an answered one stays answered."""
    await case(database, now, "a")
    await send(database, job(now), job(now, name="1" * 32))
    last = now + WAITS - timedelta(seconds=1)
    assert len(await waiting(database, last)) == 2
    assert await waiting(database, now + WAITS) == []
    with pytest.raises(JobUnknownError):
        await handed(database, now + WAITS)
    await move(database, Stage.ANSWERED, last, b"answer")
    async with database.write() as tx:
        await jobs.expire(tx, now=last)
    assert [state for state, _ in await states(database)] == [Stage.ANSWERED, Stage.WAITING]
    async with database.write() as tx:
        await jobs.expire(tx, now=now + WAITS)
    assert [state for state, _ in await states(database)] == [Stage.ANSWERED, Stage.EXPIRED]


async def test_nothing_of_a_closed_case_is_handed_out(database: Database, now: datetime) -> None:
    """Nobody waits for it any more."""
    await case(database, now, "a", "b")
    await send(database, job(now), job(now, name="1" * 32, case="b"))
    assert await take(database, "rosa", now)
    await close(database, "a", "rosa", now)
    assert await waiting(database, now) == ["1" * 32]
    with pytest.raises(JobUnknownError):
        await handed(database, now)


async def test_jobs_go_with_their_conversation(database: Database, now: datetime) -> None:
    """Body and answer, with the key that closed them; another case's stay."""
    await case(database, now, "a", "b")
    await send(database, job(now), job(now, name="1" * 32, case="b"))
    async with database.write() as tx:
        assert await erasure.destroy(tx, "conversation-a", now=now) == ["a"]
    async with database.read() as tx:
        assert [name for (name,) in await tx.execute(select(rows.c.id))] == ["1" * 32]
