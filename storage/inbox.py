"""Every update as it came, written down before its sender is told that we have it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, exists, func, or_, select, update

from storage.database import Transaction, insert_or_skip
from storage.tables import chats, conversations, inbox, waiting_in_inbox, workers

MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Arrival:
    """One update. `source` names the bot or our clock, `number` orders it there, `chat` is a keyed hash."""

    source: str
    number: int
    chat: bytes
    body: bytes = field(repr=False)
    received_at: datetime

    @property
    def row(self) -> str:
        """Its row's name, for binding the sealed body."""
        return f"{self.source}/{self.number}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An arrival that nobody has handled. `conversation` is None for a chat never seen before."""

    arrival: Arrival
    attempts: int
    conversation: str | None
    is_ours: bool


async def journal(tx: Transaction, arrivals: Sequence[Arrival]) -> None:
    """Write the updates down; one that is already there stays as it is, handled or not."""
    rows = [
        {
            "source": each.source,
            "number": each.number,
            "chat": each.chat,
            "body": each.body,
            "received_at": each.received_at,
        }
        for each in arrivals
    ]
    await tx.execute(insert_or_skip(tx, inbox), rows)


_alive = exists().where(workers.c.id == conversations.c.worker)
_turn = func.row_number().over(partition_by=inbox.c.chat, order_by=inbox.c.number).label("turn")
_candidates = (
    select(
        inbox.c.source,
        inbox.c.number,
        chats.c.conversation,
        (conversations.c.worker == bindparam("me")).label("ours"),
        _turn,
    )
    .select_from(inbox.outerjoin(chats, chats.c.key == inbox.c.chat).outerjoin(conversations))
    .where(
        waiting_in_inbox,
        or_(conversations.c.worker.is_(None), conversations.c.worker == bindparam("me"), ~_alive),
    )
    .subquery()
)
# A few of each chat: a flood from one does not keep the others waiting. Bodies only of those that are chosen.
_chosen = (
    select(_candidates)
    .where(_candidates.c.turn <= bindparam("each"))
    .order_by(_candidates.c.turn, _candidates.c.number)
    .limit(bindparam("most"))
    .subquery()
)
_waiting = (
    select(
        inbox.c.source,
        inbox.c.number,
        inbox.c.chat,
        inbox.c.body,
        inbox.c.received_at,
        inbox.c.attempts,
        _chosen.c.conversation,
        _chosen.c.ours,
    )
    .select_from(
        _chosen.join(inbox, and_(inbox.c.source == _chosen.c.source, inbox.c.number == _chosen.c.number))
    )
    .order_by(_chosen.c.turn, _chosen.c.number)
)


async def waiting(tx: Transaction, *, me: str, each: int, most: int) -> list[Waiting]:
    """Unhandled updates whose conversation is ours or free: the oldest `each` of a chat, lowest number first."""
    rows = await tx.execute(_waiting, {"me": me, "each": each, "most": most})
    return [
        Waiting(Arrival(source, number, chat, body, received_at), attempts, conversation, bool(ours))
        for source, number, chat, body, received_at, attempts, conversation, ours in rows
    ]


_this = and_(inbox.c.source == bindparam("b_source"), inbox.c.number == bindparam("b_number"))
_handled = update(inbox).where(_this).values(body=None, handled_at=bindparam("b_now"))
_shelved = update(inbox).where(_this).values(handled_at=bindparam("b_now"))
_tried = update(inbox).where(_this, inbox.c.attempts < MOST_COUNTED).values(attempts=inbox.c.attempts + 1)


async def mark_handled(tx: Transaction, arrivals: Sequence[Arrival], *, now: datetime) -> None:
    """Empty the rows; what stays is the memory that these updates were handled."""
    if arrivals:
        rows = [{"b_source": each.source, "b_number": each.number, "b_now": now} for each in arrivals]
        await tx.execute(_handled, rows)


async def shelve(tx: Transaction, arrival: Arrival, *, now: datetime) -> None:
    """Handle it no more, and keep it, sealed as it is: nothing that we could do with it worked."""
    await tx.execute(_shelved, {"b_source": arrival.source, "b_number": arrival.number, "b_now": now})


async def drop(tx: Transaction, arrival: Arrival) -> None:
    """Forget it, as if it had never come: whoever wrote it may write it again."""
    await tx.execute(delete(inbox).where(_this), {"b_source": arrival.source, "b_number": arrival.number})


async def mark_tried(tx: Transaction, arrivals: Sequence[Arrival]) -> None:
    """Count an attempt at each of these that a bug ended."""
    for each in arrivals:
        await tx.execute(_tried, {"b_source": each.source, "b_number": each.number})


async def forget(tx: Transaction, *, handled_before: datetime, shelved_before: datetime) -> None:
    """Drop the memory of updates that can no longer be redelivered (Telegram keeps them 24 hours), and old shelves."""
    emptied = and_(inbox.c.handled_at < handled_before, inbox.c.body.is_(None))
    await tx.execute(delete(inbox).where(or_(emptied, inbox.c.handled_at < shelved_before)))


_readdressed = (
    update(inbox)
    .where(
        inbox.c.chat == bindparam("b_from"),
        waiting_in_inbox,
        inbox.c.source.startswith(bindparam("b_source"), autoescape=False),
    )
    .values(chat=bindparam("b_to"))
)


async def readdress(tx: Transaction, chat: bytes, to: bytes, *, source: str) -> None:
    """Let what waits for a chat from sources that begin like this wait for another one."""
    await tx.execute(_readdressed, {"b_from": chat, "b_to": to, "b_source": source})


async def erase(tx: Transaction, conversation: str) -> None:
    """Drop every update of a conversation's chats, whatever became of it."""
    its = select(chats.c.key).where(chats.c.conversation == conversation)
    await tx.execute(delete(inbox).where(inbox.c.chat.in_(its), inbox.c.body.is_not(None)))


async def oldest(tx: Transaction) -> datetime | None:
    """When the update came that has waited longest of those that nothing went wrong with."""
    wanted = select(func.min(inbox.c.received_at)).where(waiting_in_inbox, inbox.c.attempts == 0)
    found: datetime | None = (await tx.execute(wanted)).scalar_one()
    return found
