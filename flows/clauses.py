"""Clauses: how conditions and tests are written in YAML, one key each, and read into values."""

from collections.abc import Callable
from typing import TypeVar, cast

import msgspec

from flows.condition import AllOf, Answered, AnyOf, Chose, Condition, Fired, Not, Settled, StageIn
from flows.ids import ChoiceId, FindingId, QuestionId, Stage
from flows.rule import (
    Bar,
    Counts,
    Dimension,
    Either,
    Every,
    Fires,
    Likelihood,
    LikelihoodIs,
    Neither,
    Positive,
    Share,
    StageIs,
    Test,
)


def read_condition(value: object) -> Condition:  # noqa: PLR0911 - one return for each kind
    """Read `chose`, `answered`, `fires`, `stage`, `settled`, `all`, `any` or `not`; raises ValueError."""
    match _clause(value):
        case "chose", dict(by_question) if len(by_question) == 1:
            ((question, choices),) = by_question.items()
            return Chose(QuestionId(str(question)), tuple(map(ChoiceId, _names(choices))))
        case "answered", str(question):
            return Answered(QuestionId(question))
        case "fires", findings:
            return Fired(tuple(map(FindingId, _names(findings))))
        case "stage", stages:
            return StageIn(_members(Stage, stages))
        case "settled", True:
            return Settled()
        case "all", parts:
            return AllOf(_each(read_condition, parts))
        case "any", parts:
            return AnyOf(_each(read_condition, parts))
        case "not", part:
            return Not(read_condition(part))
        case key, _:
            raise _unknown(key)


def read_test(value: object) -> Test:  # noqa: C901, PLR0911 - one return for each kind
    """Read a test of the rubric, by its one key (see rubric.yaml); raises ValueError."""
    match _clause(value):
        case "fires", findings:
            return Fires(tuple(map(FindingId, _names(findings))))
        case "positive", dimensions:
            return Positive(_members(Dimension, dimensions))
        case "counts", counted:
            return _convert(counted, Counts)
        case "share", share:
            return _convert(share, Share)
        case "stage", stages:
            return StageIs(_members(Stage, stages))
        case "likelihood", likelihoods:
            return LikelihoodIs(_members(Likelihood, likelihoods))
        case "all", parts:
            return Every(_each(read_test, parts))
        case "any", parts:
            return Either(_each(read_test, parts))
        case "not", part:
            return Neither(read_test(part))
        case key, _:
            raise _unknown(key)


def _clause(value: object) -> tuple[str, object]:
    if not isinstance(value, dict) or len(value) != 1:
        message = "a condition is a mapping with one key"
        raise ValueError(message)
    ((key, inner),) = value.items()
    return str(key), cast("object", inner)


def _unknown(key: str) -> ValueError:
    return ValueError(f"there is no condition of the form {key!r} with this content")


def _names(value: object) -> tuple[str, ...]:
    return _convert(value, tuple[str, ...])


M = TypeVar("M", Stage, Dimension, Likelihood)
T = TypeVar("T")


def _members(kind: type[M], value: object) -> tuple[M, ...]:
    return tuple(_convert(member, kind) for member in _convert(value, list[object]))


def _each(read: Callable[[object], T], value: object) -> tuple[T, ...]:
    return tuple(read(part) for part in _convert(value, list[object]))


def _convert(value: object, kind: type[T]) -> T:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None


def read_bar(value: object) -> Bar:
    """Read the counts that make a dimension positive; raises ValueError."""
    return _convert(value, Bar)
