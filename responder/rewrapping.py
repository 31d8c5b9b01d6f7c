"""Sealing again: what this responder can open goes to every card of their class that is in force, and no other."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from protocol.card import card_id, card_recipient
from protocol.errors import ProtocolError, WrongCase
from protocol.revision import open_manifest
from protocol.rewrap import Rewrapped, check_envelope, rewrap_revision
from protocol.roster import Roster
from responder.failures import CardWrong
from responder.unseal import unseal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from protocol.card import CardId
    from protocol.recipient import Recipient
    from protocol.revision import CaseId, SealedRevision
    from responder.desk import Desk
    from responder.watch import Watch


@dataclass(frozen=True, slots=True)
class Done:
    """One case: how many of its parts were sealed again, and how many could not be opened or believed here."""

    case: CaseId
    sealed: int
    left: int


async def rewrap(desk: Desk, watch: Watch, to: CardId | None, names: Sequence[str]) -> list[Done]:
    """Seal cases again, all that this responder may where none is named.

    `to`: a card that has to be among those who can open them then. Raises RosterDoubtful, CardWrong, ServerFailure.
    """
    await watch.look(desk.client)
    cards = _colleagues(desk, watch)
    if to is not None and to not in {card_id(card) for card in cards.cards}:
        msg = "that card is not in force, or not of your class"
        raise CardWrong(
            msg, "`wayout-responder roster` shows who is. A new card has to be countersigned first."
        )
    recipients = [card_recipient(card) for card in cards.cards]
    cases = [header.id for header in await desk.client.to_rewrap()]
    wanted = [await _named(desk, cases, name) for name in names] if names else cases
    return [await _one(desk, watch, case, recipients) for case in wanted]


def _colleagues(desk: Desk, watch: Watch) -> Roster:
    """The cards of this responder's class that are in force, as colleagues signed them; raises RosterDoubtful."""
    members, people = watch.now.circle.members, watch.now.people
    enrolled = set(people.enrolled) if people else set()
    mine = members.get(desk.client.card)
    cards = [card for name, card in members.items() if name in enrolled]
    roster = Roster(tuple(card for card in cards if mine and card.recipient_class is mine.recipient_class))
    watch.check(roster)
    if desk.client.card not in {card_id(card) for card in roster.cards}:
        msg = "your own card is not in force"
        raise CardWrong(msg, "`wayout-responder roster` shows who is.")
    return roster


async def _named(desk: Desk, cases: Sequence[CaseId], name: str) -> CaseId:
    """The case that an id or its beginning names, closed ones included."""
    named = [case for case in cases if case.startswith(name)]
    return named[0] if len(named) == 1 else await desk.find(name)


async def _one(desk: Desk, watch: Watch, case: CaseId, recipients: Sequence[Recipient]) -> Done:
    """Where a part lies there twice, whichever opens is taken, the former first: it is the server's own."""
    again: dict[tuple[int, str], SealedRevision] = {}
    revisions = (await desk.client.sealed_to_rewrap(case)).revisions
    for old in revisions:
        place = (old.revision, old.tier)
        if place not in again:
            with suppress(ProtocolError):
                again[place] = _again(desk, watch, case, old, recipients)
    if again:
        await desk.client.rewrap(case, Rewrapped(tuple(again.values())))
    return Done(case, len(again), len({(each.revision, each.tier) for each in revisions} - again.keys()))


def _again(
    desk: Desk, watch: Watch, case: CaseId, old: SealedRevision, recipients: Sequence[Recipient]
) -> SealedRevision:
    """One part, opened and proved to be what it was handed over as, then sealed anew; raises ProtocolError."""
    check_envelope(old, desk.server_keys, watch.colleagues())
    plaintext = unseal(old.sealed, [desk.identity])
    if open_manifest(plaintext, old, desk.server_keys)[0].case != case:
        raise WrongCase
    return rewrap_revision(old, plaintext, recipients, desk.client.key)
