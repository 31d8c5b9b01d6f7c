"""The layout: the parts of a questionnaire in their order, each question with all that it inherits and its place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flows.condition import AnyOf, Condition, Not, both
from flows.copies import copies
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
    number: int = 0
    """Which of several people it is about, from 1; 0 where a section is asked once."""
    said_as: str = ""
    """The id of the question whose text it shares, where it is a copy."""

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
            worth = number if section.by_worth else 0
            for copy in copies(section):
                question = copy.form
                when = both(copy.when, typed) if question.kind in TYPED else copy.when
                yield Laid(
                    file=file,
                    at=("sections", row, "questions", copy.row),
                    part=part.part,
                    section=worth,
                    form=question,
                    when=NEVER if question.on_request else when,
                    path=part.when,
                    notes=(*question.notes, *section.notes),
                    number=copy.number,
                    said_as="" if copy.is_first else section.questions[copy.row].id,
                )
