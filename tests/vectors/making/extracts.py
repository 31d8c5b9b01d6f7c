"""Sealed extracts, linkage keys and tokens, good and spoiled in one place each; Bashir makes them, Chen reads."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import msgspec

from protocol.audience import RecipientClass
from protocol.base64text import encode_base64
from protocol.card import card_id
from protocol.document import encode_document
from protocol.extract import KIND as EXTRACT_KIND
from protocol.extract import Extract, SealedExtract, Token, TokenKind, digest_of, name_of, token_of
from protocol.linkage import KIND as LINKAGE_KIND
from protocol.linkage import SealedLinkage, linkage_id
from protocol.padding import pad
from protocol.remark import Kind
from protocol.revision import CaseId, key_set
from protocol.seal import seal
from protocol.signing import Purpose, SigningKey, sign
from tests.vectors.making.people import AMINAS, BASHIR, BASHIRS, CHEN, NOW, STRANGER, SUCCESS, seed, text

BASHIRS_KEY = SigningKey(seed("Bashir"))
LINKAGE_KEY, NEXT_KEY = seed("linkage"), seed("linkage, the next one")
CASE = CaseId("case-0001")
EXTRACT = Extract(
    case=name_of(LINKAGE_KEY, CASE),
    month="2026-09",
    counted=True,
    tokens=(token_of(LINKAGE_KEY, TokenKind.WALLET, "invented-wallet"), Token(TokenKind.SITE, "kk_park")),
    home="UG",
    through=("TH",),
    to="MM",
    language="sw",
)
EXTRACT_LABELS: dict[str, Any] = {
    "case": CaseId(EXTRACT.case),
    "recipient_class": RecipientClass.ANALYST,
    "card": card_id(BASHIRS),
    "sealed_at": NOW,
}
LINKAGE_LABELS: dict[str, Any] = {
    "case": CaseId("linkage"),
    "recipient_class": RecipientClass.ORGANISATION,
    "number": 1,
    "key": linkage_id(LINKAGE_KEY),
    "card": card_id(BASHIRS),
    "sealed_at": NOW,
}
OTHER_LABELS: dict[str, Any] = {
    "case": CaseId(name_of(LINKAGE_KEY, CaseId("case-0002"))),
    "recipient_class": RecipientClass.EMBASSY,
    "number": 2,
    "key": linkage_id(NEXT_KEY),
    "card": card_id(AMINAS),
    "sealed_at": NOW + 1,
}
WRONG_LABELS = {"case": "WrongCase", "recipient_class": "WrongClass", "card": "UnknownKey"}
ENROLLED = {"card": "UnknownKey"}


def remark(
    kind: Kind,
    labels: dict[str, Any],
    body: bytes,
    *,
    inside: dict[str, Any] | None = None,
    purposes: tuple[Purpose, Purpose] | None = None,
    keys: tuple[SigningKey, SigningKey] = (BASHIRS_KEY, BASHIRS_KEY),
    spoiled: tuple[bytes, bytes] = (b"", b""),
    added: bytes = b"",
    padded: bool = True,
    sealed: bytes | None = None,
) -> dict[str, Any]:
    """The fields of a remark; in what is sealed, the first of `spoiled` becomes the second, and `added` follows."""
    to = (CHEN.recipient,)
    within, outside = purposes or (kind.inside, kind.outside)
    digest = hashlib.sha256(body).hexdigest()
    line = encode_document(kind.manifest(**labels | (inside or {}), key_set=key_set(to), sha256=digest))
    content = line + b"\n" + encode_base64(sign(keys[0], within, line)).encode() + b"\n" + body
    content = (content.replace(*spoiled, 1) if spoiled[0] else content) + added
    file = seal(pad(content) if padded else content, to) if sealed is None else sealed
    parts = (*(str(each).encode() for each in labels.values()), hashlib.sha256(file).digest())
    return {**labels, "sealed": file, "signature": sign(keys[1], outside, *parts)}


def extract(name: str, expect: str, body: bytes = b"", **how: Any) -> dict[str, Any]:
    """One vector of an extract; `outside` is what is changed after signing."""
    outside = how.pop("outside", {})
    fields = remark(EXTRACT_KIND, how.pop("labels", EXTRACT_LABELS), body or encode_document(EXTRACT), **how)
    return {
        "name": name,
        "expect": expect,
        "identity": CHEN.secret(),
        "sealed_extract": _built(SealedExtract(**fields | outside)),
        "extract": _built(EXTRACT) if expect == SUCCESS else None,
    }


def linkage(name: str, expect: str, body: bytes = b"", **how: Any) -> dict[str, Any]:
    """One vector of a linkage key; `outside` is what is changed after signing."""
    outside = how.pop("outside", {})
    fields = remark(LINKAGE_KIND, LINKAGE_LABELS, body or encode_base64(LINKAGE_KEY).encode(), **how)
    return {
        "name": name,
        "expect": expect,
        "identity": CHEN.secret(),
        "sealed_linkage": _built(SealedLinkage(**fields | outside)),
        "linkage_key": text(LINKAGE_KEY) if expect == SUCCESS else None,
    }


def extracts() -> Iterator[dict[str, Any]]:
    """All extracts."""
    yield extract("good", SUCCESS)
    yield from _relabelled(extract, EXTRACT_LABELS, "WrongExtract")
    yield from _missigned(extract, (Purpose.WORDS, Purpose.MESSAGE))
    yield from _spoiled(extract)
    yield extract(
        "of_another_pseudonym", "WrongExtract", labels=EXTRACT_LABELS | {"case": OTHER_LABELS["case"]}
    )
    whole = encode_document(EXTRACT)
    yield extract("not_a_document", "BadDocument", b"Invented: not a document.")
    yield extract("month_beyond_the_year", "BadDocument", whole.replace(b"2026-09", b"2026-13"))
    yield extract("token_of_no_kind", "BadDocument", whole.replace(b'"wallet"', b'"face"'))
    yield extract("another_schema", "UnknownSchema", whole.replace(b"extract/1", b"extract/2"))


def linkages() -> Iterator[dict[str, Any]]:
    """All linkage keys."""
    yield linkage("good", SUCCESS)
    yield from _relabelled(linkage, LINKAGE_LABELS, "WrongLinkage")
    yield from _missigned(linkage, (Purpose.EXTRACT_CONTENT, Purpose.EXTRACT))
    yield from _spoiled(linkage)
    yield linkage("another_key", "WrongLinkage", encode_base64(NEXT_KEY).encode())
    yield linkage("short_key", "WrongLinkage", encode_base64(LINKAGE_KEY[:31]).encode())
    yield linkage("padded_base64", "WrongLinkage", text(LINKAGE_KEY).encode())
    yield linkage("not_base64", "WrongLinkage", b"Invented: not base64.")


def tokens() -> Iterator[dict[str, Any]]:
    """What each thing that a party can be known by becomes, and a case's pseudonym."""
    named = {"linkage_key": text(LINKAGE_KEY), "key": linkage_id(LINKAGE_KEY)}
    for kind in (each for each in TokenKind if each is not TokenKind.SITE):
        made = token_of(LINKAGE_KEY, kind, "+66812345678")
        known = {"value": "+66812345678", "mark": made.mark, "digest": digest_of(made)}
        yield {"name": str(kind), **named, "kind": str(kind), **known}
    yield {"name": "pseudonym", **named, "case": CASE, "pseudonym": name_of(LINKAGE_KEY, CASE)}


def _relabelled(make: Any, labels: dict[str, Any], wrong: str) -> Iterator[dict[str, Any]]:
    """Each label changed after signing, and other labels that the author signed all the same."""
    for name in labels:
        other = OTHER_LABELS[name]
        yield make(f"relabelled_{name}", ENROLLED.get(name, "BadSignature"), outside={name: other})
        yield make(f"wrong_{name}", WRONG_LABELS.get(name, wrong), inside={name: other})


def _missigned(make: Any, others: tuple[Purpose, Purpose]) -> Iterator[dict[str, Any]]:
    """A signature by another key or for another purpose."""
    kind = EXTRACT_KIND if make is extract else LINKAGE_KIND
    yield make("signed_for_another_purpose", "BadSignature", purposes=(kind.inside, others[1]))
    yield make("manifest_for_another_purpose", "BadSignature", purposes=(others[0], kind.outside))
    yield make("signature_by_another", "BadSignature", keys=(BASHIRS_KEY, STRANGER))
    yield make("manifest_by_another", "BadSignature", keys=(STRANGER, BASHIRS_KEY))


def _spoiled(make: Any) -> Iterator[dict[str, Any]]:
    """What the age file, the padding and the manifest give away, under an outer signature that holds."""
    yield make("body_changed", "BodyChanged", added=b" ")
    yield make("padding_missing", "BadPadding", padded=False)
    yield make("manifest_schema", "UnknownSchema", spoiled=(b"-manifest/1", b"-manifest/2"))
    yield make("manifest_with_spaces", "BadManifest", spoiled=(b'":"', b'": "'))
    yield make("not_a_recipient", "NoMatch", sealed=seal(pad(b"Invented."), (BASHIR.recipient,)))
    yield make("empty_file", "HeaderFailure", sealed=b"")


def _built(made: msgspec.Struct) -> dict[str, Any]:
    built: dict[str, Any] = json.loads(msgspec.json.encode(made))
    return built
