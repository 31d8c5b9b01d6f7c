"""An interpreter's commands: opening a job that waits, answering it, giving it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from protocol.document import print_document
from responder.enrolment import read_card
from responder.home import Home
from responder.interpreting import Answering
from responder.lexicon import vocabulary
from responder.lines import clean
from responder.printing import print_json
from responder.queue import SHORT
from responder.relay_commands import as_json, in_language, typed
from responder.sitting import at_desk, stopping
from responder.wording import language_name

if TYPE_CHECKING:
    from protocol.interpreting import Jobs
    from responder.desk import Desk
    from responder.jobs import Handed
    from responder.settings import Settings
    from responder.wording import Wording

BREAK = "---"
"""A line of its own between the answers to several texts, on stdin."""
of_job = click.argument("job", metavar="JOB")


@click.command("open")
@of_job
@as_json
@in_language
@click.pass_obj
@stopping
def open_job(settings: Settings, job: str, language: str | None, *, as_json: bool) -> None:
    """Show the texts of JOB, which waits for you, and what is asked."""

    async def act(desk: Desk) -> Handed:
        answering = Answering(desk)
        return await answering.open(await answering.find(job))

    handed = at_desk(settings, act)
    if as_json:
        content = msgspec.to_builtins(handed.content) | {"readers": len(handed.content.readers)}
        click.echo(print_json(content | {"id": handed.id, "by": handed.asker.name}))
        return
    wording, _ = vocabulary(language, read_card(Home(settings.folder)).languages)
    for line in _asked(handed, wording):
        click.echo(line)


@click.command()
@of_job
@click.argument("texts", metavar="[TEXT]...", nargs=-1)
@as_json
@click.pass_obj
@stopping
def answer(settings: Settings, job: str, texts: tuple[str, ...], *, as_json: bool) -> None:
    """Send what each text of JOB became, in their order: TEXT..., or stdin, with a line --- between two of them."""
    words = texts or tuple(_split(typed()))

    async def act(desk: Desk) -> Jobs:
        answering = Answering(desk)
        return await answering.answer(await answering.find(job), words)

    show_waiting(at_desk(settings, act), as_json=as_json, said="sent")


@click.command()
@of_job
@as_json
@click.pass_obj
@stopping
def decline(settings: Settings, job: str, *, as_json: bool) -> None:
    """Give JOB back, such as when you think that you know who this is. Nobody is told why."""

    async def act(desk: Desk) -> Jobs:
        answering = Answering(desk)
        return await answering.decline(await answering.find(job))

    show_waiting(at_desk(settings, act), as_json=as_json, said="given back")


def show_waiting(jobs: Jobs, *, as_json: bool, said: str = "") -> None:
    """Print what waits for an interpreter, after what was just done."""
    if as_json:
        click.echo(print_document(jobs), nl=False)
        return
    if said:
        click.echo(said)
    for each in jobs.jobs:
        click.echo(
            f"{each.id[:SHORT]}  {each.made_at:%Y-%m-%d %H:%M} UTC  until {each.expires_at:%Y-%m-%d %H:%M} UTC"
        )
    if not jobs.jobs:
        click.echo("nothing waits for you")


def _asked(handed: Handed, wording: Wording) -> list[str]:
    content = handed.content
    into = language_name(content.into, wording.language)
    lines = [wording(f"job_{content.aim}", into=into)]
    if content.language:
        lines.append(wording("job_language", language=language_name(content.language, wording.language)))
    lines.append(wording("job_rules"))
    for number, text in enumerate(content.texts, start=1):
        lines += ["", f"{wording('job_text', number=number)}:", clean(text)]
    return lines


def _split(text: str) -> list[str]:
    parts: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.strip() == BREAK:
            parts.append([])
        else:
            parts[-1].append(line)
    return ["\n".join(part) for part in parts]
