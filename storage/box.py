"""Encryption at rest: AES-256-GCM-SIV, key id in front, bound to the table, row and column it lies in."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

KEY_BYTES = 32
KEY_ID_BYTES = 4
_NONCE_BYTES = 12


class BoxError(Exception):
    """Bytes at rest could not be opened."""


class KeyMissingError(BoxError):
    """The key that closed this box is not in the keyring."""


class TamperedError(BoxError):
    """This box was changed, or was moved from another row or column."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a sealed value lies; the same bytes elsewhere do not open."""

    table: str
    row: str
    column: str

    def bound(self) -> bytes:
        """The associated data, unambiguous because no part holds a NUL."""
        return f"{self.table}\0{self.row}\0{self.column}".encode()


@dataclass(frozen=True, slots=True)
class DataKey:
    """A key of one conversation. `secret` is 32 bytes; destroying every copy destroys what it closed."""

    secret: bytes = field(repr=False)
    _cipher: AESGCMSIV = field(repr=False, compare=False)

    @classmethod
    def of(cls, secret: bytes) -> "DataKey":
        """The key with these 32 bytes."""
        return cls(secret, AESGCMSIV(secret))

    @classmethod
    def generate(cls) -> "DataKey":
        """A new random key."""
        return cls.of(secrets.token_bytes(KEY_BYTES))

    def seal(self, plain: bytes, spot: Spot) -> bytes:
        """Nonce and ciphertext, 28 bytes longer than `plain`."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, spot.bound())

    def open(self, sealed: bytes, spot: Spot) -> bytes:
        """The plain bytes, or TamperedError."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], spot.bound())
        except (InvalidTag, ValueError):
            raise TamperedError(spot.table, spot.column) from None


class Box:
    """The server's keys at rest: the newest closes, any opens."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """`keys`: key id (8 hex digits) -> 32 bytes, newest last."""
        self._keys = {bytes.fromhex(key_id): DataKey.of(secret) for key_id, secret in keys.items()}
        self._newest = list(self._keys)[-1]

    @property
    def older(self) -> list[bytes]:
        """The ids of all keys but the newest: what they closed is to be sealed again."""
        return list(self._keys)[:-1]

    def seal(self, plain: bytes, spot: Spot) -> bytes:
        """Key id, nonce and ciphertext."""
        return self._newest + self._keys[self._newest].seal(plain, spot)

    def open(self, sealed: bytes, spot: Spot) -> bytes:
        """The plain bytes; KeyMissingError or TamperedError otherwise."""
        key = self._keys.get(sealed[:KEY_ID_BYTES])
        if key is None:
            raise KeyMissingError(spot.table, spot.column)
        return key.open(sealed[KEY_ID_BYTES:], spot)

    def wrap(self, key: DataKey, row: str) -> bytes:
        """A conversation's data key, closed for its row."""
        return self.seal(key.secret, Spot("conversations", row, "data_key"))

    def unwrap(self, wrapped: bytes, row: str) -> DataKey:
        """The data key of that row."""
        return DataKey.of(self.open(wrapped, Spot("conversations", row, "data_key")))
