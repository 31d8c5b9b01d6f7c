"""A cold start: the practice set-up of `make run`, ten people who write, a colleague, and a browser of its own."""

from __future__ import annotations

import asyncio
import json
import secrets
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from playwright.async_api import BrowserContext, Page, async_playwright

from deploy.actor import Actor
from deploy.practice import Practice, begin, console_address, free_port
from deploy.seat import Seat
from deploy.training import Act, Invented, play, read
from sandbox.client import Sandbox
from tests.acceptance.console import CHROMIUM

TYPED = {"place", "surroundings", "family_place", "other_words"}
"""Questions that the ten answer in words of their own."""
TELEGRAM = {"sandbox", "sandbox.log"}
"""What stands for Telegram, which sees what is written to a bot."""


def mark() -> str:
    """A word that nobody else has; letters alone, since a long number is looked at twice."""
    return "canary" + "".join(secrets.choice("bcdfghjklmnp") for _ in range(12))


def warning(own: str) -> str:
    """The warning word of whoever has this mark as a word of their own."""
    return own[::-1]


class Cold(Practice):
    """The practice set-up, but that its console asks for the passphrase, and screens are covered soon."""

    asks = False

    def environment(self) -> dict[str, str]:
        """As in practice; the console gets no file that unlocks it."""
        own = {"TMPDIR": str(self.folder / "temporary"), "WAYOUT_IDLE_SECONDS": "10"}
        told = super().environment() | own
        if self.asks:
            del told["WAYOUT_PASSPHRASE_FILE"]
        return told

    def start(self, name: str, program: str, *arguments: str) -> None:
        """Start a program."""
        self.asks = name == "console"
        super().start(name, program, *arguments)
        self.asks = False

    @property
    def passphrase(self) -> str:
        """What the responder types."""
        return (self.folder / "practice-passphrase").read_text(encoding="utf-8").strip()


def marked(who: Invented, own: str, hours: str) -> Invented:
    """The same person, each of whose typed words carries a mark; their safe hours are `hours`."""
    return msgspec.structs.replace(who, does=tuple(_marked(act, own, hours) for act in who.does))


def _marked(act: Act, own: str, hours: str) -> Act:
    answers: dict[str, Any] = dict(act.answer)
    for question in TYPED & answers.keys():
        answers[question] = f"{answers[question]} {own}"
    if "warn_word" in answers:
        answers |= {"own_word": own, "warn_word": warning(own)}
    if "reply_hours" in answers:
        answers["reply_hours"] = (hours,)
    written = {name: f"{getattr(act, name)} {own}" for name in ("write", "caption") if getattr(act, name)}
    word = warning(own) if act.word else ""
    return msgspec.structs.replace(act, answer=answers, word=word, **written)


@dataclass
class Start:
    """Everything that is there before somebody sits down at the console."""

    practice: Cold
    colleague: Seat
    sandbox: Sandbox
    people: dict[str, Actor]
    grades: dict[str, str]
    marks: dict[str, str]
    page: Page
    asked: list[str]

    async def at_desk(self, *words: str, colleague: bool = False) -> Any:
        """What the responder's program says, in the colleague's hands or in the first responder's."""
        who = self.colleague if colleague else self.practice
        return json.loads(await asyncio.to_thread(who.tool, "wayout-responder", *words, "--json"))

    async def told(self, name: str) -> int:
        """How many messages this person's phone was sent."""
        return len(await self.sandbox.calls("sendMessage", chat=self.people[name].person.id))

    def left_behind(self) -> dict[str, bytes]:
        """Every file that a thief of the machines finds: server, responder, temporary files, browser; not Telegram."""
        folder = self.practice.folder
        files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
        found = {path.relative_to(folder): path for path in files}
        return {str(name): path.read_bytes() for name, path in found.items() if name.parts[0] not in TELEGRAM}


@asynccontextmanager
async def cold_start(folder: Path, hours: str, people: Sequence[Invented] = read()) -> AsyncIterator[Start]:
    """Start it all, let the ten write, open a browser; the browser is closed by whoever looks into its profile."""
    (folder / "temporary").mkdir(parents=True)
    practice = Cold(folder, {name: free_port(0) for name in ("chat", "desk", "console")})
    bashir, marks = Seat(practice, "Bashir"), {who.name: mark() for who in people}
    try:
        await asyncio.to_thread(practice.prepare)
        await asyncio.to_thread(bashir.propose)
        await asyncio.to_thread(begin, practice)
        await asyncio.to_thread(bashir.let_in)
        async with Sandbox(practice.address("chat")) as sandbox, async_playwright() as play_it:
            told = [marked(who, marks[who.name], hours) for who in people]
            actors = await play(sandbox, told, lambda _line: None)
            window = await play_it.chromium.launch_persistent_context(
                folder / "profile", executable_path=CHROMIUM, args=["--no-sandbox"],
                downloads_path=folder / "temporary", locale="en-GB",
            )  # fmt: skip
            page, asked = window.pages[0], _listening(window)
            names = [who.name for who in people]
            grades = {who.name: who.grade for who in people}
            yield Start(
                practice, bashir, sandbox, dict(zip(names, actors, strict=True)), grades, marks, page, asked
            )
    finally:
        _stop(practice)


def _stop(practice: Cold) -> None:
    """Stop the programs, which nothing interrupts; afterwards this process can be interrupted again."""
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    practice.stop()
    for each, handler in before.items():
        signal.signal(each, handler)


def _listening(window: BrowserContext) -> list[str]:
    """Every address that the browser asks for from now on, and what its console says."""
    asked: list[str] = []
    window.on("request", lambda request: asked.append(request.url))
    window.on("console", lambda message: asked.append(f"console: {message.type}: {message.text}"))
    return asked


def address(start: Start) -> str:
    """The line that the console printed."""
    return console_address(start.practice)
