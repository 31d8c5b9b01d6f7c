"""Sealed revisions, good and spoiled in one place each."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from protocol.audience import RecipientClass, Tier
from protocol.base64text import encode_base64
from protocol.document import encode_document
from protocol.envelope import Stanza, encode_header
from protocol.padding import pad
from protocol.payload import seal_payload
from protocol.recipient import Recipient
from protocol.revision import CaseId, Manifest, SealedRevision, key_set
from protocol.seal import seal
from protocol.signing import Purpose, SigningKey, sign
from responder.identity import Identity
from responder.passphrase import Passphrase, seal_with_passphrase
from tests.vectors.making.people import AMINA, BASHIR, CHEN, NOW, SERVER, STRANGER, SUCCESS, text

BODY = b'{"schema":"part/1","note":"invented"}'
CASE = CaseId("case-0001")
OTHER_CASE = CaseId("case-0002")


@dataclass(frozen=True)
class Draft:
    """A sealed revision in the making, each part of which a vector can spoil."""

    case: CaseId = CASE
    revision: int = 1
    tier: Tier = Tier.CORE
    recipient_class: RecipientClass = RecipientClass.ORGANISATION
    identities: tuple[Identity, ...] = (AMINA,)
    body: bytes = BODY
    inside: dict[str, Any] = field(default_factory=dict)
    outside: dict[str, Any] = field(default_factory=dict)
    inside_key: SigningKey = SERVER
    outside_key: SigningKey = SERVER
    inside_purpose: Purpose = Purpose.MANIFEST
    outside_purpose: Purpose = Purpose.REVISION

    @property
    def recipients(self) -> list[Recipient]:
        """Whom it is sealed to."""
        return [identity.recipient for identity in self.identities]

    def manifest(self) -> bytes:
        """The manifest's line."""
        manifest = Manifest(
            case=self.case,
            revision=self.revision,
            tier=self.tier,
            recipient_class=self.recipient_class,
            sealed_at=NOW,
            key_set=key_set(self.recipients),
            key=self.inside_key.id,
            sha256=hashlib.sha256(self.body).hexdigest(),
        )
        return encode_document(msgspec.structs.replace(manifest, **self.inside))

    def content(self, line: bytes | None = None) -> bytes:
        """What is padded: manifest, signature, body."""
        line = self.manifest() if line is None else line
        signature = sign(self.inside_key, self.inside_purpose, line)
        return line + b"\n" + encode_base64(signature).encode() + b"\n" + self.body

    def plaintext(self) -> bytes:
        """What is sealed."""
        return pad(self.content())

    def sealed(self) -> bytes:
        """The age file."""
        return seal(self.plaintext(), self.recipients)

    def signed(self, sealed: bytes) -> SealedRevision:
        """The revision around an age file, signed over the labels that it should have had."""
        names = (self.case, str(self.revision), self.tier, self.recipient_class)
        parts = (*(name.encode() for name in names), hashlib.sha256(sealed).digest())
        signature = sign(self.outside_key, self.outside_purpose, *parts)
        made = SealedRevision(
            self.case, self.revision, self.tier, self.recipient_class, sealed, signature, self.outside_key.id
        )
        return msgspec.structs.replace(made, **self.outside)


def revision(
    name: str, expect: str, draft: Draft, *, sealed: bytes | None = None, opens: Identity = AMINA
) -> dict[str, Any]:
    """One vector of a sealed revision."""
    made = draft.signed(draft.sealed() if sealed is None else sealed)
    return {
        "name": name,
        "expect": expect,
        "identity": opens.secret(),
        "revision": json.loads(msgspec.json.encode(made)),
        "body": text(draft.body) if expect == SUCCESS else None,
    }


def inside(name: str, expect: str, plaintext: bytes) -> dict[str, Any]:
    """A vector whose plaintext is spoiled and whose seal and outer signature hold."""
    return revision(name, expect, Draft(), sealed=seal(plaintext, [AMINA.recipient]))


def good_revisions() -> Iterator[dict[str, Any]]:
    """What opens."""
    yield revision("hybrid", SUCCESS, Draft())
    yield revision("x25519", SUCCESS, Draft(identities=(CHEN,)), opens=CHEN)
    yield revision("two_recipients", SUCCESS, Draft(identities=(BASHIR, AMINA)))
    yield revision("empty_body", SUCCESS, Draft(body=b""))
    yield revision("body_ends_in_zeros", SUCCESS, Draft(body=b"\x80\0\0"))
    yield revision("full_bucket", SUCCESS, Draft(body=bytes(4095 - len(Draft(body=b"").content()))))
    yield revision("two_chunks", SUCCESS, Draft(body=bytes(70_000)))


def bad_outside() -> Iterator[dict[str, Any]]:
    """What is refused before any private key is used."""
    good = Draft()
    yield revision("relabelled_case", "BadSignature", replace(good, outside={"case": OTHER_CASE}))
    yield revision("relabelled_revision", "BadSignature", replace(good, outside={"revision": 2}))
    yield revision("relabelled_tier", "BadSignature", replace(good, outside={"tier": Tier.WORDS}))
    yield revision(
        "relabelled_class", "BadSignature", replace(good, outside={"recipient_class": RecipientClass.EMBASSY})
    )
    yield revision("other_file", "BadSignature", replace(good, outside={"sealed": good.sealed()}))
    yield revision("signature_short", "BadSignature", replace(good, outside={"signature": b"\0" * 63}))
    yield revision("signature_for_rewrap", "BadSignature", replace(good, outside_purpose=Purpose.REWRAP))
    yield revision(
        "signature_by_another",
        "BadSignature",
        replace(good, outside={"key": SERVER.id}, outside_key=STRANGER),
    )
    yield revision("key_unknown", "UnknownKey", replace(good, outside_key=STRANGER))


def bad_envelope() -> Iterator[dict[str, Any]]:
    """What the age file itself refuses, under a signature that holds."""
    good = Draft()
    sealed = good.sealed()
    start = sealed.index(b"\n---") + 4 + 1 + 43 + 1
    yield revision("not_a_recipient", "NoMatch", good, opens=BASHIR)
    yield revision("not_a_recipient_x25519", "NoMatch", replace(good, identities=(CHEN,)))
    yield revision(
        "passphrase_file", "NoMatch", good, sealed=seal_with_passphrase(b"", Passphrase("x"), work_factor=4)
    )
    yield revision("empty_file", "HeaderFailure", good, sealed=b"")
    yield revision("truncated_header", "HeaderFailure", good, sealed=sealed[: start - 60])
    yield revision("truncated_nonce", "HeaderFailure", good, sealed=sealed[: start + 15])
    yield revision("version_2", "HeaderFailure", good, sealed=sealed.replace(b"/v1\n", b"/v2\n", 1))
    yield revision(
        "header_changed", "HmacFailure", good, sealed=sealed.replace(b"\n---", b"\n-> grease\n\n---", 1)
    )
    yield revision("truncated", "PayloadFailure", good, sealed=sealed[:-1])
    yield revision("no_payload", "PayloadFailure", good, sealed=sealed[: start + 16])
    yield revision("bit_flipped", "PayloadFailure", good, sealed=sealed[:-1] + bytes([sealed[-1] ^ 1]))
    yield revision("appended", "PayloadFailure", good, sealed=sealed + b"\0")
    yield revision(
        "nonce_changed", "PayloadFailure", good, sealed=sealed[:start] + bytes(16) + sealed[start + 16 :]
    )
    yield revision("low_order_share", "HeaderFailure", good, sealed=low_order(good))


def low_order(draft: Draft) -> bytes:
    """An age file whose X25519 share makes the shared secret known to all."""
    file_key = bytes(16)
    arguments = ("mlkem768x25519", encode_base64(bytes(1088 + 32)))
    header = encode_header([Stanza(arguments, bytes(32))], file_key)
    return b"".join((header, bytes(16), *seal_payload(file_key, bytes(16), draft.plaintext())))


def bad_labels() -> Iterator[dict[str, Any]]:
    """A good inside under another label that the server signed all the same."""
    good, sealed = Draft(), Draft().sealed()
    yield revision("wrong_case", "WrongCase", replace(good, case=OTHER_CASE), sealed=sealed)
    yield revision("replayed_revision", "WrongRevision", replace(good, revision=2), sealed=sealed)
    yield revision("wrong_tier", "WrongTier", replace(good, tier=Tier.IDENTITY), sealed=sealed)
    yield revision(
        "wrong_class", "WrongClass", replace(good, recipient_class=RecipientClass.EMBASSY), sealed=sealed
    )


def bad_manifest() -> Iterator[dict[str, Any]]:
    """What the manifest gives away."""
    good = Draft()
    line = good.manifest()
    yield inside("manifest_body_changed", "BodyChanged", pad(good.content() + b" "))
    odd = line.replace(hashlib.sha256(BODY).hexdigest().encode(), "七".encode())
    yield inside("manifest_hash_not_hex", "BodyChanged", pad(good.content(odd)))
    yield inside("manifest_hash_upper_case", "BodyChanged", pad(good.content(upper_hash(line))))
    yield inside(
        "manifest_changed", "BadSignature", pad(good.content().replace(CASE.encode(), OTHER_CASE.encode()))
    )
    yield inside(
        "manifest_signature_for_revision",
        "BadSignature",
        replace(good, inside_purpose=Purpose.REVISION).plaintext(),
    )
    yield inside("manifest_key_unknown", "UnknownKey", replace(good, inside_key=STRANGER).plaintext())
    yield inside("manifest_signature_garbled", "BadManifest", pad(good.content().replace(b"}\n", b"}\n*", 1)))
    yield inside("manifest_with_spaces", "BadManifest", pad(good.content(line.replace(b":", b": "))))
    yield inside(
        "manifest_field_twice", "BadManifest", pad(good.content(line.replace(b"{", b'{"revision":1,', 1)))
    )
    yield inside(
        "manifest_field_unknown", "BadManifest", pad(good.content(line.replace(b"{", b'{"more":1,', 1)))
    )
    yield inside(
        "manifest_field_missing", "BadManifest", pad(good.content(line.replace(b'"revision":1,', b"")))
    )
    yield inside("manifest_tier_unknown", "BadManifest", pad(good.content(line.replace(b'"core"', b'"all"'))))
    yield inside("manifest_not_json", "BadManifest", pad(good.content(b"not JSON")))
    yield inside("manifest_too_deep", "BadManifest", pad(good.content(b'{"schema":' + b"[" * 3_000)))
    yield inside(
        "manifest_without_schema",
        "BadManifest",
        pad(good.content(line.replace(b'"schema":"manifest/1",', b""))),
    )
    yield inside("manifest_missing", "BadManifest", pad(BODY))
    yield inside("manifest_alone", "BadManifest", pad(line + b"\n"))
    yield inside(
        "schema_unknown", "UnknownSchema", pad(good.content(line.replace(b"manifest/1", b"manifest/2")))
    )


def upper_hash(line: bytes) -> bytes:
    """The hash in capitals, which no writer of ours makes."""
    digest = hashlib.sha256(BODY).hexdigest().encode()
    return line.replace(digest, digest.upper())


def bad_padding() -> Iterator[dict[str, Any]]:
    """What the padding gives away."""
    good = Draft()
    padded = good.plaintext()
    yield inside("padding_missing", "BadPadding", good.content())
    yield inside("padding_not_zero", "BadPadding", padded[:-1] + b"\x01")
    yield inside("padding_without_mark", "BadPadding", good.content().ljust(4096, b"\0"))
    yield inside("padding_short", "BadPadding", padded[:-1])
    yield inside("padding_long", "BadPadding", padded + b"\0")
    yield inside("padding_other_bucket", "BadPadding", padded.ljust(8192, b"\0"))
    yield inside("padding_all_zeros", "BadPadding", bytes(4096))
    yield inside("padding_empty", "BadPadding", b"")


def revisions() -> Iterator[dict[str, Any]]:
    """All of them."""
    for make in (good_revisions, bad_outside, bad_envelope, bad_labels, bad_manifest, bad_padding):
        yield from make()
