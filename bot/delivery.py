"""What became of replies, and whether their readers can be reached, on its way into the database."""

from collections.abc import Sequence
from datetime import datetime

from bot.draft import Draft
from bot.outcomes import Outcomes
from storage import messages
from storage.database import Transaction


async def write_fates(tx: Transaction, drafts: Sequence[Draft], outcomes: Outcomes, now: datetime) -> None:
    """Write it down in the round in which it was known; what was sent came before what was done since."""
    reachable = dict.fromkeys(outcomes.shut, False) | {
        each.held.id: each.reachable for each in drafts if each.reachable is not None
    }
    for conversation, is_open in reachable.items():
        await messages.set_relay(tx, conversation, is_open=is_open, now=now)
    fates = [fate for draft in drafts for fate in draft.fates]
    await messages.tell(tx, [*outcomes.fates, *fates], now=now)
