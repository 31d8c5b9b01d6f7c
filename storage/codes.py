"""Return codes: which conversation a locator leads to, and what proves the rest; no digit of them is here."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from storage.database import Transaction, insert_or_skip
from storage.tables import chats, codes


@dataclass(frozen=True, slots=True)
class Code:
    """What a locator leads to: a conversation, the chat that leads there now, and the verifier of the secret."""

    conversation: str
    chat: bytes
    verifier: bytes = field(repr=False)


async def put(
    tx: Transaction, locator: bytes, conversation: str, verifier: bytes, *, made_at: datetime
) -> bool:
    """The conversation's only code from now on; False, and the old one is gone as well, where the locator is taken."""
    await tx.execute(_revoke, {"b_conversation": conversation})
    row = {"locator": locator, "conversation": conversation, "verifier": verifier, "made_at": made_at}
    return (await tx.execute(insert_or_skip(tx, codes), row)).rowcount == 1


_revoke = delete(codes).where(codes.c.conversation == bindparam("b_conversation"))
_found = (
    select(codes.c.conversation, chats.c.key, codes.c.verifier)
    .select_from(codes.join(chats, chats.c.conversation == codes.c.conversation))
    .where(codes.c.locator == bindparam("b_locator"))
)


async def find(tx: Transaction, locator: bytes) -> Code | None:
    """What a locator leads to; the caller still has to prove the secret."""
    row = (await tx.execute(_found, {"b_locator": locator})).first()
    return None if row is None else Code(*row)


async def revoke(tx: Transaction, conversation: str) -> None:
    """Let no number lead to this conversation."""
    await tx.execute(_revoke, {"b_conversation": conversation})
