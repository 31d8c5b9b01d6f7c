"""A session: one contact's passage through one revision of a flow, and its form as bytes."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property

import msgspec

from flows.answer import Answer, Chosen, Declined
from flows.ids import ChoiceId, FlowId, PhraseId, QuestionId

SCHEMA = 1


class How(StrEnum):
    """How an answer came."""

    TAPPED = "tapped"
    TYPED = "typed"
    EDITED = "edited"


class Surge(StrEnum):
    """What a session that began while very many people wrote is asked."""

    NO = ""
    """Everything: it did not begin so, or the contact went on."""
    CORE = "core"
    """What one minute is enough for."""
    REST = "rest"
    """The core has been asked, and there is time for the rest again."""


class Promise(StrEnum):
    """What became of a promise to act if the contact does not tap for some time."""

    NONE = ""
    MADE = "made"
    """It stands."""
    MISSED = "missed"
    CANCELLED = "cancelled"


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One answer in the log; `at` in unix seconds, `message` where it was typed."""

    question: QuestionId
    answer: Answer
    at: int
    how: How
    message: int | None = None


class Attached(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that came with a note: what it is kept under, its size in bytes (0: not told), the name it had."""

    id: str
    size: int = 0
    name: str = ""

    def __repr__(self) -> str:
        """Leave the name out."""
        return f"Attached({self.id!r})"


class Note(msgspec.Struct, frozen=True, array_like=True):
    """Something sent beside the question: words, or media with what they are kept under."""

    kind: str
    text: str | None
    at: int
    question: QuestionId | None = None
    message: int | None = None
    after: int = 0
    """How many answers the log held when it came: its place among them."""
    attached: Attached | None = None
    later: bool = False
    """They marked it for later."""


class Detour(msgspec.Struct, frozen=True, array_like=True):
    """Questions that are asked on request, and where to go on after them."""

    way: str
    """`readers` or `erasing`, the flow's list; or `ask` and the one question that somebody of ours asks."""
    back: QuestionId | None
    """The question that was due; None at the end."""
    depth: int
    """How long the trail was."""
    paused: bool = False
    ending: PhraseId | None = None


class Session(msgspec.Struct, frozen=True, array_like=True, dict=True):
    """The whole state of one conversation. New fields go at the end and have a default.

    What follows from the log is worked out once: a step asks for it many times.
    """

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
    left: bool = False
    """The contact closed it: nothing of it comes back to the screen."""
    wiped: int = 0
    """How many messages were taken off the phone's screen when their time had come."""
    stuck: int = 0
    """How many were too old to be taken off."""
    veiled_at: int = 0
    """How many answers lie behind the veil (veil.py): no screen shows what follows from them."""
    veiled: tuple[ChoiceId, ...] = ()
    """Ticks of the question that is waited for, behind the veil."""
    duress: bool = False
    """The duress word was typed: somebody may make them type, or type for them."""
    frozen: bool = False
    """Since then nothing but neutral words is shown."""
    detour: Detour | None = None
    erased: bool = False
    """The contact wants all that we keep erased."""
    surge: Surge = Surge.NO
    promise: Promise = Promise.NONE
    """How the last promise ended; while one stands, the answers tell it."""
    promise_ended: int = 0
    """How many answers the log held then."""
    returned: int = 0
    """How often the contact came back from another account, by their number."""
    behind: bool = False
    """The veil is drawn, also where no answer lies behind it: whoever is there may be another."""

    @property
    def over(self) -> bool:
        """Tell whether nothing is left to be asked, not even later."""
        return self.ended and self.surge is Surge.NO

    @property
    def ended(self) -> bool:
        """Tell whether no question is waiting."""
        return self.waiting_for is None

    @cached_property
    def places(self) -> Mapping[QuestionId, int]:
        """The place in the log of the answer that stands for each question, in the order in which they came to stand.

        The latest stands, but declining never takes an answer back: it stands only where nothing was answered.
        """
        places: dict[QuestionId, int] = {}
        for place, entry in enumerate(self.log):
            before = places.get(entry.question)
            if before is None or not isinstance(entry.answer, Declined) or _empty(self.log[before].answer):
                places.pop(entry.question, None)
                places[entry.question] = place
        return places

    @cached_property
    def answers(self) -> Mapping[QuestionId, Answer]:
        """The answer that stands for each question; ticks that were all taken back are no answer."""
        log = self.log
        latest = {question: log[place].answer for question, place in self.places.items()}
        return {name: each for name, each in latest.items() if not isinstance(each, Chosen) or each.choices}


class SessionUnreadable(Exception):
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


def _empty(answer: Answer) -> bool:
    """Nothing is answered: declined, or every tick was taken back."""
    return isinstance(answer, Declined) or (isinstance(answer, Chosen) and not answer.choices)


def standing(session: Session) -> Mapping[QuestionId, int]:
    """Give the place in the log of the answer that stands for each question."""
    return session.places


def current(session: Session) -> Mapping[QuestionId, Answer]:
    """Give the answer that stands for each question."""
    return session.answers
