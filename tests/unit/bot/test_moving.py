"""Files and moments of a conversation whose chat moved: nothing stays on the phone, and no moment is lost."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from bot.errands import Bring, Door
from bot.fetching import Fetching
from bot.fronts import MAIN
from bot.logs import Log
from bot.step import milliseconds
from flows.session import Promise
from storage import messages
from storage.messages import Fate, Message
from storage.tables import cases, conversations, outbox
from tests.unit.bot.test_fetching import PHOTO, Shelf
from tests.unit.bot.test_leaving import ANA, BEN, Chat
from tests.unit.bot.test_returns import begin, session


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    """A worker on an empty database."""
    built = await Chat.open(tmp_path)
    yield built
    await built.database.close()


def fetching(chat: Chat) -> Fetching:
    """Whoever fetches, where Telegram has one photo."""
    shelf = Shelf()
    shelf.files["file"] = PHOTO
    sealer = chat.intake.talk.forwarding.sealer
    return Fetching(chat.database, chat.keyring.box, sealer, {MAIN: shelf}, Log(), me="me", clock=chat.clock)


async def photo(chat: Chat, who: int) -> int:
    """They send a photo, which is not fetched yet."""
    number = chat.phone.put(who, "photo")
    photo = {"file_id": "file", "file_unique_id": "u", "file_size": 9, "width": 1, "height": 1}
    await chat._message(number, who, photo=[photo])
    await chat.settle()
    return number


async def test_a_photo_that_is_fetched_after_the_move_leaves_the_screen(chat: Chat) -> None:
    """Its conversation has no chat any more; the chat that it was sent in leads elsewhere."""
    shown = await begin(chat)
    sent = await photo(chat, BEN)
    own = chat.held(BEN).id
    await chat.say(shown, chat=BEN)
    await chat.settle(12)
    assert session(chat, BEN).returned == 1
    assert sent in chat.phone.of(BEN)
    while await fetching(chat).step():
        pass
    chat.now += timedelta(seconds=11)
    await chat.look()

    assert sent not in chat.phone.of(BEN)
    async with chat.database.read() as tx:
        assert (await tx.execute(select(outbox).where(outbox.c.conversation == own))).all() == []


async def test_a_conversation_whose_chat_left_goes_with_its_case(chat: Chat) -> None:
    """Its key is destroyed with its last case, though a file of it came after the move."""
    shown = await begin(chat)
    await photo(chat, BEN)
    own = chat.held(BEN).id
    await chat.say(shown, chat=BEN)
    await chat.settle(12)
    while await fetching(chat).step():
        pass
    async with chat.database.write() as tx:
        await tx.execute(cases.delete().where(cases.c.conversation == own))
    chat.now += timedelta(minutes=2)
    await chat.look()

    async with chat.database.read() as tx:
        assert (await tx.execute(select(conversations).where(conversations.c.id == own))).all() == []


async def test_the_clock_s_word_to_the_old_chat_is_said_again_to_the_new(chat: Chat) -> None:
    """It was written when the chat began to lead elsewhere; a promise whose time came is kept all the same."""
    shown = await begin(chat)
    await chat.press("Go on")
    conversation, key = chat.held(ANA).id, chat.held(ANA).chat
    await chat.say(shown, chat=BEN)
    await chat.settle(12)
    held = chat.held(BEN)
    assert held.id == conversation
    held.record = replace(held.record, check_in=6, check_in_at=milliseconds(chat.now))
    # What the clock read before the move.
    await chat.journal.add([chat.journal.tick(conversation, key, "clock", chat.now)])
    await chat.settle()
    async with chat.database.write() as tx:
        await tx.execute(
            conversations.update().where(conversations.c.id == conversation).values(rings_at=chat.now)
        )
    chat.now += timedelta(seconds=5)
    await chat.look()

    assert held.record.check_in_at == 0
    assert session(chat, BEN).promise is Promise.MISSED


async def test_a_clock_that_is_a_little_behind_loses_no_moment(chat: Chat) -> None:
    """Another machine's clock found it due, and ours says that it is not yet: it is told once, so it counts."""
    await begin(chat)
    await chat.press("Go on")
    held = chat.held(ANA)
    due = chat.now + timedelta(seconds=2)
    held.record = replace(held.record, check_in=6, check_in_at=milliseconds(due))
    await chat.journal.add([chat.journal.tick(held.id, held.chat, "clock", due)])
    await chat.settle()

    assert held.record.check_in_at == 0
    assert session(chat, ANA).promise is Promise.MISSED


async def test_a_reply_to_the_conversation_that_was_left_stops_nobody(chat: Chat) -> None:
    """It lay in the inbox when its chat began to lead elsewhere; what the person says next is heard."""
    shown = await begin(chat)
    await chat.say("they locked the door", chat=BEN)
    held = chat.held(BEN)
    errand = Door(held.chat, held.key).arrival(Bring("m", "we read you", 2**31), now=chat.now)
    await chat.write(shown, chat=BEN)
    await chat.rounds.round()
    await chat.returns.drain()
    await chat.rounds.round()
    await chat.journal.add([errand])
    await chat.settle(12)
    assert session(chat, BEN).returned == 1
    chat.rounds.rests.clear()
    await chat.say("are you there", chat=BEN)

    assert "are you there" in [note.text for note in session(chat, BEN).words]


async def test_whoever_left_by_a_number_cannot_be_written_to_in_the_case_that_stays(chat: Chat) -> None:
    """Its header says so, and a reply that waited is told as held up, not as on its way."""
    shown = await begin(chat)
    await chat.say("they locked the door", chat=BEN)
    own = chat.held(BEN).record.case
    async with chat.database.write() as tx:
        await messages.add(tx, waiting(own, chat))
    await chat.say(shown, chat=BEN)
    await chat.settle(12)

    async with chat.database.read() as tx:
        (found,) = (await tx.execute(select(cases).where(cases.c.id == own))).all()
        (reply,) = await messages.of_case(tx, own, recipient_class="organisation")
    assert not found.relay_open
    assert reply.state is Fate.BLOCKED


async def test_what_was_asked_to_be_erased_is_erased_though_its_chat_left(chat: Chat) -> None:
    """They ask, and come back by a number to another conversation before it was done."""
    shown = await begin(chat)
    await chat.say("they locked the door", chat=BEN)
    own = chat.held(BEN).id
    await chat.say("erase", chat=BEN)
    await chat.press("Yes, erase it", chat=BEN)
    await chat.say(shown, chat=BEN)
    await chat.settle(12)
    assert session(chat, BEN).returned == 1
    for _ in range(4):
        chat.now += timedelta(minutes=1)
        await chat.look()

    async with chat.database.read() as tx:
        assert (await tx.execute(select(cases).where(cases.c.conversation == own))).all() == []
        assert (await tx.execute(select(conversations).where(conversations.c.id == own))).all() == []
    assert chat.held(BEN) is not None


def waiting(case: str, chat: Chat) -> Message:
    """A reply on its way."""
    return Message(
        id="m",
        case=case,
        recipient_class="organisation",
        number=0,
        kind="reply",
        author="card",
        state=Fate.QUEUED,
        body=b"",
        text=None,
        made_at=chat.now,
        changed_at=chat.now,
        expires_at=chat.now + timedelta(days=3),
    )
