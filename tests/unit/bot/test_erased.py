"""Erased is gone: nothing of an erased conversation is left in any table, nor in the files of the database."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.audit_tables import audit
from storage.tables import cases, chats, conversations, inbox, metadata
from tests.unit.bot.test_leaving import ANA, Chat
from tests.unit.bot.test_moving import fetching, photo


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    """A worker on an empty database."""
    built = await Chat.open(tmp_path)
    yield built
    await built.database.close()


async def told(chat: Chat) -> None:
    """Ana agrees, sends a photo, tells a little, and asks for a number."""
    await chat.say("/start")
    await chat.press("English")
    await chat.press("Someone may look. I agree")
    await chat.press("None of these")
    await photo(chat, ANA)
    while await fetching(chat).step():
        pass
    await chat.say("they locked the door")
    await chat.say("code")


async def erase(chat: Chat) -> None:
    """She asks to erase, and does not write again."""
    chat.now += timedelta(seconds=20)
    await chat.say("erase")
    await chat.press("Yes, erase it")
    for _ in range(6):
        chat.now += timedelta(minutes=1)
        await chat.look()


async def rows(chat: Chat) -> dict[str, int]:
    """How many rows each table has, but for what is of no person."""
    none = {"workers", "leases", "flows", "newcomers", "surge", "tries", "inbox"}
    none |= {"audit", "audit_end", "audit_heads"}
    async with chat.database.read() as tx:
        return {
            each.name: len((await tx.execute(select(each))).all())
            for each in metadata.sorted_tables
            if each.name not in none
        }


async def test_every_table_is_empty_afterwards(chat: Chat) -> None:
    """Cases, files, pieces, numbers and the way back; of the inbox, the memory without bodies."""
    await told(chat)
    assert (await rows(chat))["pieces"]
    await erase(chat)

    assert {name: count for name, count in (await rows(chat)).items() if count} == {}
    async with chat.database.read() as tx:
        assert (await tx.execute(select(inbox).where(inbox.c.body.is_not(None)))).all() == []


async def test_the_audit_keeps_the_ids_of_a_case_and_that_it_was_erased(chat: Chat) -> None:
    """Ids are drawn by lot and lead nowhere once the case has gone."""
    await told(chat)
    async with chat.database.read() as tx:
        (case,) = (await tx.execute(select(cases.c.id))).scalars()
    await erase(chat)

    async with chat.database.read() as tx:
        about = (await tx.execute(select(audit).where(audit.c.case != ""))).all()
    assert [(row.who, row.act, row.case, row.facts) for row in about] == [("server", "erased", case, "{}")]


async def test_the_key_is_not_in_the_log_of_the_database_either(chat: Chat, tmp_path: Path) -> None:
    """Nor the place of the chat: whoever has the keyring, and the file of a minute later, opens nothing."""
    await told(chat)
    async with chat.database.read() as tx:
        keys = [bytes(row.data_key) for row in await tx.execute(select(conversations))]
        places = [bytes(row.place) for row in await tx.execute(select(chats))]
    await erase(chat)
    files = b"".join(each.read_bytes() for each in tmp_path.glob("wayout.db*"))

    assert [each for each in keys + places if each in files] == []


async def test_a_photo_that_came_after_they_asked_leaves_the_phone_first(chat: Chat) -> None:
    """They send it into the tool: the key is not destroyed while it alone knows what has to leave the screen."""
    await told(chat)
    chat.now += timedelta(seconds=20)
    await chat.say("erase")
    await chat.press("Yes, erase it")
    chat.now += timedelta(seconds=20)
    sent = await photo(chat, ANA)
    for _ in range(4):
        chat.now += timedelta(minutes=1)
        await chat.look()
    while await fetching(chat).step():
        pass
    chat.now += timedelta(minutes=1)
    await chat.look()

    assert sent not in chat.phone.of(ANA)
