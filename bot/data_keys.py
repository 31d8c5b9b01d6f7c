"""The key of a conversation, opened: whatever the database has of a case or a person lies under it."""

from storage import conversations
from storage.box import Box, DataKey
from storage.case import Case, CaseUnknownError
from storage.database import Transaction


async def find_key(tx: Transaction, box: Box, case: Case) -> DataKey | None:
    """The key of a case's conversation; None when it was destroyed, and all that it closed with it."""
    wrapped = await conversations.data_key(tx, case.conversation)
    return None if wrapped is None else box.unwrap(wrapped, case.conversation)


async def key_of(tx: Transaction, box: Box, case: Case) -> DataKey:
    """The same where there must be one; CaseUnknownError when it was destroyed."""
    found = await find_key(tx, box, case)
    if found is None:
        raise CaseUnknownError
    return found
