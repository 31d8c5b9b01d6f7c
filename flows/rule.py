"""Rules: the indicators, flags and conditions of a rubric, as data."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from flows.ids import FindingId, RuleId, Stage


class Dimension(StrEnum):
    """The six dimensions of the ILO's operational indicators."""

    DECEPTIVE_RECRUITMENT = "DR"
    COERCIVE_RECRUITMENT = "CR"
    VULNERABILITY_AT_RECRUITMENT = "VR"
    EXPLOITATION = "EX"
    COERCION_AT_DESTINATION = "CD"
    VULNERABILITY_AT_DESTINATION = "VD"


class Strength(StrEnum):
    """How much one indicator says, strongest first."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"


class Likelihood(StrEnum):
    """How likely it is that the person was trafficked, highest first. Not a measure of urgency."""

    PRESUMED = "presumed"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    INSUFFICIENT = "insufficient"
    NONE = "none"


class Urgency(StrEnum):
    """How soon a person must act, highest first. Not a measure of likelihood."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


class Listing(msgspec.Struct, frozen=True):
    """Where the ILO's list of 2009 has the item: its own dimension and strengths."""

    dimension: Dimension
    adult: Strength
    child: Strength | None = None
    """None where the children's list drops the item."""
    group: str | None = None
    """The group of the items here that are one item there, where it is not the indicator's own."""


class Indicator(msgspec.Struct, frozen=True):
    """One sign of trafficking; inside a dimension and group only the strongest one counts."""

    id: FindingId
    dimension: Dimension
    group: str
    adult: Strength
    child: Strength
    text: str
    ilo: Listing | None = None
    source: tuple[str, ...] = ()
    htcds: tuple[str, ...] = ()
    asked: Mapping[str, tuple[str, ...]] = {}

    def strength(self, *, minor: bool) -> Strength:
        """Give the strength that counts for this person."""
        return self.child if minor else self.adult


class Flag(msgspec.Struct, frozen=True):
    """One sign of urgency, or of how to reply; it has no strength."""

    id: FindingId
    text: str
    deadline_hours: int | None = None
    """How soon it runs out, for the order of the queue; None when it has no clock."""


class Bar(msgspec.Struct, frozen=True):
    """Counts that make a dimension positive; `any` counts all strengths together."""

    strong: int = 0
    medium: int = 0
    weak: int = 0
    any: int = 0


class Fires(msgspec.Struct, frozen=True, tag="fires"):
    """At least one of these indicators or flags applies."""

    findings: tuple[FindingId, ...]


class Positive(msgspec.Struct, frozen=True, tag="positive"):
    """At least one of these dimensions is positive."""

    dimensions: tuple[Dimension, ...]


class Counts(msgspec.Struct, frozen=True, tag="counts"):
    """In these dimensions at least so many groups have one of these strengths."""

    strengths: tuple[Strength, ...]
    dimensions: tuple[Dimension, ...]
    at_least: int


class StageIs(msgspec.Struct, frozen=True, tag="stage"):
    """The stage is one of these."""

    stages: tuple[Stage, ...]


class LikelihoodIs(msgspec.Struct, frozen=True, tag="likelihood"):
    """The likelihood, which is settled first, is one of these."""

    likelihoods: tuple[Likelihood, ...]


class Share(msgspec.Struct, frozen=True, tag="share"):
    """The share of indicator questions that were answered (0 to 1) is in this half-open range."""

    at_least: float = 0.0
    below: float = 2.0


class Every(msgspec.Struct, frozen=True, tag="all"):
    """Each one holds."""

    of: tuple["Test", ...]


class Either(msgspec.Struct, frozen=True, tag="any"):
    """At least one holds."""

    of: tuple["Test", ...]


class Neither(msgspec.Struct, frozen=True, tag="not"):
    """It does not hold."""

    of: "Test"


Test = Fires | Positive | Counts | StageIs | LikelihoodIs | Share | Every | Either | Neither


class LikelihoodRule(msgspec.Struct, frozen=True):
    """The first rule that holds gives the likelihood; a rule without a test always holds."""

    id: RuleId
    gives: Likelihood
    text: str
    when: Test | None = None


class UrgencyRule(msgspec.Struct, frozen=True):
    """The first rule that holds gives the urgency; a rule without a test always holds."""

    id: RuleId
    gives: Urgency
    text: str
    when: Test | None = None


class Strict(msgspec.Struct, frozen=True):
    """The ILO's own combination, over its own items at its own strengths."""

    adult: Test
    child: Test


class Rules(msgspec.Struct, frozen=True):
    """Everything that a grade follows from."""

    indicators: tuple[Indicator, ...]
    flags: tuple[Flag, ...]
    positive: tuple[Bar, ...]
    also_positive: Mapping[Dimension, Test]
    likelihood: tuple[LikelihoodRule, ...]
    urgency: tuple[UrgencyRule, ...]
    strict: Strict
    minor: FindingId
    """The flag that brings the children's strengths."""
    free_text: FindingId
    """The flag that words sent beside a question fire."""
