"""Remarks: what a responder says about a case, sealed so that colleagues can read it and the server cannot.

    plaintext = pad(manifest JSON LF ‖ base64(signature of the manifest) LF ‖ text)
    sealed    = age file of the plaintext
    signature = Ed25519 for the remark's purpose over each of its facts, in order, and SHA-256(sealed)

Both signatures are the responder's own, so that the server can neither write a remark nor change one. Which facts there
are is for each kind to say: a regrade has its two urgencies, a message has its kind.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

import msgspec

from protocol.audience import RecipientClass
from protocol.card import CardId
from protocol.errors import BadManifest, BodyChanged, RevisionRefused, UnknownKey, WrongCase, WrongClass
from protocol.manifest import decode_manifest, put_manifest, split_manifest
from protocol.padding import pad, unpad
from protocol.recipient import Recipient
from protocol.revision import CaseId, key_set
from protocol.seal import seal
from protocol.signing import Purpose, SigningKey, VerifyKey, sign, verify

UnixSeconds = Annotated[int, msgspec.Meta(ge=0, lt=253_402_300_800)]
"""A time before the year 10000."""


class Facts(Protocol):
    """What every remark says of itself in clear; each kind adds to it."""

    @property
    def case(self) -> CaseId:
        """What it is about."""
        ...

    @property
    def recipient_class(self) -> RecipientClass:
        """Whose colleagues can read it."""
        ...

    @property
    def card(self) -> CardId:
        """Who says it."""
        ...


class Sealed(Facts, Protocol):
    """A remark with its age file and the signature over both."""

    @property
    def sealed(self) -> bytes:
        """The age file."""
        ...

    @property
    def signature(self) -> bytes:
        """The responder's, over facts and file."""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of remark: its facts, its manifest, what its signatures are for, and how a mix-up is called."""

    facts: type[msgspec.Struct]
    manifest: type[msgspec.Struct]
    inside: Purpose
    outside: Purpose
    wrong: type[RevisionRefused]


def seal_remark(
    kind: Kind, facts: Facts, text: str, *, recipients: Sequence[Recipient], signing_key: SigningKey
) -> dict[str, Any]:
    """The fields of a sealed remark; raises NoRecipients, MixedRecipients."""
    body = text.encode()
    fields = _fields(kind, facts)
    manifest = kind.manifest(**fields, key_set=key_set(recipients), sha256=hashlib.sha256(body).hexdigest())
    sealed = seal(pad(put_manifest(manifest, body, signing_key, kind.inside)), recipients)
    signature = sign(signing_key, kind.outside, *_outside(fields, sealed))
    return {**fields, "sealed": sealed, "signature": signature}


def check_remark(kind: Kind, remark: Sealed, keys: Mapping[CardId, VerifyKey]) -> None:
    """Check who sealed it, before opening; raises UnknownKey, BadSignature."""
    outside = _outside(_fields(kind, remark), remark.sealed)
    verify(_known(remark.card, keys), remark.signature, kind.outside, *outside)


def open_remark(kind: Kind, plaintext: bytes, expected: Facts, keys: Mapping[CardId, VerifyKey]) -> str:
    """The text in an opened file, proved to be that of `expected`.

    Raises BadPadding, BadManifest, UnknownSchema, UnknownKey, BadSignature, WrongCase, WrongClass, the kind's own, and
    BodyChanged.
    """
    line, signature, body = split_manifest(unpad(plaintext))
    manifest: Any = decode_manifest(line, kind.manifest)
    verify(_known(manifest.card, keys), signature, kind.inside, line)
    _compare(kind, manifest, expected)
    if hashlib.sha256(body).hexdigest() != manifest.sha256:
        raise BodyChanged
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise BadManifest from None


def _fields(kind: Kind, facts: Facts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in kind.facts.__struct_fields__}


def _outside(fields: Mapping[str, Any], sealed: bytes) -> tuple[bytes, ...]:
    labels = (str(value).encode() for value in fields.values())
    return (*labels, hashlib.sha256(sealed).digest())


def _known(card: CardId, keys: Mapping[CardId, VerifyKey]) -> VerifyKey:
    found = keys.get(card)
    if found is None:
        raise UnknownKey
    return found


def _compare(kind: Kind, manifest: Facts, expected: Facts) -> None:
    if manifest.case != expected.case:
        raise WrongCase
    if manifest.recipient_class != expected.recipient_class:
        raise WrongClass
    if _fields(kind, manifest) != _fields(kind, expected):
        raise kind.wrong
