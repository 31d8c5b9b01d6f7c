"""Disclosures, good and spoiled in one place each; Bashir proposes, Chen's card may read, Amina signs as the second."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import msgspec

from protocol.audience import RecipientClass
from protocol.base64text import encode_base64
from protocol.card import CardId, card_id
from protocol.disclosure import Confirmation, DisclosureManifest, SealedDisclosure, confirm
from protocol.document import encode_document
from protocol.padding import pad
from protocol.revision import CaseId, key_set
from protocol.seal import seal
from protocol.signing import Purpose, SigningKey, sign
from tests.vectors.making.people import AMINA, AMINAS, BASHIR, BASHIRS, CHENS, NOW, STRANGER, SUCCESS, seed

AMINAS_KEY, BASHIRS_KEY = SigningKey(seed("Amina")), SigningKey(seed("Bashir"))
CONTENT = b'{"schema":"disclosed/1","reason":"Invented: nobody answers.","parts":["aW52ZW50ZWQ="]}'
TO = (AMINA.recipient, BASHIR.recipient)
LABELS: dict[str, Any] = {
    "case": CaseId("case-0001"),
    "recipient_class": RecipientClass.ORGANISATION,
    "number": 0,
    "to": card_id(CHENS),
    "tiers": "core,location",
    "card": card_id(BASHIRS),
    "sealed_at": NOW,
}
OTHER_LABELS: dict[str, tuple[Any, str]] = {
    "case": (CaseId("case-0002"), "WrongCase"),
    "recipient_class": (RecipientClass.SECOND_ORGANISATION, "WrongClass"),
    "number": (2, "WrongDisclosure"),
    "to": (card_id(AMINAS), "WrongDisclosure"),
    "tiers": ("core", "WrongDisclosure"),
    "sealed_at": (NOW + 1, "WrongDisclosure"),
    "card": (CardId("somebodyelse"), "UnknownKey"),
}


def disclosure(
    name: str,
    expect: str,
    *,
    inside: dict[str, Any] | None = None,
    outside: dict[str, Any] | None = None,
    body: bytes = CONTENT,
    digest: bytes | None = None,
    keys: tuple[SigningKey, SigningKey] = (BASHIRS_KEY, BASHIRS_KEY),
    second: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """One vector: `inside` are labels of the manifest, `outside` what is changed after signing."""
    manifest = DisclosureManifest(
        **LABELS | (inside or {}), key_set=key_set(TO), sha256=hashlib.sha256(digest or body).hexdigest()
    )
    line = encode_document(manifest)
    signed = encode_base64(sign(keys[0], Purpose.DISCLOSED, line)).encode()
    sealed = seal(pad(line + b"\n" + signed + b"\n" + body), TO)
    parts = (*(str(each).encode() for each in LABELS.values()), hashlib.sha256(sealed).digest())
    made = SealedDisclosure(**LABELS, sealed=sealed, signature=sign(keys[1], Purpose.DISCLOSURE, *parts))
    confirmed = confirm(made, card=card_id(AMINAS), key=AMINAS_KEY, now=NOW + 60)
    return {
        "name": name,
        "expect": expect,
        "identity": AMINA.secret(),
        "disclosure": json.loads(msgspec.json.encode(msgspec.structs.replace(made, **(outside or {})))),
        "confirmation": _plain(msgspec.structs.replace(confirmed, **(second or {}))),
        "reason": "Invented: nobody answers." if expect == SUCCESS else None,
    }


def _plain(confirmation: Confirmation) -> Any:
    return json.loads(msgspec.json.encode(confirmation))


def disclosures() -> Iterator[dict[str, Any]]:
    """All of them."""
    yield disclosure("good", SUCCESS)
    for name, (other, wrong) in OTHER_LABELS.items():
        changed = card_id(AMINAS) if name == "card" else other
        yield disclosure(f"relabelled_{name}", "BadSignature", outside={name: changed})
        yield disclosure(f"wrong_{name}", wrong, inside={name: other})
    for name, tiers in (
        ("empty", ""),
        ("unknown", "core,all"),
        ("reordered", "location,core"),
        ("twice", "core,core"),
    ):
        yield disclosure(f"tiers_{name}", "BadManifest", outside={"tiers": tiers})
    yield disclosure("content_changed", "BodyChanged", body=CONTENT + b" ", digest=CONTENT)
    yield disclosure("content_no_document", "BadManifest", body=b"Invented: nobody answers.")
    yield disclosure("signature_by_another", "BadSignature", keys=(BASHIRS_KEY, STRANGER))
    yield disclosure("manifest_by_another", "BadSignature", keys=(STRANGER, BASHIRS_KEY))
    yield disclosure("confirmed_by_nobody", "UnknownKey", second={"card": CardId("somebodyelse")})
    yield disclosure("confirmed_by_the_proposer", "BadSignature", second={"card": card_id(BASHIRS)})
    yield disclosure("confirmed_at_another_time", "BadSignature", second={"confirmed_at": NOW + 61})
