"""Conditions: when a question is asked, as data; nothing in a definition is ever executed."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol, assert_never

import msgspec

from flows.answer import Answer, Chosen, Declined
from flows.ids import ChoiceId, FindingId, QuestionId, Stage


class Chose(msgspec.Struct, frozen=True, tag="chose"):
    """The question was answered with at least one of these choices."""

    question: QuestionId
    choices: tuple[ChoiceId, ...]


class Answered(msgspec.Struct, frozen=True, tag="answered"):
    """The question has an answer that is not a declining one."""

    question: QuestionId


class Fired(msgspec.Struct, frozen=True, tag="fired"):
    """At least one of these indicators or flags applies so far."""

    findings: tuple[FindingId, ...]


class StageIn(msgspec.Struct, frozen=True, tag="stage"):
    """The stage is one of these."""

    stages: tuple[Stage, ...]


class Settled(msgspec.Struct, frozen=True, tag="settled"):
    """The likelihood is presumed, and no answer still to come can raise the urgency."""


class AllOf(msgspec.Struct, frozen=True, tag="all"):
    """Every one holds."""

    of: tuple["Condition", ...]


class AnyOf(msgspec.Struct, frozen=True, tag="any"):
    """At least one holds."""

    of: tuple["Condition", ...]


class Not(msgspec.Struct, frozen=True, tag="not"):
    """It does not hold."""

    of: "Condition"


Condition = Chose | Answered | Fired | StageIn | Settled | AllOf | AnyOf | Not
Leaf = Chose | Answered | Fired | StageIn | Settled


class Standing(Protocol):
    """What a condition looks at."""

    @property
    def answers(self) -> Mapping[QuestionId, Answer]:
        """The latest answer to each question."""

    @property
    def fired(self) -> AbstractSet[FindingId]:
        """The indicators and flags that the answers fire."""

    @property
    def stage(self) -> Stage:
        """The stage that the answers tell."""

    @property
    def settled(self) -> bool:
        """Whether nothing more needs to be known to grade."""


Check = Callable[[Standing], bool]


def check(condition: Condition | None) -> Check:  # noqa: PLR0911 - one return for each kind
    """Make the condition ready to be looked up many times; None always holds."""
    match condition:
        case None:
            return lambda _: True
        case StageIn(stages):
            return lambda standing: standing.stage in stages
        case Settled():
            return lambda standing: standing.settled
        case Fired(findings):
            return lambda standing: not standing.fired.isdisjoint(findings)
        case Chose(question, choices):
            return _chose(question, frozenset(choices))
        case Answered(question):
            return lambda standing: not isinstance(standing.answers.get(question), Declined | None)
        case Not(inner):
            negated = check(inner)
            return lambda standing: not negated(standing)
        case AllOf(inners):
            return _every([check(inner) for inner in inners])
        case AnyOf(inners):
            return _either([check(inner) for inner in inners])
        case _:
            assert_never(condition)


# Loops, for conditions are looked up by the hundred at every step: a generator for each would cost as much as the rest.


def _chose(question: QuestionId, choices: AbstractSet[ChoiceId]) -> Check:
    def chose(standing: Standing) -> bool:
        answer = standing.answers.get(question)
        return isinstance(answer, Chosen) and not choices.isdisjoint(answer.choices)

    return chose


def _every(checks: Sequence[Check]) -> Check:
    def every(standing: Standing) -> bool:
        for holds in checks:  # noqa: SIM110
            if not holds(standing):
                return False
        return True

    return every


def _either(checks: Sequence[Check]) -> Check:
    def either(standing: Standing) -> bool:
        for holds in checks:  # noqa: SIM110
            if holds(standing):
                return True
        return False

    return either


def both(one: Condition | None, other: Condition | None) -> Condition | None:
    """Join two conditions of which either may be absent."""
    if one is None or other is None:
        return one or other
    return AllOf((*_parts(one), *_parts(other)))


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.of if isinstance(condition, AllOf) else (condition,)


def leaves(condition: Condition | None) -> tuple[Leaf, ...]:
    """Give what a condition looks at, without its structure."""
    match condition:
        case None:
            return ()
        case AllOf(inners) | AnyOf(inners):
            return tuple(leaf for inner in inners for leaf in leaves(inner))
        case Not(inner):
            return leaves(inner)
        case Chose() | Answered() | Fired() | StageIn() | Settled():
            return (condition,)
        case _:
            assert_never(condition)
