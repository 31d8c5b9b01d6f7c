"""Enrolling and striking off: the operator's changes to the recipients file, and the invite that answers a card."""

import os
from dataclasses import dataclass
from pathlib import Path

from bot.failures import RecipientsError
from bot.keyring import load
from bot.settings import Places
from protocol.card import Card, CardId, card_id, decode_card, fingerprint, fingerprint_words
from protocol.errors import UnknownSchema
from protocol.invite import encode_invite, make_invite
from protocol.roster import Roster, add_card, decode_roster, encode_roster, remove_card
from protocol.signing import SigningKey
from protocol.succession import check_succession, decode_succession


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What to tell the responder."""

    name: str
    card: CardId
    fingerprint: str
    invite: str
    server_key: str
    words: str
    follows: str = ""
    is_first: bool = False


def enrol(settings: Places, card: bytes, server_url: str) -> Enrolled:
    """Add a card, or one that follows another, to the recipients file; raises what the protocol refuses.

    It is in force once those who are enrolled have countersigned it; the first is so at once.
    """
    roster = _read(settings.recipients)
    new, follows = _read_card(card, roster)
    _write(settings.recipients, add_card(roster, new))
    signing_key = SigningKey(load(settings.keyring).signing)
    invite = make_invite(
        server_url=server_url or settings.public_url, card=card_id(new), signing_key=signing_key
    )
    return Enrolled(
        new.name,
        card_id(new),
        fingerprint(new),
        encode_invite(invite),
        signing_key.id,
        fingerprint_words(new),
        follows,
        is_first=not roster.cards,
    )


def _read_card(data: bytes, roster: Roster) -> tuple[Card, str]:
    """The card, and the name on the one that it follows, by whose key it was signed."""
    try:
        return decode_card(data), ""
    except UnknownSchema:
        succession = decode_succession(data)
        return succession.card, check_succession(succession, roster).name


def announced(enrolled: Enrolled) -> list[str]:
    """What an operator is told to do next."""
    follows = f", which follows {enrolled.follows}, by whose key it is signed" if enrolled.follows else ""
    first = "This is the first card: it is trusted as it stands from the first start on. Nobody else has looked at it."
    later = (
        "In force once colleagues have countersigned it: two of them where there are two, else the one: "
        f"`wayout-responder roster --countersign {enrolled.card} --method call-back`"
    )
    return [
        f"proposed: {enrolled.name} ({enrolled.card}){follows}",
        "Compare with the responder by voice, on a number that is published independently of them, digits or words:",
        f"  {enrolled.fingerprint}",
        f"  {enrolled.words}",
        f"and this server's key, which the responder sees when enrolling: {enrolled.server_key}",
        first if enrolled.is_first else later,
    ]


def strike_off(settings: Places, card: str) -> None:
    """Take a card out of the recipients file; raises CardUnknown."""
    roster = remove_card(_read(settings.recipients), CardId(card))
    if not roster.cards:
        raise RecipientsError(
            "this is the last card", "add another first: without one nobody can open a case"
        )
    _write(settings.recipients, roster)


def _read(path: Path) -> Roster:
    return decode_roster(path.read_bytes()) if path.exists() else Roster()


def _write(path: Path, roster: Roster) -> None:
    """Replace the file as a whole: the bot reads it while it runs."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = path.with_suffix(".new")
    with new.open("w", encoding="utf-8") as file:
        file.write(encode_roster(roster))
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
