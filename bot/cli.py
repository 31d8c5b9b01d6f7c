"""The operator's command line: `wayout`."""

import asyncio
import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import click
import msgspec

from bot.alerts_commands import alerts
from bot.audit_commands import audit
from bot.authoring import flows
from bot.backup_commands import backup, restore
from bot.failures import fail, told
from bot.keys_commands import keys
from bot.people_commands import lift, verify
from bot.settings import PREFIX, Places, Settings, process_environment, read_settings


def _settings_help() -> str:
    lines = ["\b", "Settings, as environment variables:"]
    for name, each in Settings.model_fields.items():
        default = "" if each.is_required() or each.default in ("", None, (), Path()) else f" [{each.default}]"
        lines.append(f"  {PREFIX}{name.upper()}{default}\n      {each.description}")
    return "\n".join(lines)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="wayout")
def main() -> None:
    """Run and look after a Wayout hotline."""
    # Keys, recipients and the database are the owner's alone, whatever the account's habits are.
    os.umask(0o077)
    # Telegram's pauses as time spans, as PTB will give them one day; the other way warns on each.
    os.environ["PTB_TIMEDELTA"] = "true"


@main.command(epilog=_settings_help())
@click.option("--practice", is_flag=True, help="Every screen says that nobody reads it.")
@told
def run(*, practice: bool) -> None:
    """Run the bot until it is told to stop."""
    from bot.app import run_until_stopped
    from bot.practice import refuse_local_identity

    settings = read_settings(Settings, process_environment())
    if not practice:
        refuse_local_identity(settings, process_environment())
    run_until_stopped(settings, practice=practice)


def _places() -> Places:
    return read_settings(Places, process_environment())


def _run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print check/1.")
@told
def check(*, as_json: bool) -> None:
    """Say whether everything that a start needs is there; exit code 1 when unfit."""
    from bot.app import utc_now
    from bot.doctor import examine

    findings = asyncio.run(examine(_places(), int(utc_now().timestamp())))
    if as_json:
        click.echo(
            msgspec.json.encode(
                {"schema": "check/1", "fit": all(each.fit for each in findings), "checks": findings}
            )
        )
    else:
        for each in findings:
            click.echo(f"{'ok  ' if each.fit else 'BAD '} {each.name}: {each.detail}")
    sys.exit(0 if all(each.fit for each in findings) else 1)


@main.command()
@told
def migrate() -> None:
    """Bring the database to this version's schema; `run` does the same."""
    from storage import schema
    from storage.database import Database

    async def work() -> None:
        settings = _places()
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        database = Database(settings.database)
        await schema.migrate(database)
        click.echo(f"schema {await schema.current(database)}")
        await database.close()

    _run(work())


@main.command()
@click.argument("case")
@told
def purge(case: str) -> None:
    """Erase a CASE and all that is known of the person, at their request; the bot may be running."""
    from bot.app import utc_now
    from bot.erasure import erase

    _run(erase(_places(), case, utc_now()))
    click.echo("erased here; what responders have opened, and backups, are not: see to both")


@main.group()
def recipients() -> None:
    """Those who may open cases."""


@recipients.command("add")
@click.argument("card", type=click.File("rb"))
@click.option(
    "--server-url", default="", help="How responders reach this server; default: WAYOUT_SERVER_URL."
)
@told
def recipients_add(card: Any, server_url: str) -> None:  # noqa: ANN401 - click's lazy file
    """Propose a responder's CARD, which colleagues then countersign, and print the invite that answers it."""
    from bot.enrolment import announced, enrol

    enrolled = enrol(_places(), card.read(), server_url)
    for line in announced(enrolled):
        click.echo(line, err=True)
    click.echo(enrolled.invite)


@recipients.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print recipients/1.")
@told
def recipients_list(*, as_json: bool) -> None:
    """List who is enrolled."""
    from bot.recipients import read_recipients
    from protocol.card import card_id, fingerprint, fingerprint_words
    from protocol.roster import encode_roster

    roster = read_recipients(_places().recipients).roster
    if as_json:
        click.echo(encode_roster(roster), nl=False)
        return
    for each in roster.cards:
        body = " ".join(filter(None, (each.recipient_class, each.country, each.unit or "")))
        languages = ", ".join(each.languages)
        click.echo(
            f"{card_id(each)}  {each.name}  {body}  {languages}\n    {fingerprint(each)}\n    {fingerprint_words(each)}"
        )


@recipients.command("remove")
@click.argument("card")
@told
def recipients_remove(card: str) -> None:
    """Strike CARD (its id) off; what is sealed from now on is not for it."""
    from bot.enrolment import strike_off

    strike_off(_places(), card)
    click.echo(
        "removed, and out at once; let a responder countersign it, so that colleagues see that it is meant"
    )
    click.echo("what was sealed before can still be opened by that key until a colleague has run `rewrap`")


@main.command()
@click.argument("mode", type=click.Choice(["on", "off", "auto"]))
@told
def surge(mode: str) -> None:
    """Ask those who begin the core alone: on, off, or by how many come (auto); a running bot follows in a minute."""
    from bot.app import utc_now
    from bot.surge import command
    from storage.database import Database
    from storage.surges import Mode

    async def work() -> None:
        database = Database(_places().database)
        await command(database, Mode(mode), utc_now())
        await database.close()

    _run(work())
    click.echo(f"surge: {mode}")


@main.command()
@click.option(
    "--days", default=30, show_default=True, type=click.IntRange(1, 3650), help="Length of `last days`."
)
@click.option("--json", "as_json", is_flag=True, help="Print stats/1.")
@told
def stats(days: int, *, as_json: bool) -> None:
    """Count cases, waits, files and pages; numbers from 1 to 10 are hidden where a total is broken down."""
    from bot.app import utc_now
    from bot.stats import count, table

    found = asyncio.run(count(_places(), utc_now(), days))
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    for line in table(found):
        click.echo(line)


@main.group()
def handle() -> None:
    """The page that shows everybody the bot's right name."""


@handle.command("page")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--handle", "names", multiple=True, help="A bot's name; default: asked of Telegram.")
@told
def handle_page(output: Path, names: tuple[str, ...]) -> None:
    """Write the page, signed by this server's key, to be put on your own site."""
    from bot.app import utc_now
    from bot.front import ask_handle
    from bot.handle import page

    settings = _places()
    named = names or (asyncio.run(ask_handle(settings)),)
    signed, key = page(settings, named, utc_now())
    output.write_bytes(signed)
    click.echo(f"{output} is signed by {key}; that id is what others compare")


@handle.command("verify")
@click.argument("file", type=click.File("rb"))
@click.option("--key", default="", help="The id of the key that should have signed; default: this server's.")
@told
def handle_verify(file: Any, key: str) -> None:  # noqa: ANN401 - click's lazy file
    """Say whether a page is whole and signed by the right key, and which names it shows."""
    from bot.handle import check_page

    found, signed_by = check_page(file.read(), _places(), key)
    click.echo(f"{', '.join(f'@{each}' for each in found.handles)}, {found.made_at:%Y-%m-%d}, by {signed_by}")


@main.command()
@click.argument("file", type=click.File("rb"))
@told
def assess(file: Any) -> None:  # noqa: ANN401 - click's lazy file
    """Grade answers/1 or findings/1 (or an array of them) from FILE, or - for standard input."""
    from bot.archive import Grading
    from flows.documents import DocumentRefused

    try:
        click.echo(Grading.ready(_places()).grade(msgspec.json.decode(file.read())))
    except msgspec.DecodeError:
        fail("this is not JSON", "give a file with answers/1 or findings/1")
    except DocumentRefused as problem:
        fail(str(problem), "the shapes are answers/1 and findings/1")


main.add_command(flows)
main.add_command(alerts)
main.add_command(audit)
main.add_command(keys)
main.add_command(backup)
main.add_command(restore)
recipients.add_command(verify)
recipients.add_command(lift)


if __name__ == "__main__":  # pragma: no cover - the same as `wayout`
    main()
