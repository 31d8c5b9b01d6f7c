"""What a case states, question by question: the facts that every standard is filled from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from flows.answer import Chosen, Counted, Declined, Place, Repeated, When, Wrote
from responder.lines import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flows.answer import Leg
    from flows.summary import AnswerLine
    from protocol.desk import Header
    from responder.exports.scope import Narrowed

EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
"""What can be a year of birth."""


@dataclass(frozen=True)
class Statement:
    """The standing answers of a case that was narrowed, by question; what was declined states nothing."""

    narrowed: Narrowed = field(repr=False)

    @property
    def header(self) -> Header:
        """What the queue says of it."""
        return self.narrowed.opened.header

    @cached_property
    def lines(self) -> Mapping[str, AnswerLine]:
        """Return the answer that stands to each question; a later session counts before an earlier one."""
        every = (line for session in self.narrowed.opened.sessions for line in session.answers)
        return {
            str(line.question): line
            for line in every
            if not line.superseded and not isinstance(line.answer, Declined)
        }

    @cached_property
    def findings(self) -> frozenset[str]:
        """Return the ids of what applied, in any session."""
        grades = (session.assessment for session in self.narrowed.opened.sessions)
        return frozenset(str(found.id) for grade in grades if grade for found in grade.findings)

    @cached_property
    def likelihoods(self) -> frozenset[str]:
        """Return every session's likelihood."""
        grades = (session.assessment for session in self.narrowed.opened.sessions)
        return frozenset(grade.likelihood.value for grade in grades if grade)

    @property
    def stage(self) -> str:
        """Return how far the journey has gone, as said last."""
        return next(
            (str(each.stage) for each in reversed(self.narrowed.opened.sessions) if each.answers), "unknown"
        )

    def chosen(self, question: str) -> tuple[str, ...]:
        """Return the choices that were tapped."""
        line = self.lines.get(question)
        return tuple(map(str, line.answer.choices)) if line and isinstance(line.answer, Chosen) else ()

    def first(self, question: str, words: Mapping[str, str]) -> str:
        """Return the standard's word for the choice that was tapped; empty where there is none."""
        return next((words[each] for each in self.chosen(question) if each in words), "")

    def text(self, question: str) -> str:
        """Return an answer as it reads in English, or as it was written; on one line."""
        line = self.lines.get(question)
        return " ".join(clean(line.answer_text).split()) if line else ""

    def phone(self, question: str) -> str:
        """Return a telephone number in E.164; empty for what is none."""
        line = self.lines.get(question)
        return (line.answer.reads_as or "") if line and isinstance(line.answer, Wrote) else ""

    def year(self, question: str) -> str:
        """Return a number as a year."""
        line = self.lines.get(question)
        number = line.answer.number if line and isinstance(line.answer, Counted) else 0
        return str(number) if EARLIEST_YEAR <= number <= LATEST_YEAR else ""

    def country(self, question: str) -> str:
        """Return the ISO alpha-2 code of a country that was tapped or read."""
        line = self.lines.get(question)
        return (line.answer.country or "") if line and isinstance(line.answer, Place) else ""

    def place(self, question: str) -> Place | None:
        """Return a place."""
        line = self.lines.get(question)
        return line.answer if line and isinstance(line.answer, Place) else None

    def legs(self, question: str) -> Sequence[Leg]:
        """Return the parts of a route."""
        line = self.lines.get(question)
        return line.answer.items if line and isinstance(line.answer, Repeated) else ()

    def day(self, question: str) -> str:
        """Return a moment as a day, where it was said exactly enough: ISO 8601."""
        line = self.lines.get(question)
        return day_of(line.answer, line.at) if line and isinstance(line.answer, When) else ""

    def of_kind(self, kinds: Iterable[str]) -> int:
        """Return how many files of these kinds came."""
        wanted = frozenset(kinds)
        return sum(filed.kind in wanted for filed in self.narrowed.opened.files.all)


def day_of(when: When, said_at: int) -> str:
    """Return the day of a moment that was said at `said_at` (Unix seconds); empty where the words are too rough."""
    if when.at is not None and when.at[:4].isdecimal():
        return when.at[:10]
    if when.relative_days is not None:
        return (datetime.fromtimestamp(said_at, UTC) + timedelta(days=when.relative_days)).date().isoformat()
    return ""


def utc(moment: datetime) -> str:
    """Return a time as the standards write it: in UTC, with Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
