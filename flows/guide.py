"""The guide: whether enough is known, and what to ask next when time is short."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, assert_never

from flows.answer import Answer
from flows.condition import AllOf, Answered, AnyOf, Chose, Condition, Fired, Not, Settled, StageIn, check
from flows.definition import Flow, Question
from flows.facts import read_at
from flows.grading import LIKELIHOODS, URGENCIES, Base
from flows.ids import FindingId, QuestionId, Stage
from flows.rubric import Rubric
from flows.rule import Likelihood, Urgency
from flows.standing import Position


class Guide(Protocol):
    """Looks at where a session stands."""

    def settled(self, flow: Flow, position: Position) -> bool:
        """Tell whether nothing that may still be asked can change what has to be done."""

    def best(self, flow: Flow, position: Position, due: Sequence[QuestionId]) -> QuestionId:
        """Choose of the questions that are due the one that can raise the grade most."""


class Unguided:
    """Knows no grades: everything is asked, in its order."""

    def settled(self, flow: Flow, position: Position) -> bool:  # noqa: ARG002 - what a guide is asked
        """Never."""
        return False

    def best(self, flow: Flow, position: Position, due: Sequence[QuestionId]) -> QuestionId:  # noqa: ARG002
        """The first."""
        return due[0]


UNGUIDED = Unguided()


@dataclass(frozen=True)
class Ahead:
    """A position from which a guide looks ahead; only where a condition asks for it, for looking is work."""

    flow: Flow
    guide: Guide
    position: Position
    answers: Mapping[QuestionId, Answer]
    fired: AbstractSet[FindingId]
    stage: Stage

    @cached_property
    def settled(self) -> bool:
        """Whether nothing more needs to be known to grade."""
        return self.guide.settled(self.flow, self.position)


def ahead(flow: Flow, guide: Guide, position: Position) -> Ahead:
    """Look ahead from a position."""
    return Ahead(flow, guide, position, position.answers, position.fired, position.stage)


@dataclass(frozen=True, slots=True)
class GradingGuide:
    """Looks ahead with a rubric."""

    rubric: Rubric

    def settled(self, flow: Flow, position: Position) -> bool:
        """Presumed, and no question that may still come has an answer that raises the urgency."""
        base = self._base(flow, position)
        if base.grade.likelihood is not Likelihood.PRESUMED:
            return False
        if base.grade.urgency is Urgency.CRITICAL:
            return True
        still = Still(flow, position)
        telling = self.rubric.telling(flow)
        return not any(
            URGENCIES[self.rubric.grader.grade_with(base, option).urgency] < URGENCIES[base.grade.urgency]
            for told in telling.questions
            if told.question not in position.answers and still.may_come(flow.by_id[told.question])
            for option in (*told.options, told.typed)
        )

    def best(self, flow: Flow, position: Position, due: Sequence[QuestionId]) -> QuestionId:
        """The highest urgency that an answer can bring counts, then the likelihood, then the order."""
        base = self._base(flow, position)
        return min(due, key=lambda name: self._reach(flow, base, name))

    def _reach(self, flow: Flow, base: Base, name: QuestionId) -> tuple[int, int]:
        """The places of the highest urgency and likelihood that an answer brings; lower is higher."""
        told = self.rubric.telling(flow).by_id.get(name)
        options = (*told.options, told.typed) if told else ()
        grades = [base.grade, *(self.rubric.grader.grade_with(base, option) for option in options)]
        return (
            min(URGENCIES[grade.urgency] for grade in grades),
            min(LIKELIHOODS[grade.likelihood] for grade in grades),
        )

    def _base(self, flow: Flow, position: Position) -> Base:
        facts = read_at(flow, self.rubric, position)
        grader = self.rubric.grader
        return grader.base(grader.fired(facts.fired), facts.stage, facts.answered)


@dataclass(frozen=True, slots=True)
class Still:
    """What may still come, whatever the answers that are missing."""

    flow: Flow
    position: Position

    def may_come(self, question: Question) -> bool:
        """Tell whether some answers that are still missing lead to the question."""
        return self._holds(question.when) is not False

    def _holds(self, condition: Condition | None) -> bool | None:  # noqa: PLR0911 - one return for each kind
        """Tell whether a condition holds; None while answers that are missing decide it."""
        match condition:
            case None | Settled():
                return None
            case Chose(question) | Answered(question):
                return None if question not in self.position.answers else self._now(condition)
            case Fired(findings):
                return None if self._may_fire(findings) else self._now(condition)
            case StageIn():
                return None if self.position.stage is Stage.UNKNOWN else self._now(condition)
            case Not(inner):
                held = self._holds(inner)
                return None if held is None else not held
            case AllOf(parts):
                held_by = [self._holds(part) for part in parts]
                return False if False in held_by else None if None in held_by else True
            case AnyOf(parts):
                held_by = [self._holds(part) for part in parts]
                return True if True in held_by else None if None in held_by else False
            case _:
                assert_never(condition)

    def _now(self, condition: Condition) -> bool:
        return check(condition)(self.position)

    def _may_fire(self, findings: Sequence[FindingId]) -> bool:
        """Tell whether one of these does not apply yet, and a question without an answer could bring it."""
        if not self.position.fired.isdisjoint(findings):
            return False
        missing = (each for each in self.flow.questions if each.id not in self.position.answers)
        return any(not question.fires.isdisjoint(findings) for question in missing)
