"""The commands `hand-over` and `reopen`: cases that change hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from protocol.card import card_id
from protocol.desk import Cases, ClosedCases
from protocol.document import print_document
from protocol.roster import Roster
from responder.handover import Handing
from responder.queue import SHORT
from responder.relay_commands import as_json, typed
from responder.sitting import at_desk, stopping, with_case

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from protocol.card import Card
    from protocol.desk import Header
    from protocol.revision import CaseId
    from responder.desk import Desk
    from responder.settings import Settings

ONE_OF = "say one of --to, --accept, --decline, --revoke, --all or --colleagues"
NOTE_TO = "--note goes with --to: it is for whom you offer the case to"


@click.command("hand-over")
@click.argument("case", metavar="[CASE]", required=False)
@click.option(
    "--to", metavar="CARD", help="Offer it to this colleague: a name, an id, or the beginning of one."
)
@click.option("--note", metavar="TEXT", help="With --to: a sealed note for them; - reads it from stdin.")
@click.option("--accept", "answer", flag_value="accept", help="Take CASE, which was offered to you.")
@click.option("--decline", "answer", flag_value="decline", help="Leave CASE with who offered it.")
@click.option("--revoke", "answer", flag_value="revoke", help="Take back your offer of CASE.")
@click.option(
    "--all", "everything", is_flag=True, help="All that you hold: offered with --to, else given back."
)
@click.option("--colleagues", is_flag=True, help="List to whom you can offer.")
@as_json
@click.pass_obj
@stopping
def hand_over(
    settings: Settings,
    case: str | None,
    to: str | None,
    note: str | None,
    answer: str | None,
    *,
    everything: bool,
    colleagues: bool,
    as_json: bool,
) -> None:
    """Offer CASE to a colleague, or answer an offer. You keep it, and read it, until they accept.

    Nothing is lost when nobody does: once your claim lapses, it waits for anybody, and comes first for whom you
    offered it to.
    """
    if colleagues:
        _show_cards(at_desk(settings, lambda desk: Handing(desk).colleagues()), as_json=as_json)
        return
    words = typed() if note == "-" else note or ""
    if everything and not case and answer is None and (to is not None or not words):
        given = at_desk(settings, _all(to, words))
        _show_given(given, to, as_json=as_json)
        return
    if case is None or everything or (to is None) == (answer is None) or (words and to is None):
        raise click.UsageError(NOTE_TO if words and to is None else ONE_OF)
    header = with_case(settings, case, _move(answer, to or "", words))
    click.echo(print_document(header) if as_json else f"{SAID[answer]}\n", nl=False)


@click.command()
@click.argument("case", metavar="CASE")
@as_json
@click.pass_obj
@stopping
def reopen(settings: Settings, case: str, *, as_json: bool) -> None:
    """Let CASE, which is closed, wait again. `list --closed` shows those that are still kept."""
    header = at_desk(settings, lambda desk: Handing(desk).reopen(case))
    click.echo(print_document(header) if as_json else "it waits again\n", nl=False)


def show_closed(settings: Settings, *, as_json: bool) -> None:
    """Print what is closed and still kept."""
    found = at_desk(settings, lambda desk: Handing(desk).closed())
    if as_json:
        click.echo(print_document(ClosedCases(found)), nl=False)
        return
    if not found:
        click.echo("no closed case is kept")
    for each in found:
        line = f"{each.header.id[:SHORT]}  {each.closed_at:%Y-%m-%d %H:%M} UTC  {each.outcome}"
        click.echo(f"{line}  {each.header.urgency}  {each.header.language or '?'}")


SAID = {None: "offered", "accept": "yours", "decline": "declined", "revoke": "taken back"}


def _move(
    answer: str | None, to: str, note: str
) -> Callable[[Desk, CaseId], Coroutine[object, object, Header]]:
    async def move(desk: Desk, case: CaseId) -> Header:
        hands = Handing(desk)
        match answer:
            case "accept":
                return (await hands.accept(case)).header
            case "decline":
                return await hands.decline(case)
            case "revoke":
                return await hands.revoke(case)
            case _:
                return await hands.offer(case, to, note)

    return move


def _all(to: str | None, note: str) -> Callable[[Desk], Coroutine[object, object, tuple[Header, ...]]]:
    async def move(desk: Desk) -> tuple[Header, ...]:
        hands = Handing(desk)
        return await hands.give_back() if to is None else await hands.hand_over(to, note)

    return move


def _show_given(given: tuple[Header, ...], to: str | None, *, as_json: bool) -> None:
    if as_json:
        click.echo(print_document(Cases(given)), nl=False)
        return
    said = "given back" if to is None else "offered"
    for each in given:
        click.echo(f"{each.id[:SHORT]}  {each.urgency}  {said}")
    if not given:
        click.echo("you hold no case")


def _show_cards(cards: tuple[Card, ...], *, as_json: bool) -> None:
    if as_json:
        click.echo(print_document(Roster(cards)), nl=False)
        return
    for card in cards:
        click.echo(f"{card_id(card)}  {card.name}  {', '.join(card.languages)}")
