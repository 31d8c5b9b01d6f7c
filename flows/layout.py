"""The layout: the parts of a questionnaire in their order, each question with all that it inherits and its place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flows.condition import AnyOf, Condition, Not, both
from flows.definition import TYPED
from flows.forms import PartForm, QuestionForm, QuestionnaireForm, RemarkForm

NEVER = AnyOf(())
"""What is asked on request is never due by itself."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A question where it stands: its file and the place in it, and what its part and section add."""

    file: str
    at: Sequence[str | int]
    part: str
    section: int
    """The number of its section where the order follows worth; 0 where it is fixed."""
    form: QuestionForm
    when: Condition | None
    """Its own condition and its section's."""
    path: Condition | None
    """The condition of its part."""
    notes: tuple[RemarkForm, ...]

    @property
    def due(self) -> Condition | None:
        """All conditions together."""
        return both(self.path, self.when)


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole questionnaire, read and not yet checked."""

    form: QuestionnaireForm
    parts: Mapping[str, PartForm]
    """By their name; one that the questionnaire does not name is not asked."""
    files: Mapping[str, str]
    questions: tuple[Laid, ...]
    doubles: tuple[str, ...] = ()
    """Files that say to be a part that another file is already."""

    def of(self, path: str) -> Iterator[Laid]:
        """Give the questions of one path: its own part and those that are for everybody."""
        others = {*self.form.paths} - {path}
        return (laid for laid in self.questions if laid.part not in others)


def lay_out(form: QuestionnaireForm, parts: Mapping[str, PartForm]) -> Layout:
    """Put the parts, given by file, into their order."""
    by_name = {part.part: (file, part) for file, part in reversed([*parts.items()])}
    first = {file for file, _ in by_name.values()}
    known = [by_name[name] for name in form.parts if name in by_name]
    typed = Not(form.tapped_only) if form.tapped_only is not None else None
    return Layout(
        form,
        {name: part for name, (_, part) in by_name.items()},
        {name: file for name, (file, _) in by_name.items()},
        tuple(_laid(known, typed)),
        tuple(file for file in parts if file not in first),
    )


def _laid(parts: Iterable[tuple[str, PartForm]], typed: Condition | None) -> Iterator[Laid]:
    """Lay the questions out; `typed` holds while people may be asked to type."""
    number = 0
    for file, part in parts:
        for row, section in enumerate(part.sections):
            number += 1
            for column, question in enumerate(section.questions):
                at = ("sections", row, "questions", column)
                when = both(section.when, question.when)
                if question.kind in TYPED:
                    when = both(when, typed)
                if question.on_request:
                    when = NEVER
                notes = (*question.notes, *section.notes)
                worth = number if section.by_worth else 0
                yield Laid(file, at, part.part, worth, question, when, part.when, notes)
