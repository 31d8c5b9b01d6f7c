"""The operator's commands about the roster as colleagues signed it: `wayout recipients verify` and `lift`."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import click
import msgspec

from bot.chain import UNUSABLE, Chain, unusable
from bot.failures import RecipientsError, SetupError, told
from bot.keyring import Keyring, load
from bot.logs import Log
from bot.people_api import agree_to_lift, open_stop, open_yes
from bot.recipients import RecipientsFile
from bot.settings import Places, process_environment, read_settings
from protocol.audience import RecipientClass
from protocol.card import Card, CardId, card_id
from protocol.changes import ChangeKind, Method
from protocol.signing import SigningKey
from protocol.suspension import OPERATOR, Reason, make_lift
from storage import people, schema
from storage.database import Database, Transaction

Found = TypeVar("Found")


class Person(msgspec.Struct, frozen=True):
    """Somebody on the roster, or about to be: `standing` is `in_force`, `suspended`, `proposed` or `removal_proposed`.

    Of what is proposed: how many of how many have countersigned, and how they compared the card.
    """

    card: CardId
    name: str
    recipient_class: RecipientClass
    standing: str
    agreed: int = 0
    needed: int = 0
    methods: tuple[Method, ...] = ()
    suspended_for: Reason | None = None


class Roll(msgspec.Struct, frozen=True, tag_field="schema", tag="roll/1"):
    """Everybody, and how long the log is; `begun` is the number of the change that began it, last."""

    people: tuple[Person, ...]
    changes: int
    begun: int
    head: str


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print roll/1.")
@told
def verify(*, as_json: bool) -> None:
    """Follow the roster's log: who is in force, what is proposed, who has agreed; exit code 1 where it breaks."""
    roll = asyncio.run(_ask(_roll))
    if as_json:
        click.echo(msgspec.json.encode(roll))
        return
    click.echo(f"{roll.changes} change(s), begun at {roll.begun}, head {roll.head[:16]}")
    for each in roll.people:
        proposed = f"  {each.agreed} of {each.needed} countersigned" if each.needed else ""
        click.echo(f"{each.card}  {each.name}  {each.recipient_class}  {each.standing}{proposed}")


@click.command()
@click.argument("card")
@told
def lift(card: str) -> None:
    """Say yes to letting a suspended CARD go; a responder has to say so too, unless nobody else is left."""
    gone = asyncio.run(_ask(lambda chain, tx, keys: _lift(chain, tx, keys, CardId(card)), writes=True))
    click.echo("let go" if gone else f"kept; a responder has to agree: `wayout-responder lift {card}`")


async def standing(settings: Places) -> Roll | None:
    """The roster as it stands; None where there is no database yet, or no log in it."""
    try:
        return await _ask(_roll, settings=settings)
    except SetupError:
        return None


async def _roll(chain: Chain, tx: Transaction, keys: Keyring) -> Roll:
    circle, stops = chain.circle, await people.stops(tx)
    stopped = {each.card: open_stop(keys.box, each).suspension.reason for each in stops}
    yeses = [open_yes(keys.box, each) for each in await people.agreed(tx, circle.number + 1)]
    found = [
        _person(card, "suspended" if name in stopped else "in_force") for name, card in circle.members.items()
    ]
    found = [msgspec.structs.replace(each, suspended_for=stopped.get(each.card)) for each in found]
    for change in chain.proposals():
        (card,) = change.cards
        name = card_id(card)
        its = [each for each in yeses if (each.kind, each.card) == (change.kind, name)]
        person = msgspec.structs.replace(
            _person(card, "proposed" if change.kind is ChangeKind.ADD else "removal_proposed"),
            agreed=len(its),
            needed=circle.needed(name),
            methods=tuple(each.countersignature.method for each in its),
        )
        found = [*(each for each in found if each.card != name), person]
    return Roll(tuple(found), circle.number + 1, circle.begun, circle.head)


def _person(card: Card, stands: str) -> Person:
    return Person(card_id(card), card.name, card.recipient_class, stands)


async def _lift(chain: Chain, tx: Transaction, keys: Keyring, card: CardId) -> bool:
    stops = await people.stops(tx)
    stop = next((each for each in stops if each.card == card), None)
    if stop is None:
        raise RecipientsError("no such card is suspended", "`wayout recipients verify` lists them")
    now = int(_clock().timestamp())
    new = make_lift(open_stop(keys.box, stop).suspension, by=OPERATOR, now=now, key=SigningKey(keys.signing))
    ours = {
        name
        for name, each in chain.circle.members.items()
        if each.recipient_class is RecipientClass.ORGANISATION and name in chain.recipients.file.keys
    }
    others = frozenset(ours - {CardId(each.card) for each in stops} - {card})
    return await agree_to_lift(tx, keys.box, new, others=others)


def _exists(database: Database) -> bool:
    return not database.is_sqlite or Path(database.url.database or "").exists()


def _none_yet() -> RecipientsError:
    return RecipientsError("there is no log yet", "the first start of `wayout run` begins it")


def _clock() -> datetime:
    from bot.app import utc_now

    return utc_now()


async def _ask(
    question: Callable[[Chain, Transaction, Keyring], Awaitable[Found]],
    *,
    settings: Places | None = None,
    writes: bool = False,
) -> Found:
    """What the log answers; RecipientsError where there is none, or it cannot be followed."""
    places = settings or read_settings(Places, process_environment())
    keys, recipients = load(places.keyring), RecipientsFile(places.recipients)
    database = Database(places.database)
    try:
        if not _exists(database) or await schema.current(database) != schema.newest():
            raise _none_yet()
        chain = Chain(database, keys.box, recipients, SigningKey(keys.signing), Log())
        async with database.write() if writes else database.read() as tx:
            await chain.follow(tx)
            if chain.circle.number < 0:
                raise _none_yet()
            return await question(chain, tx, keys)
    except UNUSABLE as problem:
        raise unusable(problem) from None
    finally:
        await database.close()
