"""Where a session stands: its latest answers, and what they fire."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flows.answer import Answer, Chosen, Declined, Place, Repeated, When
from flows.definition import Choice, Clock, Flow, Question
from flows.ids import ChoiceId, FindingId, QuestionId, Stage

NOW = (0, 0)
ANY_TIME_OF_LATE = (-168, 0)
"""The hours to count from when nobody knows: within the last week."""


class Sign(NamedTuple):
    """Findings that an answer fires, and the choice that does where it was tapped."""

    question: QuestionId
    choice: ChoiceId | None
    findings: tuple[FindingId, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Position:
    """The latest answers, the findings they fire, and the stage they tell."""

    answers: Mapping[QuestionId, Answer]
    fired: frozenset[FindingId]
    stage: Stage
    signs: Sequence[Sign] = ()
    """What fired and by which answer, in the order of answering."""
    settled: bool = False
    """Only a guide can tell; what does not ask one takes it that more needs to be known."""


def stand(flow: Flow, answers: Mapping[QuestionId, Answer]) -> Position:
    """Work out the position from the latest answers; the last stage told counts, on their own path first."""
    stages: dict[str, Stage] = {}
    signs = []
    for name, choice in chosen(flow, answers):
        if choice.fires:
            signs.append(Sign(name, choice.id, choice.fires))
        if choice.stage is not None:
            stages.pop(flow.by_id[name].part, None)
            stages[flow.by_id[name].part] = choice.stage
    for question in flow.computed:
        answer = answers.get(question.id)
        if answer is not None and answer.__class__ is not Declined:
            signs.extend(_computed(flow, question, answer, answers))
    fired = frozenset([each for sign in signs for each in sign.findings])
    return Position(answers, fired, _stage(flow, answers, stages), signs)


def _stage(flow: Flow, answers: Mapping[QuestionId, Answer], stages: dict[str, Stage]) -> Stage:
    """Choose where several paths told one: at another door it was told of somebody else."""
    last = next(reversed(stages.values()), Stage.UNKNOWN)
    if len(stages) <= 1:
        return last
    return stages.get(flow.path(Position(answers, frozenset(), Stage.UNKNOWN)), last)


def chosen(flow: Flow, answers: Mapping[QuestionId, Answer]) -> list[tuple[QuestionId, Choice]]:
    """List the choices that stand, with their questions, in the order of answering."""
    found: list[tuple[QuestionId, Choice]] = []
    questions = flow.by_id
    for name, answer in answers.items():
        if answer.__class__ is Chosen and (question := questions.get(name)) is not None:
            choices = question.by_id
            for picked in answer.choices:
                if picked in choices:
                    found.append((name, choices[picked]))  # noqa: PERF401 - mostly one, for which a list costs more
    return found


def _computed(
    flow: Flow, question: Question, answer: Answer, answers: Mapping[QuestionId, Answer]
) -> Sequence[Sign]:
    if question.clock is not None:
        hours = span(question, answer)
        since = _since(flow, question.clock, answers)
        return (
            [Sign(question.id, _tapped(answer), _due(question.clock, answer, hours, since))] if hours else []
        )
    return [Sign(question.id, None, question.at_site)] if _at_site(answer) else []


def _tapped(answer: Answer) -> ChoiceId | None:
    return answer.choices[0] if isinstance(answer, Chosen) and answer.choices else None


def _due(
    clock: Clock, answer: Answer, hours: tuple[int, int], since: tuple[int, int]
) -> tuple[FindingId, ...]:
    """Tell what a moment fires: a date stands by itself, typed days may be meant from now or from the beginning."""
    match answer:
        case When(at=str()):
            origins = [NOW]
        case When():
            origins = [NOW, since]
        case _:
            origins = [since]
    fired = [timed(clock, hours, origin) for origin in origins]
    return clock.fires if clock.fires in fired else clock.otherwise


def span(question: Question, answer: Answer | None) -> tuple[int, int] | None:
    """Give the hours between which a moment lies that was answered; None when that cannot be told."""
    match answer:
        case Chosen((picked, *_)) if picked in question.by_id:
            return question.by_id[picked].hours
        case When(hours=(int(), int()) as hours):
            return hours
        case When(relative_days=int(days)):
            return 24 * days - 24, 24 * days + 24
        case When():
            return ANY_TIME_OF_LATE[0], -ANY_TIME_OF_LATE[0]
        case _:
            return None


def _since(flow: Flow, clock: Clock, answers: Mapping[QuestionId, Answer]) -> tuple[int, int]:
    if clock.since is None:
        return NOW
    began = span(flow.by_id[clock.since], answers.get(clock.since)) if clock.since in flow.by_id else None
    return began or ANY_TIME_OF_LATE


def timed(clock: Clock, hours: tuple[int, int], since: tuple[int, int]) -> tuple[FindingId, ...]:
    """Tell what a moment fires; where it may be early or late, the more urgent counts."""
    earliest, latest = since[0] + hours[0], since[1] + hours[1]
    begin, end = clock.within
    return clock.fires if earliest <= end and latest >= begin else clock.otherwise


def _at_site(answer: Answer) -> bool:
    match answer:
        case Place(on_route=on_route):
            return on_route
        case Repeated(items):
            return any(_at_site(item.place) for item in items)
        case _:
            return False
