"""Sealed revisions: a case is an append-only row of them, one age file per tier and class of recipients.

    plaintext = pad(manifest JSON LF ‖ base64(signature of the manifest) LF ‖ body)
    sealed    = age file of the plaintext
    signature = Ed25519 for "revision" over case, revision, tier, class, SHA-256(sealed)

The signature outside is checked before any private key is used. The manifest inside says the same once more:
whoever seals the plaintext again for a new colleague cannot make it another case's.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NewType

import msgspec

from protocol.audience import RecipientClass, Tier
from protocol.errors import (
    BodyChanged,
    UnknownKey,
    WrongCase,
    WrongClass,
    WrongRevision,
    WrongTier,
)
from protocol.manifest import decode_manifest, put_manifest, split_manifest
from protocol.padding import pad, unpad
from protocol.recipient import Recipient
from protocol.seal import seal
from protocol.signing import KeyId, Purpose, SigningKey, VerifyKey, short_hash, sign, verify

CaseId = NewType("CaseId", str)


class SealedRevision(msgspec.Struct, frozen=True):
    """One age file of a case, with what the server may know of it and the server's signature over all."""

    case: CaseId
    revision: int
    tier: Tier
    recipient_class: RecipientClass
    sealed: bytes
    signature: bytes
    key: KeyId

    def __repr__(self) -> str:
        return f"SealedRevision({self.case!r}, {self.revision}, {self.tier}, {self.recipient_class})"


class Manifest(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="schema",
    tag="manifest/1",
    kw_only=True,
):
    """What the file says of itself inside. `sealed_at` is Unix seconds, `sha256` is of the body, in hex."""

    case: CaseId
    revision: int
    tier: Tier
    recipient_class: RecipientClass
    sealed_at: int
    key_set: str
    key: KeyId
    sha256: str


def seal_revision(
    *,
    case: CaseId,
    revision: int,
    tier: Tier,
    recipient_class: RecipientClass,
    body: bytes,
    recipients: Sequence[Recipient],
    signing_key: SigningKey,
    now: int,
) -> SealedRevision:
    """Seal one body and sign it. `now` is Unix seconds; raises NoRecipients, MixedRecipients."""
    manifest = Manifest(
        case=case,
        revision=revision,
        tier=Tier(tier),
        recipient_class=RecipientClass(recipient_class),
        sealed_at=now,
        key_set=key_set(recipients),
        key=signing_key.id,
        sha256=hashlib.sha256(body).hexdigest(),
    )
    content = put_manifest(manifest, body, signing_key, Purpose.MANIFEST)
    sealed = seal(pad(content), recipients)
    signature = sign(signing_key, Purpose.REVISION, *outside(manifest, sealed))
    return SealedRevision(
        case, revision, manifest.tier, manifest.recipient_class, sealed, signature, signing_key.id
    )


def check_revision(sealed_revision: SealedRevision, verify_keys: Mapping[KeyId, VerifyKey]) -> None:
    """Check who sealed it, before opening; raises UnknownKey, BadSignature."""
    key = _known(sealed_revision.key, verify_keys)
    parts = outside(sealed_revision, sealed_revision.sealed)
    verify(key, sealed_revision.signature, Purpose.REVISION, *parts)


def open_manifest(
    plaintext: bytes, expected: SealedRevision, verify_keys: Mapping[KeyId, VerifyKey]
) -> tuple[Manifest, bytes]:
    """The manifest and the body of an opened file, proved to be those of `expected`.

    Raises BadPadding, BadManifest, UnknownSchema, UnknownKey, BadSignature, WrongCase, WrongRevision,
    WrongTier, WrongClass, BodyChanged.
    """
    line, signature, body = split_manifest(unpad(plaintext))
    manifest = decode_manifest(line, Manifest)
    verify(_known(manifest.key, verify_keys), signature, Purpose.MANIFEST, line)
    _compare(manifest, expected)
    if hashlib.sha256(body).hexdigest() != manifest.sha256:
        raise BodyChanged
    return manifest, body


def key_set(recipients: Iterable[Recipient]) -> str:
    """A short name of a set of recipients, whatever their order."""
    keys = sorted(recipient.key for recipient in recipients)
    return short_hash(b"wayout.key-set/1", b"".join(hashlib.sha256(key).digest() for key in keys))


def outside(what: Manifest | SealedRevision, sealed: bytes) -> tuple[bytes, ...]:
    """What the signature around an age file is over: its labels and its hash."""
    names = (what.case, str(what.revision), what.tier, what.recipient_class)
    return (*(name.encode() for name in names), hashlib.sha256(sealed).digest())


def _known(key: KeyId, verify_keys: Mapping[KeyId, VerifyKey]) -> VerifyKey:
    found = verify_keys.get(key)
    if found is None:
        raise UnknownKey
    return found


def _compare(manifest: Manifest, expected: SealedRevision) -> None:
    if manifest.case != expected.case:
        raise WrongCase
    if manifest.revision != expected.revision:
        raise WrongRevision
    if manifest.tier != expected.tier:
        raise WrongTier
    if manifest.recipient_class != expected.recipient_class:
        raise WrongClass
