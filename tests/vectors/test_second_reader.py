"""A second reader, made from protocol/FORMAT.md: another age program, Ed25519, the standard library."""

import hashlib
import hmac
import json
from base64 import b32encode, b64decode
from pathlib import Path
from typing import Any

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HERE = Path(__file__).parent
Vector = dict[str, Any]


def document(name: str) -> dict[str, Any]:
    """One file of vectors."""
    read: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text("utf-8"))
    return read


REVISIONS = document("revisions")


def number(value: int) -> bytes:
    """1.1."""
    return value.to_bytes(8, "big")


def pae(*parts: bytes) -> bytes:
    """1.1."""
    return number(len(parts)) + b"".join(number(len(part)) + part for part in parts)


def unpadded(text: str) -> bytes:
    """Base64 without padding."""
    return b64decode(text + "=" * (-len(text) % 4))


def check(key: bytes, signature: bytes, purpose: str, *parts: bytes) -> None:
    """1.2."""
    signed = pae(b"wayout.signature/1", purpose.encode(), *parts)
    Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)


def short(domain: str, content: bytes) -> str:
    """1.3."""
    return b32encode(hashlib.sha256(pae(domain.encode(), content)).digest()[:10]).decode().lower()


def read(revision: dict[str, Any], identity: str, key: bytes) -> bytes:
    """2.5, steps 1 to 6."""
    sealed = b64decode(revision["sealed"])
    labels = (revision["case"], str(revision["revision"]), revision["tier"], revision["recipient_class"])
    parts = (*(label.encode() for label in labels), hashlib.sha256(sealed).digest())
    check(key, b64decode(revision["signature"]), "revision", *parts)
    plaintext = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity)])
    line, signature, body = plaintext.rstrip(b"\0")[:-1].split(b"\n", 2)
    check(key, unpadded(signature.decode()), "manifest", line)
    manifest = json.loads(line)
    assert labels == (
        manifest["case"],
        str(manifest["revision"]),
        manifest["tier"],
        manifest["recipient_class"],
    )
    assert hashlib.sha256(body).hexdigest() == manifest["sha256"]
    return bytes(body)


def test_a_case_opens_without_wayout() -> None:
    """The page says all that is needed to open a case with other tools."""
    (vector,) = (vector for vector in REVISIONS["vectors"] if vector["name"] == "x25519")
    key = unpadded(REVISIONS["keys"]["server"])

    assert b64decode(vector["body"]) == read(vector["revision"], vector["identity"], key)
    assert short("wayout.key/1", key) == vector["revision"]["key"]


def read_remark(remark: dict[str, Any], identity: str, key: bytes, purposes: tuple[str, str]) -> bytes:
    """2.8 as 3.12 takes it: the signature outside over the labels in their order, then the same labels inside."""
    labels = {name: value for name, value in remark.items() if name not in {"sealed", "signature"}}
    sealed = b64decode(remark["sealed"])
    parts = (*(str(label).encode() for label in labels.values()), hashlib.sha256(sealed).digest())
    check(key, b64decode(remark["signature"]), purposes[0], *parts)
    plaintext = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity)])
    line, signature, body = plaintext.rstrip(b"\0")[:-1].split(b"\n", 2)
    check(key, unpadded(signature.decode()), purposes[1], line)
    manifest = json.loads(line)
    assert labels == {name: manifest[name] for name in labels}
    assert hashlib.sha256(body).hexdigest() == manifest["sha256"]
    return bytes(body)


def good(name: str) -> tuple[Vector, bytes]:
    """The vector that opens, and the key of the card that is enrolled."""
    read = document(name)
    vector = next(each for each in read["vectors"] if each["name"] == "good")
    return vector, unpadded(read["cards"][0]["verify_key"])


def test_an_extract_and_a_linkage_key_open_without_wayout() -> None:
    """The page says all that an analyst's own program needs."""
    left, key = good("extracts")
    body = read_remark(left["sealed_extract"], left["identity"], key, ("extract", "extract_content"))
    shared, key = good("linkages")
    secret = unpadded(
        read_remark(shared["sealed_linkage"], shared["identity"], key, ("linkage", "linkage_key")).decode()
    )

    assert json.loads(body) == left["extract"]
    assert left["sealed_extract"]["case"] == left["extract"]["case"]
    assert secret == b64decode(shared["linkage_key"])
    assert short("wayout.linkage/1", secret) == shared["sealed_linkage"]["key"]


@pytest.mark.parametrize("vector", document("tokens")["vectors"], ids=lambda vector: vector["name"])
def test_a_token_is_made_without_wayout(vector: Vector) -> None:
    """3.12: HMAC-SHA-256 under the linkage key over parts; the digest hides the token."""

    def keyed(*parts: str) -> str:
        named = pae(*(each.encode() for each in parts))
        return hmac.digest(b64decode(vector["linkage_key"]), named, "sha256").hex()

    if "case" in vector:
        assert vector["pseudonym"] == keyed("wayout.extract/1", vector["case"])[:16]
        return
    mark = keyed("wayout.token/1", vector["kind"], vector["value"])
    parts = pae(b"wayout.digest/1", vector["kind"].encode(), mark.encode())
    assert vector["mark"] == mark
    assert vector["digest"] == hashlib.sha256(parts).digest()[:16].hex()


@pytest.mark.parametrize("vector", [v for v in document("cards")["vectors"] if v["expect"] == "success"])
def test_a_card_has_its_id_and_fingerprint_without_wayout(vector: Vector) -> None:
    """Two programs read the same thirty digits aloud."""
    order = (
        "schema",
        "name",
        "recipient_class",
        "country",
        "languages",
        "recipient",
        "verify_key",
        "created_at",
    )
    card = json.loads(vector["document"])
    canonical = json.dumps(
        {name: card[name] for name in (*order, "unit") if name in card},
        separators=(",", ":"),
        ensure_ascii=False,
    ).encode()
    digest = hashlib.sha256(pae(b"wayout.card/1", canonical)).digest()

    assert vector["id"] == short("wayout.card/1", canonical)
    assert vector["fingerprint"].replace(" ", "") == f"{int.from_bytes(digest, 'big') % 10**30:030}"


def test_a_roster_and_an_invite_are_checked_without_wayout() -> None:
    """Their signatures are over canonical documents."""
    rosters, invites = document("rosters"), document("invites")
    roster = json.loads(next(v for v in rosters["vectors"] if v["name"] == "good")["document"])
    line = next(v for v in invites["vectors"] if v["name"] == "good")["invite"]
    invite = json.loads(unpadded(line.removeprefix("wayout-invite-1.")))

    unsigned = json.dumps(roster | {"signature": None}, separators=(",", ":"), ensure_ascii=False).encode()
    signature = b64decode(roster["signature"]["signature"])
    check(unpadded(rosters["keys"]["operator"]), signature, "roster", unsigned)
    empty = json.dumps(invite | {"signature": ""}, separators=(",", ":"), ensure_ascii=False).encode()
    check(unpadded(invite["server_key"]), b64decode(invite["signature"]), "invite", empty)


def test_an_audit_is_verified_without_wayout() -> None:
    """Each line's hash is over itself with an empty hash and names the one before; the head is signed over the last."""
    audits = document("audits")
    *entries, head = map(json.loads, next(v for v in audits["vectors"] if v["name"] == "good")["lines"])
    previous = "0" * 64
    for entry in entries:
        content = json.dumps(entry | {"hash": ""}, separators=(",", ":"), ensure_ascii=False).encode()
        assert entry["previous"] == previous
        assert entry["hash"] == hashlib.sha256(pae(b"wayout.audit/1", content)).hexdigest()
        previous = entry["hash"]
    unsigned = json.dumps(head | {"signature": ""}, separators=(",", ":")).encode()
    check(unpadded(audits["keys"]["server"]), b64decode(head["signature"]), "audit", unsigned)

    assert (head["number"], head["hash"]) == (len(entries), previous)
