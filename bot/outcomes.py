"""Intents on their way into the outbox, and what the sends have come to on their way back to it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.record import Held
from bot.screen import Task, encode_task
from storage import conversations
from storage.box import DataKey, Spot
from storage.database import Transaction
from storage.messages import Told
from storage.outbox import Intent

WIPE = "wipe"
NUDGE = "nudge"
# How long a process may take over a send before another sweeps it up.
GRACE = timedelta(seconds=10)


def new_intent(held_id: str, slot: str, serial: int, task: Task, key: DataKey, *, now: datetime) -> Intent:
    """A task sealed for the outbox; the process that wrote it tries at once, others only after GRACE."""
    body = key.seal(encode_task(task), Spot("outbox", f"{held_id}/{slot}", "body"))
    return Intent(held_id, slot, serial, body, now + GRACE)


@dataclass(slots=True)
class Outcomes:
    """What the sends have come to since the last commit."""

    done: list[Intent] = field(default_factory=list)
    later: list[Intent] = field(default_factory=list)
    more: list[Intent] = field(default_factory=list)
    moved: dict[str, Held] = field(default_factory=dict)
    fates: list[Told] = field(default_factory=list)
    shut: set[str] = field(default_factory=set)
    """Conversations whose contact cannot be written to any more."""

    def __bool__(self) -> bool:
        """Whether there is anything to write down."""
        return bool(self.done or self.later or self.more or self.moved or self.fates or self.shut)

    def join(self, newer: "Outcomes") -> None:
        """Add what came later."""
        self.done += newer.done
        self.later += newer.later
        self.more += newer.more
        self.moved |= newer.moved
        self.fates += newer.fates
        self.shut |= newer.shut


async def still_there(tx: Transaction, intents: list[Intent]) -> list[Intent]:
    """Those whose conversation was not erased while something was sent."""
    if not intents:
        return []
    there = await conversations.known(tx, [each.conversation for each in intents])
    return [each for each in intents if each.conversation in there]
