"""The commands `init`, `card` and `enrol`: how somebody becomes a responder."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from protocol.audience import CARD_KINDS, RecipientClass
from protocol.card import card_id, encode_card, fingerprint, fingerprint_words
from responder.enrolment import Person, accept_invite, make_identity, read_card
from responder.home import Home
from responder.relay_commands import as_json
from responder.sitting import new_passphrase, stopping

if TYPE_CHECKING:
    from responder.settings import Settings


@click.command()
@click.option("--name", help="What colleagues call you; stands on your card.")
@click.option(
    "--languages", metavar="xx,yy", default="en", show_default=True, help="What you read, best first."
)
@click.option(
    "--class",
    "kind",
    type=click.Choice([kind.value for kind in CARD_KINDS]),
    default=RecipientClass.ORGANISATION.value,
    show_default=True,
    help="The kind of body you belong to.",
)
@click.option("--country", metavar="XX", help="Your body's country, two letters; for embassies and police.")
@click.option("--unit", metavar="NAME", help="Your desk or station; for embassies and police.")
@click.option("--x25519", is_flag=True, help="Make a classic key. All cards of a server must be of one kind.")
@click.pass_obj
@stopping
def init(
    settings: Settings,
    name: str | None,
    languages: str,
    kind: str,
    country: str | None,
    unit: str | None,
    *,
    x25519: bool,
) -> None:
    """Make your identity, locked by a passphrase, and the card that lets others seal to you."""
    home = Home(settings.folder)
    home.check_free()
    name = name or click.prompt("Your name on the card", err=True)
    person = Person(name, RecipientClass(kind), tuple(filter(None, languages.split(","))), country, unit)
    card = make_identity(home, person, new_passphrase(settings), hybrid=not x25519, now=int(time.time()))
    click.echo(f"card: {home.card_path}")
    click.echo(f"fingerprint: {fingerprint(card)}\nin words: {fingerprint_words(card)}")
    click.echo(
        "Send the card to your operator and compare the fingerprint by voice. Keep a copy of identity.age.",
        err=True,
    )


@click.command("card")
@as_json
@click.pass_obj
@stopping
def show_card(settings: Settings, *, as_json: bool) -> None:
    """Print your card; the fingerprint to read aloud goes to the terminal."""
    card = read_card(Home(settings.folder))
    click.echo(encode_card(card), nl=False)
    if not as_json:
        words = fingerprint_words(card)
        click.echo(f"card id: {card_id(card)}\nfingerprint: {fingerprint(card)}\nin words: {words}", err=True)


@click.command()
@click.argument("invite")
@click.pass_obj
@stopping
def enrol(settings: Settings, invite: str) -> None:
    """Accept the operator's INVITE (its text, or - to read it): it pins the server's address and key."""
    home = Home(settings.folder)
    text = sys.stdin.read() if invite == "-" else invite
    card = read_card(home)
    enrolment = accept_invite(text, card)
    home.keep_invite(text.strip().encode())
    click.echo(f"server: {enrolment.server}\nserver key: {enrolment.key.id}")
    click.echo(f"your card: {fingerprint(card)}\nin words: {fingerprint_words(card)}", err=True)
    click.echo("Compare the server key with your operator by voice.", err=True)
