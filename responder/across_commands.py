"""The commands that look across cases: search, patterns, statistics, and what they rest on: extract and linkage."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from protocol.card import card_id, fingerprint
from protocol.linkage import linkage_id
from responder.analysis import fetch_extracts, open_extracts, print_pages, read_pages
from responder.enrolment import read_card
from responder.failures import ExtractsMissing
from responder.home import Home
from responder.lexicon import vocabulary
from responder.lines import short
from responder.linkage import colleagues, linkage_key, new_key, share_key
from responder.paper import Paper
from responder.patterns_page import make_sheet, patterns_document
from responder.printing import print_json
from responder.publishing import print_csv, publish, statistics_document
from responder.queue import SHORT
from responder.relay_commands import as_json, in_language, typed
from responder.search import Finder
from responder.sitting import at_desk, stopping, write_out
from responder.traces import trace

if TYPE_CHECKING:
    from protocol.card import Card
    from protocol.desk import Header
    from protocol.extract import Extracts
    from responder.analysis import Looked
    from responder.desk import Desk
    from responder.linkage import LinkageKey
    from responder.patterns_page import Sheet
    from responder.search import Hit
    from responder.settings import Settings
    from responder.traces import Traced
    from responder.wording import Wording

from_files = click.argument("files", nargs=-1, type=click.Path(path_type=Path, dir_okay=False))
offline = click.option("--offline", is_flag=True, help="Take what is in FILES alone; ask no server.")


@click.command()
@click.argument("words", nargs=-1)
@as_json
@click.pass_obj
@stopping
def search(settings: Settings, words: tuple[str, ...], *, as_json: bool) -> None:
    """Search the cases that you hold or closed for WORDS, a number or a wallet.

    Left out, the words are read from stdin and stay out of the shell's history. The cases are opened in memory; nothing
    is kept.
    """
    text = " ".join(words) or typed()
    hits = at_desk(settings, lambda desk: Finder().find(desk, text))
    if as_json:
        click.echo(print_json({"schema": "hits/1", "hits": [_hit(each) for each in hits]}))
        return
    for hit in hits:
        click.echo(f"{hit.header.id[:SHORT]}  {hit.header.urgency.value}  {hit.header.state.value}")
        for asked, line in hit.lines:
            question = short(asked.sealed)
            click.echo(f"    {question} {line}" if question else f"    {line}")


@click.command()
@click.argument("cases", metavar="[CASE]...", nargs=-1)
@as_json
@click.pass_obj
@stopping
def extract(settings: Settings, cases: tuple[str, ...], *, as_json: bool) -> None:
    """Leave the extract of each CASE anew, or of all that you hold or closed: for after a new linkage key.

    Opening and closing a case leave it by themselves. What is left follows from what the person agreed to.
    """

    async def act(desk: Desk) -> dict[str, Traced]:
        mine = [header.id for header in await desk.client.mine()]
        wanted = [await desk.find(name) for name in cases] or mine
        return {case: await trace(desk, await desk.look(case)) for case in wanted}

    left = at_desk(settings, act)
    if as_json:
        rows = [{"case": case, "name": each.name, "links": each.links} for case, each in left.items()]
        click.echo(print_json({"schema": "traces/1", "traces": rows}))
        return
    for case, each in left.items():
        click.echo(f"{case[:SHORT]}  across cases: {each.name[:SHORT]}  links: {each.links}")


@click.command()
@from_files
@offline
@click.option("--html", metavar="FILE", help="Write them as a page to print: a new file, or - for stdout.")
@click.option("--keep", metavar="FILE", help="Write the extracts, still sealed, for later FILES.")
@as_json
@in_language
@click.pass_obj
@stopping
def patterns(
    settings: Settings,
    files: tuple[Path, ...],
    html: str | None,
    keep: str | None,
    language: str | None,
    *,
    offline: bool,
    as_json: bool,
) -> None:
    """Show what many cases show together: ways, sites, what is new, what recurs. Needs an analyst's identity.

    FILES are extracts that `--keep` wrote; of two of a case the newer one counts.
    """
    looked, pages = _look(settings, files, offline=offline)
    if keep is not None:
        write_out(print_pages(pages), keep)
    if as_json:
        click.echo(print_json(patterns_document(looked)))
        return
    card = read_card(Home(settings.folder))
    wording, _ = vocabulary(language, card.languages)
    sheet = make_sheet(looked, wording)
    if html is not None:
        write_out(Paper(wording, "", card.name).text("patterns_file.html", sheet=sheet).encode(), html)
        return
    _print_sheet(sheet, wording)


@click.command()
@from_files
@offline
@click.option(
    "--publish", "is_public", is_flag=True, help="Rows that may be published: none of 1 to 10 people."
)
@click.option("--so-far", is_flag=True, help="With the year in progress; publish that once.")
@as_json
@click.pass_obj
@stopping
def statistics(
    settings: Settings,
    files: tuple[Path, ...],
    *,
    offline: bool,
    is_public: bool,
    so_far: bool,
    as_json: bool,
) -> None:
    """Count those who agreed to be counted. Needs an analyst's identity.

    With --publish, rows in the columns of the Counter-Trafficking Data Collaborative, as CSV or JSON; without it, plain
    counts that are for yourselves alone.
    """
    looked, _ = _look(settings, files, offline=offline)
    if not is_public:
        click.echo(print_json({"schema": "counts/1", "charts": patterns_document(looked)["charts"]}))
        return
    published = publish(looked.extracts, year=datetime.now(UTC).year, so_far=so_far)
    if not published.rows:
        msg = "there are too few people for any row"
        raise ExtractsMissing(msg, "Eleven must have agreed, in years that are over; see --so-far.")
    click.echo(print_json(statistics_document(published)) if as_json else print_csv(published), nl=False)


@click.command()
@click.option("--share", is_flag=True, help="Seal it again to all who are enrolled now.")
@click.option(
    "--new", is_flag=True, help="Make the next key, as after somebody has left; then run `extract`."
)
@as_json
@click.pass_obj
@stopping
def linkage(settings: Settings, *, share: bool, new: bool, as_json: bool) -> None:
    """Show the key that links cases, make a new one, or share it with colleagues who were enrolled later."""

    async def act(desk: Desk) -> tuple[LinkageKey, tuple[Card, ...]]:
        if share:
            return await share_key(desk)
        key = await (new_key(desk) if new else linkage_key(desk))
        return key, colleagues(key.roster) if new else ()

    key, cards = at_desk(settings, act)
    if as_json:
        shared = [
            {"card": card_id(card), "name": card.name, "fingerprint": fingerprint(card)} for card in cards
        ]
        named = {"number": key.number, "key": linkage_id(key.secret), "shared_with": shared}
        click.echo(print_json({"schema": "linkage-key/1", **named}))
        return
    click.echo(f"linkage key {key.number}: {linkage_id(key.secret)}")
    for card in cards:
        click.echo(f"shared with {card.name} ({card_id(card)})\n    {fingerprint(card)}")


def _look(
    settings: Settings, files: tuple[Path, ...], *, offline: bool
) -> tuple[Looked, tuple[Extracts, ...]]:
    """Return the extracts of files and server, opened and as they came; raises ExtractsMissing."""

    async def act(desk: Desk) -> tuple[Looked, tuple[Extracts, ...]]:
        pages = (*read_pages(files), *(() if offline else await fetch_extracts(desk)))
        return open_extracts(pages, desk.identity, desk.server_keys), pages

    return at_desk(settings, act)


def _hit(hit: Hit) -> dict[str, object]:
    header: Header = hit.header
    lines = [{"question": asked.sealed, "text": line} for asked, line in hit.lines]
    return {"case": header.id, "state": header.state, "urgency": header.urgency, "lines": lines}


def _print_sheet(sheet: Sheet, wording: Wording) -> None:
    """Print the same as the page, without its pictures."""
    unread = [sheet.unread] if sheet.unread else []
    lines = [sheet.total, *unread, *sheet.surprises]
    lines += [f"{start} → {end}: {count}" for start, end, count in sheet.passages]
    for chart in sheet.charts:
        lines += ["", chart.title, *(f"    {row.label}: {row.count}" for row in chart.rows)]
    lines += ["", wording("recurring")]
    lines += [
        f"    {kind} {name}: {count} ({' '.join(cases)})" for kind, name, count, cases in sheet.recurring
    ]
    click.echo("\n".join(lines))
