"""A session: one contact's passage through one revision of a flow, and its form as bytes."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from flows.answer import Answer, Chosen
from flows.ids import ChoiceId, FlowId, PhraseId, QuestionId

SCHEMA = 1


class How(StrEnum):
    """How an answer came."""

    TAPPED = "tapped"
    TYPED = "typed"
    EDITED = "edited"


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One answer in the log; `at` in unix seconds, `message` where it was typed."""

    question: QuestionId
    answer: Answer
    at: int
    how: How
    message: int | None = None


class Note(msgspec.Struct, frozen=True, array_like=True):
    """Something sent beside the question: words, or media as a note that it came."""

    kind: str
    text: str | None
    at: int
    question: QuestionId | None = None
    message: int | None = None


class Session(msgspec.Struct, frozen=True, array_like=True):
    """The whole state of one conversation. New fields go at the end and have a default."""

    schema: int
    id: str
    flow: FlowId
    revision: str
    language: str | None
    started_at: int
    waiting_for: QuestionId | None
    trail: tuple[QuestionId, ...] = ()
    log: tuple[Entry, ...] = ()
    words: tuple[Note, ...] = ()
    ticked: tuple[ChoiceId, ...] = ()
    choosing_language: bool = False
    paused: bool = False
    ending: PhraseId | None = None
    aside: PhraseId | None = None
    """The phrase that answers what was last sent beside the question."""

    @property
    def ended(self) -> bool:
        """Tell whether no question is waiting."""
        return self.waiting_for is None


class SessionUnreadable(Exception):  # noqa: N818 - it names what happened
    """The bytes are not a session of a schema that this program reads."""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Session)


def encode_session(session: Session) -> bytes:
    """Give the session as bytes."""
    return _encoder.encode(session)


def decode_session(data: bytes) -> Session:
    """Read a session back; raises SessionUnreadable, which carries none of its content."""
    try:
        session = _decoder.decode(data)
    except msgspec.DecodeError:
        raise SessionUnreadable from None
    if session.schema != SCHEMA:
        raise SessionUnreadable
    return session


def current(session: Session) -> Mapping[QuestionId, Answer]:
    """Give the latest answer to each question; ticks that were all taken back are no answer."""
    latest = {entry.question: entry.answer for entry in session.log}
    return {question: answer for question, answer in latest.items() if answer != Chosen(())}
