"""Passphrases: how a file key is wrapped by words that a person remembers.

Source: the age v1 specification (C2SP), "The scrypt recipient type". Slow on purpose: about a second
at the default work factor; run it off the event loop.
"""

import re
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from protocol.base64text import decode_base64, encode_base64
from protocol.envelope import FILE_KEY_LENGTH, NONCE_LENGTH, PASSPHRASE_STANZA, Stanza, encode_header
from protocol.errors import HeaderFailure
from protocol.payload import seal_payload
from protocol.recipient import WRAPPED_LENGTH

WORK_FACTOR = 18
"""log2 of scrypt's N when locking."""
MAX_WORK_FACTOR = 22
"""The highest that is read: a file from outside must not stall the machine."""

_SALT_LENGTH = 16
_SALT_LABEL = b"age-encryption.org/v1/scrypt"
_NO_NONCE = bytes(12)
_DECIMAL = re.compile("[1-9][0-9]?")


@dataclass(frozen=True, slots=True)
class Passphrase:
    """What a person remembers, as an identity of its own."""

    words: str = field(repr=False)

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """The file key, None for another passphrase or kind of stanza; raises HeaderFailure."""
        if stanza.kind != PASSPHRASE_STANZA:
            return None
        salt, work_factor = _read(stanza)
        try:
            return _box(self.words, salt, work_factor).decrypt(_NO_NONCE, stanza.body, None)
        except InvalidTag:
            return None

    def wrap(self, file_key: bytes, *, work_factor: int) -> Stanza:
        """The file key under this passphrase. `work_factor` is log2 of scrypt's N."""
        salt = secrets.token_bytes(_SALT_LENGTH)
        body = _box(self.words, salt, work_factor).encrypt(_NO_NONCE, file_key, None)
        return Stanza((PASSPHRASE_STANZA, encode_base64(salt), str(work_factor)), body)


def seal_with_passphrase(
    plaintext: bytes, passphrase: Passphrase, *, work_factor: int = WORK_FACTOR
) -> bytes:
    """A binary age file that the passphrase alone opens."""
    file_key, nonce = secrets.token_bytes(FILE_KEY_LENGTH), secrets.token_bytes(NONCE_LENGTH)
    header = encode_header([passphrase.wrap(file_key, work_factor=work_factor)], file_key)
    return b"".join((header, nonce, *seal_payload(file_key, nonce, plaintext)))


def _read(stanza: Stanza) -> tuple[bytes, int]:
    """(salt, work factor) of a well-formed stanza; raises HeaderFailure."""
    match stanza.arguments:
        case (_, salt_text, factor) if _DECIMAL.fullmatch(factor) and int(factor) <= MAX_WORK_FACTOR:
            salt = _salt(salt_text)
        case _:
            raise HeaderFailure
    if len(stanza.body) != WRAPPED_LENGTH:
        raise HeaderFailure
    return salt, int(factor)


def _salt(text: str) -> bytes:
    try:
        salt = decode_base64(text)
    except ValueError:
        raise HeaderFailure from None
    if len(salt) != _SALT_LENGTH:
        raise HeaderFailure
    return salt


def _box(words: str, salt: bytes, work_factor: int) -> ChaCha20Poly1305:
    scrypt = Scrypt(salt=_SALT_LABEL + salt, length=32, n=1 << work_factor, r=8, p=1)
    return ChaCha20Poly1305(scrypt.derive(words.encode()))
