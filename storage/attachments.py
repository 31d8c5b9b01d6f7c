"""Files that contacts sent: what is to be fetched, what is held until a case may have it, and what is sealed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import Row, bindparam, case, delete, exists, func, insert, or_, select, update

from storage.database import Transaction, UtcDateTime, insert_or_skip
from storage.tables import attachments, pieces, workers


class Stage(IntEnum):
    """How far a file has come."""

    NOTED = 0
    HELD = 1
    """Its bytes lie under the conversation's data key; nobody may read it yet."""
    SEALED = 2
    MISSING = 3


@dataclass(frozen=True, slots=True)
class Noted:
    """A file that came; `about` is sealed."""

    id: str
    conversation: str
    recipient_class: str
    about: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it lies in the database. `case` may have it, where there is one; `attempts` were made so far."""

    id: str
    conversation: str
    recipient_class: str
    stage: Stage
    case: str | None
    about: bytes = field(repr=False)
    attempts: int = 0

    @classmethod
    def of(cls, row: Row[Any]) -> "Attachment":
        """The value of one row."""
        return cls(
            row.id, row.conversation, row.recipient_class, Stage(row.state), row.case, row.about, row.attempts
        )


async def note(tx: Transaction, new: Sequence[Noted], *, now: datetime) -> None:
    """Files to be fetched; one that is written down already stays as it is."""
    if new:
        rows = [
            {
                "id": each.id,
                "conversation": each.conversation,
                "recipient_class": each.recipient_class,
                "state": Stage.NOTED,
                "about": each.about,
                "due_at": now,
                "attempts": 0,
            }
            for each in new
        ]
        await tx.execute(insert_or_skip(tx, attachments), rows)


_now = bindparam("b_now", type_=UtcDateTime())
_release = (
    update(attachments)
    .where(attachments.c.id == bindparam("b_id"), attachments.c.case.is_(None))
    .values(
        case=bindparam("b_case"),
        due_at=case((attachments.c.state == Stage.HELD, _now), else_=attachments.c.due_at),
    )
)


async def release(tx: Transaction, ids: Sequence[str], *, case: str, now: datetime) -> None:
    """The readers of this case may have these files from now on; what is held is due to be sealed."""
    if ids:
        await tx.execute(_release, [{"b_id": each, "b_case": case, "b_now": now} for each in ids])


_free = or_(
    attachments.c.worker.is_(None),
    attachments.c.worker == bindparam("b_me"),
    ~exists().where(workers.c.id == attachments.c.worker),
)
_backlog = func.count().over(partition_by=attachments.c.conversation).label("backlog")
_candidates = (
    select(attachments.c.id, attachments.c.due_at, _backlog)
    .where(
        attachments.c.due_at <= bindparam("b_now"),
        attachments.c.id.not_in(bindparam("b_busy", expanding=True)),
        _free,
    )
    .subquery()
)
# Of whoever has sent least: one who sends hundreds keeps nobody waiting.
_first = (
    select(_candidates.c.id).order_by(_candidates.c.backlog, _candidates.c.due_at, _candidates.c.id).limit(1)
)
_take = (
    update(attachments)
    .where(attachments.c.id == bindparam("b_id"), attachments.c.due_at <= bindparam("b_now"), _free)
    .values(worker=bindparam("b_me"), attempts=attachments.c.attempts + 1)
    .returning(*attachments.c)
)


async def first_due(tx: Transaction, *, me: str, busy: Collection[str], now: datetime) -> str | None:
    """A file with which something is to be done now, and that nobody works on; we work on those in `busy`."""
    found: str | None = (await tx.execute(_first, {"b_now": now, "b_me": me, "b_busy": list(busy)})).scalar()
    return found


async def take(tx: Transaction, attachment: str, *, me: str, now: datetime) -> Attachment | None:
    """This file, ours to work on; None when another was quicker."""
    row = (await tx.execute(_take, {"b_id": attachment, "b_me": me, "b_now": now})).first()
    return None if row is None else Attachment.of(row)


_mine = (
    select(attachments.c.id)
    .where(attachments.c.id == bindparam("b_id"), attachments.c.worker == bindparam("b_me"))
    .with_for_update()
)


async def is_mine(tx: Transaction, attachment: str, *, me: str) -> bool:
    """Whether it is still there and ours; it stays so to the end of this transaction."""
    return (await tx.execute(_mine, {"b_id": attachment, "b_me": me})).first() is not None


async def put_piece(tx: Transaction, attachment: str, number: int, body: bytes, *, sealed: bool) -> None:
    """One piece of its bytes."""
    row = {"attachment": attachment, "sealed": sealed, "number": number, "body": body}
    await tx.execute(insert(pieces), row)


async def drop_pieces(tx: Transaction, attachment: str, *, sealed: bool) -> None:
    """Destroy the pieces of one kind."""
    await tx.execute(delete(pieces).where(pieces.c.attachment == attachment, pieces.c.sealed == sealed))


async def piece(tx: Transaction, attachment: str, number: int, *, sealed: bool) -> bytes | None:
    """One piece; None after the last."""
    wanted = select(pieces.c.body).where(
        pieces.c.attachment == attachment, pieces.c.sealed == sealed, pieces.c.number == number
    )
    found: bytes | None = (await tx.execute(wanted)).scalar()
    return found


async def kept(tx: Transaction, conversation: str) -> tuple[int, int]:
    """How many files of a conversation are kept, and how many bytes."""
    joined = pieces.join(attachments, attachments.c.id == pieces.c.attachment)
    wanted = select(
        func.count(pieces.c.attachment.distinct()), func.coalesce(func.sum(func.length(pieces.c.body)), 0)
    )
    found = (
        await tx.execute(wanted.select_from(joined).where(attachments.c.conversation == conversation))
    ).one()
    return int(found[0]), int(found[1])


async def finish(
    tx: Transaction, attachment: str, stage: Stage, about: bytes, *, me: str, now: datetime
) -> None:
    """What has become of it. A held one that its case may have by now is due again, to be sealed."""
    due_at = case((attachments.c.case.is_not(None), _now), else_=None) if stage is Stage.HELD else None
    done = (
        update(attachments)
        .where(attachments.c.id == attachment, attachments.c.worker == me)
        .values(state=stage, about=about, due_at=due_at, attempts=0, worker=None)
    )
    await tx.execute(done, {"b_now": now} if stage is Stage.HELD else {})


async def postpone(tx: Transaction, attachment: str, *, me: str, due_at: datetime) -> None:
    """Try again then."""
    later = update(attachments).where(attachments.c.id == attachment, attachments.c.worker == me)
    await tx.execute(later.values(due_at=due_at, worker=None))


async def of_case(tx: Transaction, case: str, *, recipient_class: str) -> list[Attachment]:
    """Every file that the readers of a case may have."""
    wanted = select(attachments).where(
        attachments.c.case == case, attachments.c.recipient_class == recipient_class
    )
    return [Attachment.of(row) for row in await tx.execute(wanted.order_by(attachments.c.id))]


async def drop(tx: Transaction, ids: Sequence[str]) -> None:
    """Destroy what no case may have of these conversations: their sessions are over."""
    if ids:
        await tx.execute(
            delete(attachments).where(attachments.c.case.is_(None), attachments.c.conversation.in_(ids))
        )
