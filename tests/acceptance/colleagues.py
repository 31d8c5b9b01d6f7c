"""Colleagues at their programs: each with a folder of their own, and the operator beside them."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import click
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from bot.cli import main as wayout
from bot.keyring import load
from bot.sealing import unbox_revision
from bot.settings import Places, read_settings
from protocol.audience import RecipientClass
from protocol.card import Card, CardId, card_id, decode_card, encode_card
from protocol.errors import NoMatch
from protocol.invite import decode_invite, invite_key
from responder.cli import main as wayout_responder
from responder.client import Client
from responder.desk import Desk
from responder.failures import Refused
from responder.home import Home
from responder.keyfile import generate_keys, lock, make_card, unlock
from responder.unseal import unseal
from storage import cases, conversations
from storage.database import Database
from storage.tables import cases as queue
from tests.acceptance.rig import Rig, Worker, until

PROGRAMS: dict[str, click.Group] = {"wayout": wayout, "wayout-responder": wayout_responder}
PASSPHRASE = "correct horse staple"


@dataclass
class Colleague:
    """Somebody with a folder of their own, who works with the program."""

    rig: Rig
    folder: Path
    worker: Worker

    @property
    def card(self) -> CardId:
        """Their card's id."""
        return card_id(decode_card(Home(self.folder).card()))

    @property
    def settings(self) -> dict[str, str]:
        """Their environment."""
        return {
            "WAYOUT_RESPONDER_DIR": str(self.folder),
            "WAYOUT_PASSPHRASE_FILE": str(self.folder.parent / f"{self.folder.name}.pass"),
            "WAYOUT_SERVER_URL": self.worker.url,
        }

    async def warned(self, *words: str) -> str:
        """Run the program; what it says beside what it prints."""
        _, _, err = await ran("wayout-responder", self.settings, *words)
        return err

    async def run(self, *words: str, given: str = "", fails: bool = False) -> str:
        """Run the responder's program; what it prints, or its complaint."""
        code, out, err = await ran("wayout-responder", self.settings, *words, given=given)
        assert (code != 0) is fails, err
        return err if fails else out

    async def told(self, *words: str) -> Any:
        """The same as a document."""
        return json.loads(await self.run(*words, "--json"))

    def desk(self, http: aiohttp.ClientSession) -> Desk:
        """Their desk, for what the tests look at."""
        home = Home(self.folder)
        keys = unlock(home.locked_identity(), PASSPHRASE)
        key = invite_key(decode_invite(home.invite().decode(), card=self.card))
        client = Client(self.worker.url, self.card, keys.signing_key, http)
        return Desk(client, keys.identity, {key.id: key})


async def ran(program: str, settings: dict[str, str], *words: str, given: str = "") -> tuple[int, str, str]:
    """Exit code, stdout, stderr of a command, beside the loop that serves everything else."""
    command = PROGRAMS[program]
    result = await asyncio.to_thread(CliRunner().invoke, command, list(words), given, env=settings)
    return result.exit_code, result.stdout, result.stderr


async def operator(rig: Rig, *words: str, given: str = "") -> str:
    """Run the operator's program; what it prints."""
    code, out, err = await ran("wayout", rig.settings, *words, given=given)
    assert code == 0, err
    return out


def rosa(rig: Rig, worker: Worker) -> Colleague:
    """The first responder, at the program."""
    home = Home(rig.folder / "rosa")
    if not home.folder.exists():
        card = make_card(rig.keys, name="Rosa", now=1_767_225_600)
        home.keep_identity(lock(rig.keys, PASSPHRASE, work_factor=4), _encoded(card))
        home.keep_invite(rig.invite.encode())
        (rig.folder / "rosa.pass").write_text(PASSPHRASE)
    return Colleague(rig, home.folder, worker)


def _encoded(card: Card) -> bytes:
    return encode_card(card).encode()


async def newcomer(
    rig: Rig, worker: Worker, name: str, kind: RecipientClass = RecipientClass.ORGANISATION
) -> Colleague:
    """Somebody whose card the operator has proposed, and who has accepted the invite."""
    home = Home(rig.folder / name)
    keys = generate_keys()
    home.keep_identity(
        lock(keys, PASSPHRASE, work_factor=4),
        _encoded(make_card(keys, name=name, now=1_767_225_600, recipient_class=kind)),
    )
    (rig.folder / f"{name}.pass").write_text(PASSPHRASE)
    found = Colleague(rig, home.folder, worker)
    invite = await operator(rig, "recipients", "add", str(home.card_path), "--server-url", worker.url)
    await found.run("enrol", invite.strip())
    return found


async def proposed(by: Colleague, card: CardId) -> None:
    """Return when the server has read that this card is to be decided on."""

    async def is_so() -> bool:
        people = await by.told("roster", "--pending")
        return any(each["card"] == card for each in people["proposals"])

    await until(is_so)


async def countersigned(by: Colleague, card: CardId) -> Any:
    """Their yes, after they have called back."""
    await proposed(by, card)
    return await by.told("roster", "--countersign", card[:8], "--method", "call-back")


async def served(desk: Desk) -> None:
    """Return when the server serves this card."""

    async def is_so() -> bool:
        try:
            await desk.cases()
        except Refused:
            return False
        return True

    await until(is_so)


async def code_of(asked: Any) -> str:
    """With what the server refuses."""
    with pytest.raises(Refused) as caught:
        await asked
    return caught.value.code


async def in_force(rig: Rig) -> dict[str, str]:
    """Everybody's standing by name, as the operator sees it."""
    roll = json.loads(await operator(rig, "recipients", "verify", "--json"))
    return {each["name"]: each["standing"] for each in roll["people"]}


async def openers(rig: Rig, *colleagues: Desk) -> list[list[bool]]:
    """Which of these keys open each sealed part there is, with everything else in hand: database and keyring."""
    places = read_settings(Places, rig.settings)
    keyring, database = load(places.keyring), Database(places.database)
    found = []
    async with database.read() as tx:
        for case, conversation in list(await tx.execute(select(queue.c.id, queue.c.conversation))):
            wrapped = await conversations.data_key(tx, conversation)
            assert wrapped is not None
            key = keyring.box.unwrap(wrapped, conversation)
            for each in await cases.sealed(tx, case, recipient_class="organisation"):
                sealed = unbox_revision(each, key).sealed
                found.append([_opens(sealed, desk) for desk in colleagues])
    await database.close()
    return found


def _opens(sealed: bytes, desk: Desk) -> bool:
    try:
        unseal(sealed, [desk.identity])
    except NoMatch:
        return False
    return True
