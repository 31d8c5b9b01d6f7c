"""Acceptance: what an input means as an answer to one question."""

from flows.answer import Answer, Chosen, Counted, Place, Wrote
from flows.definition import Choice, Kind, Question
from flows.ids import ChoiceId
from flows.turn import ChoiceInput, LocationInput, TextInput
from flows.vocabulary import whole_number


def accept(question: Question, given: TextInput | LocationInput) -> Answer | None:
    """Give the answer that words or a point are to this question; None when it takes no such thing."""
    match question.kind, given:
        case Kind.TEXT, TextInput(text) if text.strip():
            return Wrote(text)
        case Kind.NUMBER, TextInput(text) if (number := whole_number(text)) is not None:
            return Counted(number)
        case Kind.PLACE, TextInput(text) if text.strip():
            return Place(text=text)
        case Kind.PLACE, LocationInput(latitude, longitude):
            return Place(latitude=latitude, longitude=longitude)
        case _:
            return None


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


def chosen(question: Question, ticked: tuple[ChoiceId, ...], choice: Choice) -> Chosen:
    """Give the answer after a tap; for a question of one choice that is the choice alone."""
    return Chosen(tick(question, ticked, choice) if question.kind is Kind.MULTI else (choice.id,))
