"""Sealed messages, good and spoiled in one place each; Bashir writes, Amina reads. Regrades cover what both share."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import msgspec

from protocol.audience import RecipientClass
from protocol.base64text import encode_base64
from protocol.card import CardId, card_id
from protocol.document import encode_document
from protocol.message import MessageKind, MessageManifest, SealedMessage
from protocol.padding import pad
from protocol.revision import CaseId, key_set
from protocol.seal import seal
from protocol.signing import Purpose, SigningKey, sign
from tests.vectors.making.people import AMINA, AMINAS, BASHIR, BASHIRS, NOW, STRANGER, SUCCESS, seed

BASHIRS_KEY = SigningKey(seed("Bashir"))
WORDS = b"Invented: thank you for writing."
TO = (AMINA.recipient, BASHIR.recipient)
LABELS: dict[str, Any] = {
    "case": CaseId("case-0001"),
    "recipient_class": RecipientClass.ORGANISATION,
    "number": 1,
    "kind": MessageKind.REPLY,
    "card": card_id(BASHIRS),
    "sealed_at": NOW,
}
OTHER_LABELS: dict[str, tuple[Any, str]] = {
    "case": (CaseId("case-0002"), "WrongCase"),
    "recipient_class": (RecipientClass.EMBASSY, "WrongClass"),
    "number": (2, "WrongMessage"),
    "kind": (MessageKind.NOTE, "WrongMessage"),
    "sealed_at": (NOW + 1, "WrongMessage"),
    "card": (CardId("somebodyelse"), "UnknownKey"),
}


def message(
    name: str,
    expect: str,
    *,
    inside: dict[str, Any] | None = None,
    outside: dict[str, Any] | None = None,
    body: bytes = WORDS,
    purposes: tuple[Purpose, Purpose] = (Purpose.WORDS, Purpose.MESSAGE),
    keys: tuple[SigningKey, SigningKey] = (BASHIRS_KEY, BASHIRS_KEY),
) -> dict[str, Any]:
    """One vector: `inside` are labels of the manifest, `outside` what is changed after signing."""
    manifest = MessageManifest(
        **LABELS | (inside or {}), key_set=key_set(TO), sha256=hashlib.sha256(WORDS).hexdigest()
    )
    line = encode_document(manifest)
    signed = encode_base64(sign(keys[0], purposes[0], line)).encode()
    sealed = seal(pad(line + b"\n" + signed + b"\n" + body), TO)
    parts = (*(str(each).encode() for each in LABELS.values()), hashlib.sha256(sealed).digest())
    made = SealedMessage(**LABELS, sealed=sealed, signature=sign(keys[1], purposes[1], *parts))
    return {
        "name": name,
        "expect": expect,
        "identity": AMINA.secret(),
        "message": json.loads(msgspec.json.encode(msgspec.structs.replace(made, **(outside or {})))),
        "words": body.decode() if expect == SUCCESS else None,
    }


def messages() -> Iterator[dict[str, Any]]:
    """All of them."""
    yield message("good", SUCCESS)
    for name, (other, wrong) in OTHER_LABELS.items():
        changed = card_id(AMINAS) if name == "card" else other
        expect = "UnknownKey" if name == "card" else "BadSignature"
        yield message(f"relabelled_{name}", expect, outside={name: changed})
        yield message(f"wrong_{name}", wrong, inside={name: other})
    yield message("words_changed", "BodyChanged", body=WORDS + b" ")
    yield message("signature_for_regrade", "BadSignature", purposes=(Purpose.WORDS, Purpose.REGRADE))
    yield message("manifest_signature_for_reason", "BadSignature", purposes=(Purpose.REASON, Purpose.MESSAGE))
    yield message("signature_by_another", "BadSignature", keys=(BASHIRS_KEY, STRANGER))
    yield message("manifest_by_another", "BadSignature", keys=(STRANGER, BASHIRS_KEY))
