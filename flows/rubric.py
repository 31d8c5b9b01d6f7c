"""A rubric: one revision of indicators, flags and rules, made ready to grade."""

import hashlib
from collections.abc import Mapping
from functools import cached_property

import msgspec

from flows.grading import Grader
from flows.ids import FindingId
from flows.rule import Flag, Indicator, Rules


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


def compile_rubric(rules: Rules) -> Rubric:
    """Make a rubric whose revision is the hash of its rules (16 hex digits of SHA-256)."""
    form = msgspec.json.encode(rules, order="deterministic")
    return Rubric(hashlib.sha256(form).hexdigest()[:16], rules)
