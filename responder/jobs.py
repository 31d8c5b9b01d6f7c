"""Jobs on the responder's machine: sealed for one interpreter, opened and answered there, checked when they return."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from protocol.audience import RecipientClass
from protocol.card import card_id, card_recipient
from protocol.errors import NoMatch, ProtocolError, WrongJob, WrongRendering
from protocol.interpreting import (
    LONGEST_RENDERING,
    Job,
    JobContent,
    JobState,
    Rendering,
    check_job,
    check_rendering,
    job_hash,
    open_job,
    open_rendering,
    readers_of_job,
    seal_job,
    seal_rendering,
)
from protocol.revision import CaseId
from protocol.roster import find_card, recipients_of, request_keys
from responder.failures import WordsWrong
from responder.regrades import believe
from responder.unseal import unseal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from protocol.card import Card, CardId
    from protocol.interpreting import Aim, CaseJob, CaseJobs, HandedJob, SealedJob, SealedRendering
    from protocol.roster import Roster
    from protocol.signing import KeyId, SigningKey, VerifyKey
    from responder.identity import Identity


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to go, and nothing else: `telling` is beside each text what could say who somebody is."""

    aim: Aim
    language: str
    texts: tuple[str, ...] = field(repr=False)
    telling: tuple[tuple[str, ...], ...] = field(repr=False)

    @property
    def tells(self) -> bool:
        """Say whether somebody has to look a second time."""
        return any(self.telling)


@dataclass(frozen=True, slots=True)
class Interpreted:
    """A job as the readers of its case have it: who asked whom for what, where it stands, what it came back as.

    `failure` names the check that job or answer did not pass; nothing of it is to be believed then. Without an `aim` it
    was sealed before this reader was enrolled.
    """

    id: str
    to: CardId
    name: str
    by: str
    at: datetime
    state: JobState
    changed_at: datetime
    expires_at: datetime
    aim: Aim | None = None
    into: str = ""
    texts: tuple[str, ...] = field(default=(), repr=False)
    answers: tuple[str, ...] = field(default=(), repr=False)
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Handed:
    """A job as its interpreter has it: what is asked, by whom, and what to answer it with."""

    job: SealedJob = field(repr=False)
    content: JobContent
    asker: Card

    @property
    def id(self) -> str:
        """Return the job's id."""
        return self.job.case


def interpreters(roster: Roster) -> tuple[Card, ...]:
    """Return the interpreters among these cards."""
    return tuple(card for card in roster.cards if card.recipient_class is RecipientClass.INTERPRETER)


def write_job(
    chosen: Chosen,
    into: str,
    to: Card,
    roster: Roster,
    *,
    card: CardId,
    key: SigningKey,
    now: int,
) -> SealedJob:
    """Seal chosen texts for one interpreter, and for the colleagues of this card's class; raises ProtocolError.

    `roster` was believed; `now` is Unix seconds.
    """
    mine = find_card(roster, card)
    job = Job(
        case=CaseId(secrets.token_hex(16)),
        recipient_class=RecipientClass.INTERPRETER,
        to=card_id(to),
        card=card,
        sealed_at=now,
    )
    content = JobContent(
        aim=chosen.aim,
        language=chosen.language,
        into=into,
        texts=chosen.texts,
        readers=tuple(
            each.recipient for each in roster.cards if each.recipient_class is mine.recipient_class
        ),
    )
    recipients = (card_recipient(to), *recipients_of(roster, mine.recipient_class))
    return seal_job(job, content, recipients=recipients, signing_key=key)


def read_jobs(
    known: CaseJobs, identity: Identity, server_keys: Mapping[KeyId, VerifyKey]
) -> tuple[Interpreted, ...]:
    """Check and open every job of a case; one that fails a check is kept with the check's name."""
    if not known.jobs:
        return ()
    try:
        believe(known.roster, server_keys)
    except ProtocolError as failure:
        return tuple(_told(each, {}, failure=type(failure).__name__) for each in known.jobs)
    names = {card_id(card): card.name for card in known.roster.cards}
    return tuple(_read(each, names, request_keys(known.roster), identity) for each in known.jobs)


def open_handed(
    handed: HandedJob, job: str, identity: Identity, *, card: CardId, server_keys: Mapping[KeyId, VerifyKey]
) -> Handed:
    """Check and open a job for this interpreter; raises ProtocolError, WrongJob for one that was not asked for."""
    believe(handed.roster, server_keys)
    sealed = handed.job
    if (sealed.case, sealed.to, sealed.recipient_class) != (job, card, RecipientClass.INTERPRETER):
        raise WrongJob
    keys = request_keys(handed.roster)
    check_job(sealed, keys)
    content = open_job(unseal(sealed.sealed, [identity]), sealed, keys)
    return Handed(sealed, content, find_card(handed.roster, sealed.card))


def write_rendering(
    handed: Handed, texts: Sequence[str], *, card: CardId, key: SigningKey, now: int
) -> SealedRendering:
    """Seal what the texts became, for the readers whom the job names; raises WordsWrong, ProtocolError."""
    words = tuple(text.replace("\r\n", "\n").strip() for text in texts)
    if len(words) != len(handed.content.texts) or not all(words):
        msg = f"this job has {len(handed.content.texts)} texts, and each needs an answer"
        raise WordsWrong(msg, "Write a dash for one that you cannot read; or give the whole job back.")
    if any(len(text) > LONGEST_RENDERING for text in words):
        msg = f"an answer has {LONGEST_RENDERING} characters at most"
        raise WordsWrong(msg, "Say it shorter.")
    rendering = Rendering(
        case=handed.job.case,
        recipient_class=handed.asker.recipient_class,
        job=job_hash(handed.job),
        card=card,
        sealed_at=now,
    )
    recipients = readers_of_job(handed.content)
    return seal_rendering(rendering, words, recipients=recipients, signing_key=key)


def jobs_document(jobs: Sequence[Interpreted]) -> list[dict[str, object]]:
    """Return what `case/1` says of them."""
    return [
        {
            "id": each.id,
            "to": each.to,
            "name": each.name,
            "by": each.by,
            "at": each.at,
            "state": each.state,
            "changed_at": each.changed_at,
            "expires_at": each.expires_at,
            "aim": each.aim,
            "into": each.into or None,
            "texts": each.texts,
            "interpreted": each.answers,
            "failure": each.failure or None,
        }
        for each in jobs
    ]


def _read(
    told: CaseJob, names: Mapping[CardId, str], keys: Mapping[CardId, VerifyKey], identity: Identity
) -> Interpreted:
    try:
        check_job(told.job, keys)
        content = open_job(unseal(told.job.sealed, [identity]), told.job, keys)
        answers = _answers(told, content, keys, identity)
    except NoMatch:
        return _told(told, names)
    except ProtocolError as failure:
        return _told(told, names, failure=type(failure).__name__)
    return _told(told, names, content, answers)


def _answers(
    told: CaseJob, content: JobContent, keys: Mapping[CardId, VerifyKey], identity: Identity
) -> tuple[str, ...]:
    if told.answer is None:
        return ()
    check_rendering(told.answer, keys)
    texts = open_rendering(unseal(told.answer.sealed, [identity]), told.answer, told.job, keys)
    if len(texts) != len(content.texts):
        raise WrongRendering
    return texts


def _told(
    told: CaseJob,
    names: Mapping[CardId, str],
    content: JobContent | None = None,
    answers: tuple[str, ...] = (),
    failure: str = "",
) -> Interpreted:
    job = told.job
    return Interpreted(
        id=job.case,
        to=job.to,
        name=names.get(job.to, ""),
        by=names.get(job.card, ""),
        at=datetime.fromtimestamp(job.sealed_at, UTC),
        state=told.state,
        changed_at=told.changed_at,
        expires_at=told.expires_at,
        aim=content.aim if content else None,
        into=content.into if content else "",
        texts=content.texts if content else (),
        answers=answers,
        failure=failure,
    )
