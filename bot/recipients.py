"""Who may open cases: the operator's recipients file, read again whenever it changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bot.failures import RecipientsError
from protocol.audience import ORGANISATIONS, RecipientClass
from protocol.card import Card, CardId
from protocol.errors import ProtocolError
from protocol.recipient import Recipient
from protocol.roster import Roster, decode_roster, find_card, readers_of, request_keys
from protocol.signing import VerifyKey


@dataclass(frozen=True)
class Recipients:
    """A roster with its keys parsed: to seal to, by class and country, and to check requests, by card."""

    roster: Roster
    readers: Mapping[tuple[RecipientClass, str], tuple[Recipient, ...]] = field(repr=False)
    keys: Mapping[CardId, VerifyKey] = field(repr=False)

    @classmethod
    def of(cls, roster: Roster) -> "Recipients":
        """Parse every key once: it takes longer than sealing."""
        return cls(roster, readers_of(roster), request_keys(roster))

    def reading(self, recipient_class: RecipientClass, country: str = "") -> tuple[Recipient, ...]:
        """The keys of those who read as this class for a country; an organisation is for any, ''."""
        return self.readers.get((recipient_class, country), ())

    @cached_property
    def has_partners(self) -> bool:
        """Whether anybody beside the organisations is enrolled."""
        return any(each not in ORGANISATIONS for each, _ in self.readers)

    def card(self, card: CardId) -> Card:
        """The card of a responder whose request was checked."""
        return find_card(self.roster, card)


def read_recipients(path: Path) -> Recipients:
    """The recipients in a file, or RecipientsError; a file that nobody can open cases with is one too."""
    try:
        recipients = Recipients.of(decode_roster(path.read_bytes()))
    except FileNotFoundError:
        hint = "`wayout recipients add CARD` enrols the first; a responder makes a card with `wayout-responder init`"
        raise RecipientsError("nobody is enrolled to open cases", hint) from None
    except ProtocolError as problem:
        raise RecipientsError(
            f"{path} cannot be used: {type(problem).__name__}", "restore it from your backup"
        ) from None
    if not recipients.reading(RecipientClass.ORGANISATION):
        raise RecipientsError(f"{path} has nobody of the organisation", "`wayout recipients add CARD`")
    return recipients


class RecipientsFile:
    """The recipients as they stand in the file now. A file that became unusable keeps the last good ones in force."""

    def __init__(self, path: Path) -> None:
        """Read the file; RecipientsError as `read_recipients`."""
        self._path = path
        self._stamp = _stamp(path)
        self.now = read_recipients(path)

    def refresh(self) -> bool:
        """Read the file again when it changed; whether it did. RecipientsError when it cannot be used."""
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        self.now = read_recipients(self._path)
        return True


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
