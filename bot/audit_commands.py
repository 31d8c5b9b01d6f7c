"""The operator's commands for the audit: `wayout audit`."""

import asyncio
from pathlib import Path
from typing import IO

import click
import msgspec

from bot.failures import fail, told
from bot.settings import Places, process_environment, read_settings


def _places() -> Places:
    return read_settings(Places, process_environment())


@click.group()
def audit() -> None:
    """Who did what when: verify it, keep it elsewhere, and see what a key had opened."""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print audit-head/1, to be kept elsewhere.")
@told
def head(*, as_json: bool) -> None:
    """Sign the audit's head as it is now, and print it: keep it where the server is not."""
    from bot.app import utc_now
    from bot.auditor import sign
    from protocol.audit import head_line

    signed = asyncio.run(sign(_places(), utc_now()))
    click.echo(msgspec.json.encode(signed) if as_json else head_line(signed))


@audit.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@told
def export(file: Path) -> None:
    """Write all of it to a new FILE, or to -, one JSON document a line, its signed heads at the end."""
    from bot.app import utc_now
    from bot.auditor import export as write
    from bot.auditor import write_new

    with write_new(file) as output:
        count = asyncio.run(write(_places(), output, utc_now()))
    click.echo(f"{count} entries", err=True)


@audit.command()
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--head", "heads", type=click.File("rb"), multiple=True, help="A head that was kept elsewhere.")
@click.option("--key", default="", help="The id of the key that signs heads; default: this server's.")
@click.option("--json", "as_json", is_flag=True, help="Print audit-verify/1.")
@told
def verify(file: IO[bytes] | None, heads: tuple[IO[bytes], ...], key: str, *, as_json: bool) -> None:
    """Look for any edit, cut or reorder in the database, or in an exported FILE; exit code 1 when there is one."""
    from bot.auditor import server_key, verify_file
    from bot.auditor import verify as verify_database

    kept = [line for each in heads for line in each]
    if file is None:
        found = asyncio.run(verify_database(_places(), kept, key))
    else:
        found = verify_file(file, kept, key or server_key(_places()))
    if as_json:
        click.echo(msgspec.json.encode(found))
    else:
        click.echo(f"{found.entries} entries; signed up to {found.signed_until}")
    if not found.whole:
        places = [f"{fault.number}: {fault.kind}" for fault in found.faults]
        fail("the audit is not as it was written", *([] if as_json else places))


@audit.command()
@click.argument("card")
@click.option("--json", "as_json", is_flag=True, help="Print exposure/1.")
@told
def exposure(card: str, *, as_json: bool) -> None:
    """List what CARD (its id) had opened."""
    from bot.exposure import exposure as look

    found = asyncio.run(look(_places(), card))
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    for each in found.cases:
        click.echo(f"{each.case}  {each.first_at:%Y-%m-%d %H:%M} to {each.last_at:%Y-%m-%d %H:%M} UTC")
        if each.jobs:
            click.echo(f"    {len(each.jobs)} jobs for an interpreter")
            continue
        click.echo(f"    opened {each.times} times: {', '.join(each.tiers)} ({', '.join(each.classes)})")
        more = [
            f"{len(each.attachments)} attachments",
            *(["messages"] if each.messages else []),
            *(f"exported as {name}" for name in each.exports),
        ]
        click.echo(f"    {', '.join(more)}")
    if not found.cases:
        click.echo("nothing")
