"""Server keys: made once, whole, and the owner's alone."""

from pathlib import Path

import msgspec
import pytest

from bot.failures import KeyringError
from bot.keyring import create, load
from storage.box import Box, DataKey, KeyMissingError, Spot, TamperedError

SPOT = Spot("conversations", "row", "state")


def test_keys_are_never_overwritten(tmp_path: Path) -> None:
    """A second `keys new` would make everything unreadable."""
    create(tmp_path / "keyring.json")

    with pytest.raises(KeyringError, match="exists"):
        create(tmp_path / "keyring.json")


def test_a_keyring_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """The start stops, with the command that mends it."""
    path = tmp_path / "keyring.json"
    create(path)
    path.chmod(0o644)

    with pytest.raises(KeyringError) as problem:
        load(path)

    assert problem.value.hint.startswith("chmod 600")


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"not json", b'{"schema":"keyring/1","at_rest":[],"lookup":"","pepper":"","signing":""}'],
)
def test_a_broken_keyring_is_refused(tmp_path: Path, content: bytes) -> None:
    """Half a keyring is none."""
    path = tmp_path / "keyring.json"
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(KeyringError):
        load(path)


def test_a_missing_keyring_says_how_to_make_one(tmp_path: Path) -> None:
    """The hint is the command."""
    with pytest.raises(KeyringError) as problem:
        load(tmp_path / "keyring.json")

    assert "wayout keys new" in problem.value.hint


def test_chat_keys_tell_chats_and_bots_apart(tmp_path: Path) -> None:
    """The same person with another bot is another chat, and another keyring gives other keys."""
    create(tmp_path / "a.json")
    create(tmp_path / "b.json")
    first, second = load(tmp_path / "a.json"), load(tmp_path / "b.json")

    keys = {first.chat_key(1, 7), first.chat_key(1, 8), first.chat_key(2, 7), second.chat_key(1, 7)}

    assert len(keys) == 4
    assert first.chat_key(1, 7) == load(tmp_path / "a.json").chat_key(1, 7)


def test_what_is_sealed_opens_only_where_it_lies() -> None:
    """Moved to another row or column, the same bytes are worth nothing."""
    key = DataKey.generate()
    sealed = key.seal(b"plain", SPOT)

    assert key.open(sealed, SPOT) == b"plain"
    for elsewhere in (
        Spot("chats", "row", "state"),
        Spot("conversations", "other", "state"),
        Spot("conversations", "row", "x"),
    ):
        with pytest.raises(TamperedError):
            key.open(sealed, elsewhere)
    with pytest.raises(TamperedError):
        key.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), SPOT)
    with pytest.raises(TamperedError):
        key.open(b"", SPOT)


def test_an_old_key_still_opens_and_an_unknown_one_is_named() -> None:
    """Rotation adds a key; the newest closes."""
    old = Box({"00000001": b"a" * 32})
    both = Box({"00000001": b"a" * 32, "00000002": b"b" * 32})
    new = Box({"00000002": b"b" * 32})

    assert both.open(old.seal(b"plain", SPOT), SPOT) == b"plain"
    assert new.open(both.seal(b"plain", SPOT), SPOT) == b"plain"
    with pytest.raises(KeyMissingError):
        new.open(old.seal(b"plain", SPOT), SPOT)


def test_secrets_are_not_printed(tmp_path: Path) -> None:
    """A traceback with values shows no key."""
    create(tmp_path / "keyring.json")
    secret = msgspec.json.decode((tmp_path / "keyring.json").read_bytes())["signing"]

    assert secret not in repr(load(tmp_path / "keyring.json"))
    assert "secret" not in repr(DataKey.generate())
