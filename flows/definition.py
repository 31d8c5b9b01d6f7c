"""A compiled flow: its questions and choices, and the names of their texts."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property

import msgspec

from flows.condition import Check, Condition, Standing, check
from flows.core import Core
from flows.ids import ChoiceId, FindingId, FlowId, PhraseId, QuestionId, Stage, Tier


class Kind(StrEnum):
    """How a question is answered."""

    LANGUAGE = "language"
    CHOICE = "choice"
    MULTI = "multi"
    TEXT = "text"
    NUMBER = "number"
    AMOUNT = "amount"
    WHEN = "when"
    PHONE = "phone"
    WALLET = "wallet"
    COUNTRY = "country"
    PLACE = "place"
    ROUTE = "route"
    COUNTRIES = "countries"
    LOCAL_TIME = "local_time"
    """What a clock shows where the contact is: its choices are clocks, and only those that fit are shown."""
    WORD = "word"
    """A word of the contact's own. What is written down is that one was chosen: its only choice, never shown."""


TICKED = frozenset({Kind.CHOICE, Kind.MULTI})
"""Kinds that are answered by the question's own choices alone."""
TAPPED = TICKED | {Kind.WHEN, Kind.COUNTRY, Kind.WORD}
"""Kinds that may have choices."""
SEVERAL = frozenset({Kind.MULTI, Kind.COUNTRIES})
"""Kinds of which several choices may be ticked."""
ABROAD = frozenset({Kind.COUNTRY, Kind.COUNTRIES})
"""Kinds whose choices are countries."""
NAMED = ABROAD | {Kind.LOCAL_TIME}
"""Kinds whose choices have no texts of their own."""
TYPED = frozenset(
    {Kind.TEXT, Kind.NUMBER, Kind.AMOUNT, Kind.PHONE, Kind.WALLET, Kind.PLACE, Kind.ROUTE, Kind.WORD}
)
"""Kinds that can only be answered by typing or sending something."""


class Own(StrEnum):
    """What a word of the contact's own is for."""

    WAY_BACK = "way_back"
    DURESS = "duress"


class Then(StrEnum):
    """Where a choice leads."""

    GO_ON = "go_on"
    PAUSE = "pause"
    END = "end"
    ERASE = "erase"


class Choice(msgspec.Struct, frozen=True):
    """One button of a question and what tapping it means."""

    id: ChoiceId
    text: str
    fires: tuple[FindingId, ...] = ()
    stage: Stage | None = None
    consents: Mapping[str, bool] = {}
    safety: Mapping[str, str] = {}
    alone: bool = False
    """Stands for 'none of these': it unticks the others and answers at once."""
    then: Then = Then.GO_ON
    ending: PhraseId | None = None
    """The phrase that the last screen shows when this choice ends the session."""
    hours: tuple[int, int] | None = None
    """How far from now the moment lies that it stands for, at least and at most; negative is ago."""


class Clock(msgspec.Struct, frozen=True):
    """What a moment fires: `fires` when it may lie between the two hours of `within`, else `otherwise`."""

    within: tuple[int, int]
    fires: tuple[FindingId, ...]
    otherwise: tuple[FindingId, ...] = ()
    since: QuestionId | None = None
    """The answer from which the hours are counted, such as when a demand arrived; from now without one."""


class Remark(msgspec.Struct, frozen=True, dict=True):
    """A phrase that stands above a question while its condition holds."""

    phrase: PhraseId
    when: Condition | None = None
    lines: tuple[str, ...] = ()
    """The kinds of telephone lines that are shown with it."""

    @cached_property
    def holds(self) -> Check:
        """Tell by a standing whether it is shown."""
        return check(self.when)


class Question(msgspec.Struct, frozen=True, dict=True):
    """One screen: what is asked, when, and what may be answered."""

    id: QuestionId
    ref: str
    kind: Kind
    text: str
    tier: Tier = Tier.CORE
    choices: tuple[Choice, ...] = ()
    when: Condition | None = None
    notes: tuple[Remark, ...] = ()
    """The first of these that holds is shown above the question."""
    part: str = ""
    """The file that it stands in."""
    section: int = 0
    """The section inside which what tells most comes first while time is short; 0 where the order is fixed."""
    at_once: bool = False
    """It comes before all others as soon as its condition holds."""
    clock: Clock | None = None
    at_site: tuple[FindingId, ...] = ()
    """What fires when the place is on a known route."""
    keeps: Own | None = None
    """What the word is for that is chosen here."""
    number: int = 0
    """Which of several people it is about, from 1: what `{number}` in its text stands for."""
    said_as: QuestionId | None = None
    """The question whose texts it shares."""

    def worded(self, text: str) -> str:
        """Give its text, in any language, as it is shown."""
        return text.replace("{number}", str(self.number)) if self.number else text

    @cached_property
    def by_id(self) -> Mapping[ChoiceId, Choice]:
        """The choices by their id."""
        return {choice.id: choice for choice in self.choices}

    @cached_property
    def due(self) -> Check:
        """Tell by a standing whether the question is asked."""
        return check(self.when)

    @cached_property
    def fires(self) -> frozenset[FindingId]:
        """Every finding that an answer to this question can fire."""
        timed = (*self.clock.fires, *self.clock.otherwise) if self.clock else ()
        chosen = (finding for choice in self.choices for finding in choice.fires)
        return frozenset((*chosen, *timed, *self.at_site))


class Lines(msgspec.Struct, frozen=True, dict=True):
    """Kinds of telephone lines, and for whom they are."""

    kinds: tuple[str, ...]
    when: Condition | None = None

    @cached_property
    def holds(self) -> Check:
        """Tell by a standing whether they are shown."""
        return check(self.when)


class Endings(msgspec.Struct, frozen=True):
    """The phrases of the last screen, where people read the answers and where they do not."""

    read: PhraseId
    unread: PhraseId
    asking: FindingId
    """What asking for help fires: whoever asks has agreed."""
    lines: tuple[Lines, ...] = ()
    """The telephone lines that the last screen shows: the first of these that hold."""


class Ask(msgspec.Struct, frozen=True, dict=True):
    """A question that is asked on request, whatever was answered before, and for whom it is."""

    question: QuestionId
    when: Condition | None = None

    @cached_property
    def holds(self) -> Check:
        """Tell by a standing whether it is asked."""
        return check(self.when)


class Path(msgspec.Struct, frozen=True, dict=True):
    """One of the ways through the questionnaire, and when a person is on it."""

    flow: FlowId
    when: Condition | None = None

    @cached_property
    def holds(self) -> Check:
        """Tell by a standing whether a person is on it."""
        return check(self.when)


class Flow(msgspec.Struct, frozen=True, dict=True):
    """One revision of a questionnaire, questions in their order."""

    id: FlowId
    revision: str
    questions: tuple[Question, ...]
    endings: Endings | None = None
    paths: tuple[Path, ...] = ()
    short: Condition | None = None
    """While it holds time is short, and what tells most is asked first."""
    where: tuple[QuestionId, ...] = ()
    """The questions about the country where the contact is; the first that is on their path and answered counts."""
    home: tuple[QuestionId, ...] = ()
    """The questions about the home country, likewise."""
    heard: Condition | None = None
    """While it holds, words that answer a question are heard as asking for help too."""
    readers: tuple[Ask, ...] = ()
    """What is asked again when somebody wants to change who may read."""
    erasing: tuple[Ask, ...] = ()
    """What is asked once before everything is erased."""
    zones: Mapping[str, tuple[str, ...]] = {}
    """The clocks of each country (ISO 3166 alpha-2), likeliest first, as `+0630`."""
    core: Core | None = None
    held: tuple[QuestionId, ...] = ()
    """The questions about where whom it is about is held: every one that is on their path and answered counts."""

    @cached_property
    def by_id(self) -> Mapping[QuestionId, Question]:
        """The questions by their id."""
        return {question.id: question for question in self.questions}

    @cached_property
    def position(self) -> Mapping[QuestionId, int]:
        """Where each question stands in the order, from 0."""
        return {question.id: place for place, question in enumerate(self.questions)}

    @cached_property
    def at_once(self) -> tuple[Question, ...]:
        """The questions that come before all others."""
        return tuple(question for question in self.questions if question.at_once)

    @cached_property
    def computed(self) -> tuple[Question, ...]:
        """The questions of which more than a choice can fire something."""
        return tuple(question for question in self.questions if question.clock or question.at_site)

    @cached_property
    def is_short(self) -> Check:
        """Tell by a standing whether time is short."""
        return check(self.short) if self.short is not None else _never

    @cached_property
    def is_heard(self) -> Check:
        """Tell by a standing whether what is written as an answer is heard."""
        return check(self.heard) if self.heard is not None else _never

    def path(self, standing: Standing) -> FlowId:
        """Name the way that a person is on; the flow's own id where it has only one."""
        return next((path.flow for path in self.paths if path.holds(standing)), self.id)

    def contexts(self) -> Iterable[tuple[str, str]]:
        """Give the catalogue context and the English source of every text in the flow."""
        for question in self.questions:
            yield question_context(self, question), question.text
            if question.kind not in NAMED:
                for choice in question.choices:
                    yield choice_context(self, question, choice), choice.text


def _never(_standing: Standing) -> bool:
    return False


def question_context(flow: Flow, question: Question) -> str:
    """Name the question's text in the catalogues: `victim.danger`."""
    return f"{question.part or flow.id}.{question.said_as or question.id}"


def choice_context(flow: Flow, question: Question, choice: Choice) -> str:
    """Name the choice's text in the catalogues: `victim.danger.hurt_now`."""
    return f"{question_context(flow, question)}.{choice.id}"
