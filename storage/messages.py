"""Messages of responders: rows that are added with their sealed words, and what became of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, bindparam, insert, select, update
from sqlalchemy.engine import RowMapping

from storage.case import QueueError
from storage.database import Transaction
from storage.tables import cases, messages


class Fate(StrEnum):
    """What became of a message. A note for colleagues is kept; everything else is a reply's."""

    KEPT = "kept"
    NEEDS_SECOND_LOOK = "needs_second_look"
    QUEUED = "queued"
    SHOWN_NOTE = "shown_note"
    READ = "read"
    EXPIRED = "expired"
    FAILED = "failed"
    BLOCKED = "blocked"
    WITHDRAWN = "withdrawn"
    FROZEN = "frozen"


class MessageUnknownError(QueueError):
    """There is no such message in this case."""


class TooLateError(QueueError):
    """The message is not any more, or not yet, where this could be done to it."""


@dataclass(frozen=True, slots=True)
class Message:
    """A row. `body` and `text` are boxed under the conversation's data key; `number` counts from 0."""

    id: str
    case: str
    recipient_class: str
    number: int
    kind: str
    author: str
    state: Fate
    body: bytes = field(repr=False)
    text: bytes | None = field(repr=False)
    made_at: datetime
    changed_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What became of the message with this id."""

    id: str
    state: Fate


OPEN = (Fate.QUEUED, Fate.SHOWN_NOTE, Fate.BLOCKED)
"""On the way to the contact."""
BEFORE: Mapping[Fate, tuple[Fate, ...]] = {
    Fate.QUEUED: (Fate.NEEDS_SECOND_LOOK, Fate.BLOCKED),
    Fate.SHOWN_NOTE: (Fate.QUEUED, Fate.BLOCKED),
    # Whoever has read it before word came that it was taken back has read it.
    Fate.READ: (*OPEN, Fate.WITHDRAWN, Fate.EXPIRED, Fate.FROZEN),
    Fate.EXPIRED: (*OPEN, Fate.NEEDS_SECOND_LOOK),
    Fate.FAILED: (Fate.QUEUED, Fate.SHOWN_NOTE),
    Fate.BLOCKED: (Fate.QUEUED, Fate.SHOWN_NOTE),
    Fate.WITHDRAWN: (Fate.QUEUED, Fate.BLOCKED, Fate.NEEDS_SECOND_LOOK),
    # Its author's key was stopped: not read yet, it goes no further.
    Fate.FROZEN: (*OPEN, Fate.NEEDS_SECOND_LOOK),
}
"""Where a message can come from; anything else that is told is old and changes nothing."""


async def add(tx: Transaction, new: Message) -> None:
    """Keep one more."""
    await tx.execute(
        insert(messages), {column.name: getattr(new, column.name) for column in messages.columns}
    )


async def of_case(tx: Transaction, case: str, *, recipient_class: str) -> list[Message]:
    """Every message of a case for one class, oldest first."""
    wanted = select(messages).where(messages.c.case == case, messages.c.recipient_class == recipient_class)
    return [_message(row) for row in (await tx.execute(wanted.order_by(messages.c.number))).mappings()]


async def find(tx: Transaction, case: str, number: int, *, recipient_class: str) -> Message:
    """One message, held for this transaction; MessageUnknownError."""
    wanted = select(messages).where(
        messages.c.case == case,
        messages.c.recipient_class == recipient_class,
        messages.c.number == number,
    )
    row = (await tx.execute(wanted.with_for_update())).mappings().first()
    if row is None:
        raise MessageUnknownError
    return _message(row)


async def of_author(tx: Transaction, author: str, states: Sequence[Fate]) -> list[Message]:
    """Every message of one card in these states."""
    wanted = select(messages).where(messages.c.author == author, messages.c.state.in_(states))
    return [_message(row) for row in (await tx.execute(wanted)).mappings()]


def _message(row: RowMapping) -> Message:
    fields = dict(row)
    return Message(**fields | {"state": Fate(row["state"])})


_tell = (
    update(messages)
    .where(
        messages.c.id == bindparam("b_id"),
        messages.c.state.in_(bindparam("b_before", expanding=True)),
    )
    .values(state=bindparam("b_state"), changed_at=bindparam("b_now"), text=None)
)


async def move(tx: Transaction, message: Message, state: Fate, *, now: datetime) -> None:
    """Give a message that was found for this transaction its next state; TooLateError."""
    if message.state not in BEFORE[state]:
        raise TooLateError
    await tell(tx, [Told(message.id, state)], now=now)


async def tell(tx: Transaction, told: Sequence[Told], *, now: datetime) -> None:
    """Write down what became of messages, in this order."""
    for each in told:
        before = list(BEFORE[each.state])
        await tx.execute(_tell, {"b_id": each.id, "b_state": each.state, "b_before": before, "b_now": now})


async def set_relay(tx: Transaction, conversation: str, *, is_open: bool, now: datetime) -> None:
    """The contact blocked the bot, or came back: whether anything can reach them, and what waits for that."""
    theirs = select(cases.c.id).where(cases.c.conversation == conversation)
    await tx.execute(update(cases).where(cases.c.conversation == conversation).values(relay_open=is_open))
    before, after = ((Fate.BLOCKED,), Fate.QUEUED) if is_open else (BEFORE[Fate.BLOCKED], Fate.BLOCKED)
    await tx.execute(
        update(messages)
        .where(messages.c.case.in_(theirs), messages.c.state.in_(before))
        .values(state=after, changed_at=now)
    )


async def expire(tx: Transaction, *, now: datetime) -> None:
    """Give up what nobody opened, or looked at a second time, in its time."""
    over = and_(messages.c.expires_at <= now, messages.c.state.in_(BEFORE[Fate.EXPIRED]))
    await tx.execute(update(messages).where(over).values(state=Fate.EXPIRED, changed_at=now, text=None))
