"""Enrolling and striking off: the operator's changes to the recipients file, and the invite that answers a card."""

import os
from dataclasses import dataclass
from pathlib import Path

from bot.failures import RecipientsError
from bot.keyring import load
from bot.settings import Places
from protocol.card import CardId, card_id, decode_card, fingerprint
from protocol.invite import encode_invite, make_invite
from protocol.roster import Roster, add_card, decode_roster, encode_roster, remove_card
from protocol.signing import SigningKey


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What to tell the responder."""

    name: str
    card: CardId
    fingerprint: str
    invite: str
    server_key: str


def enrol(settings: Places, card: bytes, server_url: str) -> Enrolled:
    """Add a card to the recipients file; raises what the protocol refuses."""
    new = decode_card(card)
    _write(settings.recipients, add_card(_read(settings.recipients), new))
    signing_key = SigningKey(load(settings.keyring).signing)
    invite = make_invite(
        server_url=server_url or settings.public_url, card=card_id(new), signing_key=signing_key
    )
    return Enrolled(new.name, card_id(new), fingerprint(new), encode_invite(invite), signing_key.id)


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
