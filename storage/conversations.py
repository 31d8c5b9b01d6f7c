"""Conversations and the chats that lead to them: who works on one, and what is remembered of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, exists, insert, or_, select, update

from storage.database import Transaction, insert_or_skip
from storage.outbox import SCREEN
from storage.tables import cases, chats, conversations, outbox, workers


@dataclass(frozen=True, slots=True)
class Stored:
    """A conversation as it lies in the database: sealed state under a wrapped key, and its chat's place."""

    id: str
    chat: bytes
    data_key: bytes = field(repr=False)
    state: bytes | None = field(repr=False)
    version: int
    place: bytes = field(repr=False)
    screen: bytes | None = field(default=None, repr=False)
    """The screen that is still to be shown, as it lies in the outbox, and how often that was tried."""
    attempts: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A conversation's next state. Times are when the clock has something to say to it, and when it expires."""

    id: str
    state: bytes = field(repr=False)
    version: int
    rings_at: datetime | None
    expires_at: datetime | None


_free = or_(
    conversations.c.worker.is_(None),
    conversations.c.worker == bindparam("b_me"),
    ~exists().where(workers.c.id == conversations.c.worker),
)
_take = (
    update(conversations)
    .where(conversations.c.id.in_(bindparam("b_ids", expanding=True)), _free)
    .values(worker=bindparam("b_me"))
    .returning(conversations.c.id)
)
_stored = (
    select(
        conversations.c.id,
        chats.c.key,
        conversations.c.data_key,
        conversations.c.state,
        conversations.c.version,
        chats.c.place,
        outbox.c.body,
        outbox.c.attempts,
    )
    .select_from(
        conversations.join(chats).outerjoin(
            outbox, and_(outbox.c.conversation == conversations.c.id, outbox.c.slot == SCREEN)
        )
    )
    .where(conversations.c.id.in_(bindparam("b_ids", expanding=True)))
)


async def take(tx: Transaction, ids: Sequence[str], *, me: str) -> list[str]:
    """Make these conversations ours; those that a living worker holds are left out."""
    taken = await tx.execute(_take, {"b_ids": list(ids), "b_me": me})
    return [each for (each,) in taken]


async def load(tx: Transaction, ids: Sequence[str]) -> list[Stored]:
    """These conversations, each with its chat."""
    return [Stored(*row) for row in await tx.execute(_stored, {"b_ids": list(ids)})]


async def add(tx: Transaction, new: Stored, *, me: str) -> None:
    """A conversation, ours from the start, to which no chat leads yet."""
    await tx.execute(
        insert(conversations),
        {"id": new.id, "data_key": new.data_key, "state": new.state, "version": new.version, "worker": me},
    )


async def create(tx: Transaction, new: Stored, *, me: str) -> bool:
    """A first contact, ours from the start; False when the chat was known after all."""
    await add(tx, new, me=me)
    row = {"key": new.chat, "conversation": new.id, "place": new.place}
    added = await tx.execute(insert_or_skip(tx, chats), row)
    if added.rowcount == 1:
        return True
    await tx.execute(delete(conversations).where(conversations.c.id == new.id))
    return False


_save = (
    update(conversations)
    .where(conversations.c.id == bindparam("b_id"))
    .values(
        state=bindparam("b_state"),
        version=bindparam("b_version"),
        rings_at=bindparam("b_rings_at"),
        expires_at=bindparam("b_expires_at"),
    )
)
_move = (
    update(chats)
    .where(chats.c.key == bindparam("b_key"))
    .values(place=bindparam("b_place"), wipe_at=bindparam("b_wipe_at"))
)
_release = (
    update(conversations)
    .where(conversations.c.id.in_(bindparam("b_ids", expanding=True)))
    .values(worker=None)
)


_versions = select(conversations.c.id, conversations.c.version).where(
    conversations.c.id.in_(bindparam("b_ids", expanding=True))
)


class StaleError(Exception):
    """A conversation is not as it was when its next state was computed; `ids` are those."""

    def __init__(self, ids: Sequence[str]) -> None:
        """`ids` of conversations."""
        super().__init__(len(ids))
        self.ids = ids


async def save(tx: Transaction, saved: Sequence[Saved]) -> None:
    """Write the next states; the caller holds the fence. StaleError when one is not the next of what is there."""
    if saved:
        found = await tx.execute(_versions, {"b_ids": [each.id for each in saved]})
        there = {identity: version for identity, version in found}  # noqa: C416 - rows are no pairs to the type checker
        stale = [each.id for each in saved if there.get(each.id) != each.version - 1]
        if stale:
            raise StaleError(stale)
        rows = [
            {
                "b_id": each.id,
                "b_state": each.state,
                "b_version": each.version,
                "b_rings_at": each.rings_at,
                "b_expires_at": each.expires_at,
            }
            for each in saved
        ]
        await tx.execute(_save, rows)


async def save_places(tx: Transaction, places: Sequence[tuple[bytes, bytes, datetime | None]]) -> None:
    """Chat key, sealed place, and when the clock has to look at it: what is on the screen now."""
    if places:
        rows = [{"b_key": key, "b_place": place, "b_wipe_at": at} for key, place, at in places]
        await tx.execute(_move, rows)


async def release(tx: Transaction, ids: Sequence[str]) -> None:
    """Let other workers have these conversations."""
    if ids:
        await tx.execute(_release, {"b_ids": list(ids)})


_due = (
    select(conversations.c.id, chats.c.key, conversations.c.rings_at, conversations.c.expires_at)
    .select_from(conversations.join(chats))
    .where(
        or_(conversations.c.rings_at <= bindparam("b_now"), conversations.c.expires_at <= bindparam("b_now"))
    )
    .limit(bindparam("b_most"))
)


@dataclass(frozen=True, slots=True)
class Due:
    """A conversation one of whose moments has come, or whose time is over."""

    id: str
    chat: bytes
    rings_at: datetime | None
    expires_at: datetime | None


async def due(tx: Transaction, *, now: datetime, most: int) -> list[Due]:
    """Conversations on which the clock has something to say."""
    return [Due(*row) for row in await tx.execute(_due, {"b_now": now, "b_most": most})]


_screens_due = (
    select(chats.c.conversation, chats.c.key, chats.c.wipe_at)
    .where(chats.c.wipe_at <= bindparam("b_now"))
    .limit(bindparam("b_most"))
)


async def screens_due(tx: Transaction, *, now: datetime, most: int) -> list[tuple[str, bytes, datetime]]:
    """Conversation, chat key and moment of every screen that something has to leave."""
    return [(*row,) for row in await tx.execute(_screens_due, {"b_now": now, "b_most": most})]


async def known(tx: Transaction, ids: Sequence[str]) -> set[str]:
    """Those of these conversations that there still are."""
    found = await tx.execute(_versions, {"b_ids": list(ids)})
    return {identity for identity, _ in found}


async def erase(tx: Transaction, conversation: str) -> None:
    """Destroy the data key, and with it all that it closed, everywhere."""
    await tx.execute(delete(conversations).where(conversations.c.id == conversation))


async def erase_orphans(tx: Transaction) -> None:
    """Destroy the data keys of conversations without a session, a case, or anything on a screen."""
    case = exists().where(cases.c.conversation == conversations.c.id)
    screen = exists().where(chats.c.conversation == conversations.c.id, chats.c.wipe_at.is_not(None))
    # Where no chat leads any more, nothing can be sent.
    unsent = exists().where(
        outbox.c.conversation == conversations.c.id, chats.c.conversation == conversations.c.id
    )
    over = and_(
        conversations.c.expires_at.is_(None), conversations.c.worker.is_(None), ~case, ~screen, ~unsent
    )
    await tx.execute(delete(conversations).where(over))


async def data_key(tx: Transaction, conversation: str) -> bytes | None:
    """The wrapped data key, or None when it was destroyed."""
    row = (
        await tx.execute(select(conversations.c.data_key).where(conversations.c.id == conversation))
    ).first()
    return None if row is None else row[0]


async def of_case(tx: Transaction, case: str) -> str | None:
    """Whose conversation a case is; None where there is no such case."""
    found = await tx.execute(select(cases.c.conversation).where(cases.c.id == case))
    return found.scalar_one_or_none()
