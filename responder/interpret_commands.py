"""The commands `interpret`: chosen texts to an interpreter and back; and, for an interpreter, what waits for them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
import msgspec

from protocol.audience import RecipientClass
from protocol.card import card_id
from protocol.document import print_document
from protocol.interpreting import Aim
from protocol.roster import Roster
from responder.chosen import choosable, choose, draft
from responder.enrolment import read_card
from responder.failures import SettingsWrong, TextTelling
from responder.home import Home
from responder.interpreted import job_lines
from responder.interpreting import Answering, Asking
from responder.job_commands import answer, decline, of_job, open_job, show_waiting
from responder.jobs import jobs_document
from responder.lexicon import vocabulary
from responder.lines import clean
from responder.printing import print_json
from responder.relay_commands import as_json, in_language, of_case, typed
from responder.screen import show_job, terminal
from responder.sitting import at_desk, stopping, with_case

if TYPE_CHECKING:
    from protocol.card import Card
    from protocol.revision import CaseId
    from responder.chosen import Choosable
    from responder.desk import Desk
    from responder.jobs import Chosen, Interpreted
    from responder.lexicon import Lexicon
    from responder.settings import Settings
    from responder.wording import Wording


@click.group()
def interpret() -> None:
    """Hand chosen texts of a case to an interpreter; for an interpreter: see, open and answer what waits.

    In a small community an interpreter may know the person, or those who hold them. Look for names and places, and
    leave them out.
    """


@interpret.command("list")
@click.argument("case", metavar="[CASE]", required=False)
@as_json
@in_language
@click.pass_obj
@stopping
def list_jobs(settings: Settings, case: str | None, language: str | None, *, as_json: bool) -> None:
    """Show what went to interpreters from CASE and what it came back as; without CASE, what waits for you."""
    if case is not None:
        _show_case(settings, with_case(settings, case, _jobs), language, as_json=as_json)
        return
    if not _interprets(settings):
        msg = "only for an interpreter does anything wait here"
        raise SettingsWrong(msg, "`wayout-responder interpret list CASE` shows what went out from a case.")
    show_waiting(at_desk(settings, lambda desk: Answering(desk).waiting()), as_json=as_json)


@interpret.command("texts")
@of_case
@as_json
@in_language
@click.pass_obj
@stopping
def list_texts(settings: Settings, case: str, language: str | None, *, as_json: bool) -> None:
    """Show the texts of CASE that can be chosen, each with its id and with what to look at before it goes."""
    wording, lexicon = _vocabulary(settings, language)

    async def look(desk: Desk, found: CaseId) -> tuple[Choosable, ...]:
        return choosable(await desk.look(found), wording, lexicon)

    found = with_case(settings, case, look)
    if as_json:
        texts = [{**msgspec.to_builtins(each), "about": each.about.text} for each in found]
        click.echo(print_json({"schema": "texts/1", "texts": texts}))
        return
    for each in found:
        click.echo(f"{each.id}  {each.about.text}\n    {each.text}")
        if each.telling:
            click.echo(f"    ! {wording('interpret_marked', what=', '.join(each.telling))}")


@interpret.command("cards")
@of_case
@as_json
@click.pass_obj
@stopping
def list_cards(settings: Settings, case: str, *, as_json: bool) -> None:
    """List the interpreters, those of the language of CASE first."""

    async def look(desk: Desk, found: CaseId) -> tuple[Card, ...]:
        return await Asking(desk).cards(found, (await desk.client.header(found)).language)

    cards = with_case(settings, case, look)
    if as_json:
        click.echo(print_document(Roster(cards)), nl=False)
        return
    for card in cards:
        click.echo(f"{card_id(card)}  {clean(card.name)}  {', '.join(card.languages)}")


@interpret.command("send")
@of_case
@click.option("--to", required=True, metavar="CARD", help="The interpreter: a name, an id, or its beginning.")
@click.option(
    "--text", "texts", multiple=True, metavar="ID", help="A text, as `interpret texts` names it; repeat it."
)
@click.option(
    "--draft", "words", metavar="TEXT", help="Or words of yours, for their language; - reads them from stdin."
)
@click.option(
    "--leave-out", "without", multiple=True, metavar="WORDS", help="Put […] in place of these words."
)
@click.option("--into", metavar="xx", help="Into which language; default: the one you read in, or theirs.")
@click.option("--despite", is_flag=True, help="Hand it over although names, places or numbers stand in it.")
@as_json
@in_language
@click.pass_obj
@stopping
def send(  # noqa: PLR0913 - one for each option of the command
    settings: Settings,
    case: str,
    to: str,
    texts: tuple[str, ...],
    words: str | None,
    without: tuple[str, ...],
    into: str | None,
    language: str | None,
    *,
    despite: bool,
    as_json: bool,
) -> None:
    """Hand these texts of CASE, which you hold, to one interpreter, and nothing else of it."""
    if bool(texts) == (words is not None):
        msg = "say which texts, --text, or what you want to say, --draft"
        raise click.UsageError(msg)
    wording, lexicon = _vocabulary(settings, language)
    own = typed() if words == "-" else words

    async def act(desk: Desk, found: CaseId) -> tuple[Interpreted, ...]:
        opened = await desk.look(found)
        theirs = opened.header.language or opened.sessions[-1].language or ""
        if own is None:
            chosen = choose(opened, texts, wording, lexicon, without=without)
        else:
            chosen = draft(opened, own, wording.language, wording, lexicon)
        if not despite:
            _refuse_telling(chosen)
        target = into or (wording.language if chosen.aim is Aim.READ else theirs)
        return await Asking(desk).send(found, to, chosen, target)

    _show_case(settings, with_case(settings, case, act), language, as_json=as_json)


@interpret.command("withdraw")
@of_case
@of_job
@as_json
@in_language
@click.pass_obj
@stopping
def withdraw(settings: Settings, case: str, job: str, language: str | None, *, as_json: bool) -> None:
    """Take JOB of CASE back, unless it was answered already."""

    async def act(desk: Desk, found: CaseId) -> tuple[Interpreted, ...]:
        asking = Asking(desk)
        named = [each.id for each in await desk.jobs(found) if each.id.startswith(job)]
        return await asking.withdraw(found, named[0] if len(named) == 1 else job)

    _show_case(settings, with_case(settings, case, act), language, as_json=as_json)


for each in (open_job, answer, decline):
    interpret.add_command(each)


async def _jobs(desk: Desk, case: CaseId) -> tuple[Interpreted, ...]:
    return await Asking(desk).jobs(case)


def _refuse_telling(chosen: Chosen) -> None:
    """Raise TextTelling where something could say who somebody is: a second step is asked for."""
    if chosen.tells:
        found = ", ".join(dict.fromkeys(each for telling in chosen.telling for each in telling))
        msg = f"look at this before it goes: {found}"
        raise TextTelling(msg, "Take it out, --leave-out WORDS; or, where it may go, say so: --despite.")


def _show_case(
    settings: Settings, jobs: tuple[Interpreted, ...], language: str | None, *, as_json: bool
) -> None:
    if as_json:
        click.echo(print_json({"schema": "interpreted/1", "jobs": jobs_document(jobs)}))
        return
    wording, _ = _vocabulary(settings, language)
    console = terminal(sys.stdout)
    for line in job_lines(jobs, wording):
        console.print(show_job(line, wording))


def _interprets(settings: Settings) -> bool:
    return read_card(Home(settings.folder)).recipient_class is RecipientClass.INTERPRETER


def _vocabulary(settings: Settings, language: str | None) -> tuple[Wording, Lexicon]:
    return vocabulary(language, read_card(Home(settings.folder)).languages)
