"""Handing over on the responder's side: to whom, with which note, one case or all; and closed cases opened again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from protocol.card import card_id
from protocol.revision import CaseId
from responder.failures import CaseUnclear, ColleagueUnclear
from responder.messages import write_words
from responder.regrades import believe

if TYPE_CHECKING:
    from protocol.card import Card, CardId
    from protocol.desk import Claim, ClosedCase, Header
    from responder.desk import Desk


@dataclass(frozen=True, slots=True)
class Handing:
    """One responder who gives cases away and takes what is offered; every method raises ServerFailure."""

    desk: Desk

    async def colleagues(self) -> tuple[Card, ...]:
        """Return the other cards of this class; raises ProtocolError where the pinned server did not sign them."""
        roster = await self.desk.client.colleagues()
        believe(roster, self.desk.server_keys)
        return tuple(card for card in roster.cards if card_id(card) != self.desk.client.card)

    async def colleague(self, named: str) -> CardId:
        """Return the card that a name, an id or the beginning of one means; raises ColleagueUnclear."""
        named = named.strip()
        known = {card_id(card): card for card in await self.colleagues()}
        called = [each for each, card in known.items() if card.name.casefold() == named.casefold()]
        found = called or [each for each in known if named and each.startswith(named)]
        if len(found) == 1:
            return found[0]
        msg = "more than one colleague is called so" if found else "there is no such colleague"
        raise ColleagueUnclear(msg, "`wayout-responder hand-over --colleagues` lists them; give the id.")

    async def offer(self, case: CaseId, to: str, note: str = "") -> Header:
        """Offer a claimed case, with a sealed note where there is one; raises ColleagueUnclear, WordsWrong."""
        card = await self.colleague(to)
        if note:
            await self.desk.note(case, note)
        return await self.desk.client.offer(case, card)

    async def revoke(self, case: CaseId) -> Header:
        """Take back what was offered."""
        return await self.desk.client.revoke(case)

    async def accept(self, case: CaseId) -> Claim:
        """Hold what was offered."""
        return await self.desk.client.accept(case)

    async def decline(self, case: CaseId) -> Header:
        """Leave what was offered with its holder."""
        return await self.desk.client.decline(case)

    async def hand_over(self, to: str, note: str = "") -> tuple[Header, ...]:
        """Offer all that is held to a colleague, each with the note; raises as `offer` does."""
        card = await self.colleague(to)
        if note:
            words = write_words(note)
            for header in await self.desk.cases():
                if self.desk.is_mine(header):
                    await self.desk.note(header.id, words)
        return await self.desk.client.hand_over(card)

    async def give_back(self) -> tuple[Header, ...]:
        """Give all that is held back to the queue."""
        return await self.desk.client.hand_over(None)

    async def closed(self) -> tuple[ClosedCase, ...]:
        """Return what is closed and still kept, the one that was closed last first."""
        return (await self.desk.client.closed()).cases

    async def reopen(self, named: str) -> Header:
        """Let a closed case wait again, by its id or the beginning of one; raises CaseUnclear."""
        ids = [each.header.id for each in await self.closed()]
        found = [each for each in ids if each.startswith(named)]
        if len(found) > 1 and named not in found:
            msg = "more than one case begins so"
            raise CaseUnclear(msg, "Type more of its id.")
        return await self.desk.client.reopen(found[0] if len(found) == 1 else CaseId(named))
