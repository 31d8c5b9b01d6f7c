"""An assessment: what the answers amount to, with the reasons; msgspec writes it as `assessment/1`.

Values of these kinds never hold each other in a circle, so the collector of circles is spared them.
"""

from collections.abc import Mapping

import msgspec

from flows.ids import ChoiceId, FindingId, QuestionId, RuleId
from flows.rule import Dimension, Likelihood, Strength, Urgency


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What a finding rests on: an answer, or a stretch of the free text with this index."""

    question: QuestionId | None = None
    answer: ChoiceId | None = None
    text: int | None = None
    start: int | None = None
    end: int | None = None


class Finding(msgspec.Struct, frozen=True, gc=False):
    """An indicator or flag that applied, with its evidence and one plain line in English."""

    id: FindingId
    kind: str
    strength: Strength | None
    dimension: Dimension | None
    group: str | None
    evidence: tuple[Evidence, ...]
    explanation: str


class Count(msgspec.Struct, frozen=True, gc=False):
    """How many groups of each strength a dimension has, and whether that is enough."""

    strong: int
    medium: int
    weak: int
    positive: bool


class Change(msgspec.Struct, frozen=True, gc=False):
    """One answer that would change the grade, and to what."""

    question: QuestionId
    answer: ChoiceId
    likelihood: Likelihood
    urgency: Urgency


class Confirmed(msgspec.Struct, frozen=True, gc=False):
    """The grade that would stand were the suggestions true."""

    likelihood: Likelihood
    urgency: Urgency
    urgency_rule: RuleId


AID = "Screening aid, not a determination."
"""Stands on every assessment, wherever it is read."""


class Assessment(msgspec.Struct, frozen=True, gc=False, tag_field="schema", tag="assessment/1"):
    """A screening aid, not a determination."""

    likelihood: Likelihood
    likelihood_rule: RuleId
    urgency: Urgency
    urgency_rule: RuleId
    ilo_strict: bool
    dimensions: Mapping[Dimension, Count]
    findings: tuple[Finding, ...]
    suggestions: tuple[Finding, ...]
    if_confirmed: Confirmed | None
    unknown: tuple[QuestionId, ...]
    would_change: tuple[Change, ...]
    rubric: str
    aid: str = AID
