"""Suspensions: a responder's key is stopped at once by any colleague, and let go again by two."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from protocol.card import CardId
from protocol.signing import Purpose, SigningKey, VerifyKey, sign, verify

OPERATOR = "operator"
"""Who lifts a suspension at the server itself, in the place of a card id."""


class Reason(StrEnum):
    """Why; a list, so that nothing about anybody can be written here."""

    STOLEN = "stolen"
    LOST = "lost"
    FORCED = "forced"
    MISUSED = "misused"
    OTHER = "other"


class Suspension(msgspec.Struct, frozen=True, tag_field="schema", tag="suspension/1", kw_only=True):
    """`by` stops `card`. `made_at` is Unix seconds."""

    card: CardId
    by: CardId
    reason: Reason = Reason.OTHER
    made_at: int
    signature: bytes = b""


class Lift(msgspec.Struct, frozen=True, tag_field="schema", tag="lift/1", kw_only=True):
    """`by` would let go the suspension of `card` that was made at `suspended_at`. Times are Unix seconds."""

    card: CardId
    by: str
    suspended_at: int
    made_at: int
    signature: bytes = b""


def make_suspension(card: CardId, *, by: CardId, reason: Reason, now: int, key: SigningKey) -> Suspension:
    """A signed one. `now` is Unix seconds."""
    new = Suspension(card=card, by=by, reason=reason, made_at=now)
    return msgspec.structs.replace(new, signature=sign(key, Purpose.SUSPENSION, *_stopped(new)))


def check_suspension(suspension: Suspension, keys: Mapping[CardId, VerifyKey]) -> bool:
    """Whether a known card made it; raises BadSignature where it says so and is not true."""
    key = keys.get(suspension.by)
    if key is not None:
        verify(key, suspension.signature, Purpose.SUSPENSION, *_stopped(suspension))
    return key is not None


def make_lift(suspension: Suspension, *, by: str, now: int, key: SigningKey) -> Lift:
    """A signed yes to letting go; by the operator with the server's key. `now` is Unix seconds."""
    new = Lift(card=suspension.card, by=by, suspended_at=suspension.made_at, made_at=now)
    return msgspec.structs.replace(new, signature=sign(key, Purpose.LIFT, *_lifted(new)))


def check_lift(lift: Lift, suspension: Suspension, key: VerifyKey) -> bool:
    """Whether it is about this suspension; raises BadSignature."""
    verify(key, lift.signature, Purpose.LIFT, *_lifted(lift))
    return (lift.card, lift.suspended_at) == (suspension.card, suspension.made_at)


def _stopped(new: Suspension) -> tuple[bytes, ...]:
    return tuple(each.encode() for each in (new.card, new.by, new.reason, str(new.made_at)))


def _lifted(new: Lift) -> tuple[bytes, ...]:
    labels = (new.card, new.by, str(new.suspended_at), str(new.made_at))
    return tuple(each.encode() for each in labels)
