"""Wording: conditions and the meaning of choices in a few plain words, for a picture of a questionnaire."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from flows.condition import AllOf, Answered, AnyOf, Chose, Condition, Fired, Not, Settled, StageIn
from flows.definition import Then
from flows.forms import ChoiceForm
from flows.rubric_form import FlagsForm, IndicatorsForm, RubricForm
from flows.rule import Either, Every, Fires, Test, Urgency


@dataclass(frozen=True, slots=True)
class Tag:
    """A few words about what a choice does; `style` is a dimension, an urgency or `mark`."""

    text: str
    style: str
    finding: str = ""


Styles = Mapping[str, str]
"""For each indicator its dimension, for each flag the highest urgency that it can bring."""


def words(name: str) -> str:
    """Read an id as words."""
    return name.replace("_", " ")


def only_if(condition: Condition | None) -> str:
    """Say when something is asked; empty where that is always."""
    match condition:
        case None:
            return ""
        case Not(inner):
            return f"not if {_in_words(inner)}"
        case AllOf(parts) if parts and all(isinstance(part, Not) for part in parts):
            return f"not if {', or '.join(_in_words(part.of) for part in parts if isinstance(part, Not))}"
        case _:
            return f"only if {_in_words(condition)}"


def _in_words(condition: Condition) -> str:  # noqa: PLR0911 - one return for each kind
    match condition:
        case Chose(question, choices):
            return f"{words(question)}: {' or '.join(map(words, choices))}"
        case Answered(question):
            return f"{words(question)} is answered"
        case Fired(findings):
            return " or ".join(map(words, findings))
        case StageIn(stages):
            return f"stage is {' or '.join(stages)}"
        case Settled():
            return "enough is known to act"
        case Not(inner):
            return f"not {_bracketed(inner)}"
        case AllOf(parts):
            return ", and ".join(map(_bracketed, parts))
        case AnyOf(parts):
            return ", or ".join(map(_bracketed, parts))
        case _:
            assert_never(condition)


def _bracketed(condition: Condition) -> str:
    said = _in_words(condition)
    return f"({said})" if isinstance(condition, AllOf | AnyOf) and len(condition.of) > 1 else said


def styles(indicators: IndicatorsForm, flags: FlagsForm, rules: RubricForm) -> Styles:
    """Give the style of each finding."""
    urgencies: dict[str, str] = {}
    for rule in rules.urgency:
        for finding in _brings(rule.when):
            urgencies.setdefault(finding, rule.gives)
    found: dict[str, str] = {item.id: item.dimension for item in indicators.indicators}
    return found | {flag.id: urgencies.get(flag.id, Urgency.NONE) for flag in flags.flags}


def _brings(test: Test | None) -> Iterator[str]:
    match test:
        case Fires(findings):
            yield from findings
        case Every(parts) | Either(parts):
            for part in parts:
                yield from _brings(part)
        case _:
            return


def fired(findings: tuple[str, ...], known: Styles) -> Iterator[Tag]:
    """Give a tag for each finding."""
    for finding in findings:
        yield Tag(words(finding), known[finding], finding)


def means(choice: ChoiceForm, known: Styles) -> Iterator[Tag]:
    """Give tags for all that a choice does."""
    yield from fired(choice.fires, known)
    if choice.stage is not None:
        yield Tag(f"stage {choice.stage}", "mark")
    for whom, yes in choice.consents.items():
        yield Tag(f"{'agrees' if yes else 'says no'}: {words(whom)}", "mark")
    for name, value in choice.safety.items():
        yield Tag(f"{words(name)}: {words(value)}", "mark")
    if choice.hours is not None:
        yield Tag(f"{choice.hours[0]} to {choice.hours[1]} hours", "mark")
    if choice.then is not Then.GO_ON:
        yield Tag("pauses" if choice.then is Then.PAUSE else "ends", "mark")
