"""Signed requests to the responder API: RFC 9421 with Content-Digest (RFC 9530), Ed25519, one profile.

Covered: @method, @authority, @path, @query, content-digest. Parameters: created, keyid, alg, nonce, tag.
The caller remembers nonces for as long as a signature is fresh: only whoever saw the first sees a replay.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    VerifyResult,
)
from http_message_signatures.algorithms import ED25519

from protocol.card import CardId
from protocol.signing import SigningKey, VerifyKey

TAG: Final = "wayout-desk"
ALERT_TAG: Final = "wayout-alert"
"""Of what the server itself sends to an operator's program."""
COVERED: Final = ("@method", "@authority", "@path", "@query", "content-digest")
MAX_AGE: Final = 60
"""Seconds for which a signature is good."""
MAX_SKEW: Final = 5
"""Seconds by which the sender's clock may be ahead."""

_LABEL = "wayout"
_NONCE_BYTES = 18
_NONCE_LENGTHS = range(16, 65)


class RequestProblem(StrEnum):
    """Why a request is not believed; the values are the API's error codes."""

    MISSING = "signature_missing"
    BAD = "signature_bad"
    OLD = "signature_old"
    REPLAYED = "signature_replayed"
    KEY_UNKNOWN = "key_unknown"


@dataclass(frozen=True, slots=True)
class Verified:
    """A request that this card's key signed. `created` is Unix seconds."""

    key_id: CardId
    nonce: str
    created: int


@dataclass(frozen=True, slots=True)
class RequestRefused:
    """A request that nobody known signed so."""

    reason: RequestProblem


def new_nonce() -> str:
    """A nonce that no request had before: 24 letters, digits, - and _."""
    return secrets.token_urlsafe(_NONCE_BYTES)


def sign_request(
    *,
    method: str,
    url: str,
    body: bytes,
    key: SigningKey,
    key_id: CardId,
    now: int,
    nonce: str | None = None,
    tag: str = TAG,
) -> dict[str, str]:
    """The headers to add: Content-Digest, Signature-Input, Signature.

    `url` is the absolute URL exactly as it will be sent (encoded, no fragment), `now` is Unix seconds.
    """
    message = _Message(method, url, {})
    signer = HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=_Secret(key))
    signer.sign(
        message,
        key_id=key_id,
        created=datetime.fromtimestamp(now, UTC),
        nonce=nonce or new_nonce(),
        label=_LABEL,
        tag=tag,
        covered_component_ids=COVERED,
        body=body,
    )
    return dict(message.headers)


def verify_request(
    *,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    keys: Mapping[CardId, VerifyKey],
    now: int,
    max_age: int = MAX_AGE,
    tag: str = TAG,
) -> Verified | RequestRefused:
    """Who signed this request. `url` is absolute, with the authority that responders know the server by."""
    names = {name.lower() for name in headers}
    if not {"signature", "signature-input"} <= names:
        return RequestRefused(RequestProblem.MISSING)
    try:
        results = _Verifier(keys, now=now, max_age=max_age).verify(
            _Message(method, url, headers),
            max_age=None,
            expect_tag=tag,
            require_components=COVERED,
            body=body,
        )
    except _Refused as refused:
        return RequestRefused(refused.reason)
    except HTTPMessageSignaturesException:
        return RequestRefused(RequestProblem.BAD)
    return _verified(results)


@dataclass(frozen=True, slots=True)
class _Message:
    """The few fields of a request that the library reads."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)


class _Refused(InvalidSignature):
    """Carries our reason through the library's own error handling."""

    def __init__(self, reason: RequestProblem) -> None:
        super().__init__()
        self.reason = reason


class _Secret(HTTPSignatureKeyResolver):
    """Resolves every id to the one key that we sign with."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:  # noqa: ARG002 - the library's interface
        return self._key.key


class _Known(HTTPSignatureKeyResolver):
    """Resolves ids of enrolled cards."""

    def __init__(self, keys: Mapping[CardId, VerifyKey]) -> None:
        self._keys = keys

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        found = self._keys.get(CardId(key_id))
        if found is None:
            raise _Refused(RequestProblem.KEY_UNKNOWN)
        return found.key


class _Verifier(HTTPMessageVerifier):
    """The library's verifier with a clock that is handed in."""

    def __init__(self, keys: Mapping[CardId, VerifyKey], *, now: int, max_age: int) -> None:
        super().__init__(signature_algorithm=ED25519, key_resolver=_Known(keys))
        self._fresh = range(now - max_age, now + MAX_SKEW + 1)

    def validate_created_and_expires(self, sig_input: Any, max_age: object = None) -> None:  # noqa: ANN401, ARG002
        created = sig_input.params.get("created")
        if type(created) is not int or "expires" in sig_input.params:
            raise _Refused(RequestProblem.BAD)
        if created not in self._fresh:
            raise _Refused(RequestProblem.OLD)


def _verified(results: list[VerifyResult]) -> Verified | RequestRefused:
    if len(results) != 1:
        return RequestRefused(RequestProblem.BAD)
    parameters = results[0].parameters
    key_id, nonce, created = parameters["keyid"], parameters.get("nonce"), parameters["created"]
    if not isinstance(nonce, str) or len(nonce) not in _NONCE_LENGTHS or "alg" not in parameters:
        return RequestRefused(RequestProblem.BAD)
    return Verified(CardId(str(key_id)), nonce, int(created))
