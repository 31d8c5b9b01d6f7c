"""The commands `emergency-release`: propose, confirm and list what goes to one card where nobody could consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from protocol.audience import Tier
from protocol.disclosure import confirm as sign_for
from responder.failures import DisclosureWrong
from responder.lines import clean
from responder.printing import print_json
from responder.relay_commands import as_json, of_case, typed
from responder.releases import read_releases, release_document, write_release
from responder.sitting import stopping, with_case

if TYPE_CHECKING:
    from protocol.disclosure import Disclosures
    from protocol.revision import CaseId
    from responder.desk import Desk
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

    async def act(desk: Desk, found: CaseId) -> tuple[Released, ...]:
        client = desk.client
        known = await client.disclosures(found)
        await desk.vouched(known.roster)
        sealed = write_release(
            found,
            await desk.parts(found),
            to=to,
            tiers=[Tier(each) for each in tiers],
            reason=why,
            known=known,
            card=client.card,
            key=client.key,
            server_keys=desk.server_keys,
            now=int(client.clock()),
        )
        return _read(desk, found, await client.disclose(found, sealed))

    _show(with_case(settings, case, act), as_json=as_json)


@emergency_release.command("confirm")
@of_case
@click.argument("number", type=int)
@as_json
@click.pass_obj
@stopping
def confirm(settings: Settings, case: str, number: int, *, as_json: bool) -> None:
    """Sign for NUMBER of CASE as the second, once you have read with `list` to whom it goes and why."""

    async def act(desk: Desk, found: CaseId) -> tuple[Released, ...]:
        client = desk.client
        known = await client.disclosures(found)
        read = {each.number: each for each in _read(desk, found, known)}
        if number not in read or read[number].reason is None:
            msg = "there is no such emergency release that you can open and believe"
            raise DisclosureWrong(
                msg, "`wayout-responder emergency-release list CASE` shows what waits for you."
            )
        sealed = next(each.disclosure for each in known.disclosures if each.disclosure.number == number)
        signed = sign_for(sealed, card=client.card, key=client.key, now=int(client.clock()))
        return _read(desk, found, await client.confirm_disclosure(found, number, signed))

    _show(with_case(settings, case, act), as_json=as_json)


@emergency_release.command("list")
@of_case
@as_json
@click.pass_obj
@stopping
def list_releases(settings: Settings, case: str, *, as_json: bool) -> None:
    """Show those of CASE: all where you hold it, else those that wait for a second signature."""

    async def act(desk: Desk, found: CaseId) -> tuple[Released, ...]:
        return _read(desk, found, await desk.client.disclosures(found))

    _show(with_case(settings, case, act), as_json=as_json)


def _read(desk: Desk, case: CaseId, known: Disclosures) -> tuple[Released, ...]:
    return read_releases(case, known, desk.identity, desk.server_keys)


def _show(released: tuple[Released, ...], *, as_json: bool) -> None:
    if as_json:
        click.echo(print_json([release_document(each) for each in released]))
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
