"""A rubric: one revision of indicators, flags and rules, made ready to grade."""

import hashlib
from collections.abc import Mapping
from functools import cached_property

import msgspec

from flows.definition import Flow, Question
from flows.grading import Grader
from flows.ids import FindingId
from flows.rule import Flag, Indicator, Rules

Telling = tuple[tuple[Question, bool], ...]


class Rubric(msgspec.Struct, frozen=True, dict=True):
    """Rules and the hash that names them."""

    revision: str
    rules: Rules

    @cached_property
    def grader(self) -> Grader:
        """The rules, made ready to grade; one for the life of the rubric."""
        return Grader(self.rules)

    @cached_property
    def indicators(self) -> Mapping[FindingId, Indicator]:
        """The indicators by their id."""
        return {item.id: item for item in self.rules.indicators}

    @cached_property
    def flags(self) -> Mapping[FindingId, Flag]:
        """The flags by their id."""
        return {flag.id: flag for flag in self.rules.flags}

    @cached_property
    def _telling(self) -> dict[str, Telling]:
        """What `telling` found out, by a flow's revision."""
        return {}

    def telling(self, flow: Flow) -> Telling:
        """Give the questions whose answer can change a grade; true with those that can fire an indicator."""
        known = self._telling.get(flow.revision)
        if known is None:
            known = self._telling[flow.revision] = tuple(
                (question, not self.indicators.keys().isdisjoint(question.fires))
                for question in flow.questions
                if not self.grader.bits.keys().isdisjoint(question.fires)
                or any(choice.stage for choice in question.choices)
            )
        return known


def compile_rubric(rules: Rules) -> Rubric:
    """Make a rubric whose revision is the hash of its rules (16 hex digits of SHA-256)."""
    form = msgspec.json.encode(rules, order="deterministic")
    return Rubric(hashlib.sha256(form).hexdigest()[:16], rules)
