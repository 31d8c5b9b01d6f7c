"""Copies: the questions of a section that is asked once for each of several people; the texts are one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from flows.condition import (
    AllOf,
    Answered,
    AnyOf,
    Chose,
    Condition,
    Fired,
    Not,
    Settled,
    StageIn,
    both,
)
from flows.forms import ClockForm, QuestionForm, RemarkForm, SectionForm
from flows.ids import QuestionId

Names = Mapping[str, str]
"""From the id of a question of the section to the id of its copy."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A question as it is asked of one of them; `number` counts them from 1, 0 where a section is asked once."""

    form: QuestionForm
    when: Condition | None
    number: int = 0
    row: int = 0
    """Its place in the section."""

    @property
    def is_first(self) -> bool:
        """Whether this is the question as it is written down."""
        return self.number <= 1


def copies(section: SectionForm) -> Iterator[Copy]:
    """Give every question of a section, person by person: the second time as `id_2`, behind the first's `again`."""
    if section.each is None:
        for row, form in enumerate(section.questions):
            yield Copy(form, both(section.when, form.when), row=row)
        return
    due = section.when
    for number in range(1, section.each.times + 1):
        names = {form.id: copied(form.id, number) for form in section.questions}
        for row, form in enumerate(section.questions):
            yield Copy(_renamed(form, names), both(due, _condition(form.when, names)), number=number, row=row)
        due = both(due, _condition(section.each.again, names))


def copied(name: str, number: int) -> str:
    """Give the id of a question's copy; the first is the question itself."""
    return name if number <= 1 else f"{name}_{number}"


def _renamed(form: QuestionForm, names: Names) -> QuestionForm:
    return form.model_copy(
        update={
            "id": names[form.id],
            "when": _condition(form.when, names),
            "notes": tuple(_note(note, names) for note in form.notes),
            "clock": _clock(form.clock, names),
        }
    )


def _note(note: RemarkForm, names: Names) -> RemarkForm:
    return note.model_copy(update={"when": _condition(note.when, names)})


def _clock(clock: ClockForm | None, names: Names) -> ClockForm | None:
    if clock is None or clock.since is None:
        return clock
    return clock.model_copy(update={"since": names.get(clock.since, clock.since)})


def _condition(condition: Condition | None, names: Names) -> Condition | None:
    return None if condition is None else _of(condition, names)


def _of(condition: Condition, names: Names) -> Condition:
    match condition:
        case Chose(question, choices):
            return Chose(QuestionId(names.get(question, question)), choices)
        case Answered(question):
            return Answered(QuestionId(names.get(question, question)))
        case AllOf(inners):
            return AllOf(tuple(_of(inner, names) for inner in inners))
        case AnyOf(inners):
            return AnyOf(tuple(_of(inner, names) for inner in inners))
        case Not(inner):
            return Not(_of(inner, names))
        case Fired() | StageIn() | Settled():
            return condition
        case _:
            assert_never(condition)
