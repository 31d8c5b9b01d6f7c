"""Every way of failing that protocol/FORMAT.md names, as a vector that names what must happen."""

import json
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.auditor import verify_file
from protocol.attachment import AttachmentSeal, check_attachment, open_attachment
from protocol.card import CardId, card_id, card_verify_key, decode_card, fingerprint, fingerprint_words
from protocol.changes import Change, follow_all
from protocol.disclosure import (
    Confirmation,
    SealedDisclosure,
    check_confirmation,
    check_disclosure,
    open_content,
)
from protocol.document import decode_document
from protocol.errors import ProtocolError
from protocol.extract import (
    Extract,
    SealedExtract,
    TokenKind,
    check_extract,
    digest_of,
    name_of,
    open_extract,
    token_of,
)
from protocol.interpreting import (
    SealedJob,
    SealedRendering,
    check_job,
    check_rendering,
    open_job,
    open_rendering,
)
from protocol.invite import decode_invite
from protocol.linkage import SealedLinkage, check_linkage, linkage_id, open_linkage
from protocol.message import SealedMessage, check_message, open_words
from protocol.padding import bucket, pad, unpad
from protocol.regrade import SealedRegrade, check_regrade, open_reason
from protocol.requests import RequestRefused, Verified, verify_request
from protocol.revision import SealedRevision
from protocol.roster import Roster, check_roster, decode_roster
from protocol.signing import VerifyKey
from protocol.succession import check_succession, decode_succession
from protocol.suspension import Lift, Suspension, check_lift, check_suspension
from responder.identity import parse_identity
from responder.unseal import unseal, unseal_revision

FOLDER = Path(__file__).parent
FILES = (
    "revisions",
    "regrades",
    "messages",
    "disclosures",
    "jobs",
    "renderings",
    "extracts",
    "linkages",
    "tokens",
    "attachments",
    "paddings",
    "cards",
    "rosters",
    "invites",
    "changes",
    "rewraps",
    "statements",
    "audits",
    "requests",
)
Vector = dict[str, Any]
DOCUMENTS = {name: json.loads((FOLDER / f"{name}.json").read_text("utf-8")) for name in FILES}
KEYS = {key.id: key for key in map(VerifyKey.parse, DOCUMENTS["revisions"]["keys"].values())}
CARD = decode_card(json.dumps(DOCUMENTS["requests"]["cards"][0]))
STOP = msgspec.convert(DOCUMENTS["statements"]["vectors"][0]["document"], Suspension)
REGRADER = decode_card(json.dumps(DOCUMENTS["regrades"]["cards"][0]))


def each(name: str) -> pytest.MarkDecorator:
    """A test for each vector of a file."""
    vectors = DOCUMENTS[name]["vectors"]
    return pytest.mark.parametrize("vector", vectors, ids=[vector["name"] for vector in vectors])


def outcome(act: Callable[[], object]) -> str:
    """What happened, in the vectors' words."""
    try:
        act()
    except ProtocolError as error:
        return type(error).__name__
    return "success"


@each("revisions")
def test_revision_meets_its_fate(vector: Vector) -> None:
    """A sealed revision opens, or is refused for the reason that its vector names."""
    identity = parse_identity(vector["identity"])
    sealed = msgspec.convert(vector["revision"], SealedRevision)
    opened: list[bytes] = []

    happened = outcome(lambda: opened.append(unseal_revision(sealed, [identity], KEYS).body))

    assert vector["expect"] == happened
    assert opened == ([b64decode(vector["body"])] if vector["body"] is not None else [])


@each("regrades")
def test_regrade_meets_its_fate(vector: Vector) -> None:
    """A regrade opens to its reason, or is refused for the reason that its vector names."""
    identity = parse_identity(vector["identity"])
    sealed = msgspec.convert(vector["regrade"], SealedRegrade)
    keys = {card_id(REGRADER): card_verify_key(REGRADER)}
    opened: list[str] = []

    def act() -> None:
        check_regrade(sealed, keys)
        opened.append(open_reason(unseal(sealed.sealed, [identity]), sealed, keys))

    assert vector["expect"] == outcome(act)
    assert opened == ([] if vector["reason"] is None else [vector["reason"]])


@each("messages")
def test_message_meets_its_fate(vector: Vector) -> None:
    """A message opens to its words, or is refused for the reason that its vector names."""
    identity = parse_identity(vector["identity"])
    sealed = msgspec.convert(vector["message"], SealedMessage)
    keys = {card_id(REGRADER): card_verify_key(REGRADER)}
    opened: list[str] = []

    def act() -> None:
        check_message(sealed, keys)
        opened.append(open_words(unseal(sealed.sealed, [identity]), sealed, keys))

    assert vector["expect"] == outcome(act)
    assert opened == ([] if vector["words"] is None else [vector["words"]])


@each("disclosures")
def test_disclosure_meets_its_fate(vector: Vector) -> None:
    """A disclosure opens where two signed for it, or is refused for the reason that its vector names."""
    identity = parse_identity(vector["identity"])
    sealed = msgspec.convert(vector["disclosure"], SealedDisclosure)
    confirmation = msgspec.convert(vector["confirmation"], Confirmation)
    cards = [decode_card(json.dumps(card)) for card in DOCUMENTS["disclosures"]["cards"]]
    keys = {card_id(card): card_verify_key(card) for card in cards}
    opened: list[str] = []

    def act() -> None:
        check_disclosure(sealed, keys)
        content = open_content(unseal(sealed.sealed, [identity]), sealed, keys)
        check_confirmation(sealed, confirmation, keys)
        opened.append(content.reason)

    assert vector["expect"] == outcome(act)
    assert opened == ([] if vector["reason"] is None else [vector["reason"]])


def enrolled(name: str) -> dict[CardId, VerifyKey]:
    """The keys of the cards that a file names."""
    cards = [decode_card(json.dumps(card)) for card in DOCUMENTS[name]["cards"]]
    return {card_id(card): card_verify_key(card) for card in cards}


@each("jobs")
def test_job_meets_its_fate(vector: Vector) -> None:
    """A job opens to its texts, or is refused for the reason that its vector names."""
    identity, keys = parse_identity(vector["identity"]), enrolled("jobs")
    sealed = msgspec.convert(vector["job"], SealedJob)
    opened: list[str] = []

    def act() -> None:
        check_job(sealed, keys)
        opened.extend(open_job(unseal(sealed.sealed, [identity]), sealed, keys).texts)

    assert vector["expect"] == outcome(act)
    assert opened == (vector["texts"] or [])


@each("renderings")
def test_rendering_meets_its_fate(vector: Vector) -> None:
    """An answer opens to what the texts became, or is refused for the reason that its vector names."""
    identity, keys = parse_identity(vector["identity"]), enrolled("renderings")
    job = msgspec.convert(vector["job"], SealedJob)
    sealed = msgspec.convert(vector["rendering"], SealedRendering)
    opened: list[str] = []

    def act() -> None:
        check_rendering(sealed, keys)
        opened.extend(open_rendering(unseal(sealed.sealed, [identity]), sealed, job, keys))

    assert vector["expect"] == outcome(act)
    assert opened == (vector["texts"] or [])


@each("extracts")
def test_extract_meets_its_fate(vector: Vector) -> None:
    """An extract opens to its document, or is refused for the reason that its vector names."""
    identity = parse_identity(vector["identity"])
    sealed = msgspec.convert(vector["sealed_extract"], SealedExtract)
    keys = {card_id(REGRADER): card_verify_key(REGRADER)}
    opened: list[Extract] = []

    def act() -> None:
        check_extract(sealed, keys)
        opened.append(open_extract(unseal(sealed.sealed, [identity]), sealed, keys))

    assert vector["expect"] == outcome(act)
    assert opened == ([] if vector["extract"] is None else [msgspec.convert(vector["extract"], Extract)])


@each("linkages")
def test_linkage_key_meets_its_fate(vector: Vector) -> None:
    """A linkage key opens, or is refused for the reason that its vector names."""
    identity = parse_identity(vector["identity"])
    sealed = msgspec.convert(vector["sealed_linkage"], SealedLinkage)
    keys = {card_id(REGRADER): card_verify_key(REGRADER)}
    opened: list[bytes] = []

    def act() -> None:
        check_linkage(sealed, keys)
        opened.append(open_linkage(unseal(sealed.sealed, [identity]), sealed, keys))

    assert vector["expect"] == outcome(act)
    assert opened == ([] if vector["linkage_key"] is None else [b64decode(vector["linkage_key"])])


@each("tokens")
def test_token_is_what_it_is_everywhere(vector: Vector) -> None:
    """Two programs that share a linkage key find the same token, digest and pseudonym."""
    key = b64decode(vector["linkage_key"])

    assert vector["key"] == linkage_id(key)
    if "case" in vector:
        assert vector["pseudonym"] == name_of(key, vector["case"])
        return
    token = token_of(key, TokenKind(vector["kind"]), vector["value"])
    assert (vector["mark"], vector["digest"]) == (token.mark, digest_of(token))


@each("attachments")
def test_attachment_meets_its_fate(vector: Vector) -> None:
    """A file opens to its bytes, or is refused for the reason that its vector names."""
    identity, sealed = parse_identity(vector["identity"]), b64decode(vector["sealed"])
    outside = msgspec.convert(vector["seal"], AttachmentSeal)
    opened: list[bytes] = []

    def act() -> None:
        check_attachment(outside, sealed, KEYS)
        opened.append(open_attachment(unseal(sealed, [identity]), outside, KEYS)[1])

    assert vector["expect"] == outcome(act)
    assert opened == ([] if vector["body"] is None else [b64decode(vector["body"])])


@each("paddings")
def test_padding_fills_the_bucket(vector: Vector) -> None:
    """A content of this length is padded to that length and comes back."""
    content = b"\x80" * vector["content"]

    assert vector["padded"] == bucket(vector["content"] + 1) == len(pad(content))
    assert content == unpad(pad(content))


@each("cards")
def test_card_meets_its_fate(vector: Vector) -> None:
    """A card is read with this id and fingerprint, or refused for this reason."""
    assert vector["expect"] == outcome(lambda: decode_card(vector["document"]))
    if vector["expect"] == "success":
        card = decode_card(vector["document"])

        assert (vector["id"], vector["fingerprint"]) == (card_id(card), fingerprint(card))
        assert vector["words"] == fingerprint_words(card)


@each("rosters")
def test_roster_meets_its_fate(vector: Vector) -> None:
    """A roster is read and its signature holds, or it is refused for this reason."""
    assert vector["expect"] == outcome(lambda: check_roster(decode_roster(vector["document"]), KEYS))


@each("invites")
def test_invite_meets_its_fate(vector: Vector) -> None:
    """An invite to this card is read, or refused for this reason."""
    assert vector["expect"] == outcome(lambda: decode_invite(vector["invite"], card=vector["card"]))


@each("changes")
def test_log_meets_its_fate(vector: Vector) -> None:
    """A roster's log leads to these people, or is refused for this reason."""
    changes = msgspec.convert(vector["changes"], list[Change])
    found: list[list[str]] = []

    assert vector["expect"] == outcome(lambda: found.append(list(follow_all(changes, KEYS).members)))
    assert found == ([] if vector["members"] is None else [vector["members"]])


@each("rewraps")
def test_rewrap_meets_its_fate(vector: Vector) -> None:
    """A part that was sealed again opens, or is refused for this reason."""
    identity = parse_identity(vector["identity"])
    sealed = msgspec.convert(vector["revision"], SealedRevision)
    key = card_verify_key(CARD)
    opened: list[bytes] = []

    def act() -> None:
        opened.append(unseal_revision(sealed, [identity], KEYS, {key.id: key}).body)

    assert vector["expect"] == outcome(act)
    assert opened == ([] if vector["body"] is None else [b64decode(vector["body"])])


@each("statements")
def test_statement_meets_its_fate(vector: Vector) -> None:
    """What responders sign about keys holds, or is refused for this reason."""
    document = json.dumps(vector["document"])
    key = card_verify_key(CARD)

    def act() -> None:
        match vector["document"]["schema"]:
            case "suspension/1":
                check_suspension(decode_document(document, Suspension), {card_id(CARD): key})
            case "lift/1":
                check_lift(decode_document(document, Lift), STOP, key)
            case _:
                check_succession(decode_succession(document), Roster((CARD,)))

    assert vector["expect"] == outcome(act)


@each("requests")
def test_request_meets_its_fate(vector: Vector) -> None:
    """A request is believed to be from this card, or refused with this error code."""
    answer = verify_request(
        method=vector["method"],
        url=vector["url"],
        headers=vector["headers"],
        body=b64decode(vector["body"]),
        keys={card_id(CARD): card_verify_key(CARD)},
        now=vector["now"],
    )
    match answer:
        case Verified(key_id=key_id):
            assert (vector["expect"], key_id) == ("success", card_id(CARD))
        case RequestRefused(reason=reason):
            assert vector["expect"] == reason


@each("audits")
def test_audit_meets_its_fate(vector: Vector) -> None:
    """An exported audit is whole, or every fault of it is named with its number."""
    key = VerifyKey.parse(DOCUMENTS["audits"]["keys"]["server"]).id
    found = verify_file((line.encode() for line in vector["lines"]), [], key)

    assert vector["expect"] == (", ".join(f"{each.number} {each.kind}" for each in found.faults) or "success")
    assert found.whole == (vector["expect"] == "success")


@pytest.mark.parametrize("name", FILES)
def test_names_of_vectors_are_unique(name: str) -> None:
    """No vector hides another."""
    names = [vector["name"] for vector in DOCUMENTS[name]["vectors"]]

    assert sorted(set(names)) == sorted(names)
