"""Recipients: the public keys that a case can be sealed to, and how each wraps a file key.

Source: the age v1 specification (C2SP), "The X25519 recipient type" and "The mlkem768x25519 recipient type".
"""

from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from protocol.base64text import encode_base64
from protocol.bech32 import BadBech32, decode_bech32, encode_bech32
from protocol.envelope import FILE_KEY_LENGTH, Stanza, derive
from protocol.errors import BadRecipient

HYBRID_STANZA: Final = "mlkem768x25519"
HYBRID_INFO: Final = b"age-encryption.org/mlkem768x25519"
HYBRID_SHARE_LENGTH: Final = 1088 + 32
X25519_STANZA: Final = "X25519"
X25519_LENGTH: Final = 32
WRAPPED_LENGTH: Final = FILE_KEY_LENGTH + 16

_HYBRID_PREFIX = "age1pq"
_X25519_PREFIX = "age"
_MLKEM_LENGTH = 1184
_X25519_INFO = b"age-encryption.org/v1/X25519"
_NO_NONCE = bytes(12)  # each wrapping key is used once

HYBRID_SUITE: Final = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True, slots=True)
class HybridRecipient:
    """A post-quantum public key (ML-KEM-768 with X25519): `age1pq1…`, 1,216 bytes."""

    key: bytes = field(repr=False)
    _public: hpke.MLKEM768X25519PublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Read the key once: it takes half as long as a seal."""
        if len(self.key) != _MLKEM_LENGTH + X25519_LENGTH:
            raise BadRecipient
        try:
            lattice = MLKEM768PublicKey.from_public_bytes(self.key[:_MLKEM_LENGTH])
        except ValueError:
            raise BadRecipient from None
        curve = X25519PublicKey.from_public_bytes(self.key[_MLKEM_LENGTH:])
        object.__setattr__(self, "_public", hpke.MLKEM768X25519PublicKey(lattice, curve))

    def wrap(self, file_key: bytes) -> Stanza:
        """The file key for this recipient alone."""
        sealed = HYBRID_SUITE.encrypt(file_key, self._public, HYBRID_INFO)
        share, body = sealed[:HYBRID_SHARE_LENGTH], sealed[HYBRID_SHARE_LENGTH:]
        return Stanza((HYBRID_STANZA, encode_base64(share)), body)

    def __str__(self) -> str:
        return encode_bech32(_HYBRID_PREFIX, self.key)


@dataclass(frozen=True, slots=True)
class X25519Recipient:
    """A classic public key: `age1…`, 32 bytes."""

    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what is not a key."""
        if len(self.key) != X25519_LENGTH:
            raise BadRecipient

    def wrap(self, file_key: bytes) -> Stanza:
        """The file key for this recipient alone."""
        once = X25519PrivateKey.generate()
        share = once.public_key().public_bytes_raw()
        shared = once.exchange(X25519PublicKey.from_public_bytes(self.key))
        body = x25519_box(shared, share=share, recipient=self.key).encrypt(_NO_NONCE, file_key, None)
        return Stanza((X25519_STANZA, encode_base64(share)), body)

    def __str__(self) -> str:
        return encode_bech32(_X25519_PREFIX, self.key)


Recipient = HybridRecipient | X25519Recipient


def x25519_box(shared: bytes, *, share: bytes, recipient: bytes) -> ChaCha20Poly1305:
    """The box that holds a file key in an X25519 stanza, bound to both public keys."""
    return ChaCha20Poly1305(derive(shared, salt=share + recipient, info=_X25519_INFO))


def parse_recipient(text: str) -> Recipient:
    """Read `age1pq1…` or `age1…`; raises BadRecipient, also for a key that nothing can be sealed to."""
    try:
        prefix, key = decode_bech32(text)
    except BadBech32:
        raise BadRecipient from None
    if text != text.lower():
        raise BadRecipient
    recipient = _recipient_of(prefix, key)
    _try(recipient)
    return recipient


def _recipient_of(prefix: str, key: bytes) -> Recipient:
    match prefix:
        case "age1pq":
            return HybridRecipient(key)
        case "age":
            return X25519Recipient(key)
        case _:
            raise BadRecipient


def _try(recipient: Recipient) -> None:
    """Seal once now: a low-order key would otherwise fail when a person's case is to be sealed."""
    try:
        recipient.wrap(bytes(FILE_KEY_LENGTH))
    except Exception:  # noqa: BLE001 - whatever the library raises, the key is of no use
        raise BadRecipient from None
