"""Interpreting over HTTP: whoever holds a case hands chosen texts to one interpreter, who sees those and nothing else.

An interpreter's routes name a job, never a case. What is kept of a job is boxed under the conversation's data key:
erasing that erases it too.
"""

from datetime import datetime

import msgspec

from bot.asked import Asked
from bot.auditing import only_card, only_id
from bot.data_keys import key_of
from bot.logs import Log
from bot.recipients import RecipientsFile
from bot.refusals import RefusedError
from bot.route import Route, get, interpreting, post
from protocol.audience import RecipientClass
from protocol.audit import Act, Facts
from protocol.card import CardId, card_id
from protocol.desk import RefusalCode
from protocol.interpreting import (
    LARGEST_JOB,
    CaseJob,
    CaseJobs,
    HandedJob,
    Jobs,
    JobState,
    SealedJob,
    SealedRendering,
    WaitingJob,
    answers,
    check_job,
    check_rendering,
)
from protocol.revision import CaseId
from protocol.roster import Roster, sign_roster
from protocol.signing import SigningKey
from storage import cases, jobs
from storage.audience import MOVERS
from storage.box import Box, DataKey, Spot
from storage.case import Case, NotHolderError, ReadsOnlyError
from storage.database import Database, Transaction
from storage.jobs import WAITS, Handed, Job, JobUnknownError, Stage

_encode = msgspec.msgpack.Encoder().encode
_job_decoder = msgspec.msgpack.Decoder(SealedJob)
_answer_decoder = msgspec.msgpack.Decoder(SealedRendering)


class InterpretingApi:
    """What case workers and interpreters can do with jobs."""

    def __init__(
        self, database: Database, box: Box, recipients: RecipientsFile, log: Log, *, signing_key: SigningKey
    ) -> None:
        """`signing_key` is the server's, which both sides know from their invites."""
        self._database = database
        self._box = box
        self._recipients = recipients
        self._log = log
        self._signing_key = signing_key

    def routes(self) -> list[Route]:
        """Every path."""
        every, one = "/v1/cases/{case}/jobs", "/v1/jobs/{job}"
        return [
            get(every, Act.JOBS_READ, self._of_case, CaseJobs),
            post(every, Act.JOB_SENT, self._send, CaseJobs, body=SealedJob, asks=_facts),
            post(f"{every}/{{job}}/withdraw", Act.JOB_WITHDRAWN, self._withdraw, CaseJobs),
            interpreting(get("/v1/jobs", Act.JOBS_LISTED, self._list, Jobs, polled=True)),
            interpreting(get(one, Act.JOB_OPENED, self._open, HandedJob)),
            interpreting(post(f"{one}/answer", Act.JOB_ANSWERED, self._answer, Jobs, body=SealedRendering)),
            interpreting(post(f"{one}/decline", Act.JOB_DECLINED, self._decline, Jobs)),
        ]

    # --- whoever works on the case

    async def _of_case(self, asked: Asked) -> CaseJobs:
        """Every job of a case that they hold or closed, with the answers; and whom one can be sent to."""
        async with self._database.read() as tx:
            case = await cases.find(tx, asked.case, reader=asked.reader)
            if case.read_as not in MOVERS:
                raise ReadsOnlyError
            if not asked.may_read(case):
                raise RefusedError(RefusalCode.NOT_HOLDER, 403)
            return await self._told(tx, case)

    async def _send(self, asked: Asked) -> CaseJobs:
        """Keep texts that the holder of a case chose, for the one interpreter whom they named."""
        sealed = self._read(asked)
        async with self._database.write() as tx:
            case = await cases.find(tx, asked.case, reader=asked.reader, to_move=True)
            if not case.held_by(asked.responder, asked.now):
                raise NotHolderError
            key = await key_of(tx, self._box, case)
            await jobs.add(tx, _row(sealed, case, key, asked.now))
            found = await self._told(tx, case)
        self._log.say("job.sent", case=case.id)
        return found

    async def _withdraw(self, asked: Asked) -> CaseJobs:
        """Take back what was not answered yet: for whoever sent it, or holds the case now."""
        async with self._database.write() as tx:
            case = await cases.find(tx, asked.case, reader=asked.reader, to_move=True)
            job = await jobs.find(tx, case.id, asked.job)
            if asked.responder != job.author and not case.held_by(asked.responder, asked.now):
                raise NotHolderError
            await jobs.move(tx, job, Stage.WITHDRAWN, now=asked.now)
            found = await self._told(tx, case) if asked.may_read(case) else self._shown([], case, None)
        self._log.say("job.withdrawn", case=case.id)
        return found

    def _read(self, asked: Asked) -> SealedJob:
        """A job of this card for an interpreter who is in force; RefusedError for what they could not check either."""
        sealed = asked.signed(SealedJob, check_job)
        is_sound = only_id(sealed.case) and len(sealed.sealed) <= LARGEST_JOB
        if not is_sound or sealed.recipient_class is not RecipientClass.INTERPRETER:
            raise RefusedError(RefusalCode.BODY_BAD)
        if sealed.to not in {
            card_id(each) for each in self._recipients.now.roster.cards if _interprets(each.recipient_class)
        }:
            raise RefusedError(RefusalCode.INTERPRETER_UNKNOWN)
        return sealed

    async def _told(self, tx: Transaction, case: Case) -> CaseJobs:
        found = await jobs.of_case(tx, case.id, recipient_class=case.read_as)
        return self._shown(found, case, await key_of(tx, self._box, case))

    def _shown(self, found: list[Job], case: Case, key: DataKey | None) -> CaseJobs:
        ours = {RecipientClass(case.read_as), RecipientClass.INTERPRETER}
        cards = (each for each in self._recipients.now.roster.cards if each.recipient_class in ours)
        roster = sign_roster(Roster(tuple(cards)), self._signing_key)
        return CaseJobs(tuple(_case_job(each, key) for each in found if key), roster)

    # --- interpreters

    async def _list(self, asked: Asked) -> Jobs:
        """What waits for this interpreter, without what is inside."""
        async with self._database.read() as tx:
            return await self._waiting(tx, asked)

    async def _open(self, asked: Asked) -> HandedJob:
        """One job that waits for them, and the card of whoever asks."""
        async with self._database.write() as tx:
            handed = await self._handed(tx, asked)
        card = self._recipients.now.card(CardId(handed.job.author))
        roster = sign_roster(Roster((card,)), self._signing_key)
        return HandedJob(_unbox_job(handed.job, self._unwrap(handed)), roster)

    async def _answer(self, asked: Asked) -> Jobs:
        """Keep what the texts became, for whoever reads the case; the job is theirs no more."""
        rendering = asked.signed(SealedRendering, check_rendering)
        async with self._database.write() as tx:
            handed = await self._handed(tx, asked)
            job, key = handed.job, self._unwrap(handed)
            fits = (
                answers(rendering, _unbox_job(job, key)) and rendering.recipient_class == job.recipient_class
            )
            if not fits or len(rendering.sealed) > LARGEST_JOB:
                raise RefusedError(RefusalCode.BODY_BAD)
            answer = key.seal(_encode(rendering), _spot(job.id, "answer"))
            await jobs.move(tx, job, Stage.ANSWERED, now=asked.now, answer=answer)
            left = await self._waiting(tx, asked)
        self._log.say("job.answered", case=job.case)
        return left

    async def _decline(self, asked: Asked) -> Jobs:
        """Give a job back unread or undone: whoever knows the person should not have to say so."""
        async with self._database.write() as tx:
            handed = await self._handed(tx, asked)
            await jobs.move(tx, handed.job, Stage.DECLINED, now=asked.now)
            left = await self._waiting(tx, asked)
        self._log.say("job.declined", case=handed.job.case)
        return left

    async def _waiting(self, tx: Transaction, asked: Asked) -> Jobs:
        found = await jobs.waiting_for(tx, asked.responder, now=asked.now)
        theirs = (each for each in found if self._is_in_force(each.author))
        return Jobs(
            tuple(
                WaitingJob(id=CaseId(each.id), made_at=each.made_at, expires_at=each.expires_at)
                for each in theirs
            )
        )

    async def _handed(self, tx: Transaction, asked: Asked) -> Handed:
        """A job that waits for them; what a stopped key asked for goes no further."""
        handed = await jobs.handed(tx, asked.job, interpreter=asked.responder, now=asked.now)
        if not self._is_in_force(handed.job.author):
            raise JobUnknownError
        return handed

    def _is_in_force(self, card: str) -> bool:
        return card in self._recipients.now.keys

    def _unwrap(self, handed: Handed) -> DataKey:
        return self._box.unwrap(handed.data_key, handed.conversation)


def _interprets(recipient_class: RecipientClass) -> bool:
    return recipient_class is RecipientClass.INTERPRETER


def _facts(asked: Asked) -> Facts:
    """For the audit: which job went to whom; what is no job is refused and has none."""
    try:
        sealed = asked.told(SealedJob)
    except RefusedError:
        return {}
    named = {"job": only_id(sealed.case), "to": only_card(sealed.to)}
    return {name: value for name, value in named.items() if value}


def _row(sealed: SealedJob, case: Case, key: DataKey, now: datetime) -> Job:
    """The row of a new job, its file closed once more under the conversation's key."""
    return Job(
        id=sealed.case,
        case=case.id,
        recipient_class=case.read_as,
        interpreter=sealed.to,
        author=sealed.card,
        state=Stage.WAITING,
        body=key.seal(_encode(sealed), _spot(sealed.case, "body")),
        answer=None,
        made_at=now,
        changed_at=now,
        expires_at=now + WAITS,
    )


def _case_job(job: Job, key: DataKey) -> CaseJob:
    answer = (
        None if job.answer is None else _answer_decoder.decode(key.open(job.answer, _spot(job.id, "answer")))
    )
    return CaseJob(
        job=_unbox_job(job, key),
        state=JobState(job.state),
        changed_at=job.changed_at,
        expires_at=job.expires_at,
        answer=answer,
    )


def _unbox_job(job: Job, key: DataKey) -> SealedJob:
    return _job_decoder.decode(key.open(job.body, _spot(job.id, "body")))


def _spot(job: str, column: str) -> Spot:
    return Spot("jobs", job, column)
