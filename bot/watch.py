"""The watch: what the pager goes by, and whom a call reaches, whatever the file and the hour: never nobody."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.alert import OPENING_RATE
from bot.alerts import Destination
from bot.opening_rate import Alarm
from bot.paging import Call
from flows.contract import Terms
from flows.service import Service
from protocol.audience import RecipientClass
from protocol.card import CardId, card_id
from protocol.roster import Roster
from storage import pages
from storage.case import CRITICAL, Case
from storage.pages import Page


@dataclass(frozen=True, slots=True)
class Watch:
    """The times, the contract's terms, and whom the operator wants to be paged."""

    service: Service
    terms: Terms
    destinations: tuple[Destination, ...]

    def pages(self, case: Case, calls: Iterable[Call], roster: Roster, now: datetime) -> list[Page]:
        """A row for each destination that a call goes to; of several calls the first."""
        found: dict[str, Page] = {}
        for call in calls:
            for each in self.called(call, case.urgency, roster, now):
                page = pages.new(case.id, each.name, call.reason, urgency=case.urgency, now=now)
                found.setdefault(each.name, page)
        return list(found.values())

    def called(self, call: Call, urgency: int, roster: Roster, now: datetime) -> Sequence[Destination]:
        """Whom a call reaches; `roster` is who is in force. Nobody only where nobody takes this class and urgency."""
        if call.only:
            return self.own(call.only, urgency, roster)
        takers = [each for each in self.destinations if each.takes(call.recipient_class, urgency)]
        besides = self.own(call.besides, urgency, roster)
        return on_call(takers, besides, roster, now) or takers

    def own(self, card: str, urgency: int, roster: Roster) -> Sequence[Destination]:
        """Where this card's holder alone is paged; whoever holds a case is so at any hour."""
        cards = [each for each in roster.cards if card_id(each) == CardId(card)]
        return [
            each
            for each in self.destinations
            if each.is_worth(urgency) and any(each.belongs_to(card) for card in cards)
        ]

    def alarmed(self, alarm: Alarm, roster: Roster, now: datetime) -> list[Page]:
        """A row for each who is told that a card opens too much: colleagues, and never whoever has that key."""
        takers = [each for each in self.destinations if each.takes(RecipientClass.ORGANISATION, CRITICAL)]
        told = on_call(takers, self.own(alarm.card, CRITICAL, roster), roster, now)
        return [
            pages.new("", each.name, OPENING_RATE, urgency=CRITICAL, now=now, entry=alarm.entry)
            for each in told
        ]

    def instead(
        self, page: Page, beside: Iterable[Page], roster: Roster, now: datetime, *, besides: str = ""
    ) -> list[Page]:
        """Rows for whoever is left of a class where a page and all `beside` it do not arrive, but not for a card."""
        to = self.named(page.destination)
        if to is None:
            return []
        takers = [each for each in self.destinations if each.takes(to.channel.class_, page.urgency)]
        tried = {each.destination for each in beside}
        done = [each for each in takers if each.name in tried]
        left = on_call(takers, [*done, *self.own(besides, page.urgency, roster)], roster, now)
        return [
            pages.new(page.case, each.name, page.reason, urgency=page.urgency, now=now, entry=page.entry)
            for each in left
        ]

    def named(self, name: str) -> Destination | None:
        """The destination of this name; None for one that the operator took out of the file."""
        return next((each for each in self.destinations if each.name == name), None)


def on_call(
    takers: Iterable[Destination], besides: Collection[Destination], roster: Roster, now: datetime
) -> Sequence[Destination]:
    """Those whose hours hold, of the shared and of people who are in force; where none do, all of these."""
    known = _known([each for each in takers if each not in besides], roster)
    return [each for each in known if each.is_on_call(now)] or known


def _known(destinations: Iterable[Destination], roster: Roster) -> list[Destination]:
    """Those that are shared, or of somebody who is in force: whoever left is no more told when cases come."""
    return [each for each in destinations if not each.is_personal or any(map(each.belongs_to, roster.cards))]
