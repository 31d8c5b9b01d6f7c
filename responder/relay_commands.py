"""The commands `reply`, `ask` and `note`: what a responder writes to a contact, and to colleagues."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from responder.enrolment import read_card
from responder.failures import SettingsWrong
from responder.home import Home
from responder.interpreting import Asking
from responder.lexicon import vocabulary
from responder.messages import exchange_document
from responder.printing import print_json
from responder.questions import asking, askings
from responder.ready import ready_ids, ready_texts
from responder.screen import show_letters, terminal
from responder.sitting import stopping, with_case
from responder.talk import Talk

if TYPE_CHECKING:
    from protocol.desk import Header
    from protocol.revision import CaseId
    from responder.desk import Desk
    from responder.messages import Exchange
    from responder.settings import Settings

Told = tuple["Header", "Exchange"]

of_case = click.argument("case", metavar="CASE")
"""An id, or as much of its beginning as names one case."""
with_text = click.argument("text", metavar="[TEXT]", required=False)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for other programs.")
in_language = click.option(
    "--language", metavar="xx", help="Language to read in; default: your card's first."
)


def typed() -> str:
    """Return what stdin holds; at a terminal nobody is waited for."""
    return "" if sys.stdin.isatty() else sys.stdin.buffer.read().decode(errors="replace")


@click.command()
@of_case
@with_text
@click.option(
    "--canned", metavar="ID", help="Send a ready text, in their language, instead of your own words."
)
@click.option(
    "--interpreted", metavar="JOB", help="Send what an interpreter wrote for them, instead of your own words."
)
@click.option("--texts", is_flag=True, help="Show the ready texts and send nothing.")
@click.option(
    "--show", is_flag=True, help="Show the messages of CASE, or what of it needs a second look; send nothing."
)
@click.option("--confirm", metavar="NUMBER", type=int, help="Let a reply go that needs a second look.")
@click.option("--withdraw", metavar="NUMBER", type=int, help="Take back a reply that they were not told of.")
@as_json
@in_language
@click.pass_obj
@stopping
def reply(  # noqa: PLR0913 - one for each option of the command
    settings: Settings,
    case: str,
    text: str | None,
    canned: str | None,
    interpreted: str | None,
    confirm: int | None,
    withdraw: int | None,
    language: str | None,
    *,
    texts: bool,
    show: bool,
    as_json: bool,
) -> None:
    """Write to the contact of CASE: TEXT, or what stands on stdin, which stays out of the shell's history.

    It reaches them when they agreed that it may; what you see afterwards says when. Their screen shows no more than
    that a note is here, until they tap it.
    """
    if texts:
        _show_texts(settings, language)
        return
    sends = not (canned or interpreted or show) and confirm is None and withdraw is None
    words = (text or typed()) if sends else ""

    async def act(desk: Desk, found: CaseId) -> Told:
        if show:
            told = await desk.messages(found)
        elif confirm is not None:
            told = await desk.confirm(found, confirm)
        elif withdraw is not None:
            told = await desk.withdraw(found, withdraw)
        elif interpreted is not None:
            told = await desk.reply(found, await Asking(desk).written(found, interpreted))
        else:
            told = await desk.reply(found, await _ready(desk, found, canned) if canned else words)
        return await desk.client.header(found), told

    _show(settings, with_case(settings, case, act), language, as_json=as_json)


@click.command()
@of_case
@with_text
@as_json
@in_language
@click.pass_obj
@stopping
def note(settings: Settings, case: str, text: str | None, language: str | None, *, as_json: bool) -> None:
    """Leave a note for colleagues at CASE: TEXT, or what stands on stdin. The contact never sees it."""
    words = text or typed()

    async def act(desk: Desk, found: CaseId) -> Told:
        told = await desk.note(found, words)
        return await desk.client.header(found), told

    _show(settings, with_case(settings, case, act), language, as_json=as_json)


@click.command()
@of_case
@click.argument("question", metavar="[QUESTION]", required=False)
@click.option("--list", "lists", is_flag=True, help="Show what can be asked, and ask nothing.")
@as_json
@in_language
@click.pass_obj
@stopping
def ask(
    settings: Settings, case: str, question: str | None, language: str | None, *, lists: bool, as_json: bool
) -> None:
    """Put QUESTION of the questionnaire to the contact of CASE, in their language; the answer is graded.

    It waits like a reply until they may be told, and until they open it. Their screen shows nothing of it before.
    """
    _, lexicon = vocabulary(language, read_card(Home(settings.folder)).languages)
    if lists or not question:
        header = with_case(settings, case, _header)
        found = tuple(askings(header.flow, lexicon, header.language))
        if as_json:
            click.echo(print_json({"schema": "questions/1", "questions": [asdict(each) for each in found]}))
            return
        for each in found:
            click.echo(f"{each.id}: {each.asked}")
        return

    async def act(desk: Desk, found: CaseId) -> Told:
        header = await desk.client.header(found)
        put = asking(header.flow, lexicon, header.language, question or "")
        return header, await desk.ask(found, put.id, put.sent)

    _show(settings, with_case(settings, case, act), language, as_json=as_json)


async def _header(desk: Desk, case: CaseId) -> Header:
    return await desk.client.header(case)


async def _ready(desk: Desk, case: CaseId, name: str) -> str:
    """Return a ready text in the contact's language; raises SettingsWrong."""
    header = await desk.client.header(case)
    for each in ready_texts(header.language, *vocabulary("en", ())):
        if each.id == name:
            return each.sent
    msg = "there is no such ready text"
    raise SettingsWrong(msg, f"There is: {', '.join(ready_ids())}.")


def _show_texts(settings: Settings, language: str | None) -> None:
    wording, lexicon = vocabulary(language, read_card(Home(settings.folder)).languages)
    for each in ready_texts(None, wording, lexicon):
        click.echo(f"{each.id}: {each.shown.text}")


def _show(settings: Settings, told: Told, language: str | None, *, as_json: bool) -> None:
    header, exchange = told
    if as_json:
        click.echo(print_json(exchange_document(exchange)))
        return
    wording, lexicon = vocabulary(language, read_card(Home(settings.folder)).languages)
    talk = Talk(exchange, header, lexicon.terms, wording)
    show_letters(terminal(sys.stdout), talk.contract(), talk.letters(), wording)
