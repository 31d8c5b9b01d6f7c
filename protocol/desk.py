"""The messages of the responder API, as both machines read and write them."""

from enum import StrEnum

import msgspec

from protocol.audience import RecipientClass
from protocol.card import CardId
from protocol.document import Moment
from protocol.revision import CaseId, SealedRevision


class Urgency(StrEnum):
    """How soon a responder should act."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


class UrgencyFrom(StrEnum):
    """What gave the urgency."""

    ANSWERS = "answers"
    TEXT = "text"
    RESPONDER = "responder"


class CaseState(StrEnum):
    """Where a case stands in the queue."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    CLOSED = "closed"


class Relay(StrEnum):
    """Whether messages can pass between responder and contact."""

    OPEN = "open"
    CLOSED = "closed"


class Duty(StrEnum):
    """What is due next in a case."""

    CLAIM = "claim"
    FIRST_WORD = "first_word"
    PLAN = "plan"


class Outcome(StrEnum):
    """How a case ended."""

    HELPED = "helped"
    REFERRED = "referred"
    NO_CONTACT = "no_contact"
    NOT_THIS = "not_this"
    DUPLICATE = "duplicate"
    OTHER = "other"


class RefusalCode(StrEnum):
    """Why the server did not do what was asked."""

    SIGNATURE_MISSING = "signature_missing"
    SIGNATURE_BAD = "signature_bad"
    SIGNATURE_OLD = "signature_old"
    SIGNATURE_REPLAYED = "signature_replayed"
    KEY_UNKNOWN = "key_unknown"
    CASE_UNKNOWN = "case_unknown"
    NOT_HOLDER = "not_holder"
    CLASS_NOT_SERVED = "class_not_served"
    NOT_WAITING = "not_waiting"
    LEASE_LAPSED = "lease_lapsed"
    MORE_SAID = "more_said"
    BODY_BAD = "body_bad"
    NEEDS_SECOND_LOOK = "needs_second_look"
    MESSAGE_UNKNOWN = "message_unknown"
    TOO_LATE = "too_late"
    ATTACHMENT_UNKNOWN = "attachment_unknown"
    QUESTION_UNFIT = "question_unfit"
    READS_ONLY = "reads_only"
    KEY_SUSPENDED = "key_suspended"
    CARD_UNKNOWN = "card_unknown"
    CHANGE_UNFIT = "change_unfit"
    NOBODY_LEFT = "nobody_left"
    DISCLOSURE_UNKNOWN = "disclosure_unknown"
    NOT_OFFERED = "not_offered"
    NOT_CLOSED = "not_closed"
    LOAD_FULL = "load_full"
    COLLEAGUE_UNKNOWN = "colleague_unknown"
    JOB_UNKNOWN = "job_unknown"
    INTERPRETER_UNKNOWN = "interpreter_unknown"


class Header(msgspec.Struct, frozen=True, tag_field="schema", tag="header/1", kw_only=True):
    """All that the server may know of a case. `rank` orders within the urgency, lowest first.

    `offered_to` is to whom its holder would hand it over. `amended` counts revisions after the first, `links` the
    cases that may concern the same person. `due` is due at `due_at`; `word_waits`: a reply waits for the contact's
    hours, and stops that clock. `opens_at` is when those hours begin, where somebody waits for an answer.
    """

    id: CaseId
    urgency: Urgency
    urgency_from: UrgencyFrom = UrgencyFrom.ANSWERS
    rank: int = 0
    classes: tuple[RecipientClass, ...] = (RecipientClass.ORGANISATION,)
    offered_to: CardId | None = None
    flow: str
    language: str | None = None
    received_at: Moment
    state: CaseState = CaseState.WAITING
    claimed_by: CardId | None = None
    lease_until: Moment | None = None
    due_at: Moment | None = None
    amended: int = 0
    relay: Relay = Relay.CLOSED
    links: int = 0
    due: Duty | None = None
    word_waits: bool = False
    opens_at: Moment | None = None


class Cases(msgspec.Struct, frozen=True, tag_field="schema", tag="cases/1"):
    """The queue as one responder sees it, most urgent first."""

    cases: tuple[Header, ...]


class ClosedCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case that is closed and still kept: when it was closed, and what came of it."""

    header: Header
    closed_at: Moment
    outcome: Outcome


class ClosedCases(msgspec.Struct, frozen=True, tag_field="schema", tag="closed/1"):
    """The closed cases of one class that are still kept, the one that was closed last first."""

    cases: tuple[ClosedCase, ...]


class Claim(msgspec.Struct, frozen=True, tag_field="schema", tag="claim/1"):
    """A lease on a case, with its end."""

    header: Header
    lease_until: Moment


class SealedCase(msgspec.Struct, frozen=True, tag_field="schema", tag="sealed/1"):
    """All sealed revisions of a case that the asking responder's class can open, oldest first."""

    header: Header
    revisions: tuple[SealedRevision, ...]


class Close(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a request to close a case."""

    outcome: Outcome


class Offer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a request to offer a case to a colleague."""

    to: CardId


class HandOver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a request to hand over all that one holds: offered to a colleague, or, without one, given back."""

    to: CardId | None = None


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The empty body of a request that says all in its path."""


class Refusal(msgspec.Struct, frozen=True, tag_field="schema", tag="refusal/1"):
    """Why the server did not do what was asked, and what to do about it."""

    error: RefusalCode
    hint: str
