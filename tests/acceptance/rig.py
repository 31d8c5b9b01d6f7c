"""The rig of the acceptance tests: the real programs as processes, speaking real HTTP."""

import asyncio
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from bot.enrolment import enrol
from bot.keyring import create
from bot.settings import Places, read_settings
from protocol.audience import RecipientClass
from protocol.card import CardId, card_id, encode_card
from protocol.changes import Method, countersign, follow_all, propose
from protocol.invite import decode_invite, invite_key
from protocol.people import Agreed
from protocol.roster import decode_roster
from responder.client import Client
from responder.desk import Desk
from responder.keyfile import ResponderKeys, generate_keys, make_card
from sandbox.client import Sandbox
from sandbox.server import Server

BIN = Path(sys.executable).parent
START_SECONDS = 60.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Worker:
    """One bot process and where it listens."""

    port: int
    process: asyncio.subprocess.Process
    log: Path

    @property
    def url(self) -> str:
        """Its HTTP address."""
        return f"http://127.0.0.1:{self.port}"

    async def ready(self) -> None:
        """Return when it answers; its log is shown when it has ended instead."""
        async with aiohttp.ClientSession() as session:
            for _ in range(int(START_SECONDS / 0.05)):
                if self.process.returncode is not None:
                    raise AssertionError(
                        f"the bot ended with {self.process.returncode}:\n{self.log.read_text()[-2000:]}"
                    )
                try:
                    async with session.get(f"{self.url}/healthz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    await asyncio.wait([asyncio.ensure_future(self.process.wait())], timeout=0.05)
        raise AssertionError("the bot did not start")

    async def kill(self) -> None:
        """Stop it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def stop(self) -> int:
        """Ask it to stop; its exit code."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await self.process.wait()


@dataclass
class Rig:
    """A hotline: sandbox, settings, one enrolled responder, and the bot processes that were started."""

    folder: Path
    server: Server
    sandbox: Sandbox
    token: str
    settings: dict[str, str]
    keys: ResponderKeys
    card: CardId
    invite: str
    workers: list[Worker] = field(default_factory=list)

    @classmethod
    async def build(
        cls, folder: Path, server: Server, sandbox: Sandbox, token: str, **settings: str
    ) -> "Rig":
        """Keys and an enrolled responder; nothing runs yet."""
        data = folder / "server"
        environment = {
            "WAYOUT_BOT_TOKEN": token,
            "WAYOUT_TELEGRAM_API_URL": server.url.rstrip("/"),
            "WAYOUT_DATA_DIR": str(data),
            **settings,
        }
        places = read_settings(Places, environment)
        create(places.keyring)
        keys = generate_keys()
        card = make_card(keys, name="Rosa", now=1_767_225_600, recipient_class=RecipientClass.ORGANISATION)
        enrolled = enrol(places, encode_card(card).encode(), "http://127.0.0.1:1")
        return cls(folder, server, sandbox, token, environment, keys, card_id(card), enrolled.invite)

    async def start(
        self, *, port: int = 0, program: Path = BIN / "wayout", lets_in: bool = True, **settings: str
    ) -> Worker:
        """One more bot process; the first responder countersigns whoever was enrolled before, unless told not to."""
        port = port or free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("WAYOUT_")}
        environment |= self.settings | settings | {"WAYOUT_LISTEN": f"127.0.0.1:{port}"}
        log = self.folder / f"bot-{len(self.workers)}.log"
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                program, "run", env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        worker = Worker(port, process, log)
        self.workers.append(worker)
        await worker.ready()
        if lets_in:
            await self._let_in(worker)
        return worker

    async def _let_in(self, worker: Worker) -> None:
        """Let the first responder countersign whoever else was enrolled before the start, if it is she who is first."""
        file = decode_roster(read_settings(Places, self.settings).recipients.read_bytes())
        others = [card_id(each) for each in file.cards if card_id(each) != self.card]
        if others and len(file.cards) > len(others):
            async with aiohttp.ClientSession() as session:
                desk = self.desk(worker, session)
                members = follow_all((await desk.client.people()).changes, desk.server_keys).members
                await let_in(desk, *(each for each in others if each not in members))

    async def close(self) -> None:
        """Stop whatever runs."""
        for worker in self.workers:
            if worker.process.returncode is None:
                await worker.stop()

    def desk(self, worker: Worker, session: aiohttp.ClientSession, *, ahead: float = 0) -> Desk:
        """The responder at work, on another machine as far as the programs know; its clock may be hours ahead."""
        key = invite_key(decode_invite(self.invite, card=self.card))
        client = Client(
            worker.url, self.card, self.keys.signing_key, session, clock=lambda: time.time() + ahead * 3600
        )
        return Desk(client, self.keys.identity, {key.id: key})

    async def calls(self, method: str) -> list[Mapping[str, Any]]:
        """What the bot asked of Telegram."""
        return list(await self.sandbox.calls(method))

    def logs(self) -> list[dict[str, Any]]:
        """Every line that every bot process has logged."""
        lines = [line for worker in self.workers for line in worker.log.read_text().splitlines()]
        return [json.loads(line) for line in lines if line.startswith("{")]


async def until(condition: Callable[[], Awaitable[bool]], *, within: float = 15.0) -> None:
    """Return when `condition` holds; it is asked again every twentieth of a second."""
    loop = asyncio.get_running_loop()
    end = loop.time() + within
    while not await condition():
        if loop.time() > end:
            raise AssertionError("it did not come to that")
        pause: asyncio.Future[None] = loop.create_future()
        loop.call_later(0.05, pause.set_result, None)
        await pause


async def let_in(desk: Desk, *cards: CardId) -> None:
    """Countersign these cards, which are in the recipients file, as this responder: once the server has read it."""
    client = desk.client
    for card in cards:
        await until(partial(_is_proposed, desk, card))
        people = await client.people()
        circle = follow_all(people.changes, desk.server_keys)
        (proposal,) = [each for each in people.proposals if card_id(each.card) == card]
        change = propose(circle, proposal.kind, proposal.card)
        now = int(client.clock())
        yes = countersign(change, client.key, by=client.card, method=Method.CALL_BACK, now=now)
        await client.countersign(Agreed(proposal.kind, card, yes))


async def _is_proposed(desk: Desk, card: CardId) -> bool:
    return any(card_id(each.card) == card for each in (await desk.client.people()).proposals)


def new_token() -> str:
    """A token of an invented bot."""
    return f"{secrets.randbelow(9 * 10**8) + 10**8}:{secrets.token_urlsafe(26)}"


Build = Callable[..., Awaitable[Rig]]
