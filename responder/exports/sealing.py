"""Whom an export is sealed to: a card, an age key, a passphrase to be told by voice, or nobody, which is said so."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from protocol.card import card_id, card_recipient, decode_card, fingerprint
from protocol.errors import ProtocolError
from protocol.export import SealedFor
from protocol.recipient import parse_recipient
from protocol.seal import seal
from responder.failures import ExportWrong
from responder.passphrase import WORK_FACTOR, Passphrase, seal_with_passphrase

if TYPE_CHECKING:
    from protocol.audience import RecipientClass
    from protocol.card import Card, CardId
    from protocol.recipient import Recipient

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""What nobody takes for another when it is read aloud."""
GROUPS, GROUP = 6, 4
"""Some 118 bits."""


@dataclass(frozen=True, slots=True)
class ToCard:
    """For the holder of a card."""

    card: Card
    sealed_for = SealedFor.CARD

    @property
    def id(self) -> CardId | None:
        """Return the card's name."""
        return card_id(self.card)

    @property
    def fingerprint(self) -> str:
        """Return what is compared by voice."""
        return fingerprint(self.card)

    @property
    def audience(self) -> RecipientClass:
        """Return the class that stands on the card: it can be handed what that class may have."""
        return self.card.recipient_class

    def close(self, content: bytes) -> bytes:
        """Seal it."""
        return seal(content, [card_recipient(self.card)])


@dataclass(frozen=True, slots=True)
class ToRecipient:
    """For the holder of an age key, who need not know Wayout."""

    recipient: Recipient
    sealed_for = SealedFor.RECIPIENT
    id = None

    @property
    def fingerprint(self) -> str:
        """Return what is compared by voice: the key itself."""
        return str(self.recipient)

    def close(self, content: bytes) -> bytes:
        """Seal it."""
        return seal(content, [self.recipient])


@dataclass(frozen=True, slots=True)
class ToPassphrase:
    """For whoever is told the words."""

    words: str = field(repr=False)
    work_factor: int = WORK_FACTOR
    sealed_for = SealedFor.PASSPHRASE
    id = None

    def close(self, content: bytes) -> bytes:
        """Seal it; about a second, on purpose."""
        return seal_with_passphrase(content, Passphrase(self.words), work_factor=self.work_factor)


@dataclass(frozen=True, slots=True)
class ToNobody:
    """For whoever has the file; `reason` is for colleagues."""

    reason: str = field(repr=False)
    sealed_for = SealedFor.PLAIN
    id = None

    def __post_init__(self) -> None:
        """Refuse to go plain without a reason."""
        if not self.reason.strip():
            msg = "a plain export needs a reason"
            raise ExportWrong(msg, "Say why in a sentence. Colleagues can read it.")

    def close(self, content: bytes) -> bytes:
        """Leave it as it is."""
        return content


Seal = ToCard | ToRecipient | ToPassphrase | ToNobody


def new_passphrase() -> str:
    """Return a passphrase that can be read aloud."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def sealed_to(text: str) -> ToCard | ToRecipient:
    """Read whom it is for: a card, or an age recipient; raises ExportWrong."""
    try:
        if text.lstrip().startswith("{"):
            return ToCard(decode_card(text))
        return ToRecipient(parse_recipient(text.strip()))
    except ProtocolError:
        msg = "this is neither a card nor an age recipient"
        raise ExportWrong(msg, "Give the file of a card, or a key that begins with age1.") from None
