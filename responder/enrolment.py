"""Becoming a responder: one's own identity and card, then the invite that pins the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from protocol.audience import ORGANISATIONS, RecipientClass
from protocol.card import card_id, decode_card, encode_card
from protocol.errors import BadDocument, ProtocolError
from protocol.invite import decode_invite, invite_key
from protocol.succession import encode_succession, make_succession
from responder.failures import CardWrong, InviteWrong
from responder.identity import HybridIdentity
from responder.keyfile import generate_keys, lock, make_card
from responder.passphrase import WORK_FACTOR
from responder.settings import check_server_url

if TYPE_CHECKING:
    from protocol.card import Card
    from protocol.signing import VerifyKey
    from responder.home import Home
    from responder.keyfile import ResponderKeys


@dataclass(frozen=True, slots=True)
class Person:
    """What stands on a card beside the keys; `country` is ISO 3166-1 alpha-2."""

    name: str
    kind: RecipientClass
    languages: tuple[str, ...]
    country: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an accepted invite says: which server, and the key that it signs with."""

    server: str
    key: VerifyKey


def make_identity(
    home: Home, person: Person, passphrase: str, *, hybrid: bool, now: int, work_factor: int = WORK_FACTOR
) -> Card:
    """Make keys, lock them, write identity and card; raises CardWrong, IdentityExists.

    `now` is Unix seconds, `work_factor` the log2 of scrypt's N.
    """
    anywhere = person.kind in (*ORGANISATIONS, RecipientClass.ANALYST, RecipientClass.INTERPRETER)
    if not anywhere and not (person.country and person.unit):
        msg = "a card of an embassy or of police names its country and its unit"
        raise CardWrong(msg, "Such as --country UG --unit 'Anti-Trafficking Desk, Kampala'.")
    keys = generate_keys(hybrid=hybrid)
    try:
        card = make_card(
            keys,
            name=person.name,
            now=now,
            recipient_class=person.kind,
            country=person.country,
            languages=person.languages,
            unit=person.unit,
        )
        decode_card(encode_card(card))
    except BadDocument:
        msg = "this name, unit, country or language cannot stand on a card"
        hint = "A name of 1 to 80 printed characters; a country such as KE; languages such as en,es,zh_Hans."
        raise CardWrong(msg, hint) from None
    home.keep_identity(lock(keys, passphrase, work_factor=work_factor), encode_card(card).encode())
    return card


def succeed(
    home: Home, old: Card, keys: ResponderKeys, passphrase: str, *, now: int, work_factor: int = WORK_FACTOR
) -> Card:
    """Make an identity that follows an old one, with the old key's word for it; raises as `make_identity`."""
    person = Person(old.name, old.recipient_class, old.languages, old.country)
    hybrid = isinstance(keys.identity, HybridIdentity)
    new = make_identity(home, person, passphrase, hybrid=hybrid, now=now, work_factor=work_factor)
    succession = make_succession(new, before=old, key=keys.signing_key, now=now)
    home.keep_succession(encode_succession(succession).encode())
    return new


def read_card(home: Home) -> Card:
    """Return the responder's own card; raises NoIdentity, ProtocolError."""
    return decode_card(home.card())


def accept_invite(text: str, card: Card) -> Enrolment:
    """Check an invite to this card; raises InviteWrong."""
    try:
        invite = decode_invite(text, card=card_id(card))
        return Enrolment(check_server_url(invite.server_url), invite_key(invite))
    except ProtocolError as refused:
        raise InviteWrong(str(refused), refused.hint) from None
    except ValueError as wrong:
        msg = f"the server's address in the invite {wrong}"
        raise InviteWrong(msg, "Ask the operator for another invite.") from None


def read_enrolment(home: Home, card: Card) -> Enrolment:
    """Return what the invite in the folder says; raises NotEnrolled, InviteWrong."""
    return accept_invite(home.invite().decode("ascii", errors="replace"), card)
