"""An enrolled responder with a running desk server: what almost every test of the desk begins with."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from protocol.audience import RecipientClass
from protocol.card import Card, card_id
from protocol.invite import encode_invite, make_invite
from protocol.roster import Roster, add_card
from protocol.signing import SigningKey
from responder.enrolment import Person, make_identity
from responder.home import Home
from responder.settings import Settings
from tests.unit.test_responder.fake_desk import FakeDesk

PASSPHRASE = "correct horse staple"
QUICK = 4
"""log2 of scrypt's N: worthless outside tests."""
AMINA = Person("Amina", RecipientClass.ORGANISATION, ("en",))


@dataclass(frozen=True)
class Enrolled:
    """The folder, the card in it and the server that knows the card."""

    home: Home
    card: Card
    desk: FakeDesk

    @property
    def settings(self) -> Settings:
        """The settings of a responder who is asked for the passphrase."""
        return Settings.read({"WAYOUT_RESPONDER_DIR": str(self.home.folder)})

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a practice responder: the passphrase lies in a file."""
        file = self.home.folder / "passphrase"
        file.write_text(PASSPHRASE + "\n", encoding="utf-8")
        return {"WAYOUT_RESPONDER_DIR": str(self.home.folder), "WAYOUT_PASSPHRASE_FILE": str(file)}


@asynccontextmanager
async def enrolled_desk(folder: Path, *, person: Person = AMINA) -> AsyncIterator[Enrolled]:
    """Make an identity, enrol its card, run a desk server that listens on loopback."""
    home = Home(folder)
    card = make_identity(home, person, PASSPHRASE, hybrid=False, now=int(time.time()), work_factor=QUICK)
    desk = FakeDesk(SigningKey.generate(), add_card(Roster(), card))
    runner = web.AppRunner(desk.app(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    desk.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    invite = make_invite(server_url=desk.url, card=card_id(card), signing_key=desk.key)
    home.keep_invite(encode_invite(invite).encode())
    try:
        yield Enrolled(home, card, desk)
    finally:
        await runner.cleanup()
