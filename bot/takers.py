"""Takers: which languages whoever asks for a case reads, and which their colleagues do who are there now."""

from datetime import datetime, timedelta

from bot.asked import Asked
from protocol.card import card_id
from protocol.roster import Roster, of_class
from storage import staffing
from storage.claims import Taker
from storage.database import Transaction

HERE = timedelta(minutes=20)
"""Since a colleague's last request they count as there: two steps of `storage.staffing`."""


async def taker_of(tx: Transaction, asked: Asked, roster: Roster, *, most: int) -> Taker:
    """What counts when this responder asks for the next case; `most`: how many one may hold."""
    there = await _there(tx, asked.now)
    colleagues = {
        language
        for card in of_class(roster, asked.card.recipient_class).cards
        if card != asked.card and card_id(card) in there
        for language in card.languages
    }
    return Taker(asked.card.languages, tuple(sorted(colleagues)), most)


async def _there(tx: Transaction, now: datetime) -> frozenset[str]:
    return frozenset(card for card, at in (await staffing.shifts(tx)).items() if at > now - HERE)
