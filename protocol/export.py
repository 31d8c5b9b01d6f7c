"""What a responder tells the server before an export leaves their desk: format, tiers, whom it is for. No words."""

from enum import StrEnum

import msgspec

from protocol.audience import RecipientClass, Tier
from protocol.card import CardId
from protocol.desk import Header


class ExportFormat(StrEnum):
    """What kind of document an export is."""

    JSON = "json"
    HTCDS = "htcds"
    PFIF = "pfif"
    PRIMERO = "primero"
    YELLOW = "yellow"
    PDF = "pdf"
    CSV = "csv"
    PAGE = "page"


class SealedFor(StrEnum):
    """Who can open it: the holder of a card, of an age key, of a passphrase; or whoever has the file."""

    CARD = "card"
    RECIPIENT = "recipient"
    PASSPHRASE = "passphrase"  # noqa: S105 - a way of sealing
    PLAIN = "plain"


class Exported(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One export of a case. `card` is the one that it is sealed to, None for the other ways."""

    format: ExportFormat
    tiers: tuple[Tier, ...]
    audience: RecipientClass
    sealed_for: SealedFor
    card: CardId | None = None
    files: int = 0

    def __post_init__(self) -> None:
        """Refuse a list of tiers with a repeat or without the core, and a card where none can be."""
        whole = Tier.CORE in self.tiers and len(set(self.tiers)) == len(self.tiers)
        if not whole or (self.card is not None) != (self.sealed_for is SealedFor.CARD) or self.files < 0:
            msg = "not an export that can be"
            raise ValueError(msg)


class Noted(msgspec.Struct, frozen=True, tag_field="schema", tag="exported/1"):
    """The server has written it down: now the export may be released."""

    header: Header
