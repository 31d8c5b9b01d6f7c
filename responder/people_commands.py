"""The commands `roster`, `suspend` and `lift`: who can open cases, letting somebody in, stopping a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from protocol.card import CardId, card_id, fingerprint, fingerprint_words
from protocol.changes import ChangeKind, Method, countersign, propose
from protocol.people import Agreed, People
from protocol.suspension import Reason, make_lift, make_suspension
from responder.failures import CardUnclear
from responder.printing import print_json
from responder.relay_commands import as_json
from responder.sitting import at_desk, stopping
from responder.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from protocol.card import Card
    from protocol.people import Proposal
    from responder.desk import Desk
    from responder.settings import Settings
    from responder.watch import Standing

METHODS = [each.value.replace("_", "-") for each in Method if each is not Method.FIRST_USE]


@click.command()
@click.option("--pending", is_flag=True, help="Show only what waits for a countersignature.")
@click.option("--countersign", "card", metavar="CARD", help="Say yes to what is proposed about this card.")
@click.option(
    "--method",
    type=click.Choice(METHODS),
    help="How you compared the card: by calling back on a number published independently, in person, or else.",
)
@click.option(
    "--trust", is_flag=True, help="Take the roster as it stands, after colleagues explained a warning."
)
@as_json
@click.pass_obj
@stopping
def roster(
    settings: Settings, card: str | None, method: str | None, *, pending: bool, trust: bool, as_json: bool
) -> None:
    """Show who can open cases, what is proposed, and whose key is stopped."""
    if (card is None) != (method is None):
        msg = "--countersign and --method go together"
        raise click.UsageError(msg)

    async def act(desk: Desk) -> Standing:
        watch = await _shown(desk)
        if card is not None and method is not None:
            await _countersign(desk, watch, card, Method(method.replace("-", "_")))
        now = await watch.look(desk.client)
        if trust:
            watch.trust()
        return watch.now if trust else now

    _show(at_desk(settings, act), pending=pending, as_json=as_json)


@click.command()
@click.argument("card", metavar="CARD")
@click.option(
    "--reason",
    type=click.Choice([each.value for each in Reason]),
    default=Reason.OTHER.value,
    show_default=True,
    help="What happened; colleagues see it.",
)
@as_json
@click.pass_obj
@stopping
def suspend(settings: Settings, card: str, reason: str, *, as_json: bool) -> None:
    """Stop the key of CARD at once: its requests, its replies on their way, what is sealed from now on."""

    async def act(desk: Desk) -> Standing:
        watch, client = await _shown(desk), desk.client
        found = _named(card, watch.now.circle.members.values())
        new = make_suspension(
            card_id(found), by=client.card, reason=Reason(reason), now=int(client.clock()), key=client.key
        )
        await client.suspend(new)
        return await watch.look(client)

    _show(at_desk(settings, act), pending=False, as_json=as_json)


@click.command()
@click.argument("card", metavar="CARD")
@as_json
@click.pass_obj
@stopping
def lift(settings: Settings, card: str, *, as_json: bool) -> None:
    """Say yes to letting the stopped key of CARD go; two have to, of whom the operator can be one."""

    async def act(desk: Desk) -> Standing:
        watch, client = await _shown(desk), desk.client
        stopped = {each.suspension.card: each.suspension for each in _people(watch).suspended}
        cards = [found for name in stopped if (found := watch.find(name)) is not None]
        suspension = stopped[card_id(_named(card, cards))]
        new = make_lift(suspension, by=client.card, now=int(client.clock()), key=client.key)
        await client.lift(new)
        return await watch.look(client)

    _show(at_desk(settings, act), pending=False, as_json=as_json)


async def _countersign(desk: Desk, watch: Watch, name: str, method: Method) -> None:
    """Sign what is proposed about a card, in the place of the log that this computer has followed."""
    client, proposals = desk.client, _people(watch).proposals
    card = _named(name, [each.card for each in proposals])
    kind = next(each.kind for each in proposals if each.card == card)
    change = propose(watch.now.circle, kind, card)
    yes = countersign(change, client.key, by=client.card, method=method, now=int(client.clock()))
    await client.countersign(Agreed(kind, card_id(card), yes))


def _named(name: str, cards: Iterable[Card]) -> Card:
    """The card that an id or its beginning names; raises CardUnclear."""
    found = [card for card in cards if card_id(card).startswith(CardId(name))]
    if len(found) != 1:
        msg = "no card has an id that begins so, or more than one"
        raise CardUnclear(msg, "`wayout-responder roster` shows them.")
    return found[0]


async def _shown(desk: Desk) -> Watch:
    """The watch of a desk to which a roster was shown; raises Refused, Garbled, Unreachable where none was."""
    if desk.watch is None:  # pragma: no cover - a vault always watches
        raise AssertionError
    if desk.watch.now.people is None:
        await desk.client.people()
    return desk.watch


def _people(watch: Watch) -> People:
    """What the server says of people; nothing where it shows no log."""
    return watch.now.people or People((), ())


def _show(now: Standing, *, pending: bool, as_json: bool) -> None:
    if as_json:
        click.echo(print_json(_document(now)))
        return
    people = now.people or People((), ())
    if not pending:
        for line in _lines(now, people):
            click.echo(line)
    for proposal in people.proposals:
        for line in _proposed(proposal, now):
            click.echo(line)


def _lines(now: Standing, people: People) -> Iterable[str]:
    reasons = {each.suspension.card: each for each in people.suspended}
    for name, card in now.circle.members.items():
        yield f"{name}  {card.name}  {card.recipient_class}  {_standing(name, people)}"
        if name in reasons:
            stop = reasons[name]
            by = now.circle.members.get(stop.suspension.by)
            lifts = f"; {len(stop.lifts)} would let it go" if stop.lifts else ""
            yield f"    stopped by {by.name if by else stop.suspension.by}: {stop.suspension.reason}{lifts}"
        yield f"    {fingerprint(card)}"


def _standing(name: CardId, people: People) -> str:
    if any(each.suspension.card == name for each in people.suspended):
        return "stopped"
    return "in force" if name in people.enrolled else "out"


def _proposed(proposal: Proposal, now: Standing) -> Iterable[str]:
    card, what = proposal.card, "add" if proposal.kind is ChangeKind.ADD else "remove"
    yield f"proposed: {what} {card_id(card)}  {card.name}  {card.recipient_class}"
    yield f"    {fingerprint(card)}"
    yield f"    {fingerprint_words(card)}"
    for yes in proposal.by:
        by = now.circle.members.get(CardId(yes.by))
        yield f"    countersigned by {by.name if by else yes.by} ({yes.method.replace('_', ' ')})"
    yield f"    {len(proposal.by)} of {proposal.needed} countersigned"


def _document(now: Standing) -> dict[str, object]:
    """What programs read: `roster/1`."""
    people = now.people or People((), ())
    return {
        "schema": "roster/1",
        "alarms": now.alarms,
        "changes": now.circle.number + 1,
        "head": now.circle.head,
        "people": [
            {
                "card": name,
                "name": card.name,
                "recipient_class": card.recipient_class,
                "standing": _standing(name, people),
                "fingerprint": fingerprint(card),
                "words": fingerprint_words(card),
            }
            for name, card in now.circle.members.items()
        ],
        "proposals": [
            {
                "kind": each.kind,
                "card": card_id(each.card),
                "name": each.card.name,
                "fingerprint": fingerprint(each.card),
                "words": fingerprint_words(each.card),
                "needed": each.needed,
                "by": [{"card": yes.by, "method": yes.method} for yes in each.by],
            }
            for each in people.proposals
        ],
        "suspended": [
            {
                "card": each.suspension.card,
                "by": each.suspension.by,
                "reason": each.suspension.reason,
                "lifted_by": [yes.by for yes in each.lifts],
            }
            for each in people.suspended
        ],
    }
