"""Sealed attachments, good and spoiled in one place each; the server seals, Amina reads."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from protocol.attachment import AttachmentId, AttachmentManifest, AttachmentSeal
from protocol.audience import RecipientClass
from protocol.base64text import encode_base64
from protocol.document import encode_document
from protocol.padding import pad
from protocol.recipient import Recipient
from protocol.revision import CaseId, key_set
from protocol.seal import seal
from protocol.signing import KeyId, Purpose, SigningKey, sign
from responder.identity import Identity
from tests.vectors.making.people import AMINA, BASHIR, CHEN, NOW, SERVER, STRANGER, SUCCESS, text

FILE = b"\xff\xd8\xff an invented picture"
LABELS: dict[str, Any] = {
    "case": CaseId("case-0001"),
    "attachment": AttachmentId("attachment-0001"),
    "recipient_class": RecipientClass.ORGANISATION,
}
OTHER_LABELS: dict[str, tuple[Any, str]] = {
    "case": (CaseId("case-0002"), "WrongCase"),
    "attachment": (AttachmentId("attachment-0002"), "WrongAttachment"),
    "recipient_class": (RecipientClass.EMBASSY, "WrongClass"),
}


@dataclass(frozen=True)
class Draft:
    """An attachment in the making, each part of which a vector can spoil."""

    recipients: tuple[Recipient, ...] = (AMINA.recipient, BASHIR.recipient)
    body: bytes = FILE
    inside: dict[str, Any] = field(default_factory=dict)
    outside: dict[str, Any] = field(default_factory=dict)
    inside_key: SigningKey = SERVER
    outside_key: SigningKey = SERVER
    inside_purpose: Purpose = Purpose.FILE
    outside_purpose: Purpose = Purpose.ATTACHMENT

    def manifest(self) -> bytes:
        """The manifest's line."""
        made = AttachmentManifest(
            **LABELS,
            kind="photo",
            name="gate.jpg",
            mime="image/jpeg",
            size=len(self.body),
            sealed_at=NOW,
            key_set=key_set(self.recipients),
            key=SERVER.id,
            sha256=hashlib.sha256(self.body).hexdigest(),
        )
        return encode_document(msgspec.structs.replace(made, **self.inside))

    def content(self, line: bytes | None = None) -> bytes:
        """What is padded: manifest, signature, file."""
        line = self.manifest() if line is None else line
        signature = sign(self.inside_key, self.inside_purpose, line)
        return line + b"\n" + encode_base64(signature).encode() + b"\n" + self.body

    def sealed(self, plaintext: bytes | None = None) -> bytes:
        """The age file."""
        return seal(pad(self.content()) if plaintext is None else plaintext, self.recipients)

    def signed(self, sealed: bytes) -> AttachmentSeal:
        """What stands outside of an age file, signed over the labels that it should have had."""
        parts = (*(str(each).encode() for each in LABELS.values()), hashlib.sha256(sealed).digest())
        signature = sign(self.outside_key, self.outside_purpose, *parts)
        made = AttachmentSeal(**LABELS, signature=signature, key=self.outside_key.id)
        return msgspec.structs.replace(made, **self.outside)


def attachment(
    name: str, expect: str, draft: Draft, *, sealed: bytes | None = None, opens: Identity = AMINA
) -> dict[str, Any]:
    """One vector of an attachment."""
    file = draft.sealed() if sealed is None else sealed
    return {
        "name": name,
        "expect": expect,
        "identity": opens.secret(),
        "seal": json.loads(msgspec.json.encode(draft.signed(file))),
        "sealed": text(file),
        "body": text(draft.body) if expect == SUCCESS else None,
    }


def inside(name: str, expect: str, plaintext: bytes) -> dict[str, Any]:
    """A vector whose plaintext is spoiled and whose seal and outer signature hold."""
    return attachment(name, expect, Draft(), sealed=Draft().sealed(plaintext))


def good() -> Iterator[dict[str, Any]]:
    """What opens."""
    yield attachment("good", SUCCESS, Draft())
    yield attachment("colleague", SUCCESS, Draft(), opens=BASHIR)
    yield attachment("x25519", SUCCESS, Draft(recipients=(CHEN.recipient,)), opens=CHEN)
    yield attachment("empty_file", SUCCESS, Draft(body=b""))
    yield attachment("two_chunks", SUCCESS, Draft(body=bytes(70_000)))


def bad_outside() -> Iterator[dict[str, Any]]:
    """What is refused before any private key is used."""
    draft = Draft()
    for name, (other, _) in OTHER_LABELS.items():
        yield attachment(f"relabelled_{name}", "BadSignature", replace(draft, outside={name: other}))
    by_stranger = replace(draft, outside_key=STRANGER)
    yield attachment("key_unknown", "UnknownKey", by_stranger)
    yield attachment("signature_by_another", "BadSignature", replace(by_stranger, outside={"key": SERVER.id}))
    for purpose in (Purpose.REVISION, Purpose.FILE):
        yield attachment(f"signature_for_{purpose}", "BadSignature", replace(draft, outside_purpose=purpose))


def bad_envelope() -> Iterator[dict[str, Any]]:
    """What the age file itself refuses, under a signature that holds."""
    draft, sealed = Draft(), Draft().sealed()
    yield attachment("not_a_recipient", "NoMatch", replace(draft, recipients=(BASHIR.recipient,)))
    yield attachment("nothing", "HeaderFailure", draft, sealed=b"")
    yield attachment("cut", "PayloadFailure", draft, sealed=sealed[:-1])


def bad_inside() -> Iterator[dict[str, Any]]:
    """What the labels, the manifest and the padding give away."""
    draft = Draft()
    line = draft.manifest()
    for name, (other, expect) in OTHER_LABELS.items():
        yield attachment(f"wrong_{name}", expect, replace(draft, inside={name: other}))
    yield attachment("wrong_size", "BodyChanged", replace(draft, inside={"size": 1}))
    yield attachment("wrong_key", "UnknownKey", replace(draft, inside={"key": KeyId("somebodyelse")}))
    yield inside("file_changed", "BodyChanged", pad(draft.content() + b" "))
    yield inside("manifest_changed", "BadSignature", pad(draft.content().replace(b"gate", b"door", 1)))
    yield inside("manifest_by_another", "BadSignature", pad(replace(draft, inside_key=STRANGER).content()))
    yield inside("manifest_with_spaces", "BadManifest", pad(draft.content(line.replace(b":", b": "))))
    yield inside("manifest_missing", "BadManifest", pad(FILE))
    yield inside(
        "schema_of_revision",
        "UnknownSchema",
        pad(draft.content(line.replace(b"attachment/1", b"manifest/1"))),
    )
    yield inside("padding_missing", "BadPadding", draft.content())


def attachments() -> Iterator[dict[str, Any]]:
    """All of them."""
    for make in (good, bad_outside, bad_envelope, bad_inside):
        yield from make()
