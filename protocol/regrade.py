"""Sealed regrades: another urgency by a responder, with a reason that colleagues can read and the server cannot.

    plaintext = pad(manifest JSON LF ‖ base64(signature of the manifest) LF ‖ reason)
    sealed    = age file of the plaintext
    signature = Ed25519 for "regrade" over case, class, number, before, after, card, time, SHA-256(sealed)

Both signatures are the responder's own, so that the server can neither write a regrade nor change one.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec

from protocol.audience import RecipientClass
from protocol.card import CardId
from protocol.desk import Urgency
from protocol.errors import BadManifest, BodyChanged, UnknownKey, WrongCase, WrongClass, WrongRegrade
from protocol.manifest import decode_manifest, put_manifest, split_manifest
from protocol.padding import pad, unpad
from protocol.recipient import Recipient
from protocol.revision import CaseId, key_set
from protocol.roster import Roster
from protocol.seal import seal
from protocol.signing import Purpose, SigningKey, VerifyKey, sign, verify

LONGEST_REASON = 1000
"""Characters."""
UnixSeconds = Annotated[int, msgspec.Meta(ge=0, lt=253_402_300_800)]
"""A time before the year 10000."""


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


def seal_regrade(
    regrade: Regrade, reason: str, *, recipients: Sequence[Recipient], signing_key: SigningKey
) -> SealedRegrade:
    """Seal a reason and sign it; raises NoRecipients, MixedRecipients."""
    body = reason.encode()
    manifest = RegradeManifest(
        **_fields(regrade), key_set=key_set(recipients), sha256=hashlib.sha256(body).hexdigest()
    )
    sealed = seal(pad(put_manifest(manifest, body, signing_key, Purpose.REASON)), recipients)
    signature = sign(signing_key, Purpose.REGRADE, *_outside(regrade, sealed))
    return SealedRegrade(**_fields(regrade), sealed=sealed, signature=signature)


def check_regrade(sealed_regrade: SealedRegrade, keys: Mapping[CardId, VerifyKey]) -> None:
    """Check who sealed it, before opening; raises UnknownKey, BadSignature."""
    outside = _outside(sealed_regrade, sealed_regrade.sealed)
    verify(_known(sealed_regrade.card, keys), sealed_regrade.signature, Purpose.REGRADE, *outside)


def open_reason(plaintext: bytes, expected: SealedRegrade, keys: Mapping[CardId, VerifyKey]) -> str:
    """The reason in an opened file, proved to be that of `expected`.

    Raises BadPadding, BadManifest, UnknownSchema, UnknownKey, BadSignature, WrongCase, WrongClass, WrongRegrade,
    BodyChanged.
    """
    line, signature, body = split_manifest(unpad(plaintext))
    manifest = decode_manifest(line, RegradeManifest)
    verify(_known(manifest.card, keys), signature, Purpose.REASON, line)
    _compare(manifest, expected)
    if hashlib.sha256(body).hexdigest() != manifest.sha256:
        raise BodyChanged
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise BadManifest from None


def _fields(regrade: Regrade) -> dict[str, Any]:
    return {name: getattr(regrade, name) for name in Regrade.__struct_fields__}


def _outside(regrade: Regrade, sealed: bytes) -> tuple[bytes, ...]:
    labels = (str(value).encode() for value in _fields(regrade).values())
    return (*labels, hashlib.sha256(sealed).digest())


def _known(card: CardId, keys: Mapping[CardId, VerifyKey]) -> VerifyKey:
    found = keys.get(card)
    if found is None:
        raise UnknownKey
    return found


def _compare(manifest: RegradeManifest, expected: SealedRegrade) -> None:
    if manifest.case != expected.case:
        raise WrongCase
    if manifest.recipient_class != expected.recipient_class:
        raise WrongClass
    if _fields(manifest) != _fields(expected):
        raise WrongRegrade
