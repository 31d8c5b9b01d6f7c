"""Unlocking and locking: what opens the identity, and what is said when nothing does."""

from pathlib import Path

import pytest

from protocol.revision import CaseId
from responder.failures import InviteWrong, PassphraseBeside, PassphraseMissing, PassphraseWrong
from responder.search import Asked, line_of
from responder.settings import Settings
from responder.vault import Vault, read_passphrase, refuse_beside, unlock_keys
from tests.unit.test_responder.enrolled import PASSPHRASE, Enrolled


async def test_unlocking_and_locking(enrolled: Enrolled) -> None:
    """A desk while unlocked, none after; the representation shows nothing."""
    async with Vault(enrolled.settings) as vault:
        desk = await vault.unlock(PASSPHRASE)
        assert vault.desk is desk
        vault.lock()
        assert vault.desk is None
        assert "AGE-SECRET" not in repr(vault)


async def test_the_setting_moves_the_server_and_not_its_key(enrolled: Enrolled) -> None:
    """WAYOUT_SERVER_URL stands instead of the invite's address; the pinned key stays."""
    settings = enrolled.settings.model_copy(update={"server_url": "https://moved.example.org"})
    async with Vault(settings) as vault:
        desk = await vault.unlock(PASSPHRASE)

    assert desk.client.server == "https://moved.example.org"
    assert list(desk.server_keys) == [enrolled.desk.key.verify_key.id]


def test_a_wrong_passphrase_and_a_damaged_file_are_told_apart(enrolled: Enrolled) -> None:
    """The ways out differ: try again, or fetch the copy."""
    with pytest.raises(PassphraseWrong) as wrong:
        unlock_keys(enrolled.home, "not this one")
    file = enrolled.home.folder / "identity.age"
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(PassphraseWrong) as damaged:
        unlock_keys(enrolled.home, PASSPHRASE)

    assert "Try again" in wrong.value.hint
    assert "copy" in damaged.value.hint


async def test_a_changed_invite_is_not_believed(enrolled: Enrolled) -> None:
    """The file in the folder is checked each time, not only when it came."""
    enrolled.home.keep_invite(enrolled.home.invite()[:-8] + b"AAAAAAAA")

    with pytest.raises(InviteWrong):
        await Vault(enrolled.settings).unlock(PASSPHRASE)


def test_the_first_line_of_the_file_is_the_passphrase(tmp_path: Path) -> None:
    """Spaces inside and around belong to it, the line's end does not."""
    file = tmp_path / "pass"
    file.write_bytes(b" six words \r\nsecond line\n")

    assert read_passphrase(file) == " six words "


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_passphrase_file_that_cannot_be_read_is_said(tmp_path: Path, content: bytes | None) -> None:
    """Missing, or not text."""
    file = tmp_path / "pass"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(PassphraseMissing):
        read_passphrase(file)


def _settings(folder: Path, passphrase: Path) -> Settings:
    return Settings.read({"WAYOUT_RESPONDER_DIR": str(folder), "WAYOUT_PASSPHRASE_FILE": str(passphrase)})


REAL, PRACTICE = "https://desk.example.org", "http://127.0.0.1:8443"


@pytest.mark.parametrize(
    "where", ["desk/pass", "desk/deeper/pass", "pass"], ids=["in it", "deeper", "around it"]
)
def test_a_passphrase_beside_its_identity_is_refused_outside_practice(tmp_path: Path, where: str) -> None:
    """Whoever takes the folder takes both; on a practice desk that is the point."""
    settings = _settings(tmp_path / "desk", tmp_path / where)

    with pytest.raises(PassphraseBeside):
        refuse_beside(settings, REAL)
    refuse_beside(settings, PRACTICE)
    with pytest.raises(PassphraseBeside):
        refuse_beside(settings.model_copy(update={"server_url": REAL}), PRACTICE)


def test_a_passphrase_that_lies_elsewhere_or_is_typed_is_not_refused(tmp_path: Path) -> None:
    """A file on another medium, or none."""
    elsewhere = _settings(tmp_path / "home" / "desk", tmp_path / "stick" / "pass")

    refuse_beside(elsewhere, REAL)
    refuse_beside(Settings.read({"WAYOUT_RESPONDER_DIR": str(tmp_path)}), REAL)


async def test_a_real_desk_does_not_unlock_by_a_file_beside_it(enrolled: Enrolled) -> None:
    """The refusal stands before the key is touched."""
    file = enrolled.home.folder / "pass"
    update = {"server_url": REAL, "passphrase_file": file}

    with pytest.raises(PassphraseBeside):
        await Vault(enrolled.settings.model_copy(update=update)).unlock(PASSPHRASE)


async def test_what_was_opened_to_search_is_forgotten_with_the_keys(enrolled: Enrolled) -> None:
    """A locked console keeps nothing that somebody said."""
    async with Vault(enrolled.settings) as vault:
        await vault.unlock(PASSPHRASE)
        vault.finder.kept[CaseId("case"), 0] = (line_of(Asked("asked", "asked"), "said"),)
        vault.left.add((CaseId("case"), 0, 0))
        vault.lock()

        assert (vault.finder.kept, vault.left) == ({}, set())
