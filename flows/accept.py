"""Acceptance: what an input means as an answer to one question."""

from flows.answer import Answer, Chosen, Counted, Leg, Place, Repeated, Wrote
from flows.definition import Choice, Kind, Question
from flows.ids import ChoiceId
from flows.turn import ChoiceInput, LocationInput, TextInput
from flows.vocabulary import Vocabulary, whole_number


def accept(
    question: Question, given: TextInput | LocationInput, vocabulary: Vocabulary, *, now: int
) -> Answer | None:
    """Give the answer that words or a point are to this question; None when it takes no such thing.

    What cannot be read as the question's kind is kept in the contact's own words: nothing is refused.
    `now` in unix seconds.
    """
    match question.kind, given:
        case Kind.LANGUAGE | Kind.CHOICE | Kind.MULTI, _:
            return None
        case Kind.PLACE, LocationInput():
            return _point(given, vocabulary)
        case Kind.ROUTE, LocationInput():
            return Repeated((Leg(_point(given, vocabulary)),))
        case _, TextInput(text) if text.strip():
            return read(question, text, vocabulary, now=now)
        case _:
            return None


def read(question: Question, text: str, vocabulary: Vocabulary, *, now: int) -> Answer | None:
    """Read words as the question's kind of answer."""
    match question.kind:
        case Kind.NUMBER:
            number = whole_number(text)
            return None if number is None else Counted(number)
        case Kind.PLACE:
            return Place(text=text)
        case _:
            return Wrote(text)


def _point(given: LocationInput, vocabulary: Vocabulary) -> Place:
    return Place(latitude=given.latitude, longitude=given.longitude)


def pick(question: Question, given: ChoiceInput) -> Choice | None:
    """Give the choice that was tapped; None when the question has no such choice."""
    return question.by_id.get(given.choice)


def tick(question: Question, ticked: tuple[ChoiceId, ...], choice: Choice) -> tuple[ChoiceId, ...]:
    """Tick a choice, or take its tick back; a choice that stands alone takes all others back."""
    if choice.alone:
        return (choice.id,)
    if choice.id in ticked:
        return tuple(other for other in ticked if other != choice.id)
    return (*(other for other in ticked if not question.by_id[other].alone), choice.id)


def tapped(question: Question, ticked: tuple[ChoiceId, ...], choice: Choice) -> Answer:
    """Give the answer after a tap."""
    match question.kind:
        case Kind.MULTI:
            return Chosen(tick(question, ticked, choice))
        case Kind.COUNTRY:
            return Place(country=choice.id)
        case _:
            return Chosen((choice.id,))
