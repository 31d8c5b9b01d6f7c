"""Chats and where they lead: to one conversation each, and after a return to another."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, select, update

from storage.database import Transaction
from storage.tables import chats, conversations

_of_chat = select(chats.c.conversation).where(chats.c.key == bindparam("b_key"))
_lead = (
    update(chats)
    .where(chats.c.key == bindparam("b_key"))
    .values(
        conversation=bindparam("b_conversation"), place=bindparam("b_place"), wipe_at=bindparam("b_wipe_at")
    )
)


@dataclass(frozen=True, slots=True)
class Led:
    """A chat, the conversation that it leads to from now on, and its place sealed for that one."""

    chat: bytes
    conversation: str
    place: bytes = field(repr=False)
    wipe_at: datetime | None


async def of_chat(tx: Transaction, chat: bytes) -> str | None:
    """The conversation that a chat leads to."""
    row = (await tx.execute(_of_chat, {"b_key": chat})).first()
    return None if row is None else row[0]


async def lead(tx: Transaction, led: Sequence[Led]) -> None:
    """Let chats lead to other conversations. The caller holds the fence and all conversations that this concerns."""
    for each in led:
        values = {
            "b_key": each.chat,
            "b_conversation": each.conversation,
            "b_place": each.place,
            "b_wipe_at": each.wipe_at,
        }
        await tx.execute(_lead, values)


async def part(tx: Transaction, conversation: str, *, erase_at: datetime | None = None) -> None:
    """No chat leads there any more: it goes with its last case, or then, where that was asked for before."""
    left = update(conversations).where(conversations.c.id == conversation)
    await tx.execute(left.values(worker=None, rings_at=erase_at, expires_at=None))
