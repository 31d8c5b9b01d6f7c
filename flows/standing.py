"""Where a session stands: its latest answers, and what they fire."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.answer import Answer, Chosen
from flows.definition import Choice, Flow
from flows.ids import FindingId, QuestionId, Stage


@dataclass(frozen=True, slots=True, repr=False)
class Position:
    """The latest answers, the findings they fire, and the stage they tell."""

    answers: Mapping[QuestionId, Answer]
    fired: frozenset[FindingId]
    stage: Stage
    picked: Sequence[tuple[QuestionId, Choice]] = ()
    """The choices that stand, with their questions, in the order of answering."""


def stand(flow: Flow, answers: Mapping[QuestionId, Answer]) -> Position:
    """Work out the position from the latest answers; the last stage told counts."""
    fired: set[FindingId] = set()
    stage = Stage.UNKNOWN
    picked = chosen(flow, answers)
    for _, choice in picked:
        if choice.fires:
            fired.update(choice.fires)
        if choice.stage is not None:
            stage = choice.stage
    return Position(answers, frozenset(fired), stage, picked)


def chosen(flow: Flow, answers: Mapping[QuestionId, Answer]) -> list[tuple[QuestionId, Choice]]:
    """List the choices that stand, with their questions, in the order of answering."""
    found: list[tuple[QuestionId, Choice]] = []
    questions = flow.by_id
    for name, answer in answers.items():
        if isinstance(answer, Chosen) and (question := questions.get(name)) is not None:
            choices = question.by_id
            found.extend([(name, choices[picked]) for picked in answer.choices if picked in choices])
    return found
