"""Sealed attachments: a file that came from the contact, one age file for each class of recipients.

    plaintext = pad(manifest JSON LF ‖ base64(signature of the manifest) LF ‖ file)
    sealed    = age file of the plaintext
    signature = Ed25519 for "attachment" over case, attachment, class, SHA-256(sealed)

Name, kind and size stand inside alone: the server that hands the file out need not know them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

import msgspec

from protocol.audience import RecipientClass
from protocol.errors import BodyChanged, UnknownKey, WrongAttachment, WrongCase, WrongClass
from protocol.manifest import decode_manifest, put_manifest, split_manifest
from protocol.padding import pad, unpad
from protocol.recipient import Recipient
from protocol.revision import CaseId, key_set
from protocol.seal import seal
from protocol.signing import KeyId, Purpose, SigningKey, VerifyKey, sign, verify

AttachmentId = NewType("AttachmentId", str)


class Where(StrEnum):
    """What has become of a file that was sent."""

    WAITING = "waiting"
    """It is fetched, or sealed, soon."""
    SEALED = "sealed"
    MISSING = "missing"


class Missing(StrEnum):
    """Why a file is not here and will not come."""

    TOO_LARGE = "too_large"
    GONE = "gone"
    ALLOWANCE = "allowance"
    """The conversation has sent as much as is kept of one."""


class AttachmentSeal(msgspec.Struct, frozen=True):
    """What stands outside a sealed file: whose it is, for whom, and the server's signature over that and the bytes."""

    case: CaseId
    attachment: AttachmentId
    recipient_class: RecipientClass
    signature: bytes
    key: KeyId


class Attachment(msgspec.Struct, frozen=True):
    """One file of a case as the server knows it; `seal` where it is sealed, `missing` where it will not come."""

    id: AttachmentId
    where: Where
    missing: Missing | None = None
    seal: AttachmentSeal | None = None


class Attachments(msgspec.Struct, frozen=True, tag_field="schema", tag="attachments/1"):
    """Every file of a case for the asking responder's class, in the order in which they came."""

    attachments: tuple[Attachment, ...]


class AttachmentManifest(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="schema",
    tag="attachment/1",
    kw_only=True,
):
    """What the file says of itself inside: `name` and `mime` as the phone gave them, `size` in bytes."""

    case: CaseId
    attachment: AttachmentId
    recipient_class: RecipientClass
    kind: str
    name: str
    mime: str
    size: int
    sealed_at: int
    key_set: str
    key: KeyId
    sha256: str


@dataclass(frozen=True, slots=True)
class Content:
    """A file in clear, with its kind (photo, voice …), and name and type as the phone gave them, or nothing."""

    kind: str
    name: str = field(repr=False)
    mime: str = field(repr=False)
    body: bytes = field(repr=False)


def seal_attachment(
    content: Content,
    *,
    case: CaseId,
    attachment: AttachmentId,
    recipient_class: RecipientClass,
    recipients: Sequence[Recipient],
    signing_key: SigningKey,
    now: int,
) -> tuple[AttachmentSeal, bytes]:
    """Seal a file and sign it: what stands outside, and the age file. `now` is Unix seconds.

    Raises NoRecipients, MixedRecipients.
    """
    manifest = AttachmentManifest(
        case=case,
        attachment=attachment,
        recipient_class=RecipientClass(recipient_class),
        kind=content.kind,
        name=content.name,
        mime=content.mime,
        size=len(content.body),
        sealed_at=now,
        key_set=key_set(recipients),
        key=signing_key.id,
        sha256=hashlib.sha256(content.body).hexdigest(),
    )
    sealed = seal(pad(put_manifest(manifest, content.body, signing_key, Purpose.FILE)), recipients)
    signature = sign(signing_key, Purpose.ATTACHMENT, *_outside(manifest, sealed))
    return AttachmentSeal(case, attachment, manifest.recipient_class, signature, signing_key.id), sealed


def check_attachment(outside: AttachmentSeal, sealed: bytes, keys: Mapping[KeyId, VerifyKey]) -> None:
    """Check who sealed it, before opening; raises UnknownKey, BadSignature."""
    verify(_known(outside.key, keys), outside.signature, Purpose.ATTACHMENT, *_outside(outside, sealed))


def open_attachment(
    plaintext: bytes, expected: AttachmentSeal, keys: Mapping[KeyId, VerifyKey]
) -> tuple[AttachmentManifest, bytes]:
    """The manifest and the file, proved to be those of `expected`.

    Raises BadPadding, BadManifest, UnknownSchema, UnknownKey, BadSignature, WrongCase, WrongClass, WrongAttachment,
    BodyChanged.
    """
    line, signature, body = split_manifest(unpad(plaintext))
    manifest = decode_manifest(line, AttachmentManifest)
    verify(_known(manifest.key, keys), signature, Purpose.FILE, line)
    _compare(manifest, expected)
    if len(body) != manifest.size or hashlib.sha256(body).hexdigest() != manifest.sha256:
        raise BodyChanged
    return manifest, body


def _outside(what: AttachmentManifest | AttachmentSeal, sealed: bytes) -> tuple[bytes, ...]:
    names = (what.case, what.attachment, what.recipient_class)
    return (*(name.encode() for name in names), hashlib.sha256(sealed).digest())


def _known(key: KeyId, keys: Mapping[KeyId, VerifyKey]) -> VerifyKey:
    found = keys.get(key)
    if found is None:
        raise UnknownKey
    return found


def _compare(manifest: AttachmentManifest, expected: AttachmentSeal) -> None:
    if manifest.case != expected.case:
        raise WrongCase
    if manifest.recipient_class != expected.recipient_class:
        raise WrongClass
    if manifest.attachment != expected.attachment:
        raise WrongAttachment
