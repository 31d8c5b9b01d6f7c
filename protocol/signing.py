"""Signatures: Ed25519 over content that names its purpose, so that none can be passed off as another.

signed = PAE("wayout.signature/1", purpose, part, part …)
PAE(parts) = count ‖ for each part: length ‖ part     count and lengths are 8 bytes, big-endian
"""

import hashlib
from base64 import b32encode
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from protocol.base64text import decode_base64, encode_base64
from protocol.errors import BadKey, BadSignature

KeyId = NewType("KeyId", str)
KEY_LENGTH = 32

_DOMAIN = b"wayout.signature/1"
_ID_BYTES = 10


class Purpose(StrEnum):
    """What a signature is for."""

    MANIFEST = "manifest"
    REVISION = "revision"
    REWRAP = "rewrap"
    ROSTER = "roster"
    ROSTER_CHANGE = "roster_change"
    ROSTER_PIN = "roster_pin"
    SUSPENSION = "suspension"
    LIFT = "lift"
    SUCCESSION = "succession"
    INVITE = "invite"
    REGRADE = "regrade"
    REASON = "reason"
    MESSAGE = "message"
    WORDS = "words"
    ATTACHMENT = "attachment"
    FILE = "file"
    PAGE = "page"
    AUDIT = "audit"
    DISCLOSURE = "disclosure"
    DISCLOSED = "disclosed"
    CONFIRMATION = "confirmation"
    EXTRACT = "extract"
    EXTRACT_CONTENT = "extract_content"
    LINKAGE = "linkage"
    LINKAGE_KEY = "linkage_key"
    JOB = "job"
    JOB_CONTENT = "job_content"
    RENDERING = "rendering"
    RENDERING_CONTENT = "rendering_content"


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """The public half of a signing key; its text is unpadded base64."""

    raw: bytes
    key: Ed25519PublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse what is not a key."""
        try:
            object.__setattr__(self, "key", Ed25519PublicKey.from_public_bytes(self.raw))
        except ValueError:
            raise BadKey from None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form; raises BadKey."""
        try:
            return cls(decode_base64(text))
        except ValueError:
            raise BadKey from None

    @property
    def id(self) -> KeyId:
        """A short name of the key: 80 bits of its hash in 16 letters and digits."""
        return KeyId(short_hash(b"wayout.key/1", self.raw))

    def __str__(self) -> str:
        return encode_base64(self.raw)


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A secret signing key, made from 32 bytes of seed."""

    seed: bytes
    key: Ed25519PrivateKey = field(init=False, compare=False)
    verify_key: VerifyKey = field(init=False, compare=False)
    id: KeyId = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Read the key once; raises BadKey."""
        try:
            key = Ed25519PrivateKey.from_private_bytes(self.seed)
        except ValueError:
            raise BadKey from None
        verify_key = VerifyKey(key.public_key().public_bytes_raw())
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "verify_key", verify_key)
        object.__setattr__(self, "id", verify_key.id)

    @classmethod
    def generate(cls) -> Self:
        """A new key from the system's randomness."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    def __repr__(self) -> str:
        return f"SigningKey(id={self.id!r})"


def sign(key: SigningKey, purpose: Purpose, *parts: bytes) -> bytes:
    """A 64-byte signature over the purpose and the parts, in order."""
    return key.key.sign(_message(purpose, parts))


def verify(key: VerifyKey, signature: bytes, purpose: Purpose, *parts: bytes) -> None:
    """Raise BadSignature unless `signature` is by `key` for this purpose over these parts."""
    try:
        key.key.verify(signature, _message(purpose, parts))
    except InvalidSignature:
        raise BadSignature from None


def short_hash(domain: bytes, content: bytes) -> str:
    """80 bits of SHA-256 over a domain and content, as 16 lower-case letters and digits."""
    digest = hashlib.sha256(encode_parts((domain, content))).digest()
    return b32encode(digest[:_ID_BYTES]).decode("ascii").lower()


def encode_parts(parts: tuple[bytes, ...]) -> bytes:
    """PAE: the parts with their lengths, so that no two lists of parts are written alike."""
    return _number(len(parts)) + b"".join(_number(len(part)) + part for part in parts)


def _message(purpose: Purpose, parts: tuple[bytes, ...]) -> bytes:
    return encode_parts((_DOMAIN, purpose.encode(), *parts))


def _number(value: int) -> bytes:
    return value.to_bytes(8, "big")
