"""Sealed regrades: another urgency by a responder, with a reason that colleagues can read and the server cannot.

A remark (remark.py) whose facts are case, class, number, before, after, card and time.
"""

from collections.abc import Mapping, Sequence

import msgspec

from protocol.audience import RecipientClass
from protocol.card import CardId
from protocol.desk import Urgency
from protocol.errors import WrongRegrade
from protocol.recipient import Recipient
from protocol.remark import Kind, UnixSeconds, check_remark, open_remark, seal_remark
from protocol.revision import CaseId
from protocol.roster import Roster
from protocol.signing import Purpose, SigningKey, VerifyKey

LONGEST_REASON = 1000
"""Characters."""


class Regrade(msgspec.Struct, frozen=True, kw_only=True):
    """Who gave a case which urgency instead of which, and when: all that the server may know of it.

    `number` counts the regrades of a case and class from 0, `sealed_at` is Unix seconds.
    """

    case: CaseId
    recipient_class: RecipientClass
    number: int
    before: Urgency
    after: Urgency
    card: CardId
    sealed_at: UnixSeconds


class SealedRegrade(Regrade, frozen=True, kw_only=True):
    """The age file of the reason, with the regrade and the responder's signature over all."""

    sealed: bytes
    signature: bytes

    def __repr__(self) -> str:
        return f"SealedRegrade({self.case!r}, {self.number}, {self.before}, {self.after})"


class RegradeManifest(
    Regrade, frozen=True, forbid_unknown_fields=True, tag_field="schema", tag="regrade/1", kw_only=True
):
    """What the file says of itself inside. `sha256` is of the reason, in hex."""

    key_set: str
    sha256: str


class Regrades(msgspec.Struct, frozen=True, tag_field="schema", tag="regrades/1"):
    """Every regrade of a case, oldest first, and the cards of the class, signed by the server's key."""

    regrades: tuple[SealedRegrade, ...]
    roster: Roster


KIND = Kind(Regrade, RegradeManifest, Purpose.REASON, Purpose.REGRADE, WrongRegrade)


def seal_regrade(
    regrade: Regrade, reason: str, *, recipients: Sequence[Recipient], signing_key: SigningKey
) -> SealedRegrade:
    """Seal a reason and sign it; raises NoRecipients, MixedRecipients."""
    return SealedRegrade(**seal_remark(KIND, regrade, reason, recipients=recipients, signing_key=signing_key))


def check_regrade(sealed_regrade: SealedRegrade, keys: Mapping[CardId, VerifyKey]) -> None:
    """Check who sealed it, before opening; raises UnknownKey, BadSignature."""
    check_remark(KIND, sealed_regrade, keys)


def open_reason(plaintext: bytes, expected: SealedRegrade, keys: Mapping[CardId, VerifyKey]) -> str:
    """The reason in an opened file, proved to be that of `expected`; raises as `open_remark` does, and WrongRegrade."""
    return open_remark(KIND, plaintext, expected, keys)
