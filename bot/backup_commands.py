"""The operator's commands for copies of the database: `wayout backup` and `wayout restore`."""

import asyncio
from pathlib import Path
from typing import IO

import click

from bot.failures import SetupError, told
from bot.settings import Places, process_environment, read_settings
from protocol.card import decode_card
from protocol.recipient import Recipient, parse_recipient


def _places() -> Places:
    return read_settings(Places, process_environment())


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option(
    "--to",
    "keys",
    multiple=True,
    required=True,
    help="An age recipient (age1…), or the file of a card; repeatable.",
)
@told
def backup(file: Path, keys: tuple[str, ...]) -> None:
    """Write a copy of the database to a new FILE, or to -, sealed to keys that are not on this server."""
    from bot.app import utc_now
    from bot.auditor import write_new
    from bot.backup import back_up

    recipients = [_recipient(each) for each in keys]
    with write_new(file) as output:
        try:
            count = asyncio.run(back_up(_places(), recipients, output.write, utc_now()))
        except BaseException:
            # Half a copy does not open; it is not left to be taken for one.
            if file != Path("-"):
                file.unlink(missing_ok=True)
            raise
    click.echo(f"{count} rows; what is erased from now on is still in this copy: keep it for days", err=True)


@click.command()
@click.argument("file", type=click.File("rb"))
@told
def restore(file: IO[bytes]) -> None:
    """Put an opened copy from FILE, or from -, into an empty database, all of it or nothing."""
    from bot.app import utc_now
    from bot.backup import restore as put_back

    count = asyncio.run(put_back(_places(), file, utc_now()))
    click.echo(f"{count} rows; whoever was erased since the copy was made is here again: purge them again")


def _recipient(text: str) -> Recipient:
    if text.startswith("age1"):
        return parse_recipient(text)
    try:
        return parse_recipient(decode_card(Path(text).read_bytes()).recipient)
    except OSError as problem:
        raise SetupError(f"{text}: {problem.strerror}", "give age1…, or the path of a card") from None
