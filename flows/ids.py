"""The words by which questions, choices, findings and stages are named everywhere."""

from enum import StrEnum
from typing import NewType

FlowId = NewType("FlowId", str)
QuestionId = NewType("QuestionId", str)
ChoiceId = NewType("ChoiceId", str)
FindingId = NewType("FindingId", str)
"""An indicator or a flag."""
PhraseId = NewType("PhraseId", str)
RuleId = NewType("RuleId", str)
SiteId = NewType("SiteId", str)
"""A place of the gazetteer."""


class Stage(StrEnum):
    """How far the journey has gone; `unknown` until the contact says it."""

    OFFER = "offer"
    TRANSIT = "transit"
    INSIDE = "inside"
    ESCAPED = "escaped"
    FREE = "free"
    UNKNOWN = "unknown"


class Tier(StrEnum):
    """Which part of a case an answer belongs to; each part is sealed on its own."""

    CORE = "core"
    IDENTITY = "identity"
    LOCATION = "location"
    FORCED_ACTS = "forced_acts"
    WORDS = "words"
