"""Extracts and linkage keys: what is sealed to whom, and what a hash gives away."""

import hashlib

import pytest
from msgspec.structs import replace

from protocol.audience import RecipientClass
from protocol.base64text import encode_base64
from protocol.card import CardId
from protocol.document import encode_document
from protocol.errors import BadSignature, NoMatch, UnknownKey, WrongExtract, WrongLinkage
from protocol.extract import (
    KIND,
    Extract,
    Facts,
    SealedExtract,
    Token,
    TokenKind,
    check_extract,
    digest_of,
    name_of,
    open_extract,
    seal_extract,
    token_of,
)
from protocol.linkage import KIND as LINKAGE_KIND
from protocol.linkage import (
    LinkageFacts,
    SealedLinkage,
    check_linkage,
    linkage_id,
    new_linkage_key,
    open_linkage,
    seal_linkage,
)
from protocol.remark import seal_remark
from protocol.revision import CaseId
from protocol.signing import SigningKey
from responder.identity import generate_identity
from responder.unseal import unseal

KEY = SigningKey.generate()
CARD = CardId("amina")
KEYS = {CARD: KEY.verify_key}
ANALYST, WORKER = generate_identity(), generate_identity()
LINKAGE = new_linkage_key()
EXTRACT = Extract(
    case="0123456789abcdef",
    month="2026-11",
    counted=True,
    tokens=(Token(TokenKind.SITE, "kk_park"), Token(TokenKind.WALLET, "ab")),
    home="UG",
    to="MM",
)


def sealed(extract: Extract = EXTRACT) -> SealedExtract:
    """An extract for the analyst alone."""
    return seal_extract(
        extract, card=CARD, now=1_790_000_000, recipients=[ANALYST.recipient], signing_key=KEY
    )


def test_an_analyst_opens_what_a_responder_left() -> None:
    """The whole path; the sites are the tokens that name one."""
    made = sealed()

    check_extract(made, KEYS)
    assert open_extract(unseal(made.sealed, [ANALYST]), made, KEYS) == EXTRACT
    assert EXTRACT.sites == ("kk_park",)
    assert "MM" not in repr(made)


def test_a_case_worker_opens_no_extract() -> None:
    """It is sealed to analysts alone."""
    with pytest.raises(NoMatch):
        unseal(sealed().sealed, [WORKER])


def test_an_extract_under_another_name_is_refused() -> None:
    """Neither the server nor a colleague can pass one off as another case's."""
    made = sealed()
    with pytest.raises(BadSignature):
        check_extract(replace(made, case=CaseId("other")), KEYS)
    with pytest.raises(UnknownKey):
        check_extract(made, {})

    facts = Facts(
        case=CaseId("other"), recipient_class=RecipientClass.ANALYST, card=CARD, sealed_at=1_790_000_000
    )
    text = encode_document(EXTRACT).decode()
    lying = SealedExtract(**seal_remark(KIND, facts, text, recipients=[ANALYST.recipient], signing_key=KEY))
    with pytest.raises(WrongExtract):
        open_extract(unseal(lying.sealed, [ANALYST]), lying, KEYS)


def test_a_token_needs_the_key_and_a_digest_is_no_token() -> None:
    """Whoever has every telephone number and the server's database, but not the key, finds nothing."""
    number = "+66812345678"
    token = token_of(LINKAGE, TokenKind.NUMBER, number)

    assert token == token_of(LINKAGE, TokenKind.NUMBER, number)
    assert token != token_of(new_linkage_key(), TokenKind.NUMBER, number)
    assert token.mark != token_of(LINKAGE, TokenKind.ACCOUNT, number).mark
    assert hashlib.sha256(number.encode()).hexdigest() != token.mark
    assert len(digest_of(token)) == 32
    assert digest_of(token) not in token.mark
    assert name_of(LINKAGE, CaseId("a")) != name_of(LINKAGE, CaseId("b"))


def linkage(key: bytes = LINKAGE) -> SealedLinkage:
    """A linkage key for the case worker."""
    return seal_linkage(key, 0, card=CARD, now=1, recipients=[WORKER.recipient], signing_key=KEY)


def test_a_colleague_opens_the_linkage_key() -> None:
    """The whole path."""
    made = linkage()

    check_linkage(made, KEYS)
    assert open_linkage(unseal(made.sealed, [WORKER]), made, KEYS) == LINKAGE
    assert made.key == linkage_id(LINKAGE)
    assert encode_base64(LINKAGE) not in repr(made)


@pytest.mark.parametrize(
    "lie",
    ["%%", encode_base64(b"short"), encode_base64(new_linkage_key())],
    ids=["not base64", "short", "another"],
)
def test_another_key_than_it_says_is_refused(lie: str) -> None:
    """Not base64, not 32 bytes, or not the one that is named."""
    facts = LinkageFacts(
        recipient_class=RecipientClass.ORGANISATION,
        number=0,
        key=linkage_id(LINKAGE),
        card=CARD,
        sealed_at=1,
    )
    fields = seal_remark(LINKAGE_KIND, facts, lie, recipients=[WORKER.recipient], signing_key=KEY)
    made = SealedLinkage(**fields)
    with pytest.raises(WrongLinkage):
        open_linkage(unseal(made.sealed, [WORKER]), made, KEYS)
