"""The server's keys in one file: at rest, look-up, code pepper, and the Ed25519 key that signs what is sealed."""

import hmac
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from bot.failures import KeyringError
from storage.box import KEY_BYTES, Box

_CHAT_KEY_BYTES = 16


class _AtRest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    key: bytes


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: str
    at_rest: tuple[_AtRest, ...]
    lookup: bytes
    pepper: bytes
    signing: bytes


@dataclass(frozen=True, slots=True)
class Keyring:
    """Opened server keys. `signing` is a 32-byte Ed25519 seed; `box` closes and opens what lies in the database."""

    box: Box = field(repr=False)
    signing: bytes = field(repr=False)
    _lookup: bytes = field(repr=False)
    _pepper: bytes = field(repr=False)

    def chat_key(self, bot: int, chat: int) -> bytes:
        """16 bytes that stand for (bot, chat); without the keyring they tell nothing."""
        return hmac.digest(self._lookup, f"chat\0{bot}\0{chat}".encode(), "sha256")[:_CHAT_KEY_BYTES]

    def word_key(self, salt: str, word: str) -> bytes:
        """16 bytes that stand for a word of the contact whose salt this is."""
        return hmac.digest(self._lookup, f"word\0{salt}\0{word}".encode(), "sha256")[:_CHAT_KEY_BYTES]

    def bot_key(self, bot: int) -> str:
        """A name for a bot account in the inbox: 16 hex digits."""
        return hmac.digest(self._lookup, f"bot\0{bot}".encode(), "sha256")[:8].hex()

    def locator_key(self, locator: str) -> bytes:
        """16 bytes that stand for a return code's locator."""
        return hmac.digest(self._lookup, f"locator\0{locator}".encode(), "sha256")[:_CHAT_KEY_BYTES]

    def tries_key(self, what: str, key: bytes = b"") -> bytes:
        """16 bytes under which the tries of something are counted, for one chat or locator."""
        return hmac.digest(self._lookup, f"tries\0{what}\0".encode() + key, "sha256")[:_CHAT_KEY_BYTES]

    def peppered(self, locator: str, secret: str) -> bytes:
        """A return code's secret, so that a slow hash of it is worth nothing without the keyring."""
        return hmac.digest(self._pepper, f"code\0{locator}\0{secret}".encode(), "sha256")


def create(path: Path) -> None:
    """Write new keys, readable by the owner alone; an existing file is never overwritten."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    first = _AtRest(secrets.token_hex(4), secrets.token_bytes(KEY_BYTES))
    keys = _File("keyring/1", (first,), *(secrets.token_bytes(KEY_BYTES) for _ in range(3)))
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyringError(
            f"{path} exists", "keep it: without it nothing that is stored can be opened"
        ) from None
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(keys)) + b"\n")
        file.flush()
        os.fsync(handle)


def load(path: Path) -> Keyring:
    """The keys in the file, or KeyringError."""
    try:
        if path.stat().st_mode & 0o077:
            raise KeyringError(f"{path} can be read by others", f"chmod 600 {path}")
        keys = msgspec.json.decode(path.read_bytes(), type=_File)
    except FileNotFoundError:
        raise KeyringError(f"{path} does not exist", "`wayout keys new` makes it") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise KeyringError(f"{path} is not a keyring", "restore it from your backup") from None
    _check(keys, path)
    return Keyring(Box({each.id: each.key for each in keys.at_rest}), keys.signing, keys.lookup, keys.pepper)


def _check(keys: _File, path: Path) -> None:
    lengths = [len(each.key) for each in keys.at_rest] + [
        len(keys.lookup),
        len(keys.pepper),
        len(keys.signing),
    ]
    whole: Callable[[int], bool] = KEY_BYTES.__eq__
    if keys.schema != "keyring/1" or not keys.at_rest or not all(map(whole, lengths)):
        raise KeyringError(f"{path} is not a whole keyring", "restore it from your backup")
