"""A turn: what may come in, what happened, and what the screen shows next."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from flows.answer import Answer
from flows.definition import Question
from flows.ids import ChoiceId, PhraseId, QuestionId
from flows.session import Attached, Session


class Control(StrEnum):
    """The buttons that every screen has beside the choices."""

    DONE = "done"
    SKIP = "skip"
    UNKNOWN = "unknown"
    BACK = "back"
    LANGUAGE = "language"
    RESUME = "resume"
    READERS = "readers"
    ERASE = "erase"
    LATER = "later"
    CODE = "code"
    EXIT = "exit"


@dataclass(frozen=True, slots=True)
class ChoiceInput:
    """A choice was tapped; `question` tells on which screen, where that is known."""

    choice: ChoiceId
    question: QuestionId | None = None


@dataclass(frozen=True, slots=True)
class LanguageInput:
    """A language was picked, by its code."""

    code: str


@dataclass(frozen=True, slots=True, repr=False)
class TextInput:
    """Words were typed, or an earlier message was edited to them."""

    text: str
    message: int | None = None
    edited: bool = False


@dataclass(frozen=True, slots=True)
class MediaInput:
    """A photo, voice note, sticker, contact ... came; `caption` is what was written under it."""

    kind: str
    message: int | None = None
    caption: str | None = None
    edited: bool = False
    attached: Attached | None = None

    def __repr__(self) -> str:
        """Leave the caption out."""
        return f"MediaInput({self.kind!r})"


@dataclass(frozen=True, slots=True, repr=False)
class LocationInput:
    """A point was sent, in degrees; `moved`: the phone tells by itself where it is now, in a message of before."""

    latitude: float
    longitude: float
    message: int | None = None
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A control was tapped or typed; `question` tells on which screen, where that is known."""

    control: Control
    question: QuestionId | None = None


Input = ChoiceInput | LanguageInput | TextInput | MediaInput | LocationInput | Command


class Reason(StrEnum):
    """Why an input did not answer the question."""

    NOT_A_CHOICE = "not_a_choice"
    NOT_TAKEN = "not_taken"
    NOTHING_TICKED = "nothing_ticked"
    NO_WAY_BACK = "no_way_back"
    OLD_SCREEN = "old_screen"


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """A question is on the screen, for the first time or again."""

    question: QuestionId


@dataclass(frozen=True, slots=True, repr=False)
class AnswerRecorded:
    """An answer was added to the log."""

    question: QuestionId
    answer: Answer


@dataclass(frozen=True, slots=True)
class InputRejected:
    """The input changed nothing; the current screen is shown again."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class NoteKept:
    """Words or media were kept beside the answers."""

    kind: str


@dataclass(frozen=True, slots=True)
class LanguageChanged:
    """The screens go on in this language."""

    code: str


@dataclass(frozen=True, slots=True)
class SessionPaused:
    """The contact asked for later; the screen is neutral until they come back."""


@dataclass(frozen=True, slots=True)
class SessionLeft:
    """The contact wants everything gone from the screen, now."""


@dataclass(frozen=True, slots=True)
class SessionErased:
    """The contact wants all that we keep erased."""


@dataclass(frozen=True, slots=True)
class NumberAsked:
    """The contact wants a number by which they can go on from another account."""


@dataclass(frozen=True, slots=True)
class SessionCompleted:
    """No question is left, or the contact did not agree; `ending` is the last screen's phrase."""

    ending: PhraseId


Event = (
    QuestionAsked
    | AnswerRecorded
    | InputRejected
    | NoteKept
    | LanguageChanged
    | SessionPaused
    | SessionLeft
    | SessionErased
    | NumberAsked
    | SessionCompleted
)


@dataclass(frozen=True, slots=True, repr=False)
class Turn:
    """One input and all that followed until we wait again."""

    session: Session
    events: tuple[Event, ...]


class Screen(StrEnum):
    """What kind of screen is due."""

    QUESTION = "question"
    LANGUAGE = "language"
    PAUSED = "paused"
    END = "end"
    LEFT = "left"
    """Nothing: whoever writes again begins another session."""


class Time(NamedTuple):
    """A clock as the choice that it is, and what it shows now."""

    choice: ChoiceId
    label: str


class Hours(NamedTuple):
    """Hours in which one may write, by the contact's clock and by UTC."""

    theirs: str
    utc: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """The screen that is due: a question, the languages, the neutral pause, or the end."""

    kind: Screen
    question: Question | None
    ticked: tuple[ChoiceId, ...]
    controls: tuple[Control, ...]
    note: PhraseId | None
    ending: PhraseId | None = None
    """The phrase that is the screen's text when it is paused or ended."""
    lines: tuple[str, ...] = ()
    """The kinds of telephone lines to be shown."""
    where: str | None = None
    """The country where the contact is, as they said (ISO 3166 alpha-2); told only beside a note or an ending."""
    home: str | None = None
    """Their own country, likewise."""
    times: tuple[Time, ...] = ()
    """The clocks that are offered, where the question is what time it is."""
    hours: Hours | None = None
    """The agreed hours in both clocks, where the note says them back."""
