"""What every command shares: failures on stderr, the passphrase, and one piece of work at the desk."""

from __future__ import annotations

import asyncio
import os
import sys
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from protocol.errors import ProtocolError
from responder.case_file import open_file
from responder.failures import AttachmentUnwritten, Failure, PassphraseMissing
from responder.vault import Vault, read_passphrase
from responder.watch import SENTENCES

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from protocol.revision import CaseId
    from responder.desk import Desk
    from responder.opened import OpenedCase
    from responder.settings import Settings
    from responder.watch import Watch

T = TypeVar("T")

SHORTEST = 8
"""Characters of a passphrase; a floor, not advice."""


class Stopped(click.ClickException):
    """A failure, on its way to stderr as `error:` and `hint:`."""

    exit_code = 1

    def __init__(self, failure: Failure | ProtocolError) -> None:
        """Keep the sentence and the hint."""
        super().__init__(str(failure))
        self.hint = failure.hint

    def show(self, file: object = None) -> None:  # noqa: ARG002 - always stderr
        """Print two lines; the second only where there is something to do."""
        click.echo(f"error: {self.message}", err=True)
        if self.hint:
            click.echo(f"hint: {self.hint}", err=True)


def stopping(command: Callable[..., T]) -> Callable[..., T]:
    """Turn what the outside did wrong into exit code 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> T:  # noqa: ANN401 - whatever click hands over
        try:
            return command(*args, **kwargs)
        except (Failure, ProtocolError) as failure:
            raise Stopped(failure) from None

    return run


def at_desk(settings: Settings, work: Callable[[Desk], Coroutine[Any, Any, T]]) -> T:
    """Unlock, do one piece of work at the desk, lock again."""

    async def sit() -> T:
        async with Vault(settings) as vault:
            vault.home.locked_identity()
            desk = await vault.unlock(ask_passphrase(settings))
            for line in doubts(desk.watch):
                click.echo(line, err=True)
            return await work(desk)

    return asyncio.run(sit())


def offline(settings: Settings, path: str) -> OpenedCase | bytes:
    """Unlock, open a file, lock again; no server is asked. Raises EnvelopeFailure, CaseUnreadable."""

    async def sit() -> OpenedCase | bytes:
        async with Vault(settings) as vault:
            vault.home.locked_identity()
            desk = await vault.unlock(ask_passphrase(settings), alone=True)
            return open_file(desk, await asyncio.to_thread(Path(path).read_bytes))

    return asyncio.run(sit())


def doubts(watch: Watch | None) -> list[str]:
    """What to tell before anything else: what is wrong with the roster, or that it is trusted on first use."""
    if watch is None:
        return []
    now = watch.now
    if now.alarms:
        return [
            *(f"warning: {SENTENCES[each]}" for each in now.alarms),
            "hint: Call your colleagues before you go on. `wayout-responder roster` shows who can open cases.",
        ]
    if now.is_first and now.people is not None:
        names = ", ".join(card.name for card in now.circle.members.values())
        return [f"This computer sees the roster for the first time and takes it as it is: {names}."]
    return []


def with_case(settings: Settings, name: str, work: Callable[[Desk, CaseId], Coroutine[Any, Any, T]]) -> T:
    """Find the case that was named, then do one piece of work on it."""

    async def on_case(desk: Desk) -> T:
        return await work(desk, await desk.find(name))

    return at_desk(settings, on_case)


def write_out(content: bytes, output: str) -> None:
    """Write bytes to stdout for `-`, else to a new file that its owner alone can read; raises AttachmentUnwritten."""
    if output == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except OSError as problem:
        msg = f"it cannot be written there: {problem.strerror}"
        raise AttachmentUnwritten(msg, "Name a file that does not exist yet.") from None


def ask_passphrase(settings: Settings) -> str:
    """The passphrase out of the file of a practice desk, or typed."""
    if settings.passphrase_file is not None:
        return read_passphrase(settings.passphrase_file)
    return _asked("Passphrase")


def new_passphrase(settings: Settings) -> str:
    """Ask twice, or take the file's; raises PassphraseMissing for a short one."""
    if settings.passphrase_file is not None:
        chosen = read_passphrase(settings.passphrase_file)
    else:
        chosen = _asked("New passphrase (six random words are good)", twice=True)
    if len(chosen) < SHORTEST:
        msg = f"a passphrase needs at least {SHORTEST} characters"
        raise PassphraseMissing(
            msg, "Whoever takes this computer can try passphrases all day. Take six random words."
        )
    return chosen


def _asked(question: str, *, twice: bool = False) -> str:
    if not sys.stdin.isatty():
        msg = "the identity is locked and there is no terminal to ask at"
        raise PassphraseMissing(msg, "Set WAYOUT_PASSPHRASE_FILE, or run this in a terminal.")
    answer: str = click.prompt(question, hide_input=True, confirmation_prompt=twice, err=True)
    return answer
