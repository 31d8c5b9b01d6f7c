"""Jobs over HTTP: what the server keeps, hands out and refuses, asked by those who may and by those who may not."""

import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from protocol.audience import RecipientClass
from protocol.card import CardId
from protocol.interpreting import (
    Aim,
    HandedJob,
    Job,
    JobContent,
    Rendering,
    SealedJob,
    SealedRendering,
    job_hash,
    seal_job,
    seal_rendering,
)
from protocol.recipient import parse_recipient
from protocol.revision import CaseId
from storage.interpreting_tables import jobs
from storage.jobs import WAITS
from tests.unit.bot.desk_door import Desk, Knocker

TEXT = "canary-interpreting"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A hotline whose one case Rosa holds."""
    async with Desk.open(tmp_path) as opened:
        await opened.claim(opened.rosa)
        yield opened


def made(desk: Desk, **labels: Any) -> SealedJob:
    """Rosa's to Iman, with some labels changed before it is signed."""
    given: dict[str, Any] = {
        "case": CaseId(secrets.token_hex(16)),
        "recipient_class": RecipientClass.INTERPRETER,
        "to": desk.iman.id,
        "card": desk.rosa.id,
        "sealed_at": 1,
    }
    readers = (desk.rosa.card.recipient,)
    content = JobContent(aim=Aim.READ, language="am", into="en", texts=(TEXT,), readers=readers)
    to = [parse_recipient(each.card.recipient) for each in (desk.iman, desk.rosa)]
    return seal_job(Job(**given | labels), content, recipients=to, signing_key=desk.rosa.keys.signing_key)


async def send(desk: Desk, job: SealedJob, who: Knocker | None = None) -> tuple[int, Any]:
    """Hand it over."""
    return await desk.ask(who or desk.rosa, "POST", f"/v1/cases/{desk.case}/jobs", msgspec.json.encode(job))


def rendering(desk: Desk, asked: SealedJob, **labels: Any) -> bytes:
    """Iman's answer, with some labels changed before it is signed."""
    given: dict[str, Any] = {
        "case": asked.case,
        "recipient_class": RecipientClass.ORGANISATION,
        "job": job_hash(asked),
        "card": desk.iman.id,
        "sealed_at": 2,
    }
    to = [parse_recipient(desk.rosa.card.recipient)]
    key = desk.iman.keys.signing_key
    return msgspec.json.encode(
        seal_rendering(Rendering(**given | labels), ("in English",), recipients=to, signing_key=key)
    )


async def answer(desk: Desk, job: SealedJob, body: bytes) -> tuple[int, str]:
    """Iman sends an answer: the status, and the refusal's code."""
    status, told = await desk.ask(desk.iman, "POST", f"/v1/jobs/{job.case}/answer", body)
    return status, told.get("error", "")


async def waiting(desk: Desk) -> list[str]:
    """What waits for Iman."""
    _, told = await desk.ask(desk.iman, "GET", "/v1/jobs")
    return [each["id"] for each in told["jobs"]]


async def test_it_goes_there_and_back(desk: Desk) -> None:
    """Handed out with the asker's card alone, kept boxed, given to the case's readers, each act in the audit."""
    job = made(desk)
    assert (await send(desk, job))[0] == 200
    entries = await desk.audit()
    assert (entries[-1].act, entries[-1].case) == ("job_sent", desk.case)
    assert {"job": job.case, "to": desk.iman.id}.items() <= msgspec.json.decode(entries[-1].facts).items()
    assert await waiting(desk) == [job.case]
    _, told = await desk.ask(desk.iman, "GET", f"/v1/jobs/{job.case}")
    assert await desk.last() == (desk.iman.id, "job_opened", "", {"job": job.case})
    got = msgspec.convert(told, HandedJob, strict=False)
    assert (got.job, [card.name for card in got.roster.cards]) == (job, ["Rosa"])
    assert desk.case not in str(told)

    assert await answer(desk, job, rendering(desk, job)) == (200, "")
    assert await waiting(desk) == []
    _, read = await desk.ask(desk.rosa, "GET", f"/v1/cases/{desk.case}/jobs")
    assert (await desk.last())[:3] == (desk.rosa.id, "jobs_read", desk.case)
    (found,) = read["jobs"]
    assert found["state"] == "answered"
    assert msgspec.convert(found["answer"], SealedRendering, strict=False).job == job_hash(job)
    assert {card["name"] for card in read["roster"]["cards"]} == {"Rosa", "Ben", "Iman"}
    async with desk.chat.database.read() as tx:
        row = (await tx.execute(select(jobs))).mappings().one()
    assert job.sealed not in row["body"]
    assert (row["case"], row["author"]) == (desk.case, desk.rosa.id)


async def test_a_job_that_nobody_could_check_is_not_kept(desk: Desk) -> None:
    """Of another asker, of another class, with an id that says something, too large, or spoiled."""
    for job in (
        made(desk, card=desk.ben.id),
        made(desk, recipient_class=RecipientClass.ORGANISATION),
        made(desk, case=CaseId(desk.case[:-1])),
        made(desk, case=CaseId("Maria")),
        msgspec.structs.replace(made(desk), to=desk.ben.id),
        msgspec.structs.replace(made(desk), sealed=b"x" * (512 * 1024 + 1)),
    ):
        assert (await send(desk, job))[1]["error"] == "body_bad"
    for to in (desk.ben.id, desk.embassy.id, desk.stranger.id, CardId("nobody")):
        assert (await send(desk, made(desk, to=to)))[1]["error"] == "interpreter_unknown"
    job = made(desk)
    assert (await send(desk, job))[0] == 200
    assert (await send(desk, job))[1]["error"] == "more_said"
    assert await waiting(desk) == [job.case]


async def test_an_answer_that_is_none_is_not_kept(desk: Desk) -> None:
    """To another job, for another class, by another card; the job waits on."""
    job, other = made(desk), made(desk)
    await send(desk, job)
    for labels in (
        {"case": other.case},
        {"job": job_hash(other)},
        {"recipient_class": RecipientClass.SECOND_ORGANISATION},
        {"card": desk.ben.id},
    ):
        assert await answer(desk, job, rendering(desk, job, **labels)) == (400, "body_bad")
    assert await waiting(desk) == [job.case]
    assert await answer(desk, other, rendering(desk, other)) == (404, "job_unknown")


async def test_taking_back_is_for_whoever_sent_it_or_holds_the_case(desk: Desk) -> None:
    """Rosa, also once Ben has the case, and Ben then; not Ben before; not once it was answered."""
    first, second, third = made(desk), made(desk), made(desk)
    for job in (first, second, third):
        await send(desk, job)

    async def withdraw(who: Knocker, job: SealedJob) -> tuple[int, str]:
        path = f"/v1/cases/{desk.case}/jobs/{job.case}/withdraw"
        status, told = await desk.ask(who, "POST", path)
        return status, told.get("error", "")

    assert await withdraw(desk.ben, first) == (409, "not_holder")
    await answer(desk, third, rendering(desk, third))
    assert await withdraw(desk.rosa, third) == (409, "too_late")
    await desk.ask(desk.rosa, "POST", f"/v1/cases/{desk.case}/release")
    await desk.claim(desk.ben)
    path = f"/v1/cases/{desk.case}/jobs/{first.case}/withdraw"
    status, told = await desk.ask(desk.rosa, "POST", path)
    assert (status, told["jobs"]) == (200, [])
    assert await withdraw(desk.ben, second) == (200, "")
    assert await waiting(desk) == []


async def test_what_nobody_answered_is_over(desk: Desk) -> None:
    """After two days it is not handed out, and the case says so once housekeeping has been there."""
    job = made(desk)
    await send(desk, job)
    desk.chat.now += WAITS
    assert await waiting(desk) == []
    assert await answer(desk, job, rendering(desk, job)) == (404, "job_unknown")
    desk.chat.now += timedelta(minutes=2)
    await desk.chat.look()
    await desk.claim(desk.rosa)
    _, read = await desk.ask(desk.rosa, "GET", f"/v1/cases/{desk.case}/jobs")
    assert [each["state"] for each in read["jobs"]] == ["expired"]
