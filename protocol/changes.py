"""The log of the roster: who may open cases, as a chain of changes that those who already may have countersigned.

A change names the hash of the one before it, so that none can be taken out, put in or put elsewhere. The first begins
the roster and is the server's own word: there is nobody yet who could countersign. Everything after that needs two of
the organisation's people, or the one that there is beside the card in question; two enrollers, and an operator who adds
a card of their own is none of them.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from protocol.audience import RecipientClass
from protocol.card import Card, CardId, card_id, card_verify_key
from protocol.document import encode_document
from protocol.errors import CardUnknown, ChainBroken, Uncountersigned, UnknownKey
from protocol.roster import Roster, add_card
from protocol.signing import KeyId, Purpose, SigningKey, VerifyKey, sign, verify

ENROLLERS = 2
"""How many must agree to a change, where there are so many."""


class ChangeKind(StrEnum):
    """What a change does."""

    BEGIN = "begin"
    ADD = "add"
    REMOVE = "remove"


class Method(StrEnum):
    """How a card was compared with the person before somebody signed for it."""

    FIRST_USE = "first_use"
    CALL_BACK = "call_back"
    IN_PERSON = "in_person"
    OTHER = "other"


class Countersignature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody's yes to a change: `by` is a card id, or the server's key id where it begins a roster.

    `made_at` is Unix seconds.
    """

    by: str
    method: Method
    made_at: int
    signature: bytes


class Change(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="schema",
    tag="roster-change/1",
    kw_only=True,
):
    """One change: its number from 0, the hash of the one before it in hex, and the cards that it is about."""

    number: int
    before: str
    kind: ChangeKind
    cards: tuple[Card, ...]
    by: tuple[Countersignature, ...] = ()


@dataclass(frozen=True, slots=True)
class Circle:
    """What a log comes to: who is in, whoever was, and how far it has been followed.

    `begun` is the number of the last change that began a roster, -1 before any.
    """

    members: Mapping[CardId, Card] = field(default_factory=dict)
    known: Mapping[CardId, Card] = field(default_factory=dict, repr=False)
    number: int = -1
    head: str = ""
    begun: int = -1

    def enrollers(self, but: CardId) -> frozenset[CardId]:
        """Who can countersign a change about this card: the organisation's people, without the one it is about."""
        organisation = RecipientClass.ORGANISATION
        return frozenset(
            name
            for name, card in self.members.items()
            if card.recipient_class is organisation and name != but
        )

    def needed(self, card: CardId) -> int:
        """How many of them must agree."""
        return min(ENROLLERS, len(self.enrollers(card)))


def change_hash(change: Change) -> str:
    """What the next change names: SHA-256 of the canonical document, in hex."""
    return hashlib.sha256(encode_document(change)).hexdigest()


def propose(circle: Circle, kind: ChangeKind, *cards: Card) -> Change:
    """The next change of this log, which nobody has signed yet."""
    return Change(number=circle.number + 1, before=circle.head, kind=kind, cards=cards)


def begin_roster(circle: Circle, cards: Iterable[Card], key: SigningKey, *, now: int) -> Change:
    """A roster that begins with these cards, on the word of the server whose key this is. `now` is Unix seconds."""
    change = propose(circle, ChangeKind.BEGIN, *cards)
    return replace(change, by=(_signed(change, key.id, key, Method.FIRST_USE, now),))


def countersign(change: Change, key: SigningKey, *, by: CardId, method: Method, now: int) -> Countersignature:
    """A responder's yes to this change, in this place of the log. `now` is Unix seconds."""
    return _signed(change, by, key, method, now)


def check_countersignature(circle: Circle, change: Change, one: Countersignature) -> None:
    """Raise ChainBroken, UnknownKey or BadSignature unless this counts as a yes to this next change."""
    if (change.number, change.before) != (circle.number + 1, circle.head):
        raise ChainBroken
    _check(change, one, _enroller_keys(circle, _only(change)))


def follow(circle: Circle, change: Change, server_keys: Mapping[KeyId, VerifyKey]) -> Circle:
    """The circle after one more change.

    Raises ChainBroken, UnknownKey, BadSignature, Uncountersigned, CardKnown, CardUnknown, and what `add_card` raises.
    """
    if (change.number, change.before) != (circle.number + 1, circle.head):
        raise ChainBroken
    if change.kind is ChangeKind.BEGIN:
        members = _begun(change, server_keys)
    else:
        members = _added(circle, change) if change.kind is ChangeKind.ADD else _removed(circle, change)
    begun = change.number if change.kind is ChangeKind.BEGIN else circle.begun
    return Circle(members, {**circle.known, **members}, change.number, change_hash(change), begun)


def follow_all(changes: Iterable[Change], server_keys: Mapping[KeyId, VerifyKey]) -> Circle:
    """The circle that a whole log comes to; raises as `follow`, and ChainBroken for a log without a beginning."""
    circle = Circle()
    for change in changes:
        circle = follow(circle, change, server_keys)
    if circle.begun < 0:
        raise ChainBroken
    return circle


def _begun(change: Change, server_keys: Mapping[KeyId, VerifyKey]) -> dict[CardId, Card]:
    if len(change.by) != 1 or not change.cards:
        raise Uncountersigned
    _check(change, change.by[0], {str(name): key for name, key in server_keys.items()})
    return _cards(change.cards)


def _added(circle: Circle, change: Change) -> dict[CardId, Card]:
    card = _only(change)
    members = _cards((*circle.members.values(), card))
    _check_enough(circle, change, card)
    return members


def _removed(circle: Circle, change: Change) -> dict[CardId, Card]:
    card = _only(change)
    if card_id(card) not in circle.members:
        raise CardUnknown
    _check_enough(circle, change, card)
    return {name: each for name, each in circle.members.items() if name != card_id(card)}


def _cards(cards: Iterable[Card]) -> dict[CardId, Card]:
    """By id; raises what `add_card` raises unless every card can be used beside the others."""
    roster = Roster()
    for card in cards:
        roster = add_card(roster, card)
    return {card_id(card): card for card in roster.cards}


def _check_enough(circle: Circle, change: Change, card: Card) -> None:
    keys = _enroller_keys(circle, card)
    for one in change.by:
        _check(change, one, keys)
    needed = circle.needed(card_id(card))
    if not needed or len({one.by for one in change.by}) < needed:
        raise Uncountersigned


def _enroller_keys(circle: Circle, card: Card) -> dict[str, VerifyKey]:
    return {name: card_verify_key(circle.members[name]) for name in circle.enrollers(card_id(card))}


def _only(change: Change) -> Card:
    if len(change.cards) != 1:
        raise ChainBroken
    return change.cards[0]


def _signed(change: Change, by: str, key: SigningKey, method: Method, now: int) -> Countersignature:
    parts = _parts(change, by, method, now)
    return Countersignature(by, method, now, sign(key, Purpose.ROSTER_CHANGE, *parts))


def _check(change: Change, one: Countersignature, keys: Mapping[str, VerifyKey]) -> None:
    key = keys.get(one.by)
    if key is None:
        raise UnknownKey
    parts = _parts(change, one.by, one.method, one.made_at)
    verify(key, one.signature, Purpose.ROSTER_CHANGE, *parts)


def _parts(change: Change, by: str, method: Method, made_at: int) -> tuple[bytes, ...]:
    labels = (str(change.number), change.before, change.kind, by, method, str(made_at))
    return (*(label.encode() for label in labels), *(encode_document(card) for card in change.cards))
