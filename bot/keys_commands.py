"""The operator's commands for the server's own keys: `wayout keys`."""

import asyncio

import click

from bot.failures import told
from bot.settings import Places, process_environment, read_settings


def _places() -> Places:
    return read_settings(Places, process_environment())


@click.group()
def keys() -> None:
    """Server keys."""


@keys.command()
@told
def new() -> None:
    """Make the server's keys; an existing file is never overwritten."""
    from bot.keyring import create

    path = _places().keyring
    create(path)
    click.echo(f"keys in {path}\nBack this file up where the database is not: without it nothing opens.")


@keys.command()
@told
def rotate() -> None:
    """Put a new key at rest in the place of the old one; stop the bot first. Cut off, it goes on when called again."""
    from bot.app import utc_now
    from bot.rotation import rotate as turn

    settings = _places()
    count = asyncio.run(turn(settings, utc_now(), _tell))
    click.echo(f"{count} rows sealed again; the old key is gone from {settings.keyring}")
    click.echo("Copy this file to every machine of the bot and to your offline medium, then start the bot.")


def _tell(table: str, count: int) -> None:
    click.echo(f"{table}: {count}", err=True)
