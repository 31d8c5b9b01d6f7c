"""Reachability: which questions some answers lead to."""

from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from flows.condition import AllOf, Answered, AnyOf, Chose, Condition, Fired, Not, Settled, StageIn
from flows.forms import ChoiceForm, QuestionForm
from flows.ids import Stage
from flows.layout import Laid


def unreachable(questions: Sequence[Laid]) -> Iterator[Laid]:
    """Give the questions whose condition no answers can meet, also because they hang on such questions."""
    reached: dict[str, QuestionForm] = {}
    while True:
        more = {
            laid.form.id: laid.form
            for laid in questions
            if laid.form.id not in reached and _possible(laid.due, reached)
        }
        if not more:
            break
        reached |= more
    return (laid for laid in questions if laid.form.id not in reached)


def fires(form: QuestionForm) -> frozenset[str]:
    """Give every finding that an answer to the question can fire."""
    timed = (*form.clock.fires, *form.clock.otherwise) if form.clock else ()
    return frozenset((*(name for choice in form.choices for name in choice.fires), *timed, *form.at_site))


def _possible(condition: Condition | None, reached: Mapping[str, QuestionForm]) -> bool:
    match condition:
        case None | Not() | Settled():
            return True
        case Chose(question) | Answered(question):
            return question in reached
        case Fired(findings):
            return any(not fires(form).isdisjoint(findings) for form in reached.values())
        case StageIn(stages):
            return Stage.UNKNOWN in stages or any(choice.stage in stages for choice in _choices(reached))
        case AllOf(parts):
            return all(_possible(part, reached) for part in parts) and _one_stage(parts)
        case AnyOf(parts):
            return any(_possible(part, reached) for part in parts)
        case _:
            assert_never(condition)


def _one_stage(parts: Sequence[Condition]) -> bool:
    """A person has one stage at a time."""
    sets = [set(part.stages) for part in parts if isinstance(part, StageIn)]
    return not sets or bool(set.intersection(*sets))


def _choices(reached: Mapping[str, QuestionForm]) -> Iterator[ChoiceForm]:
    for question in reached.values():
        yield from question.choices
