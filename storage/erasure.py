"""Erasure: everything of one conversation, and the key that closed it, unless somebody works on it at this moment."""

from datetime import datetime

from sqlalchemy import and_, delete, exists, select

from storage import conversations, inbox
from storage.case import State
from storage.database import Transaction
from storage.tables import cases, chats
from storage.tables import conversations as conversations_table


async def destroy(tx: Transaction, conversation: str, *, now: datetime) -> list[str] | None:
    """Delete its cases, its updates and its data key; which cases these were.

    None, and nothing is touched, while a responder holds a case.
    """
    if await _is_held(tx, conversation, now):
        return None
    gone = await tx.execute(delete(cases).where(cases.c.conversation == conversation).returning(cases.c.id))
    ids = [case for (case,) in gone]
    await inbox.erase(tx, conversation)
    await conversations.erase(tx, conversation)
    return ids


async def destroy_left(tx: Transaction, *, now: datetime) -> list[str]:
    """Destroy conversations to which no chat leads, whose people asked for it while one did, and whose moment came.

    Which cases went.
    """
    chat = exists().where(chats.c.conversation == conversations_table.c.id)
    due = select(conversations_table.c.id).where(conversations_table.c.rings_at <= now, ~chat)
    gone: list[str] = []
    for (conversation,) in (await tx.execute(due)).all():
        gone += await destroy(tx, conversation, now=now) or ()
    return gone


async def _is_held(tx: Transaction, conversation: str, now: datetime) -> bool:
    live = and_(cases.c.state == State.CLAIMED, cases.c.lease_until > now)
    # Every case is locked, so that nobody claims one between the look and the end of it.
    its = select(cases.c.id, live).where(cases.c.conversation == conversation).with_for_update()
    return any(held for _, held in await tx.execute(its))
