"""Identities: the private keys that open cases, and how each unwraps a file key.

Source: the age v1 specification (C2SP), "The X25519 recipient type" and "The mlkem768x25519 recipient type".
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from protocol.base64text import decode_base64
from protocol.bech32 import BadBech32, decode_bech32, encode_bech32
from protocol.envelope import Stanza
from protocol.errors import HeaderFailure
from protocol.recipient import (
    HYBRID_INFO,
    HYBRID_SHARE_LENGTH,
    HYBRID_STANZA,
    HYBRID_SUITE,
    WRAPPED_LENGTH,
    X25519_LENGTH,
    X25519_STANZA,
    HybridRecipient,
    X25519Recipient,
    x25519_box,
)

_HYBRID_PREFIX = "age-secret-key-pq-"
_X25519_PREFIX = "age-secret-key-"
_SEED_LENGTH = 32
_LATTICE_SEED_LENGTH = 64
_NO_NONCE = bytes(12)


class BadIdentity(Exception):
    """This is not an age identity that Wayout can open cases with."""

    def __init__(self) -> None:
        super().__init__("this is not an age identity that Wayout can open cases with")


class Unwraps(Protocol):
    """Whatever may find the file key among a file's stanzas."""

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """The file key, None where the stanza is for somebody else; raises HeaderFailure."""


@dataclass(frozen=True, slots=True, repr=False)
class HybridIdentity:
    """A post-quantum private key: `AGE-SECRET-KEY-PQ-1…`, a seed of 32 bytes."""

    seed: bytes
    recipient: HybridRecipient = field(init=False, compare=False)
    _private: hpke.MLKEM768X25519PrivateKey = field(init=False, compare=False)
    _curve: X25519PrivateKey = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Expand the seed: 64 bytes for ML-KEM-768, 32 for X25519."""
        if len(self.seed) != _SEED_LENGTH:
            raise BadIdentity
        expanded = hashlib.shake_256(self.seed).digest(_LATTICE_SEED_LENGTH + X25519_LENGTH)
        lattice = MLKEM768PrivateKey.from_seed_bytes(expanded[:_LATTICE_SEED_LENGTH])
        curve = X25519PrivateKey.from_private_bytes(expanded[_LATTICE_SEED_LENGTH:])
        public = lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
        object.__setattr__(self, "recipient", HybridRecipient(public))
        object.__setattr__(self, "_private", hpke.MLKEM768X25519PrivateKey(lattice, curve))
        object.__setattr__(self, "_curve", curve)

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """The file key, None where the stanza is for somebody else; raises HeaderFailure."""
        share = _share_of(stanza, HYBRID_STANZA, HYBRID_SHARE_LENGTH)
        if share is None:
            return None
        _exchange(self._curve, share[-X25519_LENGTH:])  # the library gives one answer for every failure
        try:
            return HYBRID_SUITE.decrypt(share + stanza.body, self._private, HYBRID_INFO)
        except InvalidTag:
            return None

    def secret(self) -> str:
        """The text form. Whoever has it can open everything sealed to it."""
        return encode_bech32(_HYBRID_PREFIX, self.seed).upper()

    def __repr__(self) -> str:
        return "HybridIdentity(…)"


@dataclass(frozen=True, slots=True, repr=False)
class X25519Identity:
    """A classic private key: `AGE-SECRET-KEY-1…`, 32 bytes."""

    seed: bytes
    recipient: X25519Recipient = field(init=False, compare=False)
    _private: X25519PrivateKey = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Read the key once."""
        if len(self.seed) != _SEED_LENGTH:
            raise BadIdentity
        private = X25519PrivateKey.from_private_bytes(self.seed)
        object.__setattr__(self, "_private", private)
        object.__setattr__(self, "recipient", X25519Recipient(private.public_key().public_bytes_raw()))

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """The file key, None where the stanza is for somebody else; raises HeaderFailure."""
        share = _share_of(stanza, X25519_STANZA, X25519_LENGTH)
        if share is None:
            return None
        shared = _exchange(self._private, share)
        try:
            box = x25519_box(shared, share=share, recipient=self.recipient.key)
            return box.decrypt(_NO_NONCE, stanza.body, None)
        except InvalidTag:
            return None

    def secret(self) -> str:
        """The text form. Whoever has it can open everything sealed to it."""
        return encode_bech32(_X25519_PREFIX, self.seed).upper()

    def __repr__(self) -> str:
        return "X25519Identity(…)"


Identity = HybridIdentity | X25519Identity


def generate_identity(*, hybrid: bool = True) -> Identity:
    """A new identity from the system's randomness, post-quantum unless told otherwise."""
    seed = secrets.token_bytes(_SEED_LENGTH)
    return HybridIdentity(seed) if hybrid else X25519Identity(seed)


def parse_identity(text: str) -> Identity:
    """Read `AGE-SECRET-KEY-PQ-1…` or `AGE-SECRET-KEY-1…`; raises BadIdentity."""
    try:
        prefix, seed = decode_bech32(text)
    except BadBech32:
        raise BadIdentity from None
    if text == text.upper() and prefix == _HYBRID_PREFIX:
        return HybridIdentity(seed)
    if text == text.upper() and prefix == _X25519_PREFIX:
        return X25519Identity(seed)
    raise BadIdentity


def _share_of(stanza: Stanza, kind: str, length: int) -> bytes | None:
    """The sender's share, None in a stanza of another kind; raises HeaderFailure where malformed."""
    if stanza.kind != kind:
        return None
    if len(stanza.arguments) != 2 or len(stanza.body) != WRAPPED_LENGTH:  # noqa: PLR2004 - kind and share
        raise HeaderFailure
    try:
        share = decode_base64(stanza.arguments[1])
    except ValueError:
        raise HeaderFailure from None
    if len(share) != length:
        raise HeaderFailure
    return share


def _exchange(private: X25519PrivateKey, share: bytes) -> bytes:
    """The shared secret; raises HeaderFailure for a low-order share, which would make it known to all."""
    try:
        return private.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError:
        raise HeaderFailure from None
