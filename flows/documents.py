"""Documents: `answers/1` and `findings/1` in, `assessment/1` out, for whoever checks the rubric from outside.

DocumentRefused
├── NotADocument        it is not a JSON object of a schema that is read here
├── UnknownFlow         no flow has this id
├── UnknownName         a question, indicator or flag does not exist
└── UnfitAnswer         the value cannot answer its question
"""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from flows.accept import tapped
from flows.answer import (
    Amount,
    Answer,
    Chosen,
    Counted,
    Decline,
    Declined,
    Leg,
    Place,
    Repeated,
    When,
    Wrote,
)
from flows.assessment import Assessment
from flows.definition import SEVERAL, Flow, Kind, Question
from flows.facts import Facts, read
from flows.grading import Answered
from flows.ids import ChoiceId, FindingId, FlowId, QuestionId, Stage
from flows.loading import Definitions
from flows.reader import PLAIN, Reader
from flows.scoring import assess, foresee
from flows.turn import TextInput

FLOWS = frozenset({"victim", "family", "other"})


class DocumentRefused(Exception):
    """The document cannot be graded."""

    def __init__(self, place: str = "") -> None:
        """Say what is wrong in the words of the class, and where; never a value."""
        super().__init__(f"{type(self).__doc__} {place}".strip())


class NotADocument(DocumentRefused):
    """It is not a JSON object of a schema that is read here."""


class UnknownFlow(DocumentRefused):
    """No flow has this id."""


class UnknownName(DocumentRefused):
    """A question, indicator or flag does not exist."""


class UnfitAnswer(DocumentRefused):
    """The value cannot answer its question."""


class AnswersDocument(msgspec.Struct, frozen=True, tag_field="schema", tag="answers/1"):
    """What `answers/1` holds."""

    flow: FlowId
    answers: dict[QuestionId, object] = {}
    texts: list[str] = []
    language: str | None = None


class FindingsDocument(msgspec.Struct, frozen=True, tag_field="schema", tag="findings/1"):
    """What `findings/1` holds."""

    flow: FlowId
    indicators: list[FindingId] = []
    flags: list[FindingId] = []
    stage: Stage = Stage.UNKNOWN
    minor: bool = False
    answered: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 0.0


Document = AnswersDocument | FindingsDocument
Graded = Assessment | list["Graded"]


def assess_document(definitions: Definitions, document: object, reader: Reader = PLAIN) -> Graded:
    """Grade one document, or an array of them in its order; raises DocumentRefused."""
    if isinstance(document, list):
        return [assess_document(definitions, each, reader) for each in document]
    try:
        read_in = msgspec.convert(document, Document)
    except msgspec.ValidationError as error:
        raise NotADocument(_place_of(error)) from None
    if isinstance(read_in, AnswersDocument):
        return _assess_answers(definitions, read_in, reader)
    return _assess_findings(definitions, read_in)


def _place_of(error: msgspec.ValidationError) -> str:
    """The place alone: msgspec's own words may quote what was written."""
    _, found, place = str(error).rpartition(" - at ")
    return f"At {place}." if found and place.startswith("`$") and "[...]" not in place else ""


def _assess_answers(definitions: Definitions, document: AnswersDocument, reader: Reader) -> Assessment:
    flow = definitions.flows.get(document.flow)
    if flow is None:
        raise UnknownFlow
    answers = {
        name: read_answer(_question(flow, name), value, reader) for name, value in document.answers.items()
    }
    facts = read(flow, definitions.rubric, answers, [len(text) for text in document.texts])
    assessment = assess(definitions.rubric, facts)
    return foresee(definitions.rubric, flow, facts, assessment)


def _assess_findings(definitions: Definitions, document: FindingsDocument) -> Assessment:
    if document.flow not in FLOWS | definitions.flows.keys():
        raise UnknownFlow
    rubric = definitions.rubric
    known = all(name in rubric.indicators for name in document.indicators) and all(
        name in rubric.flags for name in document.flags
    )
    if not known:
        raise UnknownName
    minor = [rubric.rules.minor] if document.minor else []
    fired = dict.fromkeys((*document.indicators, *document.flags, *minor), ())
    share = Answered(document.answered, document.answered)
    return assess(rubric, Facts(fired, document.stage, share))


def _question(flow: Flow, name: QuestionId) -> Question:
    question = flow.by_id.get(name)
    if question is None:
        raise UnknownName
    return question


def read_answer(question: Question, value: object, reader: Reader = PLAIN) -> Answer:
    """Read a JSON value as an answer to the question; null is declined. Raises UnfitAnswer.

    A typed date has no day to count from here: it is kept, and read as the more urgent of what it may mean.
    """
    if isinstance(value, str) and value in question.by_id:
        return tapped(question, (), question.by_id[ChoiceId(value)])
    try:
        if isinstance(value, list) and value and question.choices:
            return _chosen(question, value)
        return _answer(question, value, reader)
    except (msgspec.ValidationError, TypeError, ValueError):
        raise UnfitAnswer(f"The question is {question.id}.") from None


def _answer(question: Question, value: object, reader: Reader) -> Answer:  # noqa: C901, PLR0911 - one for each kind
    match question.kind, value:
        case _, None | []:
            return Declined(Decline.SKIPPED)
        case Kind.LANGUAGE, str():
            return Chosen((ChoiceId(value),))
        case Kind.NUMBER, int() if not isinstance(value, bool):
            return Counted(value)
        case Kind.AMOUNT, {"amount": str() | int() as amount, **rest} if not isinstance(amount, bool):
            return msgspec.convert({"amount": str(amount), **rest}, Sum).amount_of
        case Kind.WHEN, {"when": str(text)} | str(text):
            return When(at=text)
        case Kind.WHEN, {"when": dict(when)}:
            return msgspec.convert(when, Moment).when
        case Kind.COUNTRY | Kind.PLACE, {"place": str(text)}:
            return reader.place(text)
        case Kind.COUNTRY | Kind.PLACE, {"place": dict(place)}:
            return _place(place, reader)
        case Kind.ROUTE, list(legs):
            return Repeated(tuple(_leg(leg, reader) for leg in legs))
        case (
            (Kind.TEXT | Kind.AMOUNT | Kind.PHONE | Kind.WALLET | Kind.COUNTRY | Kind.PLACE | Kind.ROUTE),
            str(text),
        ):
            return reader.accept(question, TextInput(text), now=0) or Wrote(text)
        case _:
            raise ValueError


def _chosen(question: Question, picked: list[Any]) -> Chosen:
    choices = tuple(dict.fromkeys(picked))
    if question.kind not in SEVERAL and len(choices) > 1:
        raise ValueError
    if not all(map(question.by_id.__contains__, choices)):
        raise ValueError
    return Chosen(choices)


class Sum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The sum of `answers/1` in parts."""

    amount: str
    currency: str | None = None

    @property
    def amount_of(self) -> Amount:
        """The same as an answer."""
        return Amount(self.amount, self.currency)


class Moment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The moment of `answers/1` in parts."""

    at: str | None = None
    relative_days: int | None = None
    hours: tuple[int, int] | None = None
    zone_known: bool = False
    text: str | None = None

    @property
    def when(self) -> When:
        """The same as an answer."""
        return When(self.at, self.relative_days, self.zone_known, self.hours, self.text)


class Point(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The place of `answers/1` in parts."""

    text: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    country: str | None = None
    sites: tuple[str, ...] = ()
    on_route: bool = False


def _place(given: Mapping[str, object], reader: Reader) -> Place:
    point = msgspec.convert(given, Point)
    if point.text is not None and not point.sites:
        read = reader.place(point.text)
        country = point.country or read.country
        return Place(point.text, point.latitude, point.longitude, country, read.sites, read.on_route)
    return Place(point.text, point.latitude, point.longitude, point.country, point.sites, point.on_route)


def _leg(given: object, reader: Reader) -> Leg:
    match given:
        case str(text) | {"place": str(text)}:
            return Leg(reader.place(text))
        case {"place": dict(place), **rest}:
            when = msgspec.convert(rest.pop("when"), Moment).when if "when" in rest else None
            return Leg(_place(place, reader), when, msgspec.convert(rest.get("means"), str | None))
        case _:
            raise ValueError
