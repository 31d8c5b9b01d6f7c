"""Extracts: what is left of a case for those who look across cases: no name, no words, links as keyed hashes.

A remark (remark.py) whose `case` is a pseudonym. A token is HMAC-SHA-256 of a number, handle, link, account or wallet
under a key that responders hold and the server does not. What the server compares is a digest of the token.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated

import msgspec

from protocol.audience import RecipientClass
from protocol.card import CardId
from protocol.document import decode_document, encode_document
from protocol.errors import WrongExtract
from protocol.recipient import Recipient
from protocol.remark import Kind, UnixSeconds, check_remark, open_remark, seal_remark
from protocol.revision import CaseId
from protocol.roster import Roster
from protocol.signing import Purpose, SigningKey, VerifyKey, encode_parts

MOST_DIGESTS = 500
LARGEST_EXTRACT = 256 * 1024
"""Bytes of the age file."""
_DIGEST_BYTES = 16
_TOKEN, _NAME, _DIGEST = b"wayout.token/1", b"wayout.extract/1", b"wayout.digest/1"

Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
Month = Annotated[str, msgspec.Meta(pattern="^[0-9]{4}-(0[1-9]|1[0-2])$")]


class TokenKind(StrEnum):
    """What a token stands for; a site is no secret and stands by its id."""

    NUMBER = "number"
    HANDLE = "handle"
    LINK = "link"
    ACCOUNT = "account"
    WALLET = "wallet"
    SITE = "site"


class Token(msgspec.Struct, frozen=True, order=True, forbid_unknown_fields=True):
    """A keyed hash in hex, or the id of a site."""

    kind: TokenKind
    mark: str


class Extract(msgspec.Struct, frozen=True, tag_field="schema", tag="extract/1", kw_only=True):
    """One case without who it is.

    `counted`: they agreed to be counted; without it all but `case`, `month` and `tokens` is empty. Countries are ISO
    3166-1 alpha-2, `through` in the order of the way. `first_reply_minutes` is from the case to the first reply.
    """

    case: str
    month: Month
    counted: bool
    tokens: tuple[Token, ...] = ()
    flow: str = ""
    stage: str = "unknown"
    home: str | None = None
    through: tuple[str, ...] = ()
    to: str | None = None
    language: str | None = None
    urgency: str = "none"
    likelihood: str = "insufficient"
    findings: tuple[str, ...] = ()
    first_reply_minutes: int | None = None
    rubric: str = ""

    @property
    def sites(self) -> tuple[str, ...]:
        """The known sites that were named."""
        return tuple(token.mark for token in self.tokens if token.kind is TokenKind.SITE)


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that the server may know of an extract beside whose case it is. `case` is the pseudonym."""

    case: CaseId
    recipient_class: RecipientClass
    card: CardId
    sealed_at: UnixSeconds


class SealedExtract(Facts, frozen=True, kw_only=True):
    """The age file of an extract, with the signature of the responder who made it."""

    sealed: bytes
    signature: bytes

    def __repr__(self) -> str:
        return f"SealedExtract({self.case!r})"


class ExtractManifest(
    Facts, frozen=True, forbid_unknown_fields=True, tag_field="schema", tag="extract-manifest/1", kw_only=True
):
    """What the file says of itself inside. `sha256` is of the extract, in hex."""

    key_set: str
    sha256: str


class Leave(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a request that leaves a case's extract, in place of an older one; None where there may be none."""

    extract: SealedExtract | None
    digests: tuple[Digest, ...] = ()


class Extracts(msgspec.Struct, frozen=True, tag_field="schema", tag="extracts/1"):
    """Some extracts by pseudonym, the cards of those who made them, and after which to ask for more."""

    extracts: tuple[SealedExtract, ...]
    roster: Roster
    more: str | None = None


class Left(msgspec.Struct, frozen=True, tag_field="schema", tag="left/1"):
    """How many other cases that the asking class may link to it share something with this one."""

    links: int


KIND = Kind(Facts, ExtractManifest, Purpose.EXTRACT_CONTENT, Purpose.EXTRACT, WrongExtract)


def token_of(key: bytes, kind: TokenKind, value: str) -> Token:
    """The token of a number, handle, link, account or wallet that is written the one way."""
    return Token(kind, _keyed(key, _TOKEN, kind.encode(), value.encode()))


def name_of(key: bytes, case: CaseId) -> CaseId:
    """The pseudonym of a case: whoever holds the key and the case finds it, nobody else."""
    return CaseId(_keyed(key, _NAME, case.encode())[:16])


def digest_of(token: Token) -> Digest:
    """What a server compares instead of the token: it cannot be turned into one."""
    parts = encode_parts((_DIGEST, token.kind.encode(), token.mark.encode()))
    return hashlib.sha256(parts).digest()[:_DIGEST_BYTES].hex()


def seal_extract(
    extract: Extract, *, card: CardId, now: int, recipients: Sequence[Recipient], signing_key: SigningKey
) -> SealedExtract:
    """Seal an extract to analysts and sign it; raises NoRecipients, MixedRecipients. `now` is Unix seconds."""
    facts = Facts(case=CaseId(extract.case), recipient_class=RecipientClass.ANALYST, card=card, sealed_at=now)
    text = encode_document(extract).decode()
    return SealedExtract(**seal_remark(KIND, facts, text, recipients=recipients, signing_key=signing_key))


def check_extract(sealed: SealedExtract, keys: Mapping[CardId, VerifyKey]) -> None:
    """Check who sealed it, before opening; raises UnknownKey, BadSignature."""
    check_remark(KIND, sealed, keys)


def open_extract(plaintext: bytes, expected: SealedExtract, keys: Mapping[CardId, VerifyKey]) -> Extract:
    """The extract in an opened file; raises as `open_remark` does, and WrongExtract, BadDocument, UnknownSchema."""
    extract = decode_document(open_remark(KIND, plaintext, expected, keys), Extract)
    if extract.case != expected.case:
        raise WrongExtract
    return extract


def _keyed(key: bytes, *parts: bytes) -> str:
    return hmac.new(key, encode_parts(parts), hashlib.sha256).hexdigest()
