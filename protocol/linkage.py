"""The linkage key: what makes tokens of one organisation comparable; sealed to its responders, never the server's.

A remark (remark.py) about the organisation instead of a case; `number` counts the keys from 0, `key` names one.
"""

import secrets
from collections.abc import Mapping, Sequence

import msgspec

from protocol.audience import RecipientClass
from protocol.base64text import decode_base64, encode_base64
from protocol.card import CardId
from protocol.errors import WrongLinkage
from protocol.recipient import Recipient
from protocol.remark import Kind, UnixSeconds, check_remark, open_remark, seal_remark
from protocol.revision import CaseId
from protocol.roster import Roster
from protocol.signing import Purpose, SigningKey, VerifyKey, short_hash

ABOUT = CaseId("linkage")
LINKAGE_KEY_BYTES = 32


class LinkageFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Which key, from whom, when (Unix seconds)."""

    case: CaseId = ABOUT
    recipient_class: RecipientClass
    number: int
    key: str
    card: CardId
    sealed_at: UnixSeconds


class SealedLinkage(LinkageFacts, frozen=True, kw_only=True):
    """The age file of the key, with the signature of the responder who shares it."""

    sealed: bytes
    signature: bytes

    def __repr__(self) -> str:
        return f"SealedLinkage({self.number}, {self.key!r})"


class LinkageManifest(
    LinkageFacts,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="schema",
    tag="linkage-manifest/1",
    kw_only=True,
):
    """What the file says of itself inside. `sha256` is of the key's text, in hex."""

    key_set: str
    sha256: str


class Linkage(msgspec.Struct, frozen=True, tag_field="schema", tag="linkage/1"):
    """Every file of every key, oldest first, and the cards of responders and analysts, signed by the server."""

    keys: tuple[SealedLinkage, ...]
    roster: Roster


KIND = Kind(LinkageFacts, LinkageManifest, Purpose.LINKAGE_KEY, Purpose.LINKAGE, WrongLinkage)


def new_linkage_key() -> bytes:
    """32 bytes from the system's randomness."""
    return secrets.token_bytes(LINKAGE_KEY_BYTES)


def linkage_id(key: bytes) -> str:
    """A short name of a key."""
    return short_hash(b"wayout.linkage/1", key)


def seal_linkage(
    key: bytes,
    number: int,
    *,
    card: CardId,
    now: int,
    recipients: Sequence[Recipient],
    signing_key: SigningKey,
) -> SealedLinkage:
    """Seal a key for colleagues and sign it; raises NoRecipients, MixedRecipients."""
    facts = LinkageFacts(
        recipient_class=RecipientClass.ORGANISATION,
        number=number,
        key=linkage_id(key),
        card=card,
        sealed_at=now,
    )
    text = encode_base64(key)
    return SealedLinkage(**seal_remark(KIND, facts, text, recipients=recipients, signing_key=signing_key))


def check_linkage(sealed: SealedLinkage, keys: Mapping[CardId, VerifyKey]) -> None:
    """Check who sealed it, before opening; raises UnknownKey, BadSignature."""
    check_remark(KIND, sealed, keys)


def open_linkage(plaintext: bytes, expected: SealedLinkage, keys: Mapping[CardId, VerifyKey]) -> bytes:
    """The key in an opened file; raises as `open_remark` does, and WrongLinkage."""
    try:
        key = decode_base64(open_remark(KIND, plaintext, expected, keys))
    except ValueError:
        raise WrongLinkage from None
    if len(key) != LINKAGE_KEY_BYTES or linkage_id(key) != expected.key:
        raise WrongLinkage
    return key
