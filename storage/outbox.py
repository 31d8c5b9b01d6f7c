"""What is still to be done on a contact's screen, durable until it is done."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, exists, or_, select, update

from storage.database import Transaction, insert_or_replace
from storage.tables import chats, conversations, outbox, workers

SCREEN = "screen"


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing to do. A newer intent in the same slot replaces an unsent one; `serial` tells them apart."""

    conversation: str
    slot: str
    serial: int
    body: bytes = field(repr=False)
    due_at: datetime
    attempts: int = 0


async def add(tx: Transaction, intents: Sequence[Intent]) -> None:
    """Write intents down, each in its slot."""
    if intents:
        rows = [
            {
                "conversation": each.conversation,
                "slot": each.slot,
                "serial": each.serial,
                "body": each.body,
                "due_at": each.due_at,
                "attempts": each.attempts,
            }
            for each in intents
        ]
        await tx.execute(insert_or_replace(tx, outbox, "serial", "body", "due_at", "attempts"), rows)


_this = and_(
    outbox.c.conversation == bindparam("b_conversation"),
    outbox.c.slot == bindparam("b_slot"),
    outbox.c.serial == bindparam("b_serial"),
)
_done = delete(outbox).where(_this)
_later = update(outbox).where(_this).values(due_at=bindparam("b_due_at"), attempts=bindparam("b_attempts"))


def _key(intent: Intent) -> dict[str, object]:
    return {"b_conversation": intent.conversation, "b_slot": intent.slot, "b_serial": intent.serial}


async def remove(tx: Transaction, done: Sequence[Intent]) -> None:
    """Forget what is done, unless its slot has been taken by something newer."""
    if done:
        await tx.execute(_done, [_key(each) for each in done])


async def postpone(tx: Transaction, later: Sequence[Intent]) -> None:
    """Keep what failed for the time now in its `due_at`."""
    if later:
        await tx.execute(
            _later, [_key(each) | {"b_due_at": each.due_at, "b_attempts": each.attempts} for each in later]
        )


_withdraw = delete(outbox).where(
    outbox.c.conversation.in_(bindparam("b_ids", expanding=True)), outbox.c.slot == SCREEN
)


async def withdraw(tx: Transaction, ids: Sequence[str]) -> None:
    """Forget the screens of these conversations that are still to be shown."""
    if ids:
        await tx.execute(_withdraw, {"b_ids": list(ids)})


_alive = exists().where(workers.c.id == conversations.c.worker)
_ready = (
    select(outbox)
    .select_from(outbox.join(conversations).join(chats))
    .where(
        outbox.c.due_at <= bindparam("b_now"),
        or_(conversations.c.worker.is_(None), conversations.c.worker == bindparam("b_me"), ~_alive),
    )
    .order_by(outbox.c.due_at)
    .limit(bindparam("b_most"))
)


async def ready(tx: Transaction, *, me: str, now: datetime, most: int) -> list[Intent]:
    """What should have been done by now and whose conversation is ours or free."""
    return [Intent(*row) for row in await tx.execute(_ready, {"b_me": me, "b_now": now, "b_most": most})]


_of = select(outbox).where(outbox.c.conversation.in_(bindparam("b_ids", expanding=True)))
_clear = delete(outbox).where(outbox.c.conversation.in_(bindparam("b_ids", expanding=True)))


async def of(tx: Transaction, ids: Sequence[str]) -> list[Intent]:
    """All that is still to be done for these conversations."""
    return [Intent(*row) for row in await tx.execute(_of, {"b_ids": list(ids)})]


async def clear(tx: Transaction, ids: Sequence[str]) -> None:
    """Forget all of it."""
    await tx.execute(_clear, {"b_ids": list(ids)})
