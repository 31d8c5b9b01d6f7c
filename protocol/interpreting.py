"""Jobs for interpreters: chosen texts for one card, and what that interpreter makes of them. Never a whole case.

Two remarks (remark.py) whose `case` is the job's own id, drawn by lot: an interpreter learns no case. What a job holds
is for the interpreter and for the colleagues of whoever asks; it names the keys that the answer is sealed to, so that
the server cannot add one. The answer names the hash of the job's file, so that it is an answer to nothing else.
"""

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

import msgspec

from protocol.audience import RecipientClass
from protocol.card import CardId
from protocol.document import Moment, decode_document, encode_document
from protocol.errors import BadDocument, BadManifest, UnknownSchema, WrongJob, WrongRendering
from protocol.recipient import Recipient, parse_recipient
from protocol.remark import Kind, UnixSeconds, check_remark, open_remark, seal_remark
from protocol.revision import CaseId
from protocol.roster import Roster
from protocol.signing import Purpose, SigningKey, VerifyKey

S = TypeVar("S", bound=msgspec.Struct)

MOST_TEXTS = 20
LONGEST_TEXT = 4096
"""Characters of one text: as many as a message of Telegram has."""
LONGEST_RENDERING = 8192
"""Characters of what one text becomes."""
LARGEST_JOB = 512 * 1024
"""Bytes of either age file."""


class Aim(StrEnum):
    """What an interpreter is asked for: the closed set stands in place of words of the asker's own."""

    READ = "read"
    """Texts of a contact, for somebody who does not read their language."""
    WRITE = "write"
    """A text of ours, to be sent to a contact."""


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    ANSWERED = "answered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks which interpreter, and when: all that the server may know of it beside whose case it is.

    `case` is the job's id, `recipient_class` is INTERPRETER, `card` asks, `sealed_at` is Unix seconds.
    """

    case: CaseId
    recipient_class: RecipientClass
    to: CardId
    card: CardId
    sealed_at: UnixSeconds


class SealedJob(Job, frozen=True, kw_only=True):
    """The age file of the texts with its facts and the asker's signature over all."""

    sealed: bytes
    signature: bytes

    def __repr__(self) -> str:
        return f"SealedJob({self.case!r})"


class JobManifest(
    Job, frozen=True, forbid_unknown_fields=True, tag_field="schema", tag="job/1", kw_only=True
):
    """What the file says of itself inside. `sha256` is of the content, in hex."""

    key_set: str
    sha256: str


class JobContent(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="schema",
    tag="job-content/1",
    kw_only=True,
):
    """The chosen texts: from which language, empty where nobody knows, into which; the keys to seal the answer to."""

    aim: Aim
    language: str
    into: str
    texts: tuple[str, ...]
    readers: tuple[str, ...]

    def __repr__(self) -> str:
        return f"JobContent({self.aim}, {len(self.texts)} texts)"


class Rendering(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers which job, and when. `recipient_class` is the asker's, `job` the hash of the job's file in hex."""

    case: CaseId
    recipient_class: RecipientClass
    job: str
    card: CardId
    sealed_at: UnixSeconds


class SealedRendering(Rendering, frozen=True, kw_only=True):
    """The age file of what the texts became, with its facts and the interpreter's signature over all."""

    sealed: bytes
    signature: bytes

    def __repr__(self) -> str:
        return f"SealedRendering({self.case!r})"


class RenderingManifest(
    Rendering, frozen=True, forbid_unknown_fields=True, tag_field="schema", tag="rendering/1", kw_only=True
):
    """What the file says of itself inside. `sha256` is of the content, in hex."""

    key_set: str
    sha256: str


class RenderingContent(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="schema", tag="rendering-content/1"
):
    """What each text became, in their order."""

    texts: tuple[str, ...]

    def __repr__(self) -> str:
        return f"RenderingContent({len(self.texts)} texts)"


class WaitingJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job as its interpreter's list has it: nothing of what is inside."""

    id: CaseId
    made_at: Moment
    expires_at: Moment


class Jobs(msgspec.Struct, frozen=True, tag_field="schema", tag="jobs/1"):
    """What waits for the asking interpreter, oldest first."""

    jobs: tuple[WaitingJob, ...]


class HandedJob(msgspec.Struct, frozen=True, tag_field="schema", tag="handed-job/1"):
    """One of those, with the card of whoever asks alone, signed by the server's key."""

    job: SealedJob
    roster: Roster


class CaseJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job as the readers of its case have it, with where it stands and the answer to it."""

    job: SealedJob
    state: JobState
    changed_at: Moment
    expires_at: Moment
    answer: SealedRendering | None = None


class CaseJobs(msgspec.Struct, frozen=True, tag_field="schema", tag="case-jobs/1"):
    """Every job of a case, oldest first; the cards of the class and of all interpreters, signed by the server's key."""

    jobs: tuple[CaseJob, ...]
    roster: Roster


JOB = Kind(Job, JobManifest, Purpose.JOB_CONTENT, Purpose.JOB, WrongJob)
RENDERING = Kind(Rendering, RenderingManifest, Purpose.RENDERING_CONTENT, Purpose.RENDERING, WrongRendering)


def seal_job(
    job: Job, content: JobContent, *, recipients: Sequence[Recipient], signing_key: SigningKey
) -> SealedJob:
    """Seal and sign it; raises NoRecipients, MixedRecipients, BadManifest, BadRecipient."""
    _check_content(content)
    text = encode_document(content).decode()
    return SealedJob(**seal_remark(JOB, job, text, recipients=recipients, signing_key=signing_key))


def check_job(job: SealedJob, keys: Mapping[CardId, VerifyKey]) -> None:
    """Check who asks, before opening; raises UnknownKey, BadSignature."""
    check_remark(JOB, job, keys)


def open_job(plaintext: bytes, expected: SealedJob, keys: Mapping[CardId, VerifyKey]) -> JobContent:
    """What is in an opened file, proved to be of `expected`; raises as `open_remark` does, WrongJob, BadRecipient."""
    content = _read(open_remark(JOB, plaintext, expected, keys), JobContent)
    _check_content(content)
    return content


def job_hash(job: SealedJob) -> str:
    """What an answer names: the hash of the job's age file, in hex."""
    return hashlib.sha256(job.sealed).hexdigest()


def seal_rendering(
    rendering: Rendering, texts: Sequence[str], *, recipients: Sequence[Recipient], signing_key: SigningKey
) -> SealedRendering:
    """Seal and sign an answer; raises NoRecipients, MixedRecipients."""
    text = encode_document(RenderingContent(tuple(texts))).decode()
    return SealedRendering(
        **seal_remark(RENDERING, rendering, text, recipients=recipients, signing_key=signing_key)
    )


def check_rendering(rendering: SealedRendering, keys: Mapping[CardId, VerifyKey]) -> None:
    """Check who answers, before opening; raises UnknownKey, BadSignature."""
    check_remark(RENDERING, rendering, keys)


def answers(rendering: Rendering, job: SealedJob) -> bool:
    """Whether this is an answer to that job, by the interpreter who was asked."""
    return (rendering.case, rendering.card, rendering.job) == (job.case, job.to, job_hash(job))


def open_rendering(
    plaintext: bytes, expected: SealedRendering, job: SealedJob, keys: Mapping[CardId, VerifyKey]
) -> tuple[str, ...]:
    """What the texts became, proved to be of `expected` and an answer to `job`.

    Raises as `open_remark` does, and WrongRendering. How many texts there must be is in the job.
    """
    if not answers(expected, job):
        raise WrongRendering
    return _read(open_remark(RENDERING, plaintext, expected, keys), RenderingContent).texts


def readers_of_job(content: JobContent) -> tuple[Recipient, ...]:
    """The keys that an answer is sealed to, parsed; raises BadRecipient."""
    return tuple(map(parse_recipient, content.readers))


def _read(text: str, kind: type[S]) -> S:
    try:
        return decode_document(text, kind)
    except (BadDocument, UnknownSchema):
        raise BadManifest from None


def _check_content(content: JobContent) -> None:
    fits = all(text.strip() and len(text) <= LONGEST_TEXT for text in content.texts)
    if not fits or not 0 < len(content.texts) <= MOST_TEXTS or not content.readers:
        raise BadManifest
    readers_of_job(content)
