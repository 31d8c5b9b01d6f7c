"""The folder on disk."""

import stat
from pathlib import Path

import pytest

from responder.failures import IdentityExists, NoIdentity, NotEnrolled
from responder.home import Home


def test_identity_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Folder 0700, identity 0600; the card is public."""
    home = Home(tmp_path / "me")

    home.keep_identity(b"locked", b"card")

    assert stat.filemode((tmp_path / "me").stat().st_mode) == "drwx------"
    assert stat.filemode((tmp_path / "me" / "identity.age").stat().st_mode) == "-rw-------"
    assert home.locked_identity() == b"locked"
    assert home.card() == b"card"


def test_an_identity_is_never_overwritten(tmp_path: Path) -> None:
    """Cases sealed to the old one would be lost."""
    home = Home(tmp_path)
    home.keep_identity(b"first", b"card")

    with pytest.raises(IdentityExists):
        home.keep_identity(b"second", b"card")

    assert home.locked_identity() == b"first"


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    """Each missing file has its own way out."""
    with pytest.raises(NoIdentity) as no_identity:
        Home(tmp_path).locked_identity()
    with pytest.raises(NotEnrolled) as not_enrolled:
        Home(tmp_path).invite()

    assert "init" in no_identity.value.hint
    assert "enrol" in not_enrolled.value.hint


def test_a_new_invite_replaces_the_old_one(tmp_path: Path) -> None:
    """A server that moved sends another invite."""
    home = Home(tmp_path)
    home.keep_invite(b"one")
    home.keep_invite(b"two")

    assert home.invite() == b"two"
    assert [path.name for path in tmp_path.iterdir()] == ["invite.json"]
