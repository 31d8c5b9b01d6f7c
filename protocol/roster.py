"""The roster: the cards of all who may open cases, kept as a file in the operator's hands."""

from collections.abc import Mapping

import msgspec

from protocol.audience import RecipientClass
from protocol.card import Card, CardId, card_id, card_recipient, card_verify_key, check_card, readings
from protocol.document import decode_document, encode_document, print_document
from protocol.errors import BadSignature, CardKnown, CardUnknown, UnknownKey
from protocol.recipient import Recipient
from protocol.seal import check_recipients
from protocol.signing import KeyId, Purpose, SigningKey, VerifyKey, sign, verify


class RosterSignature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The operator's signature over the cards."""

    key: KeyId
    signature: bytes


class Roster(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="schema", tag="recipients/1"):
    """The cards, in the order in which they were enrolled. A change takes the operator's signature away."""

    cards: tuple[Card, ...] = ()
    signature: RosterSignature | None = None


def add_card(roster: Roster, card: Card) -> Roster:
    """Enrol a card; raises CardKnown, MixedRecipients, and what `check_card` raises."""
    check_card(card)
    known = {key for other in roster.cards for key in (other.recipient, other.verify_key)}
    if known & {card.recipient, card.verify_key}:
        raise CardKnown
    check_recipients([card_recipient(other) for other in (*roster.cards, card)])
    return Roster((*roster.cards, card))


def remove_card(roster: Roster, card: CardId) -> Roster:
    """Strike a card off; what is sealed from now on is not for it. Raises CardUnknown."""
    find_card(roster, card)
    return Roster(tuple(other for other in roster.cards if card_id(other) != card))


def find_card(roster: Roster, card: CardId) -> Card:
    """The card with this id; raises CardUnknown."""
    for other in roster.cards:
        if card_id(other) == card:
            return other
    raise CardUnknown


def recipients_of(roster: Roster, recipient_class: RecipientClass) -> tuple[Recipient, ...]:
    """The keys of one class, parsed: keep the result, parsing takes longer than sealing."""
    return tuple(card_recipient(card) for card in roster.cards if card.recipient_class == recipient_class)


def readers_of(
    roster: Roster,
) -> Mapping[tuple[RecipientClass, str], tuple[Recipient, ...]]:
    """The keys of everybody who reads as a class for a country, parsed; an organisation's country is ''."""
    found: dict[tuple[RecipientClass, str], tuple[Recipient, ...]] = {}
    for card in roster.cards:
        key = card_recipient(card)
        for reading in readings(card):
            found[reading] = (*found.get(reading, ()), key)
    return found


def of_class(roster: Roster, recipient_class: RecipientClass) -> Roster:
    """The cards of one class alone, unsigned."""
    return Roster(tuple(card for card in roster.cards if card.recipient_class == recipient_class))


def request_keys(roster: Roster) -> Mapping[CardId, VerifyKey]:
    """The keys that check responders' requests, by card."""
    return {card_id(card): card_verify_key(card) for card in roster.cards}


def sign_roster(roster: Roster, key: SigningKey) -> Roster:
    """The roster with the signature of whoever hands it out: the operator, or the server to its responders."""
    return Roster(roster.cards, RosterSignature(key.id, sign(key, Purpose.ROSTER, _signed(roster))))


def check_roster(roster: Roster, keys: Mapping[KeyId, VerifyKey]) -> None:
    """Check the signature; raises BadSignature (also where there is none), UnknownKey."""
    if roster.signature is None:
        raise BadSignature
    key = keys.get(roster.signature.key)
    if key is None:
        raise UnknownKey
    verify(key, roster.signature.signature, Purpose.ROSTER, _signed(roster))


def encode_roster(roster: Roster) -> str:
    """The roster as the recipients file."""
    return print_document(roster)


def decode_roster(data: bytes | str) -> Roster:
    """Read a recipients file.

    Raises BadDocument, UnknownSchema, CardKnown, MixedRecipients, BadRecipient, BadKey.

    The signature is not checked here: whether one is needed is the operator's setting.
    """
    roster = decode_document(data, Roster)
    check_cards(roster)
    return roster


def check_cards(roster: Roster) -> None:
    """Raise what `add_card` raises unless every card can be used beside the others."""
    rebuilt = Roster()
    for card in roster.cards:
        rebuilt = add_card(rebuilt, card)


def _signed(roster: Roster) -> bytes:
    return encode_document(Roster(roster.cards))
