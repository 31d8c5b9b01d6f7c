"""The way back to a contact: the chat that leads to a conversation, and what is needed to say something there."""

from dataclasses import dataclass, field

from sqlalchemy import bindparam, select

from storage.database import Transaction
from storage.tables import chats, conversations


@dataclass(frozen=True, slots=True)
class Way:
    """How to reach somebody: the chat that leads to a conversation, its wrapped key and its sealed state.

    `chat` is None where they came back to another conversation, and no chat leads to this one any more.
    """

    chat: bytes | None
    data_key: bytes = field(repr=False)
    state: bytes | None = field(repr=False)


_way = (
    select(chats.c.key, conversations.c.data_key, conversations.c.state)
    .select_from(conversations.outerjoin(chats))
    .where(conversations.c.id == bindparam("b_id"))
)


async def way_to(tx: Transaction, conversation: str) -> Way | None:
    """The way back to a contact; None when it was destroyed."""
    row = (await tx.execute(_way, {"b_id": conversation})).first()
    return None if row is None else Way(*row)
