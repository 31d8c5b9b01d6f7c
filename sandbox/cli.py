"""The command `wayout-sandbox`."""

import asyncio
import signal
from pathlib import Path

import click

from sandbox import cast
from sandbox.bot_api import is_token
from sandbox.server import Server


@click.group()
@click.version_option(package_name="wayout", prog_name="wayout-sandbox")
def main() -> None:
    """A Telegram for trying things out: a Bot API server with invented people and a chat page."""


def _address(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, int]:
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal():
        raise click.BadParameter("expected HOST:PORT, for example 127.0.0.1:8081")
    return host.strip("[]"), int(port)


def _token(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not is_token(value):
        raise click.BadParameter("expected the form of a bot token: digits, a colon, then letters and digits")
    return value


def _languages(_context: click.Context, _parameter: click.Parameter, value: str) -> list[str]:
    languages = [code.strip().lower() for code in value.split(",") if code.strip()]
    known = cast.read()
    if unknown := [code for code in languages if code not in known]:
        raise click.BadParameter(f"nobody speaks {', '.join(unknown)} here; there are {', '.join(known)}")
    return languages


@main.command()
@click.option("--listen", default="127.0.0.1:8081", show_default=True, callback=_address, metavar="HOST:PORT",
              help="Address to listen on; port 0 takes a free one.")  # fmt: skip
@click.option("--data", required=True, type=click.Path(file_okay=False, path_type=Path),
              help="Folder in which chats, files and waiting updates are kept.")  # fmt: skip
@click.option("--token", callback=_token, help="The only bot token to accept. By default any token is a bot.")
@click.option(
    "--bot-name", default="Sandbox bot", show_default=True, help="Name of a bot that has not set one."
)
@click.option(
    "--people",
    default="",
    callback=_languages,
    metavar="LANGUAGES",
    help="Invented people to begin with, by language: for example en,es,zh-hans,ar.",
)
def serve(listen: tuple[str, int], data: Path, token: str | None, bot_name: str, people: list[str]) -> None:
    """Run the server until it is interrupted; chats, files and people are kept in the data folder."""
    host, port = listen
    server = Server(data, host=host, port=port, token=token, bot_name=bot_name)
    try:
        asyncio.run(_run(server, people))
    except OSError as error:
        click.echo(f"error: cannot listen on {host}:{port}: {error.strerror}", err=True)
        click.echo("hint: choose another address with --listen, or port 0 for a free one", err=True)
        raise SystemExit(1) from error


async def _run(server: Server, people: list[str]) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with server:
        cast.bring_in(server.world, people)
        click.echo(f"chat: {server.url}/")
        click.echo(f"bot api: {server.url}")
        await stopped.wait()


if __name__ == "__main__":
    main()
