"""A compiled flow: its questions and choices, its revision, and its form as bytes."""

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property

import msgspec

from flows.condition import Check, Condition, check
from flows.ids import ChoiceId, FindingId, FlowId, PhraseId, QuestionId, Stage, Tier


class Kind(StrEnum):
    """How a question is answered."""

    LANGUAGE = "language"
    CHOICE = "choice"
    MULTI = "multi"
    TEXT = "text"
    NUMBER = "number"
    PLACE = "place"


class Then(StrEnum):
    """Where a choice leads."""

    GO_ON = "go_on"
    PAUSE = "pause"
    END = "end"


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


class Remark(msgspec.Struct, frozen=True, dict=True):
    """A phrase that stands above a question while its condition holds."""

    phrase: PhraseId
    when: Condition | None = None

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
        return frozenset(finding for choice in self.choices for finding in choice.fires)


class Endings(msgspec.Struct, frozen=True):
    """The phrases of the last screen, where people read the answers and where they do not."""

    read: PhraseId
    unread: PhraseId
    asking: FindingId
    """What asking for help fires: whoever asks has agreed."""


class Flow(msgspec.Struct, frozen=True, dict=True):
    """One revision of a questionnaire, questions in their order."""

    id: FlowId
    revision: str
    questions: tuple[Question, ...]
    endings: Endings | None = None

    @cached_property
    def by_id(self) -> Mapping[QuestionId, Question]:
        """The questions by their id."""
        return {question.id: question for question in self.questions}

    @cached_property
    def position(self) -> Mapping[QuestionId, int]:
        """Where each question stands in the order, from 0."""
        return {question.id: place for place, question in enumerate(self.questions)}

    def contexts(self) -> Iterable[tuple[str, str]]:
        """Give the catalogue context and the English source of every text in the flow."""
        for question in self.questions:
            yield question_context(self, question), question.text
            for choice in question.choices:
                yield choice_context(self, question, choice), choice.text


def question_context(flow: Flow, question: Question) -> str:
    """Name the question's text in the catalogues: `victim.danger`."""
    return f"{flow.id}.{question.id}"


def choice_context(flow: Flow, question: Question, choice: Choice) -> str:
    """Name the choice's text in the catalogues: `victim.danger.hurt_now`."""
    return f"{flow.id}.{question.id}.{choice.id}"


def compile_flow(flow_id: FlowId, questions: tuple[Question, ...], endings: Endings | None = None) -> Flow:
    """Make a flow whose revision is the hash of what it asks (16 hex digits of SHA-256)."""
    form = msgspec.json.encode(Flow(flow_id, "", questions, endings), order="deterministic")
    return Flow(flow_id, hashlib.sha256(form).hexdigest()[:16], questions, endings)


_decoder = msgspec.msgpack.Decoder(Flow)


def encode_flow(flow: Flow) -> bytes:
    """Give the flow as bytes, to be kept while a session uses it."""
    return msgspec.msgpack.encode(flow)


def decode_flow(data: bytes) -> Flow:
    """Read a flow back; raises msgspec.DecodeError when the bytes are not one."""
    return _decoder.decode(data)
