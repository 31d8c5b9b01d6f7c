"""Checks: what a definition must hold beyond its shape."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from flows.condition import AllOf, Answered, AnyOf, Chose, Condition, Fired, Not, StageIn, leaves
from flows.definition import Kind, Then
from flows.forms import ChoiceForm, FlagsForm, FlowForm, IndicatorsForm, PhrasesForm, QuestionForm, RubricForm
from flows.ids import Stage
from flows.problems import Code
from flows.rule import Either, Every, Fires, Neither, Test

LONGEST_LABEL = 40
"""Characters of an English label; a button holds about 64, and translations are longer."""

Place = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A mistake and the place of the value that has it."""

    code: Code
    file: str
    at: Place
    message: str


def check_flow(
    file: str, flow: FlowForm, indicators: IndicatorsForm, flags: FlagsForm, phrases: PhrasesForm
) -> Iterator[Trouble]:
    """Find what is wrong with a flow."""
    findings = {form.id for form in indicators.indicators} | {form.id for form in flags.flags}
    known = {*phrases.screen}
    yield from _twice(file, ("questions",), [question.id for question in flow.questions])
    for name in ("read", "unread"):
        yield from _phrase(file, ("endings", name), getattr(flow.endings, name), known)
    yield from _unknown(file, ("endings", "asking"), (flow.endings.asking,), findings)
    for row, question in enumerate(flow.questions):
        at = ("questions", row)
        yield from _question(file, at, question)
        yield from _condition(file, (*at, "when"), question.when, flow, findings)
        for place, note in enumerate(question.notes):
            yield from _phrase(file, (*at, "notes", place, "phrase"), note.phrase, known)
            yield from _condition(file, (*at, "notes", place, "when"), note.when, flow, findings)
        for column, choice in enumerate(question.choices):
            here = (*at, "choices", column)
            yield from _unknown(file, (*here, "fires"), choice.fires, findings)
            yield from _phrase(file, (*here, "ending"), choice.ending, known)
            yield from _choice(file, here, question, choice, flow)
    yield from _unreachable(file, flow)


def check_rubric(indicators: IndicatorsForm, flags: FlagsForm, rules: RubricForm) -> Iterator[Trouble]:
    """Find what is wrong with indicators, flags and rules."""
    names = [form.id for form in indicators.indicators]
    yield from _twice("indicators.yaml", ("indicators",), names)
    yield from _twice("flags.yaml", ("flags",), [form.id for form in flags.flags], taken=names)
    for list_name, forms in (("likelihood", rules.likelihood), ("urgency", rules.urgency)):
        yield from _twice("rubric.yaml", (list_name,), [form.id for form in forms])
        if forms[-1].when is not None:
            yield Trouble(Code.NO_LAST_RULE, "rubric.yaml", (list_name,), "no rule is left for the rest")
    known = {*names, *(form.id for form in flags.flags)}
    for at, test in _tests(rules):
        yield from _unknown("rubric.yaml", at, _fired(test), known)
    yield from _unknown("rubric.yaml", ("minor",), (rules.minor,), known)
    yield from _unknown("rubric.yaml", ("free_text",), (rules.free_text,), known)
    yield from _texts("indicators.yaml", "indicators", [form.text for form in indicators.indicators])
    yield from _texts("flags.yaml", "flags", [form.text for form in flags.flags])


def check_phrases(phrases: PhrasesForm) -> Iterator[Trouble]:
    """Find what is wrong with the phrases."""
    groups = {"screen": phrases.screen, "bot": phrases.bot, "case": phrases.case}
    counts = Counter(name for group in groups.values() for name in group)
    for group, forms in groups.items():
        for name, form in forms.items():
            text = form if isinstance(form, str) else form.text
            if not text.strip():
                yield Trouble(Code.EMPTY_TEXT, "phrases.yaml", (group, name), f"{name} has no text")
            if counts[name] > 1:
                yield Trouble(
                    Code.DUPLICATE_ID, "phrases.yaml", (group, name), f"{name} stands in two groups"
                )


def _twice(file: str, at: Place, names: Sequence[str], *, taken: Iterable[str] = ()) -> Iterator[Trouble]:
    seen = set(taken)
    for row, name in enumerate(names):
        if name in seen:
            yield Trouble(Code.DUPLICATE_ID, file, (*at, row), f"the id {name} is taken")
        seen.add(name)


def _texts(file: str, list_name: str, texts: Sequence[str]) -> Iterator[Trouble]:
    for row, text in enumerate(texts):
        if not text.strip():
            yield Trouble(Code.EMPTY_TEXT, file, (list_name, row, "text"), "there is no text")


def _unknown(file: str, at: Place, names: Iterable[str], known: set[str]) -> Iterator[Trouble]:
    for name in names:
        if name not in known:
            yield Trouble(Code.UNKNOWN_FINDING, file, at, f"there is no indicator or flag {name}")


def _phrase(file: str, at: Place, name: str | None, known: set[str]) -> Iterator[Trouble]:
    if name is not None and name not in known:
        yield Trouble(Code.UNKNOWN_PHRASE, file, at, f"there is no screen phrase {name}")


def _question(file: str, at: Place, question: QuestionForm) -> Iterator[Trouble]:
    tapped = question.kind in {Kind.CHOICE, Kind.MULTI}
    labels = Counter(choice.text.strip().casefold() for choice in question.choices)
    if not question.text.strip():
        yield Trouble(Code.EMPTY_TEXT, file, (*at, "text"), f"{question.id} has no text")
    if tapped and all(choice.then is not Then.GO_ON for choice in question.choices):
        yield Trouble(Code.NO_WAY_ON, file, at, f"no choice of {question.id} goes on")
    if not tapped and question.choices:
        yield Trouble(Code.CHOICES_UNUSED, file, (*at, "choices"), f"{question.id} cannot use choices")
    if any(count > 1 for count in labels.values()):
        yield Trouble(Code.SAME_LABEL, file, (*at, "choices"), f"two choices of {question.id} read the same")
    yield from _twice(file, (*at, "choices"), [choice.id for choice in question.choices])


def _choice(
    file: str, at: Place, question: QuestionForm, choice: ChoiceForm, flow: FlowForm
) -> Iterator[Trouble]:
    named = f"{question.id}.{choice.id}"
    if not choice.text.strip():
        yield Trouble(Code.EMPTY_TEXT, file, (*at, "text"), f"{named} has no text")
    if len(choice.text) > LONGEST_LABEL:
        yield Trouble(
            Code.LABEL_TOO_LONG, file, (*at, "text"), f"{named} is longer than {LONGEST_LABEL} characters"
        )
    if choice.none and choice.fires:
        yield Trouble(Code.MEANS_BOTH, file, at, f"{named} says 'not this' and fires")
    if not choice.none and not choice.means and not _asked_about(flow, question.id, choice.id):
        yield Trouble(Code.MEANS_NOTHING, file, at, f"{named} changes nothing")


def _asked_about(flow: FlowForm, question: str, choice: str) -> bool:
    return any(
        isinstance(leaf, Chose) and leaf.question == question and choice in leaf.choices
        for other in flow.questions
        for leaf in leaves(other.when)
    )


def _condition(
    file: str, at: Place, condition: Condition | None, flow: FlowForm, findings: set[str]
) -> Iterator[Trouble]:
    choices = {question.id: {choice.id for choice in question.choices} for question in flow.questions}
    for leaf in leaves(condition):
        match leaf:
            case Chose(question, picked):
                yield from _answer(file, at, question, picked, choices)
            case Answered(question):
                yield from _answer(file, at, question, (), choices)
            case Fired(names):
                yield from _unknown(file, at, names, findings)
            case StageIn(stages):
                yield from _stages(file, at, stages, flow)
            case _:
                assert_never(leaf)


def _answer(
    file: str, at: Place, question: str, picked: Sequence[str], choices: Mapping[str, set[str]]
) -> Iterator[Trouble]:
    if question not in choices:
        yield Trouble(Code.UNKNOWN_QUESTION, file, at, f"there is no question {question}")
        return
    for choice in picked:
        if choice not in choices[question]:
            yield Trouble(Code.UNKNOWN_CHOICE, file, at, f"{question} has no choice {choice}")


def _stages(file: str, at: Place, stages: Sequence[Stage], flow: FlowForm) -> Iterator[Trouble]:
    told = {choice.stage for question in flow.questions for choice in question.choices} | {Stage.UNKNOWN}
    for stage in stages:
        if stage not in told:
            yield Trouble(Code.UNKNOWN_STAGE, file, at, f"no choice sets the stage {stage}")


def _unreachable(file: str, flow: FlowForm) -> Iterator[Trouble]:
    """Questions whose condition no answers can meet, also because they hang on such questions."""
    reached: dict[str, QuestionForm] = {}
    while True:
        more = {
            question.id: question
            for question in flow.questions
            if question.id not in reached and _possible(question.when, reached)
        }
        if not more:
            break
        reached |= more
    for row, question in enumerate(flow.questions):
        if question.id not in reached:
            yield Trouble(Code.UNREACHABLE, file, ("questions", row), f"{question.id} is never asked")


def _possible(condition: Condition | None, reached: Mapping[str, QuestionForm]) -> bool:
    match condition:
        case None | Not():
            return True
        case Chose(question) | Answered(question):
            return question in reached
        case Fired(findings):
            return any(name in findings for choice in _choices(reached) for name in choice.fires)
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


def _tests(rules: RubricForm) -> Iterator[tuple[Place, Test]]:
    for name, test in rules.also_positive.items():
        yield ("also_positive", name), test
    yield ("strict", "adult"), rules.strict.adult
    yield ("strict", "child"), rules.strict.child
    for row, likely in enumerate(rules.likelihood):
        if likely.when is not None:
            yield ("likelihood", row, "when"), likely.when
    for row, urgent in enumerate(rules.urgency):
        if urgent.when is not None:
            yield ("urgency", row, "when"), urgent.when


def _fired(test: Test) -> Iterator[str]:
    match test:
        case Fires(findings):
            yield from findings
        case Every(parts) | Either(parts):
            for part in parts:
                yield from _fired(part)
        case Neither(part):
            yield from _fired(part)
        case _:
            return
