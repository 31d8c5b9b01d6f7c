"""Sealed regrades, good and spoiled in one place each; Bashir regrades, Amina reads."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from protocol.audience import RecipientClass
from protocol.base64text import encode_base64
from protocol.card import CardId, card_id
from protocol.desk import Urgency
from protocol.document import encode_document
from protocol.padding import pad
from protocol.recipient import Recipient
from protocol.regrade import RegradeManifest, SealedRegrade
from protocol.revision import CaseId, key_set
from protocol.seal import seal
from protocol.signing import Purpose, SigningKey, sign
from responder.identity import Identity
from tests.vectors.making.people import (
    AMINA,
    AMINAS,
    BASHIR,
    BASHIRS,
    CHEN,
    NOW,
    STRANGER,
    SUCCESS,
    seed,
)

BASHIRS_KEY = SigningKey(seed("Bashir"))
REASON = b"Invented: they wrote that they are at home."
LABELS: dict[str, Any] = {
    "case": CaseId("case-0001"),
    "recipient_class": RecipientClass.ORGANISATION,
    "number": 1,
    "before": Urgency.CRITICAL,
    "after": Urgency.LOW,
    "card": card_id(BASHIRS),
    "sealed_at": NOW,
}
OTHER_LABELS: dict[str, Any] = {
    "case": CaseId("case-0002"),
    "recipient_class": RecipientClass.EMBASSY,
    "number": 2,
    "before": Urgency.HIGH,
    "after": Urgency.NONE,
    "card": card_id(AMINAS),
    "sealed_at": NOW + 1,
}


@dataclass(frozen=True)
class Draft:
    """A regrade in the making, each part of which a vector can spoil."""

    labels: dict[str, Any] = field(default_factory=lambda: LABELS)
    recipients: tuple[Recipient, ...] = (AMINA.recipient, BASHIR.recipient)
    body: bytes = REASON
    inside: dict[str, Any] = field(default_factory=dict)
    outside: dict[str, Any] = field(default_factory=dict)
    inside_key: SigningKey = BASHIRS_KEY
    outside_key: SigningKey = BASHIRS_KEY
    inside_purpose: Purpose = Purpose.REASON
    outside_purpose: Purpose = Purpose.REGRADE

    def manifest(self) -> bytes:
        """The manifest's line."""
        digest = hashlib.sha256(self.body).hexdigest()
        made = RegradeManifest(**LABELS, key_set=key_set(self.recipients), sha256=digest)
        return encode_document(msgspec.structs.replace(made, **self.inside))

    def content(self, line: bytes | None = None) -> bytes:
        """What is padded: manifest, signature, reason."""
        line = self.manifest() if line is None else line
        signature = sign(self.inside_key, self.inside_purpose, line)
        return line + b"\n" + encode_base64(signature).encode() + b"\n" + self.body

    def sealed(self, plaintext: bytes | None = None) -> bytes:
        """The age file."""
        return seal(pad(self.content()) if plaintext is None else plaintext, self.recipients)

    def signed(self, sealed: bytes) -> SealedRegrade:
        """The regrade around an age file, signed over the labels that it should have had."""
        parts = (*(str(each).encode() for each in self.labels.values()), hashlib.sha256(sealed).digest())
        signature = sign(self.outside_key, self.outside_purpose, *parts)
        made = SealedRegrade(**self.labels, sealed=sealed, signature=signature)
        return msgspec.structs.replace(made, **self.outside)


def regrade(
    name: str, expect: str, draft: Draft, *, sealed: bytes | None = None, opens: Identity = AMINA
) -> dict[str, Any]:
    """One vector of a regrade."""
    made = draft.signed(draft.sealed() if sealed is None else sealed)
    return {
        "name": name,
        "expect": expect,
        "identity": opens.secret(),
        "regrade": json.loads(msgspec.json.encode(made)),
        "reason": draft.body.decode() if expect == SUCCESS else None,
    }


def inside(name: str, expect: str, plaintext: bytes) -> dict[str, Any]:
    """A vector whose plaintext is spoiled and whose seal and outer signature hold."""
    return regrade(name, expect, Draft(), sealed=Draft().sealed(plaintext))


def good_regrades() -> Iterator[dict[str, Any]]:
    """What opens."""
    yield regrade("good", SUCCESS, Draft())
    yield regrade("own", SUCCESS, Draft(), opens=BASHIR)
    yield regrade("x25519", SUCCESS, Draft(recipients=(CHEN.recipient,)), opens=CHEN)
    yield regrade("another_script", SUCCESS, Draft(body="إنهم في المنزل".encode()))


def bad_outside() -> Iterator[dict[str, Any]]:
    """What is refused before any private key is used."""
    good = Draft()
    for name, other in OTHER_LABELS.items():
        expect = "UnknownKey" if name == "card" else "BadSignature"
        yield regrade(f"relabelled_{name}", expect, replace(good, outside={name: other}))
    yield regrade("other_file", "BadSignature", replace(good, outside={"sealed": good.sealed()}))
    yield regrade("signature_short", "BadSignature", replace(good, outside={"signature": bytes(63)}))
    yield regrade("signature_for_revision", "BadSignature", replace(good, outside_purpose=Purpose.REVISION))
    yield regrade("signature_by_another", "BadSignature", replace(good, outside_key=STRANGER))
    unknown = {**LABELS, "card": CardId("somebodyelse")}
    yield regrade("card_unknown", "UnknownKey", replace(good, labels=unknown))


def bad_envelope() -> Iterator[dict[str, Any]]:
    """What the age file itself refuses, under a signature that holds."""
    good, sealed = Draft(), Draft().sealed()
    yield regrade("not_a_recipient", "NoMatch", replace(good, recipients=(BASHIR.recipient,)))
    yield regrade("empty_file", "HeaderFailure", good, sealed=b"")
    yield regrade("bit_flipped", "PayloadFailure", good, sealed=sealed[:-1] + bytes([sealed[-1] ^ 1]))
    yield regrade(
        "header_changed", "HmacFailure", good, sealed=sealed.replace(b"\n---", b"\n-> grease\n\n---", 1)
    )


def bad_labels() -> Iterator[dict[str, Any]]:
    """A good inside under other labels that its own author signed all the same."""
    names = {"case": "WrongCase", "recipient_class": "WrongClass"}
    for name, other in OTHER_LABELS.items():
        if name != "card":
            expect = names.get(name, "WrongRegrade")
            yield regrade(f"wrong_{name}", expect, Draft(inside={name: other}))
    yield regrade("wrong_card", "UnknownKey", Draft(inside={"card": CardId("somebodyelse")}))


def bad_manifest() -> Iterator[dict[str, Any]]:
    """What the manifest and the padding give away."""
    good = Draft()
    line = good.manifest()
    yield inside("reason_changed", "BodyChanged", pad(good.content() + b" "))
    yield inside("reason_not_text", "BadManifest", pad(Draft(body=b"\xff\xfe").content()))
    yield inside("manifest_changed", "BadSignature", pad(good.content().replace(b'"low"', b'"none"', 1)))
    yield inside(
        "manifest_signature_for_regrade",
        "BadSignature",
        pad(replace(good, inside_purpose=Purpose.REGRADE).content()),
    )
    yield inside("manifest_by_another", "BadSignature", pad(replace(good, inside_key=STRANGER).content()))
    yield inside("manifest_with_spaces", "BadManifest", pad(good.content(line.replace(b":", b": "))))
    yield inside(
        "manifest_field_unknown", "BadManifest", pad(good.content(line.replace(b"{", b'{"more":1,', 1)))
    )
    yield inside(
        "manifest_urgency_unknown", "BadManifest", pad(good.content(line.replace(b'"low"', b'"lower"')))
    )
    yield inside(
        "manifest_time_beyond_all",
        "BadManifest",
        pad(good.content(line.replace(str(NOW).encode(), b"253402300800"))),
    )
    yield inside("manifest_missing", "BadManifest", pad(REASON))
    yield inside(
        "schema_of_revision", "UnknownSchema", pad(good.content(line.replace(b"regrade/1", b"manifest/1")))
    )
    yield inside("padding_missing", "BadPadding", good.content())


def regrades() -> Iterator[dict[str, Any]]:
    """All of them."""
    for make in (good_regrades, bad_outside, bad_envelope, bad_labels, bad_manifest):
        yield from make()
