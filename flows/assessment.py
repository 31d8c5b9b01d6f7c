"""An assessment: what the answers amount to, with the reasons; the shape of `assessment/1`."""

from collections.abc import Mapping

import msgspec

from flows.ids import ChoiceId, FindingId, QuestionId, RuleId
from flows.rule import Dimension, Likelihood, Strength, Urgency

SCHEMA = "assessment/1"


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a finding rests on: an answer, or a stretch of the free text with this index."""

    question: QuestionId | None = None
    answer: ChoiceId | None = None
    text: int | None = None
    start: int | None = None
    end: int | None = None


class Finding(msgspec.Struct, frozen=True):
    """An indicator or flag that applied, with its evidence and one plain line in English."""

    id: FindingId
    kind: str
    strength: Strength | None
    dimension: Dimension | None
    group: str | None
    evidence: tuple[Evidence, ...]
    explanation: str


class Count(msgspec.Struct, frozen=True):
    """How many groups of each strength a dimension has, and whether that is enough."""

    strong: int
    medium: int
    weak: int
    positive: bool


class Change(msgspec.Struct, frozen=True):
    """One answer that would change the grade, and to what."""

    question: QuestionId
    answer: ChoiceId
    likelihood: Likelihood
    urgency: Urgency


class Confirmed(msgspec.Struct, frozen=True):
    """The grade that would stand were the suggestions true."""

    likelihood: Likelihood
    urgency: Urgency
    urgency_rule: RuleId


class Assessment(msgspec.Struct, frozen=True):
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
    schema: str = SCHEMA


def to_document(assessment: Assessment) -> object:
    """Give the assessment as JSON values, schema first."""
    built: dict[str, object] = msgspec.to_builtins(assessment)
    return {"schema": built.pop("schema"), **built}
