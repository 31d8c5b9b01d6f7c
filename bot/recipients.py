"""Who may open cases: the operator's recipients file, read again when it changes, as far as colleagues agreed to it.

A card is in force where three hold: it stands in the file, which whoever writes the database cannot do; the roster's
log has it, which the operator alone cannot do; and nobody has stopped its key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bot.failures import RecipientsError
from protocol.audience import ORGANISATIONS, RecipientClass
from protocol.card import Card, CardId, card_id
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
    """The recipients as they stand now. A file that became unusable keeps the last good ones in force.

    `file` is all that it holds, `admitted` those of them whom the log of the roster has, `now` those of these whose
    keys nobody has stopped. Before a log was followed, all three are the same.
    """

    def __init__(self, path: Path) -> None:
        """Read the file; RecipientsError as `read_recipients`."""
        self._path = path
        self._stamp = _stamp(path)
        self._circle: frozenset[CardId] | None = None
        self._stopped: frozenset[str] = frozenset()
        self.file = self.admitted = self.now = read_recipients(path)

    def refresh(self) -> bool:
        """Read the file again when it changed; whether it did. RecipientsError when it cannot be used."""
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        self.file = read_recipients(self._path)
        self._stand()
        return True

    def stand(self, circle: frozenset[CardId], stopped: frozenset[str]) -> bool:
        """Take in whom the log has and whose keys are stopped; whether that changed anything.

        RecipientsError where nobody of the organisation would be left; the last good ones stay in force then.
        """
        if (circle, stopped) == (self._circle, self._stopped):
            return False
        self._circle, self._stopped = circle, stopped
        self._stand()
        return True

    def _stand(self) -> None:
        circle = self._circle
        if circle is None:
            self.admitted = self.now = self.file
            return
        admitted = _only(self.file, circle)
        now = _only(admitted, frozenset(admitted.keys) - self._stopped)
        if not now.reading(RecipientClass.ORGANISATION):
            hint = "enrol somebody; a responder who is in force has to countersign"
            raise RecipientsError("nobody of the organisation is in force any more", hint)
        self.admitted, self.now = admitted, now


def _only(recipients: Recipients, cards: frozenset[CardId]) -> Recipients:
    kept = tuple(each for each in recipients.roster.cards if card_id(each) in cards)
    return recipients if kept == recipients.roster.cards else Recipients.of(Roster(kept))


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
