"""The check of what is asked: questions, choices and conditions of a questionnaire, and how its parts fit."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from flows.checks import Place, Trouble, twice, unknown
from flows.condition import Answered, Chose, Condition, Fired, Settled, StageIn, leaves
from flows.definition import ABROAD, TAPPED, TICKED, Kind, Then
from flows.forms import ChoiceForm, QuestionForm, QuestionnaireForm
from flows.ids import Stage
from flows.layout import Laid, Layout
from flows.problems import Code
from flows.reachable import Reached

LONGEST_LABEL = 40
"""Characters of an English label; a button holds about 64, and translations are longer."""
QUESTIONNAIRE = "questionnaire.yaml"
PLACES = frozenset({Kind.PLACE, Kind.ROUTE})


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a questionnaire may use."""

    findings: set[str]
    phrases: set[str]
    choices: Mapping[str, set[str]]
    stages: set[Stage | None]


def check_asking(layout: Layout, findings: set[str], phrases: set[str], found: Reached) -> Iterator[Trouble]:
    """Find what is wrong with a questionnaire; `found` is what can be reached in it."""
    choices = {each.form.id: {choice.id for choice in each.form.choices} for each in layout.questions}
    stages = {choice.stage for each in layout.questions for choice in each.form.choices} | {Stage.UNKNOWN}
    known = Known(findings, phrases, choices, stages)
    yield from _composition(layout, known)
    yield from _same_ids(layout.questions)
    for laid in layout.questions:
        yield from _question_names(laid, known)
        if laid.said_as:
            continue
        yield from _question(laid, laid.form)
        for column, choice in enumerate(laid.form.choices):
            here = (*laid.at, "choices", column)
            yield from unknown(laid.file, (*here, "fires"), choice.fires, findings)
            yield from _phrase(laid.file, (*here, "ending"), choice.ending, phrases)
            yield from _choice(laid, here, choice, layout)
    requested = {each.ask for each in (*layout.form.readers, *layout.form.erasing)}
    for laid in layout.questions:
        if laid.form.id in found:
            continue
        if laid.form.on_request and laid.form.id in requested:
            continue
        yield Trouble(Code.UNREACHABLE, laid.file, laid.at, f"{laid.form.id} is never asked")


def _composition(layout: Layout, known: Known) -> Iterator[Trouble]:
    """The questionnaire's own file, and what stands at the head of parts and sections."""
    form = layout.form
    yield from _named(layout)
    for file in layout.doubles:
        yield Trouble(Code.DUPLICATE_ID, file, ("part",), "another file is this part")
    for part, file in layout.files.items():
        if part not in form.parts:
            yield Trouble(Code.UNKNOWN_PART, file, ("part",), f"the questionnaire does not name {part}")
        yield from _condition(file, ("when",), layout.parts[part].when, known)
        for row, section in enumerate(layout.parts[part].sections):
            yield from _condition(file, ("sections", row, "when"), section.when, known)
    yield from _composition_names(form, known)


def _composition_names(form: QuestionnaireForm, known: Known) -> Iterator[Trouble]:
    """What the questionnaire's own file names."""
    for name in ("where", "home", "held"):
        for row, question in enumerate(getattr(form, name)):
            yield from _asked(QUESTIONNAIRE, (name, row), question, known)
    if form.surge is not None:
        for row, question in enumerate(form.surge.core):
            yield from _asked(QUESTIONNAIRE, ("surge", "core", row), question, known)
        for name in ("enough", "rest"):
            yield from _phrase(QUESTIONNAIRE, ("surge", name), getattr(form.surge, name), known.phrases)
    for name in ("read", "unread"):
        yield from _phrase(QUESTIONNAIRE, ("endings", name), getattr(form.endings, name), known.phrases)
    yield from unknown(QUESTIONNAIRE, ("endings", "asking"), (form.endings.asking,), known.findings)
    yield from _condition(QUESTIONNAIRE, ("short",), form.short, known)
    yield from _condition(QUESTIONNAIRE, ("heard",), form.heard, known)
    yield from _condition(QUESTIONNAIRE, ("tapped_only",), form.tapped_only, known)
    for name in ("readers", "erasing"):
        for row, each in enumerate(getattr(form, name)):
            yield from _asked(QUESTIONNAIRE, (name, row, "ask"), each.ask, known)
            yield from _condition(QUESTIONNAIRE, (name, row, "when"), each.when, known)
    for row, lines in enumerate(form.endings.lines):
        yield from _condition(QUESTIONNAIRE, ("endings", "lines", row, "when"), lines.when, known)


def _named(layout: Layout) -> Iterator[Trouble]:
    """Parts and paths that are named and not there; every path is a part."""
    for name in ("parts", "paths"):
        for row, part in enumerate(getattr(layout.form, name)):
            if part not in layout.parts:
                yield Trouble(Code.UNKNOWN_PART, QUESTIONNAIRE, (name, row), f"no file is the part {part}")
            elif part not in layout.form.parts:
                yield Trouble(Code.UNKNOWN_PART, QUESTIONNAIRE, (name, row), f"{part} is not among the parts")


def _same_ids(questions: Sequence[Laid]) -> Iterator[Trouble]:
    """An answer is known by its question's id alone, whichever part that stands in."""
    seen: set[str] = set()
    for laid in questions:
        if laid.form.id in seen:
            yield Trouble(Code.DUPLICATE_ID, laid.file, laid.at, f"the id {laid.form.id} is taken")
        seen.add(laid.form.id)


def _question_names(laid: Laid, known: Known) -> Iterator[Trouble]:
    file, at, form = laid.file, laid.at, laid.form
    yield from _condition(file, (*at, "when"), form.when, known)
    yield from unknown(file, (*at, "at_site"), form.at_site, known.findings)
    for place, note in enumerate(laid.notes):
        yield from _phrase(file, (*at, "notes", place, "phrase"), note.phrase, known.phrases)
        yield from _condition(file, (*at, "notes", place, "when"), note.when, known)
    if form.clock:
        here = (*at, "clock")
        yield from unknown(file, here, (*form.clock.fires, *form.clock.otherwise), known.findings)
        yield from _asked(file, here, form.clock.since, known)


def _phrase(file: str, at: Place, name: str | None, known: set[str]) -> Iterator[Trouble]:
    if name is not None and name not in known:
        yield Trouble(Code.UNKNOWN_PHRASE, file, at, f"there is no screen phrase {name}")


def _asked(file: str, at: Place, name: str | None, known: Known) -> Iterator[Trouble]:
    if name is not None and name not in known.choices:
        yield Trouble(Code.UNKNOWN_QUESTION, file, at, f"there is no question {name}")


def _question(laid: Laid, form: QuestionForm) -> Iterator[Trouble]:
    file, at = laid.file, laid.at
    labels = Counter(choice.text.strip().casefold() for choice in form.choices)
    if not form.text.strip():
        yield Trouble(Code.EMPTY_TEXT, file, (*at, "text"), f"{form.id} has no text")
    if form.kind in TICKED and all(choice.then is not Then.GO_ON for choice in form.choices):
        yield Trouble(Code.NO_WAY_ON, file, at, f"no choice of {form.id} goes on")
    if _unused(form):
        yield Trouble(Code.CHOICES_UNUSED, file, at, f"{form.id} cannot use what it is given")
    if any(count > 1 for count in labels.values()):
        yield Trouble(Code.SAME_LABEL, file, (*at, "choices"), f"two choices of {form.id} read the same")
    yield from twice(file, (*at, "choices"), [choice.id for choice in form.choices])


def _unused(form: QuestionForm) -> bool:
    """Choices, countries, a clock or a site that this kind of question has no use for."""
    return bool(
        (form.choices and (form.kind not in TAPPED or form.kind is Kind.COUNTRY))
        or (form.countries and form.kind not in ABROAD)
        or (form.clock and form.kind is not Kind.WHEN)
        or (form.at_site and form.kind not in PLACES)
        or any((choice.hours is None) != (form.kind is not Kind.WHEN) for choice in form.choices)
    )


def _choice(laid: Laid, at: Place, choice: ChoiceForm, layout: Layout) -> Iterator[Trouble]:
    named, file = f"{laid.form.id}.{choice.id}", laid.file
    if not choice.text.strip():
        yield Trouble(Code.EMPTY_TEXT, file, (*at, "text"), f"{named} has no text")
    if len(choice.text) > LONGEST_LABEL:
        yield Trouble(
            Code.LABEL_TOO_LONG, file, (*at, "text"), f"{named} is longer than {LONGEST_LABEL} characters"
        )
    if choice.none and choice.fires:
        yield Trouble(Code.MEANS_BOTH, file, at, f"{named} says 'not this' and fires")
    if not choice.none and not choice.means and not _asked_about(layout, laid.form.id, choice.id):
        yield Trouble(Code.MEANS_NOTHING, file, at, f"{named} changes nothing")


def _asked_about(layout: Layout, question: str, choice: str) -> bool:
    conditions = (
        *(each.due for each in layout.questions),
        *(part.when for part in layout.parts.values()),
        *(note.when for each in layout.questions for note in each.notes),
    )
    return any(
        isinstance(leaf, Chose) and leaf.question == question and choice in leaf.choices
        for condition in conditions
        for leaf in leaves(condition)
    )


def _condition(file: str, at: Place, condition: Condition | None, known: Known) -> Iterator[Trouble]:
    for leaf in leaves(condition):
        match leaf:
            case Chose(question, picked):
                yield from _answer(file, at, question, picked, known)
            case Answered(question):
                yield from _asked(file, at, question, known)
            case Fired(names):
                yield from unknown(file, at, names, known.findings)
            case StageIn(stages):
                yield from _stages(file, at, stages, known)
            case Settled():
                continue
            case _:
                assert_never(leaf)


def _answer(file: str, at: Place, question: str, picked: Sequence[str], known: Known) -> Iterator[Trouble]:
    yield from _asked(file, at, question, known)
    for choice in picked:
        if question in known.choices and choice not in known.choices[question]:
            yield Trouble(Code.UNKNOWN_CHOICE, file, at, f"{question} has no choice {choice}")


def _stages(file: str, at: Place, stages: Sequence[Stage], known: Known) -> Iterator[Trouble]:
    for stage in stages:
        if stage not in known.stages:
            yield Trouble(Code.UNKNOWN_STAGE, file, at, f"no choice sets the stage {stage}")
