"""Cards: the public keys of one responder, to be enrolled by an operator."""

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Annotated, NewType

import msgspec
from mnemonic import Mnemonic

from protocol.audience import ORGANISATIONS, RecipientClass
from protocol.document import Moment, decode_document, encode_document, print_document
from protocol.errors import BadDocument
from protocol.recipient import Recipient, parse_recipient
from protocol.signing import VerifyKey, encode_parts, short_hash

CardId = NewType("CardId", str)

_DOMAIN = b"wayout.card/1"
_GROUPS, _GROUP = 6, 5
_WORDS_BYTES = 16

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Language = Annotated[str, msgspec.Meta(pattern="^[a-z]{2,3}(_[A-Za-z0-9]{2,8})*$")]
Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]


class Card(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="schema", tag="card/1", kw_only=True
):
    """One responder. `country` is ISO 3166-1 alpha-2; both keys are in text form.

    `unit` names the desk or station of a body. A card without one is written as it was before there were units.
    """

    name: Name
    recipient_class: RecipientClass
    country: Country | None = None
    languages: tuple[Language, ...] = ()
    recipient: str
    verify_key: str
    created_at: Moment
    unit: Name | msgspec.UnsetType = msgspec.UNSET


def card_id(card: Card) -> CardId:
    """The card's name in requests and tables: 80 bits of the hash of all that stands on it."""
    return CardId(short_hash(_DOMAIN, encode_document(card)))


def fingerprint(card: Card) -> str:
    """Thirty digits to read aloud, in six groups of five: nobody can make another card with the same ones."""
    digest = hashlib.sha256(encode_parts((_DOMAIN, encode_document(card)))).digest()
    digits = str(int.from_bytes(digest, "big") % 10 ** (_GROUPS * _GROUP)).zfill(_GROUPS * _GROUP)
    return " ".join(digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP))


_READS: Mapping[RecipientClass, tuple[RecipientClass, ...]] = {
    RecipientClass.EMBASSY: (RecipientClass.EMBASSY,),
    RecipientClass.POLICE: (RecipientClass.HOME_POLICE, RecipientClass.HOST_POLICE),
    RecipientClass.HOME_POLICE: (RecipientClass.HOME_POLICE,),
    RecipientClass.HOST_POLICE: (RecipientClass.HOST_POLICE,),
}


def readings(card: Card) -> tuple[tuple[RecipientClass, str], ...]:
    """As which classes, and for which country each, this card may read cases; an organisation's is for any, ''."""
    if card.recipient_class in ORGANISATIONS:
        return ((card.recipient_class, ""),)
    classes = _READS.get(card.recipient_class, ()) if card.country else ()
    return tuple((each, card.country or "") for each in classes)


def is_partner(card: Card) -> bool:
    """Whether its holder reads what was agreed to, and moves no case."""
    return card.recipient_class in _READS


def fingerprint_words(card: Card) -> str:
    """The same as twelve words of BIP-39's English list, for whoever would rather say words: 128 bits and a check."""
    digest = hashlib.sha256(encode_parts((_DOMAIN, encode_document(card)))).digest()
    return _list().to_mnemonic(digest[:_WORDS_BYTES])


@cache
def _list() -> Mnemonic:
    return Mnemonic("english")


def card_recipient(card: Card) -> Recipient:
    """The key to seal to; raises BadRecipient."""
    return parse_recipient(card.recipient)


def card_verify_key(card: Card) -> VerifyKey:
    """The key that checks the responder's requests; raises BadKey."""
    return VerifyKey.parse(card.verify_key)


def encode_card(card: Card) -> str:
    """The card as a file for people to send."""
    return print_document(card)


def decode_card(data: bytes | str) -> Card:
    """Read a card; raises BadDocument, UnknownSchema, BadRecipient, BadKey."""
    card = decode_document(data, Card)
    check_card(card)
    return card


def check_card(card: Card) -> None:
    """Raise BadDocument, BadRecipient or BadKey unless the card can be used as it stands."""
    names = (card.name,) if card.unit is msgspec.UNSET else (card.name, card.unit)
    if any(not name.isprintable() or name != name.strip() for name in names):
        raise BadDocument
    if card.recipient_class is RecipientClass.DISCLOSED:
        raise BadDocument
    card_recipient(card)
    card_verify_key(card)
