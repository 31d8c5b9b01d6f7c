"""Jobs for an interpreter and answers to them, good and spoiled in one place each.

Bashir asks, Dawit answers, Amina reads.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import msgspec

from protocol.audience import RecipientClass
from protocol.base64text import encode_base64
from protocol.card import CardId, card_id
from protocol.document import encode_document
from protocol.interpreting import (
    Aim,
    JobContent,
    JobManifest,
    RenderingContent,
    RenderingManifest,
    SealedJob,
    SealedRendering,
    job_hash,
)
from protocol.padding import pad
from protocol.revision import CaseId, key_set
from protocol.seal import seal
from protocol.signing import Purpose, SigningKey, sign
from tests.vectors.making.people import (
    AMINA,
    AMINAS,
    BASHIR,
    BASHIRS,
    DAWIT,
    DAWITS,
    NOW,
    STRANGER,
    SUCCESS,
    seed,
)

AMINAS_KEY, BASHIRS_KEY, DAWITS_KEY = (SigningKey(seed(name)) for name in ("Amina", "Bashir", "Dawit"))
TEXT, ANSWER = "Inventado: nos quitan los teléfonos.", "Invented: they take our phones."
READERS = (AMINA.recipient, BASHIR.recipient)
LABELS: dict[str, Any] = {
    "case": CaseId("0" * 31 + "1"),
    "recipient_class": RecipientClass.INTERPRETER,
    "to": card_id(DAWITS),
    "card": card_id(BASHIRS),
    "sealed_at": NOW,
}
OTHER_LABELS: dict[str, tuple[Any, str]] = {
    "case": (CaseId("0" * 31 + "2"), "WrongCase"),
    "recipient_class": (RecipientClass.ORGANISATION, "WrongClass"),
    "to": (card_id(AMINAS), "WrongJob"),
    "sealed_at": (NOW + 1, "WrongJob"),
    "card": (CardId("somebodyelse"), "UnknownKey"),
}
CONTENT = JobContent(aim=Aim.READ, language="es", into="en", texts=(TEXT,), readers=tuple(map(str, READERS)))
SPOILED: dict[str, bytes] = {
    "no_document": TEXT.encode(),
    "no_texts": encode_document(msgspec.structs.replace(CONTENT, texts=())),
    "empty_text": encode_document(msgspec.structs.replace(CONTENT, texts=(" ",))),
    "too_many_texts": encode_document(msgspec.structs.replace(CONTENT, texts=(TEXT,) * 21)),
    "too_long_text": encode_document(msgspec.structs.replace(CONTENT, texts=("x" * 4097,))),
    "no_readers": encode_document(msgspec.structs.replace(CONTENT, readers=())),
    "unknown_field": encode_document(CONTENT)[:-1] + b',"case":"x"}',
}


def sealed_job(
    *,
    inside: dict[str, Any] | None = None,
    body: bytes | None = None,
    digest: bytes | None = None,
    keys: tuple[SigningKey, SigningKey] = (BASHIRS_KEY, BASHIRS_KEY),
    purposes: tuple[Purpose, Purpose] = (Purpose.JOB_CONTENT, Purpose.JOB),
) -> SealedJob:
    """One of Bashir's to Dawit; `inside` are other labels of the manifest."""
    to, content = (DAWIT.recipient, *READERS), body or encode_document(CONTENT)
    sha256 = hashlib.sha256(digest or content).hexdigest()
    line = encode_document(JobManifest(**LABELS | (inside or {}), key_set=key_set(to), sha256=sha256))
    signed = encode_base64(sign(keys[0], purposes[0], line)).encode()
    sealed = seal(pad(line + b"\n" + signed + b"\n" + content), to)
    parts = (*(str(each).encode() for each in LABELS.values()), hashlib.sha256(sealed).digest())
    return SealedJob(**LABELS, sealed=sealed, signature=sign(keys[1], purposes[1], *parts))


def job(name: str, expect: str, outside: dict[str, Any] | None = None, **spoiled: Any) -> dict[str, Any]:
    """One vector: `outside` is what is changed after signing."""
    made = msgspec.structs.replace(sealed_job(**spoiled), **(outside or {}))
    texts = [TEXT] if expect == SUCCESS else None
    return {"name": name, "expect": expect, "identity": DAWIT.secret(), "job": _plain(made), "texts": texts}


def jobs() -> Iterator[dict[str, Any]]:
    """All of them."""
    yield job("good", SUCCESS)
    for name, (other, wrong) in OTHER_LABELS.items():
        changed = card_id(AMINAS) if name == "card" else other
        yield job(f"relabelled_{name}", "BadSignature", {name: changed})
        yield job(f"wrong_{name}", wrong, inside={name: other})
    for name, body in SPOILED.items():
        yield job(f"content_{name}", "BadManifest", body=body)
    odd = encode_document(msgspec.structs.replace(CONTENT, readers=("age1nobody",)))
    yield job("content_reader_is_no_key", "BadRecipient", body=odd)
    changed = encode_document(msgspec.structs.replace(CONTENT, into="fr"))
    yield job("content_changed", "BodyChanged", body=changed, digest=encode_document(CONTENT))
    yield job("signature_by_another", "BadSignature", keys=(BASHIRS_KEY, STRANGER))
    yield job("manifest_by_another", "BadSignature", keys=(STRANGER, BASHIRS_KEY))
    yield job("signature_for_message", "BadSignature", purposes=(Purpose.JOB_CONTENT, Purpose.MESSAGE))


def rendering(
    name: str,
    expect: str,
    *,
    whole: dict[str, Any] | None = None,
    inside: dict[str, Any] | None = None,
    outside: dict[str, Any] | None = None,
    body: bytes | None = None,
    digest: bytes | None = None,
    keys: tuple[SigningKey, SigningKey] = (DAWITS_KEY, DAWITS_KEY),
) -> dict[str, Any]:
    """One vector: `whole` are labels of both, `inside` the manifest's alone, `outside` changed after signing."""
    asked = sealed_job()
    labels: dict[str, Any] = {
        "case": asked.case,
        "recipient_class": RecipientClass.ORGANISATION,
        "job": job_hash(asked),
        "card": card_id(DAWITS),
        "sealed_at": NOW + 60,
    } | (whole or {})
    content = body or encode_document(RenderingContent((ANSWER,)))
    sha256 = hashlib.sha256(digest or content).hexdigest()
    manifest = RenderingManifest(**labels | (inside or {}), key_set=key_set(READERS), sha256=sha256)
    line = encode_document(manifest)
    signed = encode_base64(sign(keys[0], Purpose.RENDERING_CONTENT, line)).encode()
    sealed = seal(pad(line + b"\n" + signed + b"\n" + content), READERS)
    parts = (*(str(each).encode() for each in labels.values()), hashlib.sha256(sealed).digest())
    made = SealedRendering(**labels, sealed=sealed, signature=sign(keys[1], Purpose.RENDERING, *parts))
    return {
        "name": name,
        "expect": expect,
        "identity": AMINA.secret(),
        "job": _plain(asked),
        "rendering": _plain(msgspec.structs.replace(made, **(outside or {}))),
        "texts": [ANSWER] if expect == SUCCESS else None,
    }


def renderings() -> Iterator[dict[str, Any]]:
    """All of them."""
    yield rendering("good", SUCCESS)
    others = {
        "case": (CaseId("0" * 31 + "2"), "WrongCase"),
        "recipient_class": (RecipientClass.SECOND_ORGANISATION, "WrongClass"),
        "job": ("0" * 64, "WrongRendering"),
        "sealed_at": (NOW, "WrongRendering"),
    }
    for name, (other, wrong) in others.items():
        yield rendering(f"relabelled_{name}", "BadSignature", outside={name: other})
        yield rendering(f"wrong_{name}", wrong, inside={name: other})
    yield rendering("relabelled_card", "BadSignature", outside={"card": card_id(AMINAS)})
    yield rendering("card_of_nobody", "UnknownKey", outside={"card": CardId("somebodyelse")})
    yield rendering("of_another_job", "WrongRendering", whole={"job": "0" * 64})
    yield rendering("of_another_id", "WrongRendering", whole={"case": CaseId("0" * 31 + "2")})
    by_amina = {"card": card_id(AMINAS)}
    yield rendering("by_another_card", "WrongRendering", whole=by_amina, keys=(AMINAS_KEY, AMINAS_KEY))
    yield rendering("content_no_document", "BadManifest", body=ANSWER.encode())
    good = encode_document(RenderingContent((ANSWER,)))
    yield rendering("content_changed", "BodyChanged", body=good + b" ", digest=good)
    yield rendering("signature_by_another", "BadSignature", keys=(DAWITS_KEY, STRANGER))
    yield rendering("manifest_by_another", "BadSignature", keys=(STRANGER, DAWITS_KEY))


def _plain(made: msgspec.Struct) -> Any:
    return json.loads(msgspec.json.encode(made))
