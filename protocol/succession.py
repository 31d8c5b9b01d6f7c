"""Successions: a responder's new card, named by the key of the old one, so that colleagues see whose it is."""

import msgspec

from protocol.card import Card, CardId, card_id, card_verify_key, check_card
from protocol.document import decode_document, encode_document, print_document
from protocol.errors import CardUnknown
from protocol.roster import Roster, find_card
from protocol.signing import Purpose, SigningKey, sign, verify


class Succession(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="schema",
    tag="succession/1",
    kw_only=True,
):
    """`card` follows the card with the id `before`, whose key signed this. `made_at` is Unix seconds."""

    card: Card
    before: CardId
    made_at: int
    signature: bytes = b""


def make_succession(card: Card, *, before: Card, key: SigningKey, now: int) -> Succession:
    """Signed by the key of the old card. `now` is Unix seconds."""
    new = Succession(card=card, before=card_id(before), made_at=now)
    return msgspec.structs.replace(new, signature=sign(key, Purpose.SUCCESSION, *_signed(new)))


def check_succession(succession: Succession, roster: Roster) -> Card:
    """The old card, where it is of this roster and its key signed; raises CardUnknown, BadSignature.

    A new card is of the class and country of the old one: whoever has a key cannot become somebody else by it.
    """
    old, new = find_card(roster, succession.before), succession.card
    verify(card_verify_key(old), succession.signature, Purpose.SUCCESSION, *_signed(succession))
    if (old.recipient_class, old.country) != (new.recipient_class, new.country):
        raise CardUnknown
    return old


def encode_succession(succession: Succession) -> str:
    """The succession as a file for people to send."""
    return print_document(succession)


def decode_succession(data: bytes | str) -> Succession:
    """Read one, unchecked as to who signed; raises what `decode_card` raises."""
    succession = decode_document(data, Succession)
    check_card(succession.card)
    return succession


def _signed(new: Succession) -> tuple[bytes, ...]:
    return new.before.encode(), str(new.made_at).encode(), encode_document(new.card)
