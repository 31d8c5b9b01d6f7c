"""What proves an export: a manifest of the originals with their hashes and times, signed by who exported it.

The signature is plain Ed25519 over the manifest's bytes, so that a court's expert checks it with `openssl` alone. A
manifest begins with a brace: nothing else that this key signs does, so that none can be passed off as another.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from protocol.audience import RecipientClass, Tier
from protocol.card import CardId
from protocol.document import Moment, encode_document
from protocol.export import ExportFormat
from protocol.revision import CaseId

if TYPE_CHECKING:
    from collections.abc import Iterable

    from protocol.signing import SigningKey
    from responder.attachments import Filed, OpenedFile

CASE_FILE, MANIFEST_FILE, SIGNATURE_FILE, KEY_FILE = (
    "case.json",
    "manifest.json",
    "manifest.sig",
    "signer.pem",
)
CHECK = (
    f"openssl pkeyutl -verify -pubin -inkey {KEY_FILE} -rawin -in {MANIFEST_FILE} -sigfile {SIGNATURE_FILE}"
)
"""How an expert checks it."""


class Original(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file as it came: `sha256` in hex, when the contact sent it, when the server sealed it."""

    name: str
    kind: str
    bytes: int
    sha256: str
    received_at: Moment | None = None
    sealed_at: Moment | None = None


class ExportManifest(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="schema",
    tag="export-manifest/1",
    kw_only=True,
):
    """What was exported, when, by which card, and every file of it. `key` is the public key, unpadded base64."""

    case: CaseId
    exported_at: Moment
    exporter: CardId
    key: str
    format: ExportFormat
    tiers: tuple[Tier, ...]
    audience: RecipientClass
    files: tuple[Original, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """One original: what the manifest says of it, and its bytes."""

    original: Original
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The originals, the manifest over them, and its signature."""

    kept: tuple[Kept, ...]
    manifest: ExportManifest
    signature: bytes = field(repr=False)
    key: bytes = field(repr=False)
    """The public key as PEM."""

    @property
    def signed(self) -> bytes:
        """Return the bytes that the signature is over."""
        return encode_document(self.manifest)

    @property
    def files(self) -> tuple[tuple[str, bytes], ...]:
        """Return every file by its name: originals, manifest, signature, key."""
        return (*((each.original.name, each.body) for each in self.kept), *self.proofs)

    @property
    def proofs(self) -> tuple[tuple[str, bytes], ...]:
        """Return what proves the originals, by name."""
        return ((MANIFEST_FILE, self.signed), (SIGNATURE_FILE, self.signature), (KEY_FILE, self.key))


def keep(filed: Filed, opened: OpenedFile) -> Kept:
    """Keep a file of the case. It is called by its number: a name that a phone gave says too much."""
    sealed_at = datetime.fromtimestamp(opened.manifest.sealed_at, UTC)
    original = Original(
        name=f"{filed.number}.{opened.ending}",
        kind=filed.kind,
        bytes=len(opened.body),
        sha256=hashlib.sha256(opened.body).hexdigest(),
        received_at=datetime.fromtimestamp(filed.at, UTC) if filed.at else None,
        sealed_at=sealed_at,
    )
    return Kept(original, opened.body)


def keep_case(document: bytes) -> Kept:
    """Keep the case itself, in its form for programs."""
    digest = hashlib.sha256(document).hexdigest()
    return Kept(Original(name=CASE_FILE, kind="case/1", bytes=len(document), sha256=digest), document)


def prove(kept: Iterable[Kept], manifest: ExportManifest, key: SigningKey) -> Evidence:
    """Put the files into the manifest and sign it."""
    all_kept = tuple(kept)
    whole = msgspec.structs.replace(
        manifest, files=tuple(each.original for each in all_kept), key=str(key.verify_key)
    )
    pem = key.verify_key.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return Evidence(all_kept, whole, key.key.sign(encode_document(whole)), pem)
