"""The server's keys in one file: at rest, look-up, code pepper, and the Ed25519 key that signs what is sealed."""

import hmac
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from bot.failures import KeyringError
from storage.box import KEY_BYTES, KEY_ID_BYTES, Box

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
    keys = _File("keyring/1", (_new_key(),), *(secrets.token_bytes(KEY_BYTES) for _ in range(3)))
    try:
        _write_new(path, keys)
    except FileExistsError:
        raise KeyringError(
            f"{path} exists", "keep it: without it nothing that is stored can be opened"
        ) from None


def add_key(path: Path) -> None:
    """Add a key at rest, which closes from now on; nothing where an older one is still to be dropped."""
    keys = _read(path)
    if len(keys.at_rest) == 1:
        _replace(path, msgspec.structs.replace(keys, at_rest=(*keys.at_rest, _new_key())))


def drop_old_keys(path: Path) -> None:
    """Leave only the newest key at rest: what others had closed must have been sealed again."""
    keys = _read(path)
    _replace(path, msgspec.structs.replace(keys, at_rest=keys.at_rest[-1:]))


def _new_key() -> _AtRest:
    return _AtRest(secrets.token_hex(KEY_ID_BYTES), secrets.token_bytes(KEY_BYTES))


def _write_new(path: Path, keys: _File) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(keys)) + b"\n")
        file.flush()
        os.fsync(handle)
    _sync(path.parent)


def _replace(path: Path, keys: _File) -> None:
    """Put a whole file in the place of the old one, which stays until the new one is on the disk."""
    path = path.resolve()
    new = path.with_name(f".{path.name}.new")
    try:
        new.unlink(missing_ok=True)
        _write_new(new, keys)
        owner = path.stat()
        os.chown(new, owner.st_uid, owner.st_gid)
        new.replace(path)
    except OSError as problem:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        hint = "run it as the user who owns the file, where it can be written; the file is as it was"
        raise KeyringError(f"{path} cannot be replaced: {problem.strerror}", hint) from None
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Let the name of a new file survive a power cut too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def load(path: Path) -> Keyring:
    """The keys in the file, or KeyringError."""
    keys = _read(path)
    return Keyring(Box({each.id: each.key for each in keys.at_rest}), keys.signing, keys.lookup, keys.pepper)


def _read(path: Path) -> _File:
    try:
        if path.stat().st_mode & 0o077:
            raise KeyringError(f"{path} can be read by others", f"chmod 600 {path}")
        keys = msgspec.json.decode(path.read_bytes(), type=_File)
    except FileNotFoundError:
        raise KeyringError(f"{path} does not exist", "`wayout keys new` makes it") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise KeyringError(f"{path} is not a keyring", "restore it from your backup") from None
    _check(keys, path)
    return keys


def _check(keys: _File, path: Path) -> None:
    lengths = [len(each.key) for each in keys.at_rest] + [
        len(keys.lookup),
        len(keys.pepper),
        len(keys.signing),
    ]
    whole: Callable[[int], bool] = KEY_BYTES.__eq__
    if keys.schema != "keyring/1" or not keys.at_rest or not all(map(whole, lengths)):
        raise KeyringError(f"{path} is not a whole keyring", "restore it from your backup")
