"""From a locked folder to a desk to work at, and back: where keys are in clear, and for how long."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp

from protocol.audience import RecipientClass
from protocol.card import card_id
from responder.client import Client
from responder.desk import Desk
from responder.enrolment import read_card, read_enrolment
from responder.failures import PassphraseBeside, PassphraseMissing, PassphraseWrong, Unreachable
from responder.home import Home
from responder.keyfile import BrokenKeyFile, ResponderKeys, WrongPassphrase, unlock
from responder.search import Finder
from responder.settings import LOOPBACK
from responder.watch import Watch

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from responder.settings import Settings
    from responder.traces import Seen


@dataclass(slots=True, repr=False)
class Vault:
    """The responder's keys in this process: locked, or unlocked with a desk. Use as an async context."""

    settings: Settings
    home: Home = field(init=False)
    desk: Desk | None = None
    finder: Finder = field(default_factory=Finder)
    """What was said in one's own cases, to search in it; forgotten with the keys."""
    left: set[Seen] = field(default_factory=set)
    """Which cases left an extract as they stand."""
    _http: aiohttp.ClientSession | None = None

    def __post_init__(self) -> None:
        """Find the folder."""
        self.home = Home(self.settings.folder)

    async def unlock(self, passphrase: str, *, alone: bool = False) -> Desk:
        """Open the identity and sit down; `alone`: ask no server anything.

        Raises NoIdentity, NotEnrolled, InviteWrong, PassphraseWrong, PassphraseBeside.
        """
        card = read_card(self.home)
        enrolment = read_enrolment(self.home, card)
        refuse_beside(self.settings, enrolment.server)
        keys = await asyncio.to_thread(unlock_keys, self.home, passphrase)
        self._http = self._http or aiohttp.ClientSession()
        server = self.settings.server_url or enrolment.server
        client = Client(server, card_id(card), keys.signing_key, self._http)
        server_keys = {enrolment.key.id: enrolment.key}
        watch = Watch(self.home, keys.signing_key, server_keys)
        self.desk = Desk(client, keys.identity, server_keys, watch)
        if not alone and card.recipient_class is not RecipientClass.INTERPRETER:
            # The roster is not shown to interpreters: whom an answer is sealed to stands in the job.
            with suppress(Unreachable):
                await watch.look(client)
        return self.desk

    def doubts(self) -> tuple[str, ...]:
        """Return what is wrong with the roster, as far as this desk has seen; nothing while it is locked."""
        watch = self.desk.watch if self.desk else None
        return () if watch is None else tuple(each.value for each in watch.now.alarms)

    def lock(self) -> None:
        """Forget the keys. Python cannot wipe memory: what is left of them ends with the process."""
        self.desk, self.finder = None, Finder()
        self.left.clear()

    async def __aenter__(self) -> Self:
        """Begin locked."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End locked, with no connection left."""
        self.lock()
        if self._http is not None:
            await self._http.close()


def refuse_beside(settings: Settings, server: str) -> None:
    """Raise PassphraseBeside where the passphrase lies in a file beside the identity and people are served with it.

    Beside is in its folder, or the one around it: whoever takes one takes both. Practice is a server on loopback.
    """
    file, folder = settings.passphrase_file, settings.folder.resolve()
    practice = urlsplit(settings.server_url or server).hostname in LOOPBACK
    if file is None or practice or not {folder, folder.parent} & {*file.resolve().parents}:
        return
    msg = "the passphrase lies beside the identity that it locks"
    raise PassphraseBeside(
        msg, "Unset WAYOUT_PASSPHRASE_FILE and type it, or keep the file on another medium."
    )


def unlock_keys(home: Home, passphrase: str) -> ResponderKeys:
    """Open the identity; slow on purpose, so call it in a thread. Raises NoIdentity, PassphraseWrong."""
    try:
        return unlock(home.locked_identity(), passphrase)
    except WrongPassphrase:
        msg = "that passphrase does not open this identity"
        raise PassphraseWrong(msg, "Passphrases cannot be recovered. Try again.") from None
    except BrokenKeyFile:
        msg = "the identity file is damaged"
        raise PassphraseWrong(msg, "Put back your copy of identity.age.") from None


def read_passphrase(file: Path) -> str:
    """Return the first line of the passphrase file; raises PassphraseMissing."""
    try:
        return file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError):
        msg = "the file of WAYOUT_PASSPHRASE_FILE cannot be read"
        raise PassphraseMissing(msg, "Unset it to be asked, or make the file readable.") from None
