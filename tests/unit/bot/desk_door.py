"""The responder API in this process: its table with nothing behind it, or a hotline with a case, and who may knock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import msgspec
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from sqlalchemy import select

from bot.admission import Admission
from bot.api import table
from bot.auditing import facts_of
from bot.catalogue import definitions
from bot.chain import Chain
from bot.due import DueTimes
from bot.logs import Log
from bot.recipients import RecipientsFile
from flows.directory import Directory
from protocol.audience import RecipientClass
from protocol.card import Card, CardId, card_id
from protocol.requests import sign_request
from protocol.roster import Roster, add_card, encode_roster
from protocol.signing import SigningKey
from responder.keyfile import ResponderKeys, generate_keys, make_card
from storage import audit
from storage.audit import Row
from storage.tables import attachments, cases
from tests.unit.bot.test_leaving import Chat
from tests.unit.bot.test_moving import fetching, photo

NOTHING: Any = None
PARTS: Any = SimpleNamespace(
    settings=SimpleNamespace(lease_seconds=3600, most_held=8, public_url="https://desk.example.org"),
    keyring=SimpleNamespace(signing=bytes(32), box=NOTHING),
    recipients=NOTHING,
    database=NOTHING,
    library=SimpleNamespace(
        relay=NOTHING,
        newest=SimpleNamespace(flow=NOTHING),
        telephones=SimpleNamespace(directory=Directory(())),
    ),
    log=NOTHING,
    chain=NOTHING,
)
"""Enough to read the table of routes."""


@dataclass(frozen=True)
class Knocker:
    """Somebody with a card, who may be enrolled."""

    keys: ResponderKeys
    card: Card

    @classmethod
    def new(cls, name: str, recipient_class: RecipientClass = RecipientClass.ORGANISATION) -> "Knocker":
        """With keys of their own."""
        keys = generate_keys()
        card = make_card(keys, name=name, now=1_767_225_600, recipient_class=recipient_class)
        return cls(keys, card)

    @property
    def id(self) -> CardId:
        """The card's name."""
        return card_id(self.card)


@dataclass
class Desk:
    """A hotline that answers over HTTP, with one case, held by nobody yet, and one file in it."""

    chat: Chat
    parts: Any
    server: TestServer
    http: aiohttp.ClientSession
    rosa: Knocker
    ben: Knocker
    embassy: Knocker
    iman: Knocker
    stranger: Knocker
    case: str
    attachment: str

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path) -> AsyncIterator["Desk"]:
        """Ana agrees, is in danger, and sends a photo; two of the organisation, an embassy and an interpreter are."""
        chat = await Chat.open(folder)
        rosa, ben = Knocker.new("Rosa"), Knocker.new("Ben")
        iman = Knocker.new("Iman", RecipientClass.INTERPRETER)
        embassy = Knocker.new("Emine", RecipientClass.EMBASSY)
        recipients = _enrol(chat, folder, rosa, ben, embassy, iman)
        await _tell(chat)
        port = unused_port()
        url = f"http://127.0.0.1:{port}"
        signing_key = SigningKey(chat.keyring.signing)
        parts = SimpleNamespace(
            chain=Chain(chat.database, chat.keyring.box, recipients, signing_key, Log()),
            settings=SimpleNamespace(lease_seconds=3600, most_held=8, public_url=url),
            keyring=chat.keyring,
            recipients=recipients,
            database=chat.database,
            library=chat.intake.talk.library,
            log=Log(),
        )
        due = DueTimes(chat.database, definitions().tables.service)
        admission = Admission(chat.database, recipients, due, public_url=url, clock=chat.clock)
        app = web.Application(client_max_size=1 << 20)
        app.add_routes(admission.serve(table(parts, lambda: None)))  # type: ignore[arg-type]
        server = TestServer(app, port=port)
        async with server, aiohttp.ClientSession() as http:
            case, attachment = await _ids(chat)
            known = (rosa, ben, embassy, iman, Knocker.new("Nobody"))
            yield cls(chat, parts, server, http, *known, case, attachment)
        await chat.database.close()

    async def ask(
        self, who: Knocker, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, Any]:
        """One signed request: the status, and the document or bytes of the answer."""
        url = str(self.server.make_url(path))
        signed = sign_request(
            method=method,
            url=url,
            body=body,
            key=who.keys.signing_key,
            key_id=who.id,
            now=int(self.chat.now.timestamp()),
        )
        return await self.send(method, url, body, signed | headers)

    async def send(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, Any]:
        """One request as it is."""
        async with self.http.request(method, url, data=body or None, headers=headers) as answer:
            content = await answer.read()
        is_json = answer.content_type == "application/json" and content
        return answer.status, msgspec.json.decode(content) if is_json else content

    async def claim(self, who: Knocker) -> None:
        """They claim the case and open it."""
        assert (await self.ask(who, "POST", f"/v1/cases/{self.case}/claim"))[0] == 200
        assert (await self.ask(who, "GET", f"/v1/cases/{self.case}/sealed"))[0] == 200

    async def audit(self, after: int = 0) -> list[Row]:
        """What stands in the audit behind a number."""
        return [row async for row in audit.rows(self.chat.database, after=after)]

    async def last(self) -> tuple[str, str, str, dict[str, str | int]]:
        """The last entry: who, act, case and facts."""
        row = (await self.audit())[-1]
        return row.who, row.act, row.case, facts_of(row)


def _enrol(chat: Chat, folder: Path, *knockers: Knocker) -> RecipientsFile:
    roster = Roster()
    for each in knockers:
        roster = add_card(roster, each.card)
    path = folder / "recipients.json"
    path.write_text(encode_roster(roster))
    recipients = chat.intake.talk.forwarding.sealer.recipients
    recipients.refresh()
    return recipients


async def _tell(chat: Chat) -> None:
    await chat.say("/start")
    for label in ("English", "It is safe. I agree", "I am hurt or threatened now", "Done"):
        await chat.press(label)
    await photo(chat, 7)
    while await fetching(chat).step():
        pass
    await chat.settle()


async def _ids(chat: Chat) -> tuple[str, str]:
    async with chat.database.read() as tx:
        case = (await tx.execute(select(cases.c.id))).scalar_one()
        attachment = (await tx.execute(select(attachments.c.id))).scalar_one()
    return case, attachment
