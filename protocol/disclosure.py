"""Disclosures: chosen tiers of a case for one named card, where nobody could consent; two responders sign for it.

A remark (remark.py) whose facts are case, class, number, the card that may read, tiers, who proposed it, and time. Its
text is the reason and the parts, for that card and for the colleagues who proposed and confirm it. A second responder
opens it, and signs the same facts and file once more: before that, the server hands it to nobody else.
"""

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from protocol.audience import RecipientClass, Tier
from protocol.card import CardId
from protocol.errors import BadManifest, BadSignature, UnknownKey, WrongDisclosure
from protocol.recipient import Recipient
from protocol.remark import Kind, UnixSeconds, check_remark, open_remark, seal_remark
from protocol.revision import CaseId
from protocol.roster import Roster
from protocol.signing import Purpose, SigningKey, VerifyKey, sign, verify

LONGEST_REASON = 1000
"""Characters."""


class Disclosure(msgspec.Struct, frozen=True, kw_only=True):
    """Who proposed to let which card read which tiers of a case, and when: all that the server may know of it.

    `number` counts the disclosures of a case from 0; `tiers` are words with commas between, in the order of `Tier`;
    `card` proposed it; `sealed_at` is Unix seconds.
    """

    case: CaseId
    recipient_class: RecipientClass
    number: int
    to: CardId
    tiers: str
    card: CardId
    sealed_at: UnixSeconds


class SealedDisclosure(Disclosure, frozen=True, kw_only=True):
    """The age file with its facts and the proposer's signature over all."""

    sealed: bytes
    signature: bytes

    def __repr__(self) -> str:
        return f"SealedDisclosure({self.case!r}, {self.number})"


class DisclosureManifest(
    Disclosure, frozen=True, forbid_unknown_fields=True, tag_field="schema", tag="disclosure/1", kw_only=True
):
    """What the file says of itself inside. `sha256` is of the content, in hex."""

    key_set: str
    sha256: str


class Confirmation(msgspec.Struct, frozen=True, kw_only=True):
    """A second responder's signature under a disclosure. `confirmed_at` is Unix seconds."""

    card: CardId
    confirmed_at: UnixSeconds
    signature: bytes


class Disclosed(msgspec.Struct, frozen=True, kw_only=True):
    """A disclosure as it stands; without a confirmation it is a proposal."""

    disclosure: SealedDisclosure
    confirmation: Confirmation | None = None


class Disclosures(msgspec.Struct, frozen=True, tag_field="schema", tag="disclosures/1", kw_only=True):
    """Those that the asking card may read, oldest first, with the cards that it needs, signed by the server's key."""

    disclosures: tuple[Disclosed, ...]
    roster: Roster


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="schema", tag="disclosed/1"):
    """What is inside: why, and the parts of the case."""

    reason: str
    parts: tuple[bytes, ...]

    def __repr__(self) -> str:
        return f"Content({len(self.parts)} parts)"


KIND = Kind(Disclosure, DisclosureManifest, Purpose.DISCLOSED, Purpose.DISCLOSURE, WrongDisclosure)


def name_tiers(tiers: Sequence[Tier]) -> str:
    """The tiers as a disclosure names them."""
    return ",".join(tier for tier in Tier if tier in tiers)


def tiers_of(disclosure: Disclosure) -> tuple[Tier, ...]:
    """The tiers that a disclosure names; raises BadManifest for what is no list of tiers."""
    named = tuple(tier for tier in Tier if tier in disclosure.tiers.split(","))
    if not named or name_tiers(named) != disclosure.tiers:
        raise BadManifest
    return named


def seal_disclosure(
    disclosure: Disclosure, content: Content, *, recipients: Sequence[Recipient], signing_key: SigningKey
) -> SealedDisclosure:
    """Seal and sign it; raises NoRecipients, MixedRecipients."""
    text = msgspec.json.encode(content).decode()
    return SealedDisclosure(
        **seal_remark(KIND, disclosure, text, recipients=recipients, signing_key=signing_key)
    )


def check_disclosure(disclosure: SealedDisclosure, keys: Mapping[CardId, VerifyKey]) -> None:
    """Check who proposed it, before opening; raises UnknownKey, BadSignature, BadManifest."""
    tiers_of(disclosure)
    check_remark(KIND, disclosure, keys)


def open_content(plaintext: bytes, expected: SealedDisclosure, keys: Mapping[CardId, VerifyKey]) -> Content:
    """What is in an opened file, proved to be of `expected`; raises as `open_remark` does, and WrongDisclosure."""
    text = open_remark(KIND, plaintext, expected, keys)
    try:
        return msgspec.json.decode(text, type=Content)
    except msgspec.DecodeError:
        raise BadManifest from None


def confirm(disclosure: SealedDisclosure, *, card: CardId, key: SigningKey, now: int) -> Confirmation:
    """Sign for it as the second; `now` is Unix seconds."""
    signed = sign(key, Purpose.CONFIRMATION, *_confirmed(disclosure, card, now))
    return Confirmation(card=card, confirmed_at=now, signature=signed)


def check_confirmation(
    disclosure: SealedDisclosure, confirmation: Confirmation, keys: Mapping[CardId, VerifyKey]
) -> None:
    """Check that another than the proposer signed for it; raises UnknownKey, BadSignature."""
    key = keys.get(confirmation.card)
    if key is None:
        raise UnknownKey
    if confirmation.card == disclosure.card:
        raise BadSignature
    signed = _confirmed(disclosure, confirmation.card, confirmation.confirmed_at)
    verify(key, confirmation.signature, Purpose.CONFIRMATION, *signed)


def _confirmed(disclosure: SealedDisclosure, card: CardId, now: int) -> tuple[bytes, ...]:
    """The proposer's signature stands for all that it covers."""
    facts = (disclosure.case, str(disclosure.number), card, str(now))
    return (
        *(fact.encode() for fact in facts),
        disclosure.signature,
        hashlib.sha256(disclosure.sealed).digest(),
    )
