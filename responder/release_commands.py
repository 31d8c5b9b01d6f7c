"""The commands `emergency-release`: propose, confirm and list what goes to one card where nobody could consent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from protocol.audience import Tier
from responder import releasing
from responder.lines import clean
from responder.printing import print_json
from responder.relay_commands import as_json, of_case, typed
from responder.releases import release_document
from responder.sitting import stopping, with_case

if TYPE_CHECKING:
    from responder.releases import Released
    from responder.settings import Settings


@click.group("emergency-release")
def emergency_release() -> None:
    """Let one embassy or police unit read of a case whose person cannot consent. Two responders sign for it."""


@emergency_release.command("propose")
@of_case
@click.option("--to", required=True, metavar="CARD", help="The card that may read, by its id.")
@click.option(
    "--tier",
    "tiers",
    required=True,
    multiple=True,
    type=click.Choice([tier.value for tier in Tier]),
    help="A part of the case that goes; once for each.",
)
@click.option(
    "--reason",
    metavar="TEXT",
    help="Why; whoever reads it gets it too. Left out, it is read from stdin and stays out of the shell's history.",
)
@as_json
@click.pass_obj
@stopping
def propose(
    settings: Settings, case: str, to: str, tiers: tuple[str, ...], reason: str | None, *, as_json: bool
) -> None:
    """Propose it for CASE, which you hold. Nobody reads anything before a colleague has confirmed it."""
    why = typed() if reason is None else reason

    chosen = [Tier(each) for each in tiers]
    work = partial(releasing.propose, to=to, tiers=chosen, reason=why)
    _show(with_case(settings, case, work), as_json=as_json)


@emergency_release.command("confirm")
@of_case
@click.argument("number", type=int)
@as_json
@click.pass_obj
@stopping
def confirm(settings: Settings, case: str, number: int, *, as_json: bool) -> None:
    """Sign for NUMBER of CASE as the second, once you have read with `list` to whom it goes and why."""
    _show(with_case(settings, case, partial(releasing.confirm, number=number)), as_json=as_json)


@emergency_release.command("list")
@of_case
@as_json
@click.pass_obj
@stopping
def list_releases(settings: Settings, case: str, *, as_json: bool) -> None:
    """Show those of CASE: all where you hold it, else those that wait for a second signature."""
    _show(with_case(settings, case, releasing.listed), as_json=as_json)


def _show(released: tuple[Released, ...], *, as_json: bool) -> None:
    if as_json:
        click.echo(
            print_json({"schema": "releases/1", "releases": [release_document(each) for each in released]})
        )
        return
    for each in released:
        click.echo(f"{each.number}: {', '.join(each.tiers)} to {each.name} [{each.to}]")
        click.echo(f"   proposed by {each.by}, {each.at:%Y-%m-%d %H:%M} UTC")
        if each.failure:
            click.echo(f"   NOT BELIEVED: {each.failure}")
        elif each.confirmed_at:
            click.echo(f"   confirmed by {each.second}, {each.confirmed_at:%Y-%m-%d %H:%M} UTC")
        else:
            click.echo("   waits for a second responder; nobody reads it yet")
        if each.reason:
            click.echo(f"   why: {clean(each.reason)}")
