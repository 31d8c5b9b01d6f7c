"""The command `wayout-responder`: every verb of the desk, for people and, with --json, for programs."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from protocol.desk import Cases, Outcome, Urgency
from protocol.document import print_document
from responder.across_commands import extract, linkage, patterns, search, statistics
from responder.case_file import save as save_case
from responder.enrolment import read_card
from responder.export_commands import export
from responder.failures import SettingsWrong
from responder.handover_commands import hand_over, reopen, show_closed
from responder.home import Home
from responder.interpret_commands import interpret
from responder.lexicon import vocabulary
from responder.people_commands import lift, roster, suspend
from responder.printing import print_case
from responder.queue import see_queue
from responder.reader import read_case
from responder.regrades import write_reason
from responder.relay_commands import as_json, ask, in_language, note, of_case, reply, typed
from responder.release_commands import emergency_release
from responder.rewrap_commands import rewrap, rotate
from responder.screen import show_case, show_queue, terminal
from responder.settings import LOOPBACK, Settings
from responder.setup_commands import enrol, init, show_card
from responder.sitting import at_desk, offline, stopping, with_case, write_out
from responder.traces import close_and_trace, next_and_trace, open_and_trace

if TYPE_CHECKING:
    from protocol.card import CardId
    from protocol.desk import Header
    from protocol.revision import CaseId
    from responder.attachments import OpenedFile
    from responder.desk import Desk
    from responder.lexicon import Lexicon
    from responder.opened import OpenedCase
    from responder.wording import Wording

ENVIRONMENT = """
Settings, all optional:

\b
WAYOUT_RESPONDER_DIR    folder of the identity, the card and the invite (~/.wayout-responder)
WAYOUT_SERVER_URL       address of the server, if it is not the invite's
WAYOUT_PASSPHRASE_FILE  file whose first line unlocks the identity; for practice
"""


@click.group(epilog=ENVIRONMENT, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
@stopping
def main(context: click.Context) -> None:
    """Take, open and close cases that were sealed to you."""
    context.obj = Settings.read(os.environ)


@main.command("list")
@click.option(
    "--closed", is_flag=True, help="Show instead what is closed and still kept, the last one first."
)
@as_json
@in_language
@click.pass_obj
@stopping
def list_cases(settings: Settings, language: str | None, *, closed: bool, as_json: bool) -> None:
    """Show the queue: what is offered to you, what is with you, what waits, what others have."""
    if closed:
        show_closed(settings, as_json=as_json)
        return
    headers, card = at_desk(settings, _queue)
    if as_json:
        click.echo(print_document(Cases(headers)), nl=False)
        return
    wording, _ = _vocabulary(settings, language)
    show_queue(terminal(sys.stdout), see_queue(headers, me=card, now=time.time(), wording=wording), wording)


@main.command("next")
@as_json
@in_language
@click.pass_obj
@stopping
def next_case(settings: Settings, language: str | None, *, as_json: bool) -> None:
    """Take and open the most urgent case that waits for you."""
    _show(settings, at_desk(settings, next_and_trace), language, as_json=as_json)


@main.command("open")
@of_case
@as_json
@in_language
@click.option(
    "--attachment", metavar="ID", help="Write out one of its files, by number or id; needs --output."
)
@click.option("--output", "-o", metavar="FILE", help="Where to: a new file in clear, or - for stdout.")
@click.option("--save", metavar="FILE", help="Keep the case as a file that your key opens without a server.")
@click.pass_obj
@stopping
def open_case(
    settings: Settings,
    case: str,
    language: str | None,
    attachment: str | None,
    output: str | None,
    save: str | None,
    *,
    as_json: bool,
) -> None:
    """Open CASE, taking it first if it waits. Nothing is written to disk unless you name a file for it.

    CASE may also be a file that --save wrote, or any age file for your card: it opens with no server at all.
    """
    if Path(case).is_file():
        found = offline(settings, case)
        if isinstance(found, bytes):
            write_out(found, output or "-")
        else:
            _show(settings, found, language, as_json=as_json)
        return
    if save is not None:
        write_out(with_case(settings, case, _saved), save)
        return
    if (attachment is None) != (output is None):
        msg = "--attachment and --output go together"
        raise click.UsageError(msg)
    if attachment is not None and output is not None:
        opened = with_case(settings, case, partial(_attachment, name=attachment))
        write_out(opened.body, output)
        return
    _show(settings, with_case(settings, case, open_and_trace), language, as_json=as_json)


@main.command()
@of_case
@as_json
@click.pass_obj
@stopping
def renew(settings: Settings, case: str, *, as_json: bool) -> None:
    """Keep CASE for longer."""
    claim = with_case(settings, case, lambda desk, found: desk.renew(found))
    click.echo(print_document(claim) if as_json else f"yours until {claim.lease_until:%H:%M} UTC\n", nl=False)


@main.command()
@of_case
@click.argument("urgency", type=click.Choice([urgency.value for urgency in Urgency]))
@click.option(
    "--reason",
    metavar="TEXT",
    help="Why, for colleagues. Left out, it is read from stdin and stays out of the shell's history.",
)
@as_json
@click.pass_obj
@stopping
def regrade(settings: Settings, case: str, urgency: str, reason: str | None, *, as_json: bool) -> None:
    """Give CASE another URGENCY. The reason is sealed here: colleagues can read it, the server cannot."""
    text = write_reason(typed() if reason is None else reason)
    header = with_case(settings, case, lambda desk, found: desk.regrade(found, Urgency(urgency), text))
    click.echo(print_document(header) if as_json else f"urgency: {header.urgency}\n", nl=False)


@main.command()
@of_case
@as_json
@click.pass_obj
@stopping
def release(settings: Settings, case: str, *, as_json: bool) -> None:
    """Give CASE back: it waits again and another responder can take it."""
    header = with_case(settings, case, lambda desk, found: desk.release(found))
    click.echo(print_document(header) if as_json else "released\n", nl=False)


@main.command()
@of_case
@click.option(
    "--outcome", required=True, type=click.Choice([o.value for o in Outcome]), help="What came of it."
)
@as_json
@click.pass_obj
@stopping
def close(settings: Settings, case: str, outcome: str, *, as_json: bool) -> None:
    """Close CASE with what came of it."""
    header = with_case(settings, case, partial(close_and_trace, outcome=Outcome(outcome)))
    click.echo(print_document(header) if as_json else "closed\n", nl=False)


@main.command()
@click.option(
    "--listen", metavar="HOST:PORT", default="127.0.0.1:8090", show_default=True, help="Loopback address."
)
@click.option(
    "--lock-after",
    metavar="MINUTES",
    type=click.IntRange(1, 60),
    default=10,
    show_default=True,
    help="Lock when nobody does anything for so long.",
)
@in_language
@click.pass_obj
@stopping
def console(settings: Settings, listen: str, lock_after: int, language: str | None) -> None:
    """Serve the desk as a page on this machine alone, until Ctrl-C."""
    from responder.serving import serve

    host, _, port = listen.rpartition(":")
    if host.strip("[]") not in LOOPBACK or not port.isdigit():
        msg = "the console is for this machine alone"
        raise SettingsWrong(msg, "Listen on 127.0.0.1, such as --listen 127.0.0.1:8090.")
    doing = serve(
        settings, host.strip("[]"), int(port), language=language, lock_after=lock_after * 60, say=click.echo
    )
    asyncio.run(doing)


for command in (roster, suspend, lift, rewrap, rotate):
    main.add_command(command)
main.add_command(reply)
main.add_command(note)
for command in (init, show_card, enrol):
    main.add_command(command)
main.add_command(ask)
main.add_command(emergency_release)


async def _saved(desk: Desk, case: CaseId) -> bytes:
    return await save_case(desk, (await desk.open(case)).header.id)


main.add_command(export)
for each in (search, patterns, statistics, extract, linkage):
    main.add_command(each)
main.add_command(hand_over)
main.add_command(reopen)
main.add_command(interpret)


async def _attachment(desk: Desk, case: CaseId, *, name: str) -> OpenedFile:
    return await desk.fetch(await desk.open(case), name)


async def _queue(desk: Desk) -> tuple[tuple[Header, ...], CardId]:
    return await desk.cases(), desk.client.card


def _show(settings: Settings, opened: OpenedCase, language: str | None, *, as_json: bool) -> None:
    if as_json:
        click.echo(print_case(opened))
        return
    wording, meanings = _vocabulary(settings, language)
    show_case(terminal(sys.stdout), read_case(opened, wording, meanings), wording)


def _vocabulary(settings: Settings, language: str | None) -> tuple[Wording, Lexicon]:
    return vocabulary(language, read_card(Home(settings.folder)).languages)
