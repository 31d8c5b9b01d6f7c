"""The responder API's messages about people: the roster's log, what is proposed, who is suspended."""

import msgspec

from protocol.card import Card, CardId
from protocol.changes import Change, ChangeKind, Countersignature
from protocol.suspension import Lift, Suspension


class Proposal(msgspec.Struct, frozen=True):
    """A change that the operator asks for, who has agreed so far, and how many must."""

    kind: ChangeKind
    card: Card
    needed: int
    by: tuple[Countersignature, ...] = ()


class Suspended(msgspec.Struct, frozen=True):
    """A stopped key, and who would let it go."""

    suspension: Suspension
    lifts: tuple[Lift, ...] = ()


class People(msgspec.Struct, frozen=True, tag_field="schema", tag="people/1"):
    """Everything about who may open cases; `enrolled` is whom the server seals to and serves now."""

    changes: tuple[Change, ...]
    enrolled: tuple[CardId, ...]
    proposals: tuple[Proposal, ...] = ()
    suspended: tuple[Suspended, ...] = ()


class Agreed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a request to countersign a proposal."""

    kind: ChangeKind
    card: CardId
    countersignature: Countersignature
