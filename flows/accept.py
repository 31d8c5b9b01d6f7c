"""Acceptance: what a tap means as an answer to one question."""

from flows.answer import Answer, Chosen, Place
from flows.definition import Choice, Kind, Question
from flows.ids import ChoiceId
from flows.turn import ChoiceInput


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
        case Kind.MULTI | Kind.COUNTRIES:
            return Chosen(tick(question, ticked, choice))
        case Kind.COUNTRY:
            return Place(country=choice.id)
        case _:
            return Chosen((choice.id,))
