"""The responder's folder on disk: the locked identity, the public card and the accepted invite."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from responder.failures import IdentityExists, NoIdentity, NotEnrolled

if TYPE_CHECKING:
    from pathlib import Path

IDENTITY = "identity.age"
CARD = "card.json"
INVITE = "invite.json"
ROSTER = "roster.json"
SUCCESSION = "succession.json"


@dataclass(frozen=True, slots=True)
class Home:
    """One responder's folder; nothing decrypted is ever written to it."""

    folder: Path

    def locked_identity(self) -> bytes:
        """Return the passphrase-locked age file; raise NoIdentity when there is none."""
        return self._read(IDENTITY) or _raise_no_identity()

    def card(self) -> bytes:
        """Return the card as it was written; raise NoIdentity when there is none."""
        return self._read(CARD) or _raise_no_identity()

    def invite(self) -> bytes:
        """Return the accepted invite; raise NotEnrolled when there is none."""
        found = self._read(INVITE)
        if found is None:
            msg = "no server is known yet"
            raise NotEnrolled(
                msg, "Enrol with the invite from your operator: `wayout-responder enrol INVITE`."
            )
        return found

    @property
    def card_path(self) -> Path:
        """Return where the card lies, to be sent to the operator."""
        return self.folder / CARD

    def check_free(self) -> None:
        """Raise IdentityExists when a key lies here already."""
        if (self.folder / IDENTITY).exists():
            msg = "there is an identity already"
            raise IdentityExists(
                msg, "Cases sealed to it open with it alone. Choose another WAYOUT_RESPONDER_DIR."
            )

    def keep_identity(self, locked: bytes, card: bytes) -> None:
        """Write identity (mode 0600) and card; raise IdentityExists rather than overwrite a key."""
        self.check_free()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(self.folder / IDENTITY, locked, 0o600)
        _write(self.folder / CARD, card, 0o644)

    def keep_invite(self, invite: bytes) -> None:
        """Write the invite, replacing an older one; its signature was checked by the caller."""
        _write(self.folder / INVITE, invite, 0o600)

    def keep_succession(self, succession: bytes) -> None:
        """Write what the old key said of this folder's card."""
        _write(self.folder / SUCCESSION, succession, 0o644)

    def roster(self) -> bytes | None:
        """Return how far the roster was followed, if it ever was."""
        return self._read(ROSTER)

    def keep_roster(self, pin: bytes) -> None:
        """Write how far the roster was followed, replacing what was known."""
        _write(self.folder / ROSTER, pin, 0o600)

    def _read(self, name: str) -> bytes | None:
        path = self.folder / name
        return path.read_bytes() if path.is_file() else None


def _raise_no_identity() -> bytes:
    msg = "there is no identity in this folder"
    raise NoIdentity(msg, "Make one with `wayout-responder init`.")


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write whole or not at all: a fresh file of the wanted mode, synced, then moved into place."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
