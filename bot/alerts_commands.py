"""The commands `wayout alerts`: try every destination, and see what became of pages."""

import asyncio
import sys

import click
import msgspec

from bot.failures import told
from bot.settings import Places, process_environment, read_settings

as_json_flag = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def alerts() -> None:
    """Pages to staff: an urgency and a case's id, and nothing else."""


@alerts.command("test")
@as_json_flag
@told
def alerts_test(*, as_json: bool) -> None:
    """Send a test through every destination, and print what came of each; exit code 1 when one did not arrive."""
    from bot.trials import try_all

    tries = asyncio.run(try_all(_places()))
    if as_json:
        click.echo(msgspec.json.encode(tries))
    else:
        for each in tries.destinations:
            mark = "ok  " if each.arrived else "BAD "
            click.echo(f"{mark} {each.destination} ({each.kind}): {each.outcome}")
    sys.exit(0 if tries.arrived else 1)


@alerts.command("list")
@as_json_flag
@told
def alerts_list(*, as_json: bool) -> None:
    """Show how every destination stands, and the newest pages: case, urgency, why, where to, what became of each."""
    from bot.trials import documented, line, place_line, recent

    found, places = asyncio.run(recent(_places()))
    if as_json:
        click.echo(msgspec.json.encode(documented(found, places)))
        return
    for place in places:
        click.echo(place_line(place))
    for each in found:
        click.echo(line(each))
    if not found:
        click.echo("no pages")


def _places() -> Places:
    return read_settings(Places, process_environment())
