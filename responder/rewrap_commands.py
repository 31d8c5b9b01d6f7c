"""The commands `rewrap` and `rotate`: sealing again for colleagues, and a new key for oneself."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from protocol.card import CardId, card_id, fingerprint, fingerprint_words
from responder.enrolment import read_card, read_enrolment, succeed
from responder.failures import CardUnclear
from responder.home import Home
from responder.printing import print_json
from responder.relay_commands import as_json
from responder.rewrapping import rewrap as seal_again
from responder.sitting import ask_passphrase, at_desk, new_passphrase, stopping
from responder.vault import refuse_beside, unlock_keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from responder.desk import Desk
    from responder.rewrapping import Done
    from responder.settings import Settings


@click.command()
@click.argument("cases", metavar="[CASE]...", nargs=-1)
@click.option(
    "--to", "to", metavar="CARD", help="A colleague who has to be among those who can open them then."
)
@as_json
@click.pass_obj
@stopping
def rewrap(settings: Settings, cases: tuple[str, ...], to: str | None, *, as_json: bool) -> None:
    """Seal what you can open to everybody of your class who is in force now, and to nobody else.

    For a new colleague, and after somebody has left. Without CASE: all that you may, which is what waits, what is
    yours, and what somebody held or closed who is out.
    """

    async def act(desk: Desk) -> list[Done]:
        watch = desk.watch
        if watch is None:  # pragma: no cover - a vault always watches
            raise AssertionError
        wanted = None if to is None else _whole(to, watch.now.circle.members)
        return await seal_again(desk, watch, wanted, cases)

    done = at_desk(settings, act)
    if as_json:
        each = [{"case": one.case, "sealed": one.sealed, "left": one.left} for one in done]
        click.echo(print_json({"schema": "rewrapped/1", "cases": each}))
        return
    for one in done:
        left = f", {one.left} that you cannot open" if one.left else ""
        click.echo(f"{one.case}  {one.sealed} part(s) sealed again{left}")
    if not done:
        click.echo("nothing to seal again")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.pass_obj
@stopping
def rotate(settings: Settings, folder: Path) -> None:
    """Make a new identity in FOLDER, whose card your old key signs; it is enrolled as any other.

    Once it is countersigned, seal your cases to it with the old one, `rewrap --to`, and let the old card be removed.
    """
    home = Home(settings.folder)
    old = read_card(home)
    refuse_beside(settings, read_enrolment(home, old).server)
    keys = unlock_keys(home, ask_passphrase(settings))
    new = succeed(Home(folder), old, keys, new_passphrase(settings), now=int(time.time()))
    click.echo(f"card: {folder / 'succession.json'}")
    click.echo(
        f"card id: {card_id(new)}\nfingerprint: {fingerprint(new)}\nin words: {fingerprint_words(new)}"
    )
    click.echo("Send it to your operator, and use WAYOUT_RESPONDER_DIR for the new folder.", err=True)


def _whole(name: str, known: Iterable[CardId]) -> CardId:
    """The id that this is, or begins; raises CardUnclear."""
    found = [card for card in known if card.startswith(name)]
    if len(found) != 1:
        msg = "no card of the roster begins so, or more than one"
        raise CardUnclear(
            msg, "`wayout-responder roster` shows them. A new card has to be countersigned first."
        )
    return found[0]
